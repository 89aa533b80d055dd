"""Stations, valve rooms and other works that belong to a pipeline."""

from typing import Literal

from layers.declare import Layer, Row, Source, field


class PipelineFacility(Row):
    """One facility of a pipeline (附属设施), as article 15 and 58 of the law mean it."""

    code: str = field("设施编号", "Number in the register.", also=("编号",))
    name: str = field("设施名称", "What it is called.", also=("名称",))
    kind: Literal[
        "首站",
        "末站",
        "分输站",
        "门站",
        "调压站",
        "清管站",
        "压气站",
        "泵站",
        "阀室",
        "油库",
        "储罐",
        "放空区",
        "阴极保护站",
        "河流穿越",
        "隧道",
    ] = field("设施类型", "Kind of facility; crossings and tunnels among them.", also=("类型",))
    pipeline_code: str | None = field("管道编号", "Pipeline to which it belongs.", None)
    measure_m: float | None = field(
        "里程", "Stake on that pipeline.", None, unit="m", ge=0, also=("桩号",)
    )
    remote_cutoff: bool | None = field("远程切断", "Whether it is closed from afar.", None)
    access: str | None = field("进场道路", "How a vehicle gets there.", None)
    address: str | None = field("位置", "Postal address.", None, also=("地址",))
    operator: str | None = field("使用单位", "Company that runs it.", None, also=("运营单位",))
    responsible_person: str | None = field("责任人", "Person who answers.", None, private=True)
    responsible_phone: str | None = field("责任人电话", "Telephone.", None, private=True)


LAYER = Layer(
    id="pipeline_facilities", title="管道站场阀室", title_en="Pipeline facilities",
    summary="Stations, valve rooms, crossings and tunnels of pipelines.",
    group=("油气管线", "Oil and gas"), geometry="Geometry", row=PipelineFacility, key=("code",),
    label="name", source=Source("油气管线登记表（示意数据）", "CC0-1.0"),
    tile_fields=("name", "kind"),
    card_fields=("kind", "pipeline_code", "measure_m", "remote_cutoff", "access", "address"),
    owner_fields=("operator", "responsible_person", "responsible_phone"),
    zooms=(11, 22), drawn=False, harms=True,
)  # fmt: skip
