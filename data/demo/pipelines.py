"""Invented pipelines with their marker posts: along roads, or over the fields by way points."""

import csv
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import shapely.ops
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from data import geojson
from data.demo import names, register
from data.demo.city import City
from data.demo.network import RoadGraph, split
from data.demo.scatter import DECIMALS

NOTE = "示意数据，非真实管线"
_MARKER_SPACING_M = 1000.0
_SHARE_STAKES = 0.7
"""Share of the posts that are plain mileage stakes."""

_POSTS = ("测试桩", "标志桩", "转角桩", "加密桩", "警示牌")
_OPERATORS = {
    "gas": "示意管网天然气公司",
    "oil": "示意管道储运公司",
    "products": "示意成品油销售公司",
    "chemicals": "示意化工园区管廊公司",
    "hydrogen": "示意氢能公司",
}


@dataclass(frozen=True)
class Laid:
    """One pipeline on the ground: its words and its line in metres, running with the flow."""

    code: str
    words: dict[str, Any]
    line: LineString


class Network:
    """All pipelines, laid once, so that lines and markers agree."""

    def __init__(self, city: City) -> None:
        """Lay the pipelines of `pipelines.toml` in a city."""
        text = (Path(__file__).parent / "pipelines.toml").read_text(encoding="utf-8")
        self._words = tomllib.loads(text)
        self._city = city
        self.laid = _lay(city, self._words)

    def write_lines(self, path: Path, as_of: date, random: np.random.Generator) -> int:
        """Write the pipelines as GeoJSON; return how many."""
        own = random.spawn(1)[0]
        features = []
        for one in self.laid:
            known = _properties(one, self._words["pipes"], as_of, random)
            known |= register.of_pipeline(one.words, known, as_of, own)
            features.append((known, self._city.plane.round_earth(one.line)))
        geojson.write(path, features, attribution=NOTE, decimals=DECIMALS)
        return len(features)

    def write_markers(self, path: Path, random: np.random.Generator) -> int:
        """Write the marker posts as CSV; return how many."""
        count = 0
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["pipeline_code", "marker_no", "kind", "measure_m", "lon", "lat"])
            for one in self.laid:
                rows = _markers(self._city, one, random)
                writer.writerows(rows)
                count += len(rows)
        return count


def _lay(city: City, words: dict[str, Any]) -> list[Laid]:
    graph = RoadGraph(split([*city.roads, *(line for _, line in city.lanes)]))
    ground = city.ground.buffer(3000)
    laid = []
    for position, one in enumerate(words["line"]):
        places = [words["stations"][name] for name in one["ends"]]
        start, end = city.plane.metres(np.array(places))
        if "way" in one:
            points = np.vstack([start, city.plane.metres(np.array(one["way"])), end])
            line = _rounded(points)
        else:
            line = _beside_road(graph, start, end, 45 + position % 5 * 22)
        if not ground.covers(line):
            raise ValueError(f"{one['name']} leaves the city")
        laid.append(Laid(f"SY-{position + 1:03d}", one, line))
    return laid


def _beside_road(
    graph: RoadGraph, start: np.ndarray, end: np.ndarray, aside_m: float
) -> LineString:
    """Return a line from start to end along the shortest road, moved aside from it."""
    way = graph.way(graph.nearest(start), graph.nearest(end))
    if way is None:
        return _rounded(np.vstack([start, (start + end) / 2 + aside_m, end]))
    road = shapely.simplify(LineString(way), 25.0)
    step = end - start
    shift = np.array([-step[1], step[0]]) / max(float(np.hypot(*step)), 1.0) * aside_m
    points = _trimmed(shapely.get_coordinates(road) + shift, start, end)
    return _rounded(np.vstack([start, points, end]))


def _trimmed(points: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return the stretch between the points nearest to the ends, so that no line turns back."""
    line = LineString(points)
    ends = sorted(float(line.project(shapely.Point(place))) for place in (start, end))
    part = shapely.ops.substring(line, ends[0], ends[1])
    forward = line.project(shapely.Point(start)) <= line.project(shapely.Point(end))
    coordinates = shapely.get_coordinates(part)
    return coordinates if forward else coordinates[::-1]


def _rounded(points: np.ndarray) -> LineString:
    """Return the line with its corners cut twice, as a bent pipe lies.

    Source: Chaikin, An algorithm for high-speed curve generation, 1974.
    """
    for share in (0.2, 0.25):
        near = points[:-1] + (points[1:] - points[:-1]) * share
        far = points[1:] - (points[1:] - points[:-1]) * share
        cut = np.empty((2 * len(near), 2))
        cut[0::2], cut[1::2] = near, far
        points = np.vstack([points[0], cut[1:-1] if len(near) > 1 else cut, points[-1]])
    return LineString(shapely.get_coordinates(shapely.simplify(LineString(points), 1.0)))


def _properties(
    one: Laid, pipes: dict[str, list[list[Any]]], as_of: date, random: np.random.Generator
) -> dict[str, Any]:
    sizes = pipes[one.words["pipe"]]
    diameter, wall, design, maop, steel = sizes[int(random.integers(len(sizes)))]
    built = as_of - timedelta(days=int(random.integers(500, 9000)))
    inspected = as_of - timedelta(days=int(random.integers(20, 900)))
    risk = one.words["risk"] or [None, None]
    operator = _OPERATORS[one.words["medium"]]
    return {
        "code": one.code,
        "name": one.words["name"],
        "medium": one.words["medium"],
        "laying": "overhead" if one.words["pipe"] == "process" else "buried",
        "start_place": one.words["ends"][0],
        "end_place": one.words["ends"][1],
        "length_km": round(one.line.length / 1000 * float(random.uniform(0.995, 1.012)), 2),
        "design_pressure_mpa": design,
        "maop_mpa": maop,
        "outside_diameter_mm": diameter,
        "wall_thickness_mm": wall,
        "cover_m": None if one.words["pipe"] == "process" else round(random.uniform(0.7, 1.6), 1),
        "material": steel,
        "built_on": built.isoformat(),
        "in_use_since": (built + timedelta(days=int(random.integers(60, 300)))).isoformat(),
        "inspected_on": max(built, inspected).isoformat(),
        "patrols_per_day": float(random.choice([0.5, 1.0, 2.0])),
        "likelihood": risk[0],
        "consequence": risk[1],
        "operator": operator,
        "owner": operator,
        "authority": "发展和改革局",
        "responsible_person": names.persons(random, 1)[0],
        "responsible_phone": names.telephones(random, 1)[0],
    }


def _markers(city: City, one: Laid, random: np.random.Generator) -> list[list[str]]:
    """Return the posts of a line: their stakes drift from true metres, as on any old line."""
    length = one.line.length
    inner = np.arange(_MARKER_SPACING_M, length - 200, _MARKER_SPACING_M)
    inner = inner + random.uniform(-60, 60, len(inner))
    metres = np.concatenate([[0.0], inner, [length]])
    drift = 1 + random.normal(0, 0.004) + random.normal(0, 0.0006, len(metres)).cumsum()
    stakes = np.maximum.accumulate(np.round(metres * drift))
    kinds = np.where(
        random.random(len(metres)) < _SHARE_STAKES, "里程桩", random.choice(_POSTS, len(metres))
    )
    posts = shapely.get_coordinates(shapely.line_interpolate_point(_single(one.line), metres))
    places = city.plane.degrees(posts)
    return [
        [one.code, f"K{int(stake) // 1000}+{int(stake) % 1000:03d}", str(kind), f"{stake:.0f}",
         f"{lon:.{DECIMALS}f}", f"{lat:.{DECIMALS}f}"]
        for stake, kind, (lon, lat) in zip(stakes, kinds, places, strict=True)
    ]  # fmt: skip


def _single(line: BaseGeometry) -> LineString:
    return LineString(shapely.get_coordinates(line))
