"""The sheet of a verdict: what was asked, which clauses apply, who is to be called."""

from html import escape
from typing import Any

import shapely
from shapely.geometry import shape as shape_of

from app.city import City
from app.lines.plane import Plane
from app.sheets.pdf import facts, page, table
from app.sheets.strip import Mark, strip_map

AROUND_M = 60.0

COLOURS = {"prohibited": "g1", "permit": "g2", "standard": "g3", "none": "g4"}


_SIGNED = (
    "<table class='sign'><tr><th>巡查人</th><td></td><th>施工单位</th><td></td>"
    "<th>日期</th><td></td></tr></table>"
)


def verdict_sheet(told: dict[str, Any], city: City, lines: list[Any] | None = None) -> str:
    """Return the HTML of a sheet.

    Args:
        told: A verdict, as the API tells it.
        city: For its name and its notice.
        lines: Lines of the pipelines near, as geometries of lon, lat; drawn on the map.
    """
    seal = COLOURS[told["verdict"]]
    area = told["hca"] or {}
    body = [
        "<h1>管道保护法定判定单</h1>", f"<p class='sub'>{escape(_rules(told, city))}</p>",
        f"<p><span class='seal {seal}'>{escape(told['verdict_text'])}</span></p>",
        facts([
            ("活动", told["activity_text"]), ("名称", told.get("name")),
            ("开始", told["from"]), ("结束", told["to"]),
            ("潜在影响半径 m", told["pir_m"]), ("位于影响半径内", told["within_pir"]),
            ("高后果区", area.get("name")), ("高后果区等级", area.get("severity")),
        ]),
        _map(told, lines or []),
        "<h2>适用条款（最严在前）</h2>", _clauses(told),
        "<h2>附近管道</h2>", _pipes(told),
        *(f"<p class='sub'>{escape(note)}</p>" for note in told["notes"]),
        "<h2>签认</h2>", _SIGNED,
    ]  # fmt: skip
    return page("管道保护法定判定单", "".join(body), f"{city.notice} · {told['method']}")


def _rules(told: dict[str, Any], city: City) -> str:
    return f"{city.name} · {told['source']} · {told['rule_set']} {told['rule_version']}"


def _clauses(told: dict[str, Any]) -> str:
    if not told["verdicts"]:
        return "<p>没有条款适用于该距离内的此项活动。</p>"
    return table(
        ["判定", "规则", "条款", "对象", "距离 m", "限值 m", "条文"],
        [
            [_word(each["verdict"]), each["rule"], each["article"], _called(each["feature"]),
             each["distance_m"], f"{each['over_m']:g}–{each['limit_m']:g}", each["text"]]
            for each in told["verdicts"]
        ],
    )  # fmt: skip


def _pipes(told: dict[str, Any]) -> str:
    return table(
        ["管道", "距离 m", "桩号", "侧", "使用单位", "责任人", "电话"],
        [
            [_called(each), each["distance_m"], each.get("stake"), _side(each.get("side")),
             each["operator"], each["contact"]["responsible_person"],
             each["contact"]["responsible_phone"]]
            for each in told["pipelines"][:8]
        ],
    )  # fmt: skip


def _map(told: dict[str, Any], lines: list[Any]) -> str:
    place = shape_of(told["geometry"])
    middle = place.envelope.centroid
    plane = Plane.at(middle.x, middle.y)
    flat = plane.flat(place)
    marks = [Mark(plane.flat(line), 'stroke="#B22222" stroke-width="0.8"') for line in lines]
    marks += [Mark(flat, 'fill="#1F4E79" fill-opacity="0.5" stroke="#1F4E79" stroke-width="0.6"')]
    reach = min([each["distance_m"] for each in told["pipelines"]], default=0.0)
    return strip_map(marks, shapely.buffer(flat, reach + AROUND_M).envelope, 182, 60)


def _called(feature: dict[str, Any]) -> str:
    return str(feature["name"] or feature["code"])


def _word(verdict: str) -> str:
    return {"prohibited": "禁止", "permit": "须申请", "standard": "须符合标准"}[verdict]


def _side(side: str | None) -> str | None:
    return {"left": "左", "right": "右", "on": "管上"}.get(side or "")
