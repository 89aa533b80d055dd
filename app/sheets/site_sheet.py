"""The sheet of a planner's check: the advice, its reasons with their sources, what lies near."""

from html import escape
from typing import Any

import shapely
from shapely.geometry import shape as shape_of

from app.city import City
from app.lines.plane import Plane
from app.sheets.pdf import facts, page, table
from app.sheets.strip import Mark, strip_map

AROUND_M = 150.0

SEALS = {"against": "g1", "consult": "g2", "none": "g4"}

SHOWN = 25
"""Features round the site on a sheet."""

GRADES = {1: "重大", 2: "较大", 3: "一般", 4: "低"}

INSIDE = {"inside": "市域内", "partly": "部分在市域外", "outside": "市域外"}

SIGNED = (
    "<table class='sign'><tr><th>核查人</th><td></td><th>意见单位</th><td></td>"
    "<th>日期</th><td></td></tr></table>"
)

TITLE = "规划选址安全核查单"


def site_sheet(told: dict[str, Any], city: City, lines: list[Any] | None = None) -> str:
    """Return the HTML of a sheet.

    Args:
        told: The answer of a check, as the API tells it.
        city: For its name and its notice.
        lines: Lines of the pipelines near, as geometries of lon, lat; drawn on the map.
    """
    limit = told["criterion"] or {}
    body = [
        f"<h1>{TITLE}</h1>", f"<p class='sub'>{escape(_rules(told, city))}</p>",
        f"<p><span class='seal {SEALS[told['advice']]}'>{escape(told['advice_text'])}</span></p>",
        facts([
            ("用途", told["use_text"]), ("名称", told["name"]),
            ("面积 m²", told["area_m2"]), ("边长 m", told["length_m"]),
            ("人数", told["persons"]), ("户数", told["households"]),
            ("位置", INSIDE[told["inside_city"]]),
            ("个人风险 次/年", _risk(told["risk_per_year"])),
            ("防护目标类别", limit.get("target")),
            ("新建基准 次/年", _risk(limit.get("limit_per_year"))),
        ]),
        _map(told, lines or []),
        "<h2>理由（最严在前）</h2>", _reasons(told),
        _compared(told["comparison"]),
        f"<h2>周边 {told['around_within_m']:g} m</h2>", _around(told),
        *(f"<p class='sub'>{escape(note)}</p>" for note in told["notes"]),
        "<h2>签认</h2>", SIGNED,
    ]  # fmt: skip
    return page(TITLE, "".join(body), f"{city.notice} · {told['method']}")


def _rules(told: dict[str, Any], city: City) -> str:
    return f"{city.name} · {told['source']} · {told['rule_set']} {told['rule_version']}"


def _risk(value: float | None) -> str | None:
    return None if value is None else f"{value:.3g}"


def _reasons(told: dict[str, Any]) -> str:
    if not told["reasons"]:
        return "<p>所列规则均未触发。无意见仅指本规则集，不替代其他审查。</p>"
    return table(
        ["意见", "规则", "对象", "距离 m", "限值 m", "内容", "依据"],
        [
            [each["advice_text"], f"{each['rule']} {each['title']}", _object(each),
             each["distance_m"], each["limit_m"], _said(each), each["source"]]
            for each in told["reasons"]
        ],
    )  # fmt: skip


def _object(reason: dict[str, Any]) -> str | None:
    feature = reason["feature"]
    if feature is None:
        return None
    named = str(feature.get("name") or feature.get("code") or feature.get("id"))
    more = f" 等 {reason['others'] + 1} 处" if reason["others"] else ""
    return f"{named}{more}"


def _said(reason: dict[str, Any]) -> str:
    detail = f" {reason['detail']}" if reason["detail"] else ""
    return f"{reason['text']}{detail}"


def _compared(other: dict[str, Any] | None) -> str:
    if other is None:
        return ""
    told = f"{other['zone']}，敏感等级 {other['sensitivity']}：{other['answer']}"
    return (
        f"<h2>{escape(other['title'])}</h2><p>{escape(told)}</p>"
        f"<p class='sub'>{escape(other['source'])}</p>"
    )


def _around(told: dict[str, Any]) -> str:
    if not told["around"]:
        return "<p>登记中没有可能致害或受害的对象。</p>"
    rows = [
        [each["name"] or each["code"], each["layer_title"], GRADES.get(each["grade"], "—"),
         each["distance_m"], each["bearing_deg"]]
        for each in told["around"][:SHOWN]
    ]  # fmt: skip
    left = len(told["around"]) - len(rows)
    more = f"<p class='sub'>另有 {left}{' 以上' if told['around_is_cut'] else ''} 处未列</p>"
    head = ["名称", "图层", "等级", "距离 m", "方位 °"]
    return table(head, rows) + (more if left else "")


def _map(told: dict[str, Any], lines: list[Any]) -> str:
    place = shape_of(told["geometry"])
    middle = place.envelope.centroid
    plane = Plane.at(middle.x, middle.y)
    flat = plane.flat(place)
    marks = [Mark(plane.flat(line), 'stroke="#B22222" stroke-width="0.8"') for line in lines]
    marks += [Mark(flat, 'fill="#1F4E79" fill-opacity="0.5" stroke="#1F4E79" stroke-width="0.6"')]
    reach = min([each["distance_m"] for each in told["pipelines"]], default=0.0)
    return strip_map(marks, shapely.buffer(flat, reach + AROUND_M).envelope, 182, 60)
