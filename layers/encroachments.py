"""Encroachments: what stands on a pipeline or too near to it, and other defects of its way."""

from datetime import date
from typing import Literal

from layers.declare import Layer, Row, Source, field


class Encroachment(Row):
    """One item of the inspector's lists: 占压, 安全距离不足, 交叉穿越, 密闭空间."""

    code: str = field("问题编号", "Number in the register.", also=("编号",))
    name: str = field("问题名称", "What is wrong, in a few words.", also=("名称",))
    kind: Literal["占压", "安全距离不足", "交叉穿越", "密闭空间", "深根植物", "图纸不一致"] = field(
        "问题类型", "List to which it belongs.", also=("类型",)
    )
    state: Literal["未整改", "整改中", "已整改"] = field("整改状态", "How far it is.", "未整改")
    pipeline_code: str | None = field("管道编号", "Pipeline on which it is.", None)
    from_m: float | None = field(
        "起点里程",
        "Stake where it begins.",
        None,
        unit="m",
        ge=0,
        also=("起点桩号", "起止桩号", "起止里程", "桩号范围", "桩号区间", "桩号"),
    )
    to_m: float | None = field(
        "止点里程",
        "Stake where it ends.",
        None,
        unit="m",
        ge=0,
        also=("止点桩号", "终点桩号", "终点里程"),
    )
    offset_m: float | None = field(
        "距管道", "Least distance from the centreline.", None, unit="m", ge=0
    )
    area_m2: float | None = field("占压面积", "Area on the pipe.", None, unit="m²", ge=0)
    households: int | None = field("户数", "Households concerned.", None, ge=0)
    persons: int | None = field("人数", "People concerned.", None, ge=0)
    found_on: date | None = field("发现日期", "Day on which it was found.", None)
    deadline: date | None = field("整改期限", "Last day to put it right.", None)
    closed_on: date | None = field("整改完成日期", "Day on which it was put right.", None)
    needs_government: bool | None = field("需政府协调", "Whether a government must help.", None)
    measures: str | None = field("整改措施", "What is done to end it.", None)
    occupant: str | None = field("占压单位", "Who has put it there.", None)
    reported_by: str | None = field("上报人", "Who recorded it.", None, private=True)
    responsible_unit: str | None = field("责任单位", "Unit that puts it right.", None)
    responsible_person: str | None = field("责任人", "Person who answers.", None, private=True)
    responsible_phone: str | None = field("责任人电话", "Telephone.", None, private=True)


LAYER = Layer(
    id="encroachments", title="占压与安全距离", title_en="Encroachments",
    summary="What stands on pipelines or too near to them.",
    group=("油气管线", "Oil and gas"), geometry="Geometry", row=Encroachment, key=("code",),
    label="name", source=Source("管道占压清单（示意数据）", "CC0-1.0"),
    tile_fields=("name", "kind", "state"),
    card_fields=("kind", "state", "pipeline_code", "from_m", "to_m", "offset_m", "area_m2",
                 "households", "persons", "found_on", "deadline", "closed_on",
                 "needs_government", "measures", "occupant"),
    owner_fields=("responsible_unit", "responsible_person", "responsible_phone"),
    instant="found_on", zooms=(11, 22), drawn=False, harms=True,
)  # fmt: skip
