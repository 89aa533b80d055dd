"""Major hazard installations: units that hold so much of a dangerous chemical that others count."""

from datetime import date
from typing import Literal

from layers.declare import Layer, Row, Source, field
from layers.grading import major_hazard
from layers.grading.assessment import Assessment
from layers.grading.rule_set import RuleBook


class MajorHazard(Row):
    """A production or storage unit (单元) of an enterprise, with its boundary."""

    code: str = field("重大危险源编号", "Number in the register.", also=("编号", "危险源编码"))
    name: str = field("名称", "What the unit is called.", also=("单元名称", "重大危险源名称"))
    enterprise: str | None = field("企业名称", "Company that runs it.", None, also=("单位名称",))
    kind: Literal["生产单元", "储存单元"] | None = field("单元类型", "Kind of unit.", None)
    address: str | None = field("位置", "Postal address.", None, also=("地址",))
    inventory: str | None = field(
        "危险化学品及最大量",
        "Design maximum of every substance: name, mass with unit, hazard class in brackets; "
        "split by semicolons.",
        None,
        also=("危险化学品", "储存量"),
    )
    reported_population: int | None = field(
        "申报人口", "Permanent population within 500 m by the enterprise's report.", None, ge=0,
        also=("500米内人口",),
    )  # fmt: skip
    population: int | None = field(
        "周边常住人口", "The same, counted on this map; empty where nothing can be.", None, ge=0
    )
    uncounted: int | None = field(
        "未登记人口的目标", "Places in that band that tell no population.", None, ge=0
    )
    monitoring: Literal["无", "本地", "远程"] | None = field("在线监控", "Monitoring.", None)
    filed_on: date | None = field("备案日期", "Day on which it was filed.", None)
    assessed_at: date | None = field("评估日期", "Day of the assessment.", None, also=("评估时间",))
    assessor: str | None = field("评估单位", "Who assessed.", None, also=("评估人",))
    valid_until: date | None = field("有效期至", "Last day on which it holds.", None)
    chief: str | None = field("主要负责人", "Answers for it as a whole.", None, private=True)
    chief_phone: str | None = field("主要负责人电话", "Telephone.", None, private=True)
    technician: str | None = field("技术负责人", "Answers for its technique.", None, private=True)
    technician_phone: str | None = field("技术负责人电话", "Telephone.", None, private=True)
    operator: str | None = field("操作负责人", "Answers for its operation.", None, private=True)
    operator_phone: str | None = field("操作负责人电话", "Telephone.", None, private=True)


def grade(row: MajorHazard, book: RuleBook | None = None) -> Assessment:
    """Grade an installation by GB 18218; α comes from the people round it."""
    return major_hazard.grade(row, book)


LAYER = Layer(
    id="major_hazards", title="重大危险源", title_en="Major hazard installations",
    summary="Units with dangerous chemicals, graded by GB 18218 from inventory and neighbours.",
    group=("安全风险", "Safety risk"), geometry="Geometry", row=MajorHazard, key=("code",),
    label="name", grade=grade,
    grade_fields=("inventory", "reported_population", "population"),
    legend="重大危险源级别（GB 18218）",
    source=Source("重大危险源备案清单（示意数据）", "CC0-1.0"),
    tile_fields=("name",),
    card_fields=("enterprise", "kind", "address", "inventory", "population", "uncounted",
                 "reported_population", "monitoring", "filed_on", "assessed_at", "valid_until"),
    owner_fields=("chief", "chief_phone", "technician", "technician_phone", "operator",
                  "operator_phone"),
    assessed_on="assessed_at", holds_until="valid_until", instant="assessed_at",
    zooms=(9, 22), harms=True,
)  # fmt: skip
