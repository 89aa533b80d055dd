"""The sheet of one high-consequence area (一区一案): facts, map strip, targets, routes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.city import City
from app.lines.line import Line
from app.lines.plane import Plane
from app.sheets.pdf import facts, page, table
from app.sheets.strip import Mark, strip_map
from layers import stake
from layers.grading.hca import ROMAN

STRIP_M = 2000.0
"""So much of the pipe is drawn on one strip."""

BAND_M = 200.0
"""Drawn beside a pipe that has no impact radius."""

_SEALS = {1: "g3", 2: "g2", 3: "g1"}

_SIDES = {"left": "左", "right": "右", "on": "管上"}


@dataclass(frozen=True)
class Plan:
    """What one sheet shows.

    Attributes:
        area: The row of the area.
        shape: Its line, lon, lat.
        line: The pipe; None where it is not in the register.
        targets: Rows of the targets within the band with `shape` (lon, lat), `distance_m` and what
            is said of their place beside the pipe.
        roads: Name and line (lon, lat) of the roads near.
        rooms: Valve rooms upstream and downstream.
        change: What the last identification found otherwise; None for one that an office listed.
    """

    area: Mapping[str, Any]
    shape: BaseGeometry
    line: Line | None
    targets: Sequence[Mapping[str, Any]]
    roads: Sequence[tuple[str, BaseGeometry]]
    rooms: Mapping[str, Any]
    change: str | None = None

    @property
    def band_m(self) -> float:
        """The impact radius, or the band of the standard."""
        return float(self.area["impact_radius_m"] or BAND_M)


def hca_sheet(plan: Plan, city: City) -> str:
    """Return the HTML of a sheet."""
    area = plan.area
    rank = int(area["severity"])
    span = f"{stake.spell(area['from_m'])}—{stake.spell(area['to_m'])}"
    body = [
        f"<h1>高后果区一区一案</h1><p class='sub'>{escape(city.name)} · {escape(area['name'])}</p>",
        f"<p><span class='seal {_SEALS[rank]}'>{ROMAN[rank].zh} 级高后果区</span></p>",
        facts([
            ("编号", area["code"]), ("管道", area["pipeline_code"]), ("起止桩号", span),
            ("长度 m", area["length_m"]), ("类型", area["kind"]), ("识别项", area["rows_met"]),
            ("判定依据", area["decided_by"]), ("地区等级", area["area_class"]),
            ("潜在影响半径 m", area["impact_radius_m"]), ("户数", area["households"]),
            ("人数", area["persons"]), ("所在乡镇", area["townships"]),
            ("识别日期", area["identified_on"]), ("较上次识别", plan.change),
            ("规则集", _rules(area)), ("区长", _contact(area)),
        ]),
        f"<h2>带状图（实线为管道，虚线为{_band(area)}）</h2>", _maps(plan),
        "<h2>保护目标</h2>", _targets(plan),
        "<h2>路线与截断</h2>", _routes(plan),
    ]  # fmt: skip
    source = "GB 32167-2015 6.1；等级颜色仅表示后果"
    return page(f"高后果区 {area['code']}", "".join(body), f"{city.notice} · {source}")


def _rules(area: Mapping[str, Any]) -> str | None:
    parts = [area["rule_set"], area["rule_version"]]
    return " ".join(part for part in parts if part) or None


def _contact(area: Mapping[str, Any]) -> str | None:
    parts = [area["responsible_person"], area["responsible_phone"]]
    return " ".join(part for part in parts if part) or None


def _band(area: Mapping[str, Any]) -> str:
    radius = area["impact_radius_m"]
    return f"潜在影响半径 {radius:g} m" if radius else f"两侧 {BAND_M:g} m"


def _targets(plan: Plan) -> str:
    if not plan.targets:
        return "<p>带内没有登记的保护目标；等级由地区等级决定。</p>"
    return table(
        ["名称", "类型", "户数", "人数", "距离 m", "桩号", "侧", "联系"],
        [
            [each["name"], each["kind"], each["households"], each["population"],
             round(each["distance_m"], 1), each.get("stake"), _SIDES.get(each.get("side") or ""),
             " ".join(filter(None, (each["responsible_unit"], each["responsible_phone"])))]
            for each in plan.targets
        ],
    )  # fmt: skip


def _routes(plan: Plan) -> str:
    area = plan.area
    rooms = [
        (f"{words}阀室", room and f"{room['name']} {room['stake']} 沿线 {room['along_m']:g} m "
         f"直线 {room['straight_m']:g} m {room['access'] or ''}")
        for words, room in (("上游", plan.rooms["upstream"]), ("下游", plan.rooms["downstream"]))
    ]  # fmt: skip
    return facts([
        ("入场路线", area["entry_route"]), ("疏散路线", area["escape_route"]),
        ("集结点", area["assembly_point"]), ("附近道路", "、".join(name for name, _ in plan.roads)),
        *rooms,
    ]) + "<p class='sub'>疏散应横向离开管道，不沿管道；集结点应在影响半径以外。</p>"  # fmt: skip


def _maps(plan: Plan) -> str:
    """The strip map; of a long area one for every two kilometres, each headed by its stakes."""
    area, line = plan.area, plan.line
    ends = (area["from_m"], area["to_m"])
    if line is None or line.along(ends[1]) - line.along(ends[0]) <= STRIP_M * 1.25:
        middle = plan.shape.envelope.centroid
        plane = line.plane if line else Plane.at(middle.x, middle.y)
        return _map(plan, plane, plane.flat(plan.shape), ends)
    low, high = (line.along(end) for end in ends)
    cuts = np.linspace(low, high, int(np.ceil((high - low) / STRIP_M)) + 1).tolist()
    told = []
    for start, end in pairwise(cuts):
        stakes = line.stake(start), line.stake(end)
        heading = "—".join(stake.spell(each) for each in stakes)
        told.append(f"<h3>{heading}</h3>{_map(plan, line.plane, line.cut(start, end), stakes)}")
    return "".join(told)


def _map(plan: Plan, plane: Plane, flat: BaseGeometry, ends: tuple[float, float]) -> str:
    """The strip map of a piece of the area, in metres of the plane, between two stakes."""
    whole = plane.flat(plan.shape)
    band = whole.buffer(plan.band_m)
    marks = [
        Mark(plane.flat(road), 'stroke="#9a9a9a" stroke-width="0.9"', name)
        for name, road in plan.roads
    ]
    marks.append(Mark(band, 'fill="#D7191C" fill-opacity="0.07" stroke="none"'))
    dashed = 'stroke="#D7191C" stroke-width="0.4" stroke-dasharray="1.6 1.1"'
    marks.append(Mark(shapely.boundary(band), dashed))
    marks += [_target(each, plane.flat(each["shape"])) for each in plan.targets]
    if plan.line is not None:
        pipe = shapely.MultiLineString(plan.line.parts)
        marks.append(Mark(pipe, 'stroke="#333" stroke-width="0.7"'))
    marks.append(Mark(whole, 'stroke="#D7191C" stroke-width="1.3"'))
    for name, end in _ends(ends, flat):
        marks.append(Mark(end, 'fill="#fff" stroke="#111" stroke-width="0.4"', name))
    return strip_map(marks, flat.buffer(plan.band_m).envelope)


def _target(row: Mapping[str, Any], flat: BaseGeometry) -> Mark:
    people = row["population"]
    label = f"{row['name']}{f' {people}人' if people else ''}"
    return Mark(flat, 'fill="#1F4E79" fill-opacity="0.75" stroke="#fff" stroke-width="0.3"', label)


def _ends(ends: tuple[float, float], flat: BaseGeometry) -> list[tuple[str, BaseGeometry]]:
    coordinates = shapely.get_coordinates(flat).tolist()
    points = shapely.Point(coordinates[0]), shapely.Point(coordinates[-1])
    return list(zip((stake.spell(end) for end in ends), points, strict=True))
