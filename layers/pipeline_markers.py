"""Pipeline markers: posts in the ground that tie stakes to coordinates."""

from typing import Literal

from layers.declare import Layer, Row, Source, field


class PipelineMarker(Row):
    """One marker post; its number need not equal true metres."""

    pipeline_code: str = field("管道编号", "Pipeline that it stands on.")
    marker_no: str = field("桩号", "Number on the post.", also=("桩牌号", "编号"))
    kind: Literal["里程桩", "测试桩", "标志桩", "转角桩", "加密桩", "警示牌"] = field(
        "桩类型", "Kind of post.", "里程桩", also=("类型",)
    )
    measure_m: float = field(
        "里程", "Stake of the post along the flow.", unit="m", ge=0, also=("里程(m)",)
    )


LAYER = Layer(
    id="pipeline_markers", title="管道桩", title_en="Pipeline markers",
    summary="Marker posts with their stake.",
    group=("油气管线", "Oil and gas"), geometry="Point", row=PipelineMarker,
    key=("pipeline_code", "marker_no"), label="marker_no",
    source=Source("油气管线登记表（示意数据）", "CC0-1.0"),
    tile_fields=("marker_no", "kind"), card_fields=("pipeline_code", "kind", "measure_m"),
    zooms=(13, 22), drawn=False,
)  # fmt: skip
