"""The inspection list of a stretch of pipeline: a workbook, or waypoints and the line."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter
from shapely import Point
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry

from app.lists.gpx import CLOSING, OPENING, text, track, waypoint
from layers.declare import Layer

SIDES = {"left": "左", "right": "右", "on": "管上"}

GRADES = {1: "重大", 2: "较大", 3: "一般", 4: "低"}

FILLS = {1: ("#D7191C", "#FFFFFF"), 2: ("#F98400", "#000000"), 3: ("#FFD800", "#000000"),
         4: ("#2C7BB6", "#FFFFFF")}  # fmt: skip

COLUMNS = (
    ("序号", 6), ("类别", 14), ("名称", 34), ("桩号", 12), ("起点桩号", 12), ("止点桩号", 12),
    ("侧", 6), ("距离 m", 10), ("方位 °", 8), ("风险等级", 10), ("责任单位/人", 26), ("电话", 16),
    ("经度", 12), ("纬度", 12), ("检查情况", 24),
)  # fmt: skip

Features = Sequence[Mapping[str, Any]]


def workbook(head: Mapping[str, Any], features: Features, layers: Mapping[str, Layer]) -> bytes:
    """Return the list as a workbook: what was asked, then a row a feature.

    Args:
        head: What is said of the whole answer.
        features: As the API tells them, in its order.
        layers: For their titles.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("巡查清单")
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    fills = {
        grade: book.add_format({"bg_color": back, "font_color": front})
        for grade, (back, front) in FILLS.items()
    }
    sheet.write_string(0, 0, title_of(head), book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, f"{head['method']}; {head['line']['origin_text']}")
    for number, (name, width) in enumerate(COLUMNS):
        sheet.set_column(number, number, width)
        sheet.write_string(2, number, name, bold)
    for number, feature in enumerate(features, start=1):
        for column, value in enumerate(_row(number, feature, layers)):
            style = fills.get(feature["grade"]) if COLUMNS[column][0] == "风险等级" else None
            _write(sheet, (number + 2, column), value, style)
    sheet.freeze_panes(3, 0)
    sheet.autofilter(2, 0, max(len(features) + 2, 3), len(COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    book.close()
    return buffer.getvalue()


def gpx(head: Mapping[str, Any], features: Features, line: BaseGeometry) -> str:
    """Return the list as GPX: a waypoint a feature, and the stretch as a track."""
    points = "".join(
        waypoint(
            _name(each),
            shape_of(each["geometry"]) if each["geometry"] else line,
            f"{each['stake']} {SIDES[each['side']]} {each['distance_m']:g} m",
            each["layer"],
        )
        for each in features
    )
    name = title_of(head)
    return (
        f"{OPENING}<metadata><name>{text(name)}</name></metadata>\n{points}"
        f"{track(name, line)}{CLOSING}"
    )


def title_of(head: Mapping[str, Any]) -> str:
    """Pipeline, stretch and distance."""
    line = head["line"]
    return f"{line['name'] or line['code']} {head['from']}—{head['to']} 两侧 {head['within_m']:g} m"


def _row(number: int, feature: Mapping[str, Any], layers: Mapping[str, Layer]) -> list[Any]:
    contact = feature["contact"] or {}
    named = [str(value) for name, value in contact.items()
             if value and not name.endswith("phone")]  # fmt: skip
    phones = [str(value) for name, value in contact.items() if value and name.endswith("phone")]
    lon, lat = _place(feature)
    return [
        number, layers[feature["layer"]].title, _name(feature), feature["stake"],
        feature.get("stake_from"), feature.get("stake_to"), SIDES[feature["side"]],
        feature["distance_m"], feature["bearing_deg"], GRADES.get(feature["grade"]),
        " ".join(named), " ".join(phones), lon, lat, None,
    ]  # fmt: skip


def _name(feature: Mapping[str, Any]) -> str:
    return str(feature["properties"].get("name") or feature["id"])


def _place(feature: Mapping[str, Any]) -> tuple[float, float]:
    geometry = shape_of(feature["geometry"])
    place = geometry if isinstance(geometry, Point) else geometry.representative_point()
    return round(place.x, 7), round(place.y, 7)


def _write(sheet: Any, at: tuple[int, int], value: Any, style: Any) -> None:
    if isinstance(value, int | float):
        sheet.write_number(*at, value, style)
    elif value is not None:
        sheet.write_string(*at, str(value), style)
