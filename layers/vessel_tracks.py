"""Vessel tracks: what position reports make of a voyage, from port or silence to the next."""

from dataclasses import replace

from pydantic import AwareDatetime

from layers.declare import Layer, Row, Source, field
from layers.grading import vessel_risk
from layers.grading.assessment import Assessment
from layers.grading.rule_set import RuleBook
from layers.grading.vessel import VesselRules


class VesselTrack(Row):
    """What one vessel sailed from port to port; M of each vertex is its instant, epoch seconds.

    A silence ends it too. It begins with the last position of the stay in port before, and ends
    with the first of the stay after; the positions of the stay itself are in no track.
    """

    mmsi: str = field("MMSI", "Maritime mobile service identity.", pattern=r"^\d{9}$")
    started_at: AwareDatetime = field("开始时间", "Instant of the first position.")
    ended_at: AwareDatetime = field("结束时间", "Instant of the last position.")
    name: str | None = field("船名", "Name of the vessel, where the register has it.", None)
    positions: int = field("点数", "Positions kept.", ge=2)
    dropped: int = field("剔除点数", "Positions left out as impossible.", 0, ge=0)
    length_km: float = field("航程", "Length on the ellipsoid.", unit="km", ge=0)
    mean_speed_kn: float | None = field("平均航速", "Length by duration.", None, unit="kn", ge=0)
    from_port: str | None = field(
        "出发港",
        "Port or anchorage of the sea zones at its first position; empty: none known.",
        None,
    )
    to_port: str | None = field(
        "到达港",
        "Port or anchorage of the sea zones at its last position; empty: none known.",
        None,
    )
    stops: int | None = field(
        "海上停留次数", "Stops at sea, by the rule set `sea_events`; empty: not told.", None, ge=0
    )
    stopped: str | None = field(
        "停留", "Stay in port before, stops at sea, stay in port after: when, where, JSON.", None
    )
    vessel_grade: int | None = field(
        "渔船等级", "Grade of the vessel in the register.", None, ge=1, le=4
    )


def grade(row: VesselTrack, book: RuleBook | None = None) -> Assessment:
    """Grade a track as its vessel; a vessel that is in no register is not assessed."""
    found = vessel_risk.grade_of_track(row.vessel_grade)
    if not book:
        return found
    rules = VesselRules.among(book)
    return replace(found, rule_set=rules.id, rule_version=rules.version, source=rules.source)


LAYER = Layer(
    id="vessel_tracks", title="渔船航迹", title_en="Vessel tracks",
    summary="Voyages from port or silence to the next, with stops; impossible positions left out.",
    group=("海洋渔业", "Fishery"), geometry="LineStringM", row=VesselTrack,
    key=("mmsi", "started_at"), label="name", grade=grade,
    grade_fields=("vessel_grade",),
    legend="航迹按渔船等级着色",
    source=Source("由 AIS 轨迹点生成", "CC0-1.0"),
    tile_fields=("mmsi", "name"),
    card_fields=(
        "mmsi", "started_at", "from_port", "ended_at", "to_port", "stops", "positions", "length_km",
        "mean_speed_kn",
    ),
    instant="started_at", reach="world", kept=False, harms=True,
)  # fmt: skip
