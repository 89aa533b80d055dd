"""Vessel density: how many hours vessels spent in each hexagon of a period."""

from datetime import date

from layers.declare import Layer, Row, Source, field


class VesselDensity(Row):
    """One hexagon; time counts, not the number of reports."""

    code: str = field("六边形编号", "Index of the H3 cell.")
    hours: float = field("船时", "Vessel-hours of tracks in it.", unit="h", gt=0)
    vessels: int = field("船数", "Vessels that were in it.", ge=1)
    first_day: date = field("起始日期", "First day that is counted.")
    last_day: date = field("截止日期", "Last day that is counted.")


LAYER = Layer(
    id="vessel_density", title="渔船密度", title_en="Vessel density",
    summary="Vessel-hours in hexagons of H3, from the tracks of a period.",
    group=("海洋渔业", "Fishery"), geometry="MultiPolygon", row=VesselDensity, key=("code",),
    label="code", legend="每个六边形内的船时",
    source=Source("由渔船航迹分析生成", "CC0-1.0"),
    tile_fields=("hours", "vessels"),
    card_fields=("hours", "vessels", "first_day", "last_day"),
    reach="world", drawn=False, kept=False,
)  # fmt: skip
