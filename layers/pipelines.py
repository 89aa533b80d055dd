"""Oil and gas pipelines, as the operators' registers describe them."""

from datetime import date
from typing import Literal

from layers.declare import Layer, Row, Source, field
from layers.grading import pipeline_risk
from layers.grading.assessment import Assessment
from layers.grading.rule_set import RuleBook


class Pipeline(Row):
    """One pipeline; the line runs with the flow."""

    code: str = field("管道编号", "Number in the register.", also=("编号", "project"))
    name: str | None = field("管道名称", "What it is called.", None, also=("名称",))
    medium: Literal["gas", "oil", "products", "chemicals", "hydrogen", "other"] | None = field(
        "传输介质",
        "What flows in it.",
        None,
        also=("介质", "kind", "种类"),
        codes={
            "gas": "天然气",
            "oil": "原油",
            "products": "成品油",
            "chemicals": "化学品",
            "hydrogen": "氢",
            "other": "其他",
        },
        spellings={
            "gas-pipelines": "gas",
            "oil-pipelines": "oil",
            "liquid-pipelines": "oil",
            "天然气管道": "gas",
            "原油管道": "oil",
            "成品油管道": "products",
        },
    )
    laying: Literal["buried", "overhead", "surface", "subsea"] | None = field(
        "铺设方式",
        "How it is laid.",
        None,
        codes={"buried": "埋地", "overhead": "架空", "surface": "地面", "subsea": "海底"},
    )
    start_place: str | None = field("起点", "Where the flow enters.", None)
    end_place: str | None = field("止点", "Where it leaves.", None)
    length_km: float | None = field(
        "长度", "Length by the register.", None, unit="km", gt=0, also=("total_km", "管道长度")
    )
    design_pressure_mpa: float | None = field(
        "设计压力", "Design pressure.", None, unit="MPa", ge=0.1, le=20
    )
    maop_mpa: float | None = field(
        "最高工作压力",
        "Maximum allowable operating pressure.",
        None,
        unit="MPa",
        ge=0.1,
        le=20,
        also=("最高允许操作压力",),
    )
    outside_diameter_mm: float | None = field(
        "管径", "Outside diameter.", None, unit="mm", ge=20, le=2000, also=("外径",)
    )
    wall_thickness_mm: float | None = field("壁厚", "Wall thickness.", None, unit="mm", gt=0)
    cover_m: float | None = field("埋深", "Depth of cover.", None, unit="m", ge=0)
    material: str | None = field("材质", "Steel grade or other material.", None)
    built_on: date | None = field("竣工时间", "Day of completion.", None)
    in_use_since: date | None = field("投用时间", "Day of first use.", None)
    inspected_on: date | None = field("检验时间", "Day of the last inspection.", None)
    patrols_per_day: float | None = field("巡查频率", "Patrols a day.", None, unit="1/d", ge=0)
    use_registration: str | None = field("使用登记", "Pressure-pipe registration number.", None)
    planning_permit: str | None = field("规划许可", "Planning permit number.", None)
    likelihood: int | None = field("失效可能性", "Likelihood of failure, 1 to 5.", None, ge=1, le=5)
    consequence: int | None = field("失效后果", "Consequence of failure, 1 to 5.", None, ge=1, le=5)
    operator: str | None = field("使用单位", "Company that runs it.", None, also=("运营单位",))
    owner: str | None = field("产权单位", "Company that owns it.", None)
    authority: str | None = field("主管部门", "Department that supervises.", None)
    responsible_person: str | None = field("责任人", "Person who answers.", None, private=True)
    responsible_phone: str | None = field("责任人电话", "Telephone.", None, private=True)


def grade(row: Pipeline, book: RuleBook | None = None) -> Assessment:
    """Grade a pipeline: likelihood times consequence by the LS matrix."""
    return pipeline_risk.grade(row.likelihood, row.consequence, book=book)


LAYER = Layer(
    id="pipelines", title="油气管线", title_en="Pipelines",
    summary="Oil and gas pipelines with their grade of risk.",
    group=("油气管线", "Oil and gas"), geometry="MultiLineString", row=Pipeline, key=("code",),
    label="name", grade=grade,
    grade_fields=("likelihood", "consequence"),
    legend="管道风险等级（可能性×后果）",
    source=Source("油气管线登记表（示意数据）", "CC0-1.0"),
    tile_fields=("name", "medium"),
    card_fields=("code", "medium", "outside_diameter_mm", "maop_mpa", "length_km", "laying",
                 "start_place", "end_place", "built_on", "inspected_on"),
    owner_fields=("operator", "responsible_person", "responsible_phone", "authority"),
    harms=True, counted=True,
)  # fmt: skip
