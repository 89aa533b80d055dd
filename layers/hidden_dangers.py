"""Hidden dangers: defects that must be closed, each with who closes it and by when."""

from datetime import date
from typing import Literal

from layers.declare import Layer, Raising, Row, Source, field

OPEN, REPORTED_DONE, CLOSED = "0", "1", "9"
"""整改中, 待验收, 已验收: what is reported as done is open until someone else has accepted it."""

MAJOR = "1"
"""重大隐患."""


class HiddenDanger(Row):
    """A hidden danger (隐患), with the names of the national data exchange where it has them."""

    code: str = field("隐患编号", "Number in the register.", also=("编号", "隐患编码", "danger_id"))
    name: str = field(
        "隐患名称",
        "What is wrong, in a few words.",
        also=("名称", "dangerName", "隐患简述", "简述", "隐患描述", "隐患内容"),
    )
    level: Literal["0", "1"] = field(
        "隐患级别",
        "General or major (dangerLevel).",
        codes={"0": "一般", "1": "重大"},
        spellings={"一般隐患": "0", "重大隐患": "1"},
        also=("级别", "dangerLevel", "隐患等级"),
    )
    state: Literal["0", "1", "9"] = field(
        "隐患状态",
        "Being put right, reported as done, or accepted (dangerState).",
        "0",
        codes={"0": "整改中", "1": "待验收", "9": "已验收"},
        spellings={"已销号": "9", "已整改": "1", "未整改": "0"},
        also=("状态", "整改状态", "dangerState", "status"),
    )
    kind: Literal["1", "2", "3", "4", "5", "6", "7", "8"] | None = field(
        "隐患类型",
        "Field in which it lies (hazardDangerType).",
        None,
        codes={"1": "安全", "2": "工艺", "3": "电气", "4": "仪表", "5": "消防", "6": "总图",
               "7": "设备", "8": "其他"},
        also=("hazardDangerType", "隐患类别"),
    )  # fmt: skip
    channel: Literal["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"] | None = field(
        "隐患来源",
        "How it was found (dangerSrc).",
        None,
        codes={"1": "日常排查", "2": "综合性排查", "3": "专业性排查", "4": "季节性排查",
               "5": "重点时段及节假日前排查", "6": "事故类比排查", "7": "复产复工前排查",
               "8": "外聘专家诊断式排查", "9": "管控措施失效", "10": "其他"},
        also=("来源", "dangerSrc", "隐患来源名称"),
    )  # fmt: skip
    enterprise: str | None = field(
        "企业名称", "Company that has it.", None, also=("单位名称", "所属企业")
    )
    address: str | None = field("位置", "Where it is.", None, also=("地址",))
    risk_point_code: str | None = field(
        "风险点编号", "Risk point at which it is open.", None, also=("risk_point_id",)
    )
    pipeline_code: str | None = field(
        "管道编号", "Pipeline at which it is open.", None, also=("pipeline_id",)
    )
    measure_m: float | None = field("桩号", "Stake on that pipeline.", None, unit="m", ge=0)
    road_segment_code: str | None = field("路段编号", "Road segment at which it is open.", None)
    major_hazard_code: str | None = field(
        "重大危险源编号",
        "Installation at which it is.",
        None,
        also=(
            "hazardCode",
            "危险源编码",
        ),
    )
    found_at: date | None = field(
        "发现日期",
        "Day of its registration.",
        None,
        also=("登记日期", "registTime", "登记时间", "发现时间"),
    )
    deadline: date | None = field(
        "整改期限",
        "Last day to put it right.",
        None,
        also=(
            "计划完成时间",
            "整改时限",
            "dangerManageDeadline",
            "治理期限",
            "完成期限",
            "deadline",
        ),
    )
    measures: str | None = field(
        "整改措施",
        "What is done meanwhile and to end it.",
        None,
        also=(
            "controlMeasures",
            "治理措施",
            "管控措施",
        ),
    )
    cost_wan_yuan: float | None = field(
        "治理经费",
        "Cost.",
        None,
        unit="10⁴ CNY",
        ge=0,
        also=(
            "cost",
            "整改资金",
            "治理资金",
            "整改经费",
        ),
    )
    supervised: bool = field(
        "挂牌督办",
        "Whether a government supervises it by decree.",
        False,
        also=("是否挂牌", "是否挂牌督办"),
    )
    supervision_level: Literal["省", "市", "县"] | None = field(
        "督办级别", "Level of the government.", None, also=("挂牌督办级别",)
    )
    document_no: str | None = field("督办文号", "Number of the decree.", None, also=("文号",))
    closed_at: date | None = field(
        "销号日期",
        "Day of its acceptance.",
        None,
        also=("验收日期", "checkAcceptTime", "验收时间", "销号时间"),
    )
    accepted_by: str | None = field(
        "验收人", "Who accepted it.", None, private=True, also=("checkAcceptPerson",)
    )
    responsible_unit: str | None = field("责任单位", "Unit that puts it right.", None)
    responsible_person: str | None = field(
        "责任人",
        "Person who answers.",
        None,
        private=True,
        also=(
            "liablePerson",
            "整改责任人",
            "单位负责人",
        ),
    )
    responsible_phone: str | None = field(
        "责任人电话", "Telephone.", None, private=True, also=("联系电话",)
    )
    supervisor_unit: str | None = field(
        "监管责任单位", "Authority that watches.", None, also=("督办责任部门",)
    )


def reasons(row: HiddenDanger, today: date) -> tuple[str, ...]:
    """Return what the danger counts for in the displayed grade of the feature where it is open.

    Args:
        row: Anything with its `level`, `state`, `supervised` and `deadline`.
        today: Day in the city's zone; a deadline is kept until its day has passed.

    Source: 余政办发〔2016〕82号, items 5 and 8.
    """
    if row.state == CLOSED:
        return ()
    overdue = row.supervised and row.deadline is not None and row.deadline < today
    return (
        *(("open_major_dangers",) if row.level == MAJOR else ()),
        *(("overdue_supervisions",) if overdue else ()),
    )


LAYER = Layer(
    id="hidden_dangers", title="隐患", title_en="Hidden dangers",
    summary="Defects that must be closed; while a major one is open its place is shown graver.",
    group=("安全风险", "Safety risk"), geometry="Point", row=HiddenDanger, key=("code",),
    label="name", source=Source("隐患排查治理清单（示意数据）", "CC0-1.0"),
    raising=Raising(
        at=(("risk_points", "risk_point_code"), ("pipelines", "pipeline_code"),
            ("road_segments", "road_segment_code"), ("major_hazards", "major_hazard_code")),
        reads=("level", "state", "supervised", "deadline"), reasons=reasons,
    ),
    tile_fields=("name", "level", "state"),
    card_fields=("level", "state", "kind", "channel", "enterprise", "address", "found_at",
                 "deadline", "measures", "supervised", "supervision_level", "document_no",
                 "closed_at"),
    owner_fields=("responsible_unit", "responsible_person", "responsible_phone",
                  "supervisor_unit"),
    instant="found_at", zooms=(10, 22), drawn=False,
)  # fmt: skip
