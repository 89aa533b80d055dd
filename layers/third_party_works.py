"""Third-party works: what others build, dig or drill near a pipeline."""

from datetime import date
from typing import Literal

from layers.declare import Layer, Row, Source, field
from layers.grading.activities import ACTIVITIES


class ThirdPartyWork(Row):
    """One work of somebody else in or near the protection zone (第三方施工)."""

    code: str = field("施工编号", "Number in the register.", also=("编号",))
    name: str = field("施工名称", "What is being done, in a few words.", also=("名称", "项目名称"))
    activity: Literal[
        "deep_rooted_planting",
        "earth_taking",
        "open_fire",
        "heavy_stacking",
        "corrosive_discharge",
        "mechanical_excavation",
        "pond_or_canal",
        "yard_or_greenhouse",
        "building",
        "crowded_place",
        "flammable_place",
        "anchoring",
        "dredging",
        "underwater_blasting",
        "quarry",
        "crossing",
        "road_rail_waterway",
        "power_line",
        "buried_cable",
        "earthing",
        "blasting",
        "seismic_survey",
        "excavation",
        "drilling",
        "mining",
        "heavy_vehicle",
        "valve_operation",
        "marker_damage",
    ] = field(
        "施工类型", "Kind of activity, as the law names it.", codes=ACTIVITIES, also=("活动类型",)
    )
    state: Literal["计划", "施工中", "停工", "完工"] = field("状态", "How far it is.", "计划")
    pipeline_code: str | None = field("管道编号", "Pipeline near which it is.", None)
    measure_m: float | None = field(
        "里程", "Stake on that pipeline.", None, unit="m", ge=0, also=("桩号", "起止桩号")
    )
    offset_m: float | None = field(
        "距管道", "Least distance from the centreline.", None, unit="m", ge=0, also=("distance_m",)
    )
    found_on: date | None = field("发现日期", "Day on which it was first seen.", None)
    starts_on: date | None = field("开工日期", "First day of the work.", None, also=("start",))
    ends_on: date | None = field("完工日期", "Last day of the work.", None, also=("end",))
    verdict: Literal["prohibited", "permit", "standard", "none"] | None = field(
        "法定判定",
        "Gravest verdict of the law when it was recorded.",
        None,
        codes={
            "prohibited": "禁止",
            "permit": "须申请",
            "standard": "须符合标准",
            "none": "不涉及",
        },
    )
    article: str | None = field("适用条款", "Rule that decided.", None)
    permit_no: str | None = field("许可文号", "Number of the county's decision.", None)
    agreement: bool | None = field("安全防护协议", "Whether an agreement is signed.", None)
    notice: str | None = field("备注", "What else the inspector saw.", None)
    builder: str | None = field("施工单位", "Company that works there.", None, also=("unit",))
    reported_by: str | None = field("上报人", "Who recorded it.", None, private=True)
    responsible_unit: str | None = field("责任单位", "Unit that watches it.", None)
    responsible_person: str | None = field("责任人", "Person who answers.", None, private=True)
    responsible_phone: str | None = field("责任人电话", "Telephone.", None, private=True)


LAYER = Layer(
    id="third_party_works", title="第三方施工", title_en="Third-party works",
    summary="Works of others near pipelines, with what the law says of them.",
    group=("油气管线", "Oil and gas"), geometry="Geometry", row=ThirdPartyWork, key=("code",),
    label="name", source=Source("第三方施工台账（示意数据）", "CC0-1.0"),
    tile_fields=("name", "activity", "state"),
    card_fields=("activity", "state", "verdict", "article", "pipeline_code", "measure_m",
                 "offset_m", "found_on", "starts_on", "ends_on", "permit_no", "agreement",
                 "builder", "notice"),
    owner_fields=("responsible_unit", "responsible_person", "responsible_phone"),
    instant="found_on", zooms=(11, 22), drawn=False, harms=True,
)  # fmt: skip
