"""Patrol tracks: where an inspector went, as the phone recorded it."""

from pydantic import AwareDatetime

from layers.declare import Layer, Row, Source, field


class PatrolTrack(Row):
    """One unbroken piece of a patrol's track; M of each vertex is its instant in epoch seconds."""

    patrol_code: str = field("巡查编号", "Patrol to which it belongs.")
    started_at: AwareDatetime = field("开始时间", "Instant of the first position.")
    ended_at: AwareDatetime = field("结束时间", "Instant of the last position.")
    device: str | None = field("设备", "Phone that recorded it.", None)
    positions: int = field("点数", "Positions kept.", ge=2)
    length_km: float | None = field("里程", "Length on the ellipsoid.", None, unit="km", ge=0)
    accuracy_m: float | None = field("定位精度", "Median accuracy.", None, unit="m", ge=0)


LAYER = Layer(
    id="patrol_tracks", title="巡查轨迹", title_en="Patrol tracks",
    summary="Where inspectors went on their patrols.",
    group=("油气管线", "Oil and gas"), geometry="LineStringM", row=PatrolTrack,
    key=("patrol_code", "started_at"), label="patrol_code",
    source=Source("管道巡查记录（示意数据）", "CC0-1.0"),
    tile_fields=("patrol_code",),
    card_fields=("patrol_code", "started_at", "ended_at", "positions", "length_km", "accuracy_m"),
    instant="started_at", zooms=(11, 22), drawn=False,
)  # fmt: skip
