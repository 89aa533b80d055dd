"""Road markers: stones and plates that tie stakes of a route to coordinates."""

from typing import Literal

from layers.declare import Layer, Row, Source, field
from layers.stake import Stake


class RoadMarker(Row):
    """One marker; its stake need not equal true metres along the line."""

    route_code: str = field("路线编号", "Route that it stands on.", also=("路线代码",))
    marker_no: str = field("桩号", "Number on the marker.", also=("桩牌号",))
    kind: Literal["公里碑", "百米桩", "界碑"] = field(
        "桩类型", "Kind of marker.", "公里碑", also=("类型",)
    )
    measure_m: Stake = field(
        "里程", "Stake of the marker along the route.", unit="m", ge=0, also=("里程(m)",)
    )


LAYER = Layer(
    id="road_markers", title="公路里程桩", title_en="Road markers",
    summary="Kilometre stones that calibrate the stakes of a route.",
    group=("道路交通", "Roads"), geometry="Point", row=RoadMarker,
    key=("route_code", "marker_no"), label="marker_no",
    source=Source("里程桩（示意数据）", "CC0-1.0"),
    tile_fields=("route_code", "marker_no"),
    card_fields=("route_code", "marker_no", "kind", "measure_m"),
    zooms=(13, 22), drawn=False,
)  # fmt: skip
