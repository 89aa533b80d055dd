"""Oil and gas pipelines, as the operators' registers describe them."""

from datetime import date
from typing import Literal

from layers.declare import Layer, Row, Source, field
from layers.grading import pipeline_risk
from layers.grading.assessment import Assessment
from layers.grading.grade_words import GRADE_SPELLINGS
from layers.grading.rule_set import RuleBook


class Pipeline(Row):
    """One pipeline; the line runs with the flow."""

    code: str = field("管道编号", "Number in the register.", also=("编号", "project"))
    name: str | None = field("管道名称", "What it is called.", None, also=("名称",))
    medium: Literal["gas", "oil", "products", "chemicals", "hydrogen", "other"] | None = field(
        "传输介质",
        "What flows in it.",
        None,
        also=("介质", "kind"),
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
        also=("敷设方式",),
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
        "管径",
        "Outside diameter.",
        None,
        unit="mm",
        ge=20,
        le=2000,
        also=("外径", "管道外径", "管径规格", "管道规格", "外径×壁厚", "公称直径", "公称通径"),
    )
    wall_thickness_mm: float | None = field("壁厚", "Wall thickness.", None, unit="mm", gt=0)
    cover_m: float | None = field(
        "埋深", "Depth of cover.", None, unit="m", ge=0, also=("埋地深度",)
    )
    material: str | None = field(
        "材质", "Steel grade or other material.", None, also=("管道材质", "管材", "钢级")
    )
    built_on: date | None = field("竣工时间", "Day of completion.", None, also=("竣工日期",))
    in_use_since: date | None = field(
        "投用时间",
        "Day of first use.",
        None,
        also=(
            "投入使用时间",
            "投产时间",
        ),
    )
    inspected_on: date | None = field(
        "检验时间",
        "Day of the last inspection.",
        None,
        also=(
            "定期检验检测",
            "检验检测时间",
            "定期检验时间",
        ),
    )
    patrols_per_day: float | None = field("巡查频率", "Patrols a day.", None, unit="1/d", ge=0)
    use_registration: str | None = field(
        "使用登记",
        "Pressure-pipe registration number.",
        None,
        also=(
            "压力管道使用登记",
            "压力管道使用登记证",
            "使用登记编号",
            "使用登记证编号",
        ),
    )
    planning_permit: str | None = field(
        "规划许可",
        "Planning permit number.",
        None,
        also=(
            "规划许可编号",
            "规划许可证",
        ),
    )
    category: Literal["油气", "燃气"] | None = field(
        "大类", "Class in the register.", None, also=("管道大类",)
    )
    register_kind: Literal["石油天然气", "城镇燃气", "危险化学品", "港区内油气"] | None = field(
        "管道种类",
        "Law under which it falls; town gas is not under that of pipelines.",
        None,
        also=("种类",),
    )
    gas_capacity: float | None = field(
        "输气能力",
        "Gas that it can carry.",
        None,
        unit="10⁴ m³/a",
        ge=0,
        also=("年输气能力",),
    )
    liquid_capacity: float | None = field(
        "输液能力", "Liquid that it can carry.", None, unit="10⁴ t/a", ge=0, also=("输送能力",)
    )
    safety_permit: str | None = field(
        "安全生产许可证", "Number of the permit.", None, also=("安全生产许可",)
    )
    accepted: bool | None = field("竣工验收", "Whether it was accepted.", None)
    as_drawn: bool | None = field(
        "图纸一致", "Whether it lies as drawn.", None, also=("实际路径与竣工图纸一致",)
    )
    not_as_drawn: str | None = field(
        "图纸不一致处",
        "Where it does not.",
        None,
        also=(
            "不一致处",
            "实际路径与竣工图纸不一致处",
        ),
    )
    emergency_plan: bool | None = field("应急预案", "Whether there is a plan.", None)
    drills_per_year: float | None = field("应急演练", "Drills.", None, unit="1/a", ge=0)
    repair_team: str | None = field("抢修队伍", "Who repairs it.", None)
    barriers: str | None = field("隔离保护措施", "What keeps others off.", None)
    signs_complete: bool | None = field("标志标识", "Whether signs are complete.", None)
    built_up_km: float | None = field(
        "穿越城镇建成区长度", "Length in built-up areas.", None, unit="km", ge=0
    )
    crowded_places: int | None = field(
        "穿越人员密集场所",
        "Crowded places that it crosses.",
        None,
        ge=0,
        also=("穿越人员密集场所数",),
    )
    crowded_km: float | None = field(
        "穿越人员密集场所长度", "Length within them.", None, unit="km", ge=0
    )
    works_in_zone: int | None = field("防护区施工", "Works in the protection zone.", None, ge=0)
    accidents: int | None = field("曾发生事故", "Accidents that happened on it.", None, ge=0)
    encroachment_count: int | None = field(
        "违章占压", "Places built over.", None, ge=0, also=("违章占压数",)
    )
    too_near_people: int | None = field(
        "与人员密集场所安全距离不符", "Crowded places too near.", None, ge=0
    )
    too_near_works: int | None = field(
        "与建构筑物距离不符",
        "Buildings, railways, roads, harbours too near.",
        None,
        ge=0,
        also=(
            "与建构筑物、铁路、公路、航道、港口、市政管线距离不符",
            "与建构筑物/铁路/公路/航道/港口/市政管线距离不符",
        ),
    )
    line_crossings: int | None = field("与其他管线交叉", "Other lines crossed.", None, ge=0)
    enclosed_spaces: int | None = field("穿越封闭空间", "Enclosed spaces crossed.", None, ge=0)
    leak_alarm: bool | None = field("泄漏报警", "Whether leaks are told.", None)
    flow_monitoring: bool | None = field(
        "压力流量监测", "Whether pressure and flow are watched.", None
    )
    emergency_shutdown: bool | None = field("紧急切断", "Whether it is shut from afar.", None)
    sensitive_area_measures: str | None = field(
        "敏感区加强措施",
        "What is done at rivers, lakes and sea.",
        None,
        also=(
            "敏感区(江河湖)加强措施",
            "江河湖海敏感区加强措施",
        ),
    )
    cathodic_protection: str | None = field("防腐与阴极保护", "State of coating and current.", None)
    lightning_protection: bool | None = field("防雷防静电", "Whether it is protected.", None)
    risk_assessed_on: date | None = field(
        "安全风险评估时间",
        "Day of the operator's own.",
        None,
        also=(
            "检测和安全风险评估",
            "检测和安全风险评估时间",
            "评估时间",
        ),
    )
    assessed_grade: int | None = field(
        "评估风险等级",
        "Grade that the operator's assessment found.",
        None,
        ge=1,
        le=4,
        spellings=GRADE_SPELLINGS,
        also=(
            "评估确定的安全风险等级",
            "安全风险等级",
        ),
    )
    government_help: str | None = field("整改需政府协调", "What a government must help with.", None)
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
