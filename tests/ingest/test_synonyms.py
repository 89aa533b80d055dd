"""Headers of the registers and of the national exchange: each is the field that it names."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.ingest.naming import detect
from layers.registry import LAYERS
from tests.builders import load_text, sql

REGISTERS = {
    "pipelines": """管道名称 name|大类 category|种类 register_kind|铺设方式 laying|起点 start_place|止点 end_place
        |长度 length_km|设计压力 design_pressure_mpa|最高工作压力 maop_mpa|传输介质 medium
        |管径 outside_diameter_mm|壁厚 wall_thickness_mm|材质 material|输送能力 liquid_capacity
        |竣工时间 built_on|投用时间 in_use_since|规划许可 planning_permit|安全生产许可证 safety_permit
        |竣工验收 accepted|压力管道使用登记 use_registration|实际路径与竣工图纸一致 as_drawn
        |不一致处 not_as_drawn|定期检验检测 inspected_on|应急预案 emergency_plan
        |隔离保护措施 barriers|标志标识 signs_complete|巡查频率(次/天) patrols_per_day
        |穿越城镇建成区长度 built_up_km|检测和安全风险评估 risk_assessed_on
        |评估确定的安全风险等级 assessed_grade|穿越人员密集场所 crowded_places|防护区施工 works_in_zone
        |曾发生事故 accidents|违章占压 encroachment_count|与人员密集场所安全距离不符 too_near_people
        |与建构筑物/铁路/公路/航道/港口/市政管线距离不符 too_near_works|与其他管线交叉 line_crossings
        |穿越封闭空间 enclosed_spaces|泄漏报警 leak_alarm|敏感区(江河湖)加强措施 sensitive_area_measures
        |压力流量监测 flow_monitoring|紧急切断 emergency_shutdown|防腐与阴极保护 cathodic_protection
        |防雷防静电 lightning_protection|抢修队伍 repair_team|应急演练 drills_per_year|产权单位 owner
        |使用单位 operator|主管部门 authority|整改需政府协调 government_help""",
    "hidden_dangers": """隐患编号 code|隐患来源 channel|发现日期 found_at|地址 address|简述 name
        |计划完成时间 deadline|治理经费(万元) cost_wan_yuan|监管责任单位 supervisor_unit|文号 document_no""",
    "risk_points": """风险点编号 code|名称 name|类别 category|位置 address|危险有害因素 hazard_factors
        |可能事故类型 accident_types|固有等级 inherent_grade|责任单位 responsible_unit
        |牵头专业安委会 lead_committee|行业(领域)部门 industry_department|行业 industry
        |属地 township_department|管控层级 control_level|在线监控 monitoring|公告栏 notice_board
        |明白卡 notice_card|状态 status|来源 origin""",
    "vessels": """船名 name|渔船编码 fishing_code|MMSI mmsi|北斗号 beidou_no|作业类型 gear|船长 length_m
        |总吨 gross_tonnage|功率 power_kw|船籍港 home_port|船东 owner|船长电话 skipper_phone
        |证书到期 certificate_until|编组 vessel_group|抗风等级 wind_limit""",
}
"""Source: DOMAIN 2.6, 4.6, 5.2 and 5.5."""

TABLES = {
    "crashes": "time occurred_at|route route_code|stake_m measure_m|loss loss_yuan|type crash_type",
    "hidden_dangers": """danger_id code|risk_point_id risk_point_code|pipeline_id pipeline_code
        |status state""",
    "road_segments": "start_m from_m|end_m to_m|criterion criteria",
    "protection_targets": "class protection_class",
    "third_party_works": "unit builder|start starts_on|end ends_on|distance_m offset_m",
    "vessel_positions": "ts seen_at",
}
"""English names of the proposed tables. A bare `id` is none: files number their rows with it."""

EXCHANGE = {
    "hidden_dangers": """dangerName name|hazardCode major_hazard_code|dangerLevel level|registTime found_at
        |dangerSrc channel|hazardDangerType kind|controlMeasures measures|cost cost_wan_yuan
        |liablePerson responsible_person|dangerManageDeadline deadline|checkAcceptPerson accepted_by
        |checkAcceptTime closed_at|dangerState state|supervised supervised""",
    "risk_points": """riskObjectName name|riskLiablePerson responsible_person|inherent_level inherent_grade
        |industry_dept industry_department|township_dept township_department|risk_point_id code
        |emergency_plan_ref emergency_plan|notice_card notice_card""",
    "vessel_positions": """MMSI mmsi|BaseDateTime seen_at|SOG speed_kn|COG course_deg|Heading heading_deg
        |Navigational status status|LON lon|LAT lat""",
}
"""Source: DOMAIN 5.3 and 5.5; MarineCadastre and the Danish Maritime Authority for positions."""


@pytest.mark.parametrize(
    ("layer", "listed"),
    [*REGISTERS.items(), *EXCHANGE.items(), *TABLES.items()],
    ids=lambda each: each[:20],
)
def test_every_header_of_a_register_names_its_field(layer: str, listed: str) -> None:
    pairs = [each.strip().rsplit(" ", 1) for each in listed.split("|")]
    headers = tuple(header for header, _ in pairs)
    assert detect(headers, LAYERS[layer], {}) == dict(map(tuple, pairs))


@pytest.mark.parametrize("header", ["# Timestamp", "time", "更新时间", "接收时间", "BaseDateTime"])
def test_the_instant_of_a_position_has_many_names(header: str) -> None:
    assert detect((header,), LAYERS["vessel_positions"], {}) == {header: "seen_at"}


def test_a_bracket_is_cut_only_at_the_end_of_a_header() -> None:
    named = detect(("行业(领域)部门", "行业（领域）"), LAYERS["risk_points"], {})
    assert named == {"行业(领域)部门": "industry_department", "行业（领域）": "industry"}


def test_navigational_status_comes_as_words(empty_engine: Engine, tmp_path: Path) -> None:
    words = ("Under way using engine", "ENGAGED IN FISHING", "在航", "Unknown value", "5", "睡觉")
    lines = [f"41200000{n},2026-01-01T0{n}:00:00Z,122,30,{word}" for n, word in enumerate(words)]
    content = "\n".join(("MMSI,# Timestamp,LON,LAT,Navigational status", *lines))
    report = load_text(empty_engine, "vessel_positions", tmp_path, content)
    assert (report.added, report.rejected) == (5, 1), report.rejects
    stored = sql(empty_engine, "SELECT array_agg(status ORDER BY seen_at) FROM vessel_positions")
    assert stored == [0, 7, 0, 15, 5]
