"""Patrols: stretches of pipeline that were to be walked, and how much of them was."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime

from layers.declare import Layer, Row, Source, field


class Patrol(Row):
    """One patrol; its line is the stretch that is to be walked."""

    code: str = field("巡查编号", "Number of the patrol.", also=("编号",))
    name: str = field("巡查名称", "Pipeline and stretch.", also=("名称",))
    pipeline_code: str = field("管道编号", "Pipeline that is walked.")
    from_m: float | None = field(
        "起点里程",
        "First stake.",
        None,
        unit="m",
        ge=0,
        also=("起点桩号", "起止桩号", "起止里程", "桩号范围", "桩号区间", "桩号"),
    )
    to_m: float | None = field(
        "止点里程", "Last stake.", None, unit="m", ge=0, also=("止点桩号", "终点桩号", "终点里程")
    )
    planned_on: date = field("计划日期", "Day for which it is planned.")
    state: Literal["计划", "进行中", "完成", "未完成"] = field("状态", "How far it is.", "计划")
    started_at: AwareDatetime | None = field("开始时间", "When it began.", None)
    ended_at: AwareDatetime | None = field("结束时间", "When it ended.", None)
    points_required: int | None = field(
        "必经点数", "Places that must be passed.", None, ge=0, also=("应到点数",)
    )
    points_passed: int | None = field(
        "已到点数", "Places that were passed.", None, ge=0, also=("实到点数",)
    )
    completion_percent: float | None = field(
        "完成率", "Share of the required places.", None, unit="%", ge=0, le=100
    )
    missed: str | None = field("漏检点", "Places that were not passed.", None)
    inspector: str | None = field("巡查人", "Who walks it.", None, private=True)
    responsible_unit: str | None = field("责任单位", "Unit that answers for it.", None)


LAYER = Layer(
    id="patrols", title="巡查", title_en="Patrols",
    summary="Stretches of pipeline to be walked, and how much of them was.",
    group=("油气管线", "Oil and gas"), geometry="MultiLineString", row=Patrol, key=("code",),
    label="name", source=Source("管道巡查记录（示意数据）", "CC0-1.0"),
    tile_fields=("name", "state"),
    card_fields=("pipeline_code", "from_m", "to_m", "planned_on", "state", "started_at",
                 "ended_at", "points_required", "points_passed", "completion_percent", "missed"),
    owner_fields=("responsible_unit", "inspector"),
    instant="planned_on", zooms=(11, 22), drawn=False,
)  # fmt: skip
