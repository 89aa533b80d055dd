"""Events at sea, each with the positions, distances and times that speak for it."""

from typing import Literal

from pydantic import AwareDatetime

from layers.declare import Layer, Row, Source, field
from layers.grading.assessment import Assessment, Step, UngradableInput, Words
from layers.grading.rule_set import RuleBook
from layers.grading.verdict import assessed
from layers.grading.vessel import VesselRules

KINDS = {
    "gap_notice": "失联2小时以上", "gap_long": "失联6小时以上", "gap_lost": "失联12小时以上",
    "encounter": "海上会合", "loitering": "徘徊", "collision_watch": "碰撞危险（关注）",
    "collision_near": "碰撞危险（较近）", "collision_close": "碰撞危险（紧迫）",
    "pass_close": "近距离会遇", "pass_near_miss": "碰险",
    "moratorium_breach": "涉嫌违反伏季休渔", "moratorium_confirmed": "违反伏季休渔（已核实）",
    "closed_line": "越禁渔区线拖网", "collision_zone": "在商渔船碰撞高风险警示区锚泊或漂流",
    "gale_yellow": "大风黄色预警在海上", "gale_orange": "大风橙色预警在海上",
    "gale_red": "大风红色预警在海上", "not_returned": "未按时回港", "over_crew": "超员",
    "cross_area": "跨区作业", "distress": "遇险示位",
}  # fmt: skip
"""Kind of an event to its name; the ids are those of the rule set `vessel`."""


class VesselEvent(Row):
    """An event; its geometry is the place where it began."""

    code: str = field("事件编号", "Kind, vessel and begin; stays from run to run.")
    kind: Literal[
        "gap_notice", "gap_long", "gap_lost", "encounter", "loitering", "collision_watch",
        "collision_near", "collision_close", "pass_close", "pass_near_miss", "moratorium_breach",
        "moratorium_confirmed", "closed_line", "collision_zone", "gale_yellow", "gale_orange",
        "gale_red", "not_returned", "over_crew", "cross_area", "distress",
    ] = field("事件类型", "What happened.", codes=KINDS)  # fmt: skip
    mmsi: str = field("MMSI", "Maritime mobile service identity.", pattern=r"^\d{9}$")
    name: str | None = field("船名", "Name of the vessel.", None)
    other_mmsi: str | None = field("对方MMSI", "The other vessel.", None, pattern=r"^\d{9}$")
    started_at: AwareDatetime = field("开始时间", "When it began.")
    ended_at: AwareDatetime | None = field("结束时间", "When it ended; empty while open.", None)
    evidence: str | None = field("证据", "Numbers with their units in their names, JSON.", None)


def grade(row: VesselEvent, book: RuleBook | None = None) -> Assessment:
    """Grade an event by its kind."""
    rules = VesselRules.among(book)
    event = next((one for one in rules.events if one.id == row.kind), None)
    if event is None:
        raise UngradableInput("kind", row.kind, "规则中没有此事件", "is no event of the rule set")
    title = Words(event.title.zh, event.title.en)
    step = Step(event.id, event.grade, formula=event.title)
    return assessed(rules, event.grade, {"kind": row.kind}, [step], because=(title, None))


LAYER = Layer(
    id="vessel_events", title="海上事件", title_en="Vessel events",
    summary="Lost signals, encounters, loitering, collision risks, close passes, closed waters.",
    group=("海洋渔业", "Fishery"), geometry="Point", row=VesselEvent, key=("code",), label="code",
    grade=grade, grade_fields=("kind",), legend="海上事件等级",
    source=Source("由 AIS 轨迹点分析生成", "CC0-1.0"),
    tile_fields=("kind", "mmsi", "started_at"),
    card_fields=("kind", "mmsi", "name", "other_mmsi", "started_at", "ended_at", "evidence"),
    instant="started_at", reach="world",
)  # fmt: skip
