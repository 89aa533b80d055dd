"""Risk points: places where something can go wrong, each with its grade and who answers for it."""

from datetime import date
from typing import Literal

from layers.declare import Layer, Row, Source, field
from layers.grading import risk_point
from layers.grading.assessment import Assessment
from layers.grading.grade_words import GRADE_SPELLINGS
from layers.grading.rule_set import RuleBook

CATEGORIES = {
    "01": "危险化学品", "02": "涉爆粉尘", "03": "喷涂", "04": "有限空间", "05": "涉氨制冷",
    "06": "非煤矿山", "07": "电镀酸洗锅炉", "08": "消防重点与人员密集场所", "09": "建筑施工",
    "10": "危旧房", "11": "特种设备与压力管道", "12": "油气管线", "13": "道路交通点段",
    "14": "渡口渡船", "15": "铁路工程", "16": "渔船", "17": "渣土堆场", "18": "城市桥梁",
    "19": "建筑幕墙", "20": "洪水", "21": "地质灾害", "22": "大型活动", "23": "燃气与新领域",
    "24": "电力设施",
}  # fmt: skip
"""Categories of 余政办发〔2016〕82号, items 1, 10, 16 to 23 and 30."""


class RiskPoint(Row):
    """A risk point (风险点) of the city's register."""

    code: str = field(
        "风险点编号",
        "Number in the register.",
        also=("编号", "risk_point_id", "风险点编码"),
    )
    name: str = field(
        "名称",
        "What the place is called.",
        also=(
            "风险点名称",
            "风险点",
            "riskObjectName",
            "riskUnitName",
            "安全风险分析对象",
            "风险分析单元",
        ),
    )
    category: str = field(
        "类别",
        "Category of the municipal document.",
        codes=CATEGORIES,
        also=("风险类别",),
        pattern="^(0[1-9]|1[0-9]|2[0-4])$",
    )
    subcategory: str | None = field("子类", "Finer kind within the category.", None)
    enterprise: str | None = field(
        "企业名称", "Company that runs it.", None, also=("单位名称", "企业", "所属企业")
    )
    industry: str | None = field(
        "行业", "Industry or field of supervision.", None, also=("行业领域",)
    )
    address: str | None = field("位置", "Postal address.", None, also=("地址", "详细地址"))
    village_code: str | None = field("村社区代码", "Code of the village or community.", None)
    hazard_factors: str | None = field(
        "危险有害因素", "Hazards present.", None, also=("主要危险有害因素",)
    )
    accident_types: str | None = field(
        "可能事故类型",
        "Kinds of accident, GB 6441.",
        None,
        also=(
            "事故类型",
            "可能导致的事故类型",
        ),
    )
    grading_method: Literal["LEC", "LS", "EXPERT"] | None = field(
        "评估方法",
        "Method of the assessment; empty means not assessed.",
        None,
        also=("方法", "评估方式", "grading_method"),
    )
    l_value: float | None = field(
        "L可能性", "LEC: likelihood, or LS: likelihood 1 to 5.", None, also=("L", "L值")
    )
    e_value: float | None = field("E暴露频繁程度", "LEC: exposure.", None, also=("E", "E值"))
    c_value: float | None = field("C后果", "LEC: consequence.", None, also=("C", "C值"))
    s_value: float | None = field("S严重性", "LS: severity 1 to 5.", None, also=("S", "S值"))
    direct_rule: str | None = field(
        "直接判定", "Rule that makes it major whatever the score; several split by a comma.", None
    )
    expert_grade: int | None = field(
        "专家等级", "Grade set by experts.", None, ge=1, le=4, spellings=GRADE_SPELLINGS
    )
    level_reason: str | None = field("定级理由", "Why the experts chose it.", None)
    inherent_grade: int | None = field(
        "固有等级",
        "Grade before measures.",
        None,
        ge=1,
        le=4,
        spellings=GRADE_SPELLINGS,
        also=(
            "inherent_level",
            "固有风险等级",
        ),
    )
    assessed_at: date | None = field("评估日期", "Day of the assessment.", None, also=("评估时间",))
    assessor: str | None = field("评估人", "Who assessed.", None, also=("评估单位",))
    valid_until: date | None = field("有效期至", "Last day on which it holds.", None)
    responsible_unit: str | None = field(
        "责任单位",
        "Unit that answers for it.",
        None,
        also=(
            "hazardDep",
            "责任部门",
        ),
    )
    responsible_person: str | None = field(
        "责任人",
        "Person who answers.",
        None,
        private=True,
        also=(
            "riskLiablePerson",
            "hazardLiablePerson",
            "liablePerson",
        ),
    )
    responsible_phone: str | None = field(
        "责任人电话", "Telephone.", None, also=("联系电话",), private=True
    )
    lead_committee: str | None = field("牵头专业安委会", "Committee in the lead.", None)
    industry_department: str | None = field(
        "行业部门",
        "Department of the industry.",
        None,
        also=(
            "industry_dept",
            "行业(领域)部门",
            "行业（领域）主管部门",
            "行业主管部门",
            "行业领域部门",
        ),
    )
    township_department: str | None = field(
        "属地",
        "Township that supervises.",
        None,
        also=(
            "township_dept",
            "属地乡镇",
            "属地部门",
        ),
    )
    control_level: str | None = field("管控层级", "Level that controls it.", None)
    measure_engineering: str | None = field("工程技术措施", "Engineering measures.", None)
    measure_management: str | None = field("管理措施", "Management measures.", None)
    measure_training: str | None = field("培训教育措施", "Training.", None)
    measure_protection: str | None = field("个体防护措施", "Personal protection.", None)
    measure_emergency: str | None = field("应急处置措施", "Emergency measures.", None)
    monitoring: Literal["无", "本地", "远程"] | None = field("在线监控", "Monitoring.", None)
    notice_board: bool | None = field(
        "公告栏", "Whether a notice board hangs.", None, also=("风险公告栏",)
    )
    notice_card: bool | None = field(
        "告知卡",
        "Whether cards were handed out.",
        None,
        also=(
            "明白卡",
            "告知卡/明白卡",
            "风险告知卡",
        ),
    )
    emergency_plan: str | None = field(
        "应急预案",
        "Number of the plan.",
        None,
        also=(
            "emergency_plan_ref",
            "预案编号",
        ),
    )
    status: Literal["在用", "停用", "已消除"] = field("状态", "State of the place.", "在用")
    origin: str | None = field("来源", "Who reported it.", None, also=("数据来源", "source"))


def grade(row: RiskPoint, book: RuleBook | None = None) -> Assessment:
    """Grade a risk point: direct rules first, then the method that the row names."""
    return risk_point.grade(row, book)


LAYER = Layer(
    id="risk_points", title="风险点", title_en="Risk points",
    summary="Places where an accident can happen, graded by LEC, LS or experts.",
    group=("安全风险", "Safety risk"), geometry="Point", row=RiskPoint, key=("code",),
    label="name", grade=grade,
    grade_fields=("grading_method", "l_value", "e_value", "c_value", "s_value", "direct_rule",
                  "expert_grade", "level_reason"),
    legend="现状风险等级（LEC、LS 或专家评定）",
    source=Source("风险点清单（示意数据）", "CC0-1.0"),
    tile_fields=("name", "category"),
    card_fields=("category", "enterprise", "address", "grading_method", "hazard_factors",
                 "accident_types", "measure_engineering", "monitoring", "assessed_at",
                 "valid_until"),
    owner_fields=("responsible_unit", "responsible_person", "responsible_phone",
                  "industry_department", "township_department"),
    assessed_on="assessed_at", holds_until="valid_until", instant="assessed_at",
    harms=True, counted=True,
)  # fmt: skip
