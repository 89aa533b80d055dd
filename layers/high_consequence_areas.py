"""High-consequence areas (高后果区): stretches of pipeline whose failure would hurt many."""

from datetime import date
from typing import Literal

from layers.declare import Layer, Row, Source, field
from layers.grading import hca_grade
from layers.grading.assessment import Assessment
from layers.grading.rule_set import RuleBook


class HighConsequenceArea(Row):
    """One stretch of one pipeline, as the analysis `hca` or an office identified it."""

    code: str = field("高后果区编号", "Number of the area.", also=("编号",))
    name: str = field("高后果区名称", "Pipeline and stakes.", also=("名称",))
    pipeline_code: str = field("管道编号", "Pipeline on which it lies.")
    medium: Literal["gas", "oil"] = field(
        "介质类别", "Which table of the standard applies.", codes={"gas": "气", "oil": "油"}
    )
    from_m: float = field(
        "起点里程",
        "Stake where it begins.",
        unit="m",
        ge=0,
        also=("起点桩号", "起止桩号", "起止里程", "桩号范围", "桩号区间", "桩号"),
    )
    to_m: float = field(
        "止点里程",
        "Stake where it ends.",
        unit="m",
        ge=0,
        also=("止点桩号", "终点桩号", "终点里程"),
    )
    length_m: float = field("长度", "True length.", unit="m", ge=0)
    severity: Literal["1", "2", "3"] = field(
        "高后果区等级", "Ⅰ is the least severe, Ⅲ the most.",
        codes={"1": "Ⅰ", "2": "Ⅱ", "3": "Ⅲ"}, spellings={"Ⅰ级": "1", "Ⅱ级": "2", "Ⅲ级": "3"},
    )  # fmt: skip
    decided_by: str | None = field("识别项", "Row of the standard that decided.", None)
    rows_met: str | None = field("符合的识别项", "All rows that are met.", None)
    kind: Literal["人员密集型", "环境敏感型", "交通设施型"] | None = field(
        "高后果区类型", "What makes it one.", None, also=("类型",)
    )
    area_class: int | None = field("地区等级", "Highest class location in it.", None, ge=1, le=4)
    impact_radius_m: float | None = field("潜在影响半径", "Of a gas pipe.", None, unit="m", ge=0)
    households: int | None = field("户数", "Households within the band.", None, ge=0)
    persons: int | None = field("人数", "People within the band.", None, ge=0)
    targets: str | None = field("保护目标", "What lies in it, the nearest first.", None)
    townships: str | None = field("所在乡镇", "Townships that it crosses.", None)
    identified_on: date | None = field("识别日期", "Day of the identification.", None)
    found_by: Literal["analysis", "office"] = field(
        "来源", "Who identified it; an analysis leaves alone what an office did.", "office",
        codes={"analysis": "分析", "office": "登记"},
    )  # fmt: skip
    entry_route: str | None = field("入场路线", "How responders get there.", None)
    escape_route: str | None = field("疏散路线", "Across the pipe, not along it.", None)
    assembly_point: str | None = field("集结点", "Outside the radius.", None)
    responsible_person: str | None = field("区长", "Person who answers.", None, private=True)
    responsible_phone: str | None = field("区长电话", "Telephone.", None, private=True)


def grade(row: HighConsequenceArea, book: RuleBook | None = None) -> Assessment:
    """Grade an area by its severity: the consequence alone."""
    return hca_grade.grade(int(row.severity), row.decided_by, book)


LAYER = Layer(
    id="high_consequence_areas", title="高后果区", title_en="High-consequence areas",
    summary="Stretches of pipeline whose failure would hurt many.",
    group=("油气管线", "Oil and gas"), geometry="MultiLineString", row=HighConsequenceArea,
    key=("code",), label="name", grade=grade, grade_fields=("severity", "decided_by"),
    legend="高后果区等级（仅表示后果）",
    source=Source("由防护目标识别（示意数据）", "CC0-1.0"),
    tile_fields=("name", "severity"),
    card_fields=("severity", "kind", "decided_by", "rows_met", "pipeline_code", "from_m", "to_m",
                 "length_m", "area_class", "impact_radius_m", "households", "persons", "targets",
                 "townships", "identified_on", "entry_route", "escape_route", "assembly_point"),
    owner_fields=("responsible_person", "responsible_phone"), drawn=False,
)  # fmt: skip
