"""Fishing vessels of the register, each at its last known position."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime

from layers.declare import Layer, Row, Source, field
from layers.grading import vessel_risk
from layers.grading.assessment import Assessment
from layers.grading.rule_set import RuleBook


class Vessel(Row):
    """A vessel; its geometry is the last position heard."""

    mmsi: str = field("MMSI", "Maritime mobile service identity.", pattern=r"^\d{9}$")
    name: str | None = field(
        "船名", "Name of the vessel.", None, also=("shipname", "船名号", "渔船名称", "渔船船名")
    )
    fishing_code: str | None = field(
        "渔船编码", "Code of the fishing register.", None, also=("渔船编号",)
    )
    beidou_no: str | None = field(
        "北斗号", "Number of the BeiDou terminal.", None, also=("北斗终端号",)
    )
    gear: (
        Literal[
            "帆张网", "笼壶", "渔运船", "拖网", "流刺网", "灯光围网", "钓具", "养殖", "定置", "其他"
        ]
        | None
    ) = field("作业类型", "Gear.", None, also=("作业方式",))
    hull: Literal["钢质", "木质", "玻璃钢"] | None = field("船体材质", "Hull.", None)
    length_m: float | None = field("船长", "Length overall.", None, unit="m", gt=0, le=200)
    gross_tonnage: float | None = field(
        "总吨", "Gross tonnage.", None, unit="GT", ge=0, also=("总吨位",)
    )
    power_kw: float | None = field(
        "主机功率", "Engine power.", None, unit="kW", ge=0, also=("功率",)
    )
    built_year: int | None = field("建造年份", "Year built.", None, ge=1900, le=2100)
    crew: int | None = field("船员数", "Crew on board.", None, ge=0)
    crew_minimum: int | None = field("最低配员", "Crew required.", None, ge=0)
    certificate_until: date | None = field(
        "证书到期", "Day on which certificates end.", None, also=("证书有效期",)
    )
    ais_fitted: bool | None = field("AIS", "Whether AIS is fitted.", None)
    beidou_fitted: bool | None = field("北斗", "Whether BeiDou is fitted.", None)
    violations: int | None = field("违规次数", "Violations in twelve months.", None, ge=0)
    home_port: str | None = field("船籍港", "Port of registry.", None)
    owner: str | None = field("船东", "Owner.", None, private=True, also=("船舶所有人",))
    owner_phone: str | None = field(
        "船东电话", "Telephone.", None, private=True, also=("船东联系电话",)
    )
    skipper: str | None = field("船长姓名", "Skipper.", None, private=True)
    skipper_phone: str | None = field("船长电话", "Telephone of the skipper.", None, private=True)
    vessel_group: str | None = field("编组", "Group in which it sails.", None, also=("编组号",))
    wind_limit: int | None = field(
        "抗风等级", "Beaufort force on its certificate that it must not meet.", None, ge=1, le=12
    )
    seen_at: AwareDatetime | None = field("最后时间", "Instant of the last position.", None)
    assessed_on: date | None = field("评估日期", "Day to which age and papers are counted.", None)


def grade(row: Vessel, book: RuleBook | None = None) -> Assessment:
    """Grade a vessel by its static score: gear, age, length, papers, equipment, violations."""
    return vessel_risk.grade(row, book)


LAYER = Layer(
    id="vessels", title="渔船", title_en="Fishing vessels",
    summary="Vessels at their last known position, graded by their static score.",
    group=("海洋渔业", "Fishery"), geometry="Point", row=Vessel, key=("mmsi",), label="name",
    grade=grade,
    grade_fields=("gear", "hull", "length_m", "built_year", "crew", "crew_minimum",
                  "certificate_until", "ais_fitted", "beidou_fitted", "violations", "assessed_on"),
    legend="渔船静态风险等级", source=Source("渔船登记（示意数据）", "CC0-1.0"),
    tile_fields=("name", "gear", "seen_at"),
    card_fields=("mmsi", "fishing_code", "beidou_no", "gear", "length_m", "gross_tonnage",
                 "power_kw", "built_year", "home_port", "certificate_until", "vessel_group",
                 "wind_limit", "seen_at"),
    owner_fields=("skipper", "skipper_phone", "owner", "owner_phone", "home_port"),
    instant="seen_at", reach="world",
    harms=True, counted=True,
)  # fmt: skip
