"""Road segments where people are hurt again and again, or where a fall would kill."""

from typing import Literal

from layers.declare import Layer, Row, Source, field
from layers.grading import road_segment
from layers.grading.assessment import Assessment
from layers.grading.rule_set import RuleBook
from layers.stake import Stake


class RoadSegment(Row):
    """A stretch of road between two stakes, with what makes it dangerous."""

    code: str = field("路段编号", "Number in the register.", also=("编号",))
    name: str = field("路段名称", "As the police print it: route, stakes, place.", also=("名称",))
    kind: Literal["事故多发", "临水临崖", "高落差", "长下坡", "急弯", "平交口"] = field(
        "类型", "What makes it dangerous.", also=("隐患类型",)
    )
    route_code: str | None = field("路线编号", "Route number.", None, also=("路线代码", "公路编号"))
    route_name: str | None = field(
        "路线名称", "Name of the route.", None, also=("路线", "道路名称", "公路名称")
    )
    from_m: Stake | None = field(
        "起点桩号",
        "Stake of the start.",
        None,
        unit="m",
        ge=0,
        also=("起点里程", "起止桩号", "起止里程", "桩号范围", "桩号区间", "桩号", "start_m"),
    )
    to_m: Stake | None = field(
        "止点桩号",
        "Stake of the end.",
        None,
        unit="m",
        ge=0,
        also=("止点里程", "终点桩号", "终点里程", "end_m"),
    )
    crashes: int | None = field("事故起数", "Crashes in three years.", None, ge=0)
    fatal_crashes: int | None = field("死亡事故起数", "Crashes with a death.", None, ge=0)
    major_crashes: int | None = field(
        "较大事故起数", "Crashes with three deaths or more.", None, ge=0
    )
    general_crashes: int | None = field(
        "一般程序事故起数", "Crashes of general procedure.", None, ge=0
    )
    unsafe_road: bool | None = field("道路因素", "Whether the road itself played a part.", None)
    deaths: int | None = field("死亡人数", "Deaths in three years.", None, ge=0)
    injuries: int | None = field("受伤人数", "Injured in three years.", None, ge=0)
    drop_m: float | None = field(
        "落差", "Height of the fall beside the road.", None, unit="m", ge=0
    )
    water_depth_m: float | None = field(
        "水深", "Depth of the water beside it.", None, unit="m", ge=0
    )
    edge_distance_m: float | None = field(
        "距路肩", "From the shoulder to water or edge.", None, unit="m", ge=0
    )
    sharp_curve: bool | None = field("弯道不达标", "Whether the curve is below standard.", None)
    guardrail: Literal["none", "insufficient", "below_standard", "standard"] | None = field(
        "护栏",
        "State of the guardrail.",
        None,
        codes={
            "none": "无护栏",
            "insufficient": "不足",
            "below_standard": "低于标准",
            "standard": "达标",
        },
    )
    aadt: float | None = field("年平均日交通量", "Vehicles a day.", None, unit="veh/d", ge=0)
    treatment_state: Literal["未治理", "治理中", "已治理"] | None = field(
        "治理状态", "State of the treatment.", None
    )
    treatment_year: int | None = field("治理年度", "Year of the treatment.", None, ge=1990, le=2100)
    found_by: Literal["register", "analysis"] = field(
        "发现方式", "Whether people entered it or an analysis of crashes found it.", "register",
        codes={"register": "排查登记", "analysis": "事故分析"},
    )  # fmt: skip
    method: str | None = field("识别方法", "Rule set and methods that found it.", None)
    criteria: str | None = field(
        "符合条款", "Criteria that its crashes meet.", None, also=("criterion",)
    )
    score_value: float | None = field("当量总分", "Crashes weighted by severity.", None, ge=0)
    psi_rank_value: float | None = field(
        "PSI 排名", "Rank by excess of crashes as a share of the black spots, 0.05: top 5 %.", None,
        gt=0, le=1,
    )  # fmt: skip
    crash_codes: str | None = field("事故清单", "Numbers of its crashes, split by blanks.", None)
    responsible_unit: str | None = field("责任单位", "Unit that answers for it.", None)
    responsible_person: str | None = field("责任人", "Person who answers.", None, private=True)
    responsible_phone: str | None = field("责任人电话", "Telephone.", None, private=True)


def grade(row: RoadSegment, book: RuleBook | None = None) -> Assessment:
    """Grade a segment by crash counts, or by fall, water and guardrail."""
    return road_segment.grade(row, book)


LAYER = Layer(
    id="road_segments", title="道路隐患路段", title_en="Road segments",
    summary="Accident-prone stretches of road and unguarded drops.",
    group=("道路交通", "Roads"), geometry="MultiLineString", row=RoadSegment, key=("code",),
    label="name", grade=grade,
    grade_fields=("kind", "crashes", "fatal_crashes", "major_crashes", "general_crashes",
                  "unsafe_road", "guardrail", "drop_m", "water_depth_m", "edge_distance_m",
                  "sharp_curve", "psi_rank_value"),
    legend="路段风险等级（事故起数、落差与护栏）",
    source=Source("道路隐患路段清单（示意数据）", "CC0-1.0"),
    tile_fields=("name", "kind"),
    card_fields=("kind", "route_name", "route_code", "from_m", "to_m", "crashes", "fatal_crashes",
                 "general_crashes", "deaths", "injuries", "drop_m", "water_depth_m", "guardrail",
                 "aadt", "treatment_state", "treatment_year", "found_by"),
    owner_fields=("responsible_unit", "responsible_person", "responsible_phone"),
    harms=True, counted=True,
)  # fmt: skip
