"""Invented routes over the base map's roads, with the stones from which stakes are measured."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString, Point

from data import geojson
from data.demo.city import City
from data.demo.network import split, stitched
from data.demo.scatter import DECIMALS

NOTE = "示意数据，路线名称、编号与桩号均为虚构"

_SHORTEST_M = 700.0
_LONG_M = 30_000.0
_JOINED = ("示意余梁线", "示意梁岚线", "示意岚明线")
"""Lanes that are one route, from the plain to the far hills."""

_NAMED = (
    ("示意杭沈线", "示意G329", "国道"),
    ("示意甬梁线", "示意S318", "省道"),
    ("示意甬余线", "示意S319", "省道"),
    ("示意姚北大道", "示意Y001", "城市道路"),
    ("示意胜陆线", "示意X301", "县道"),
)
"""Names, numbers and classes of the longest routes of the plain."""

_HILL = ("示意浒溪线", "示意S213", "省道")
_AADT = {"国道": (12_000, 26_000), "省道": (6_000, 16_000), "城市道路": (9_000, 24_000),
         "县道": (2_000, 9_000), "乡道": (400, 3_000)}  # fmt: skip
_SPEED = {"国道": 80, "省道": 80, "城市道路": 60, "县道": 60, "乡道": 40}
_SHARE_COUNTED = 0.85
"""Share of the routes whose traffic was ever counted."""

_STONE_M = 1000.0
_TOWN_M = 4000.0


@dataclass(frozen=True)
class Route:
    """One route on the ground: metres, and the stakes of its stones.

    Attributes:
        positions: Of the stones, metres along the line, rising.
        stakes: Of the same stones.
    """

    code: str
    name: str
    road_class: str
    line: LineString
    positions: np.ndarray
    stakes: np.ndarray

    def stake(self, position_m: float) -> float:
        """Return the stake at a distance along the line."""
        return float(np.interp(position_m, self.positions, self.stakes))

    @property
    def unit(self) -> str:
        """Who answers for it."""
        return "公路与运输管理中心（示意）"


class Network:
    """All routes, laid once, so that lines, stones, segments and crashes agree."""

    def __init__(self, city: City, random: np.random.Generator) -> None:
        """Lay the routes of a city."""
        self.city = city
        self.routes = _routes(city, random)

    def write_lines(self, path: Path, random: np.random.Generator) -> int:
        """Write the routes as GeoJSON; return how many."""
        seats = [Point(area.seat) for area in self.city.areas]
        features = [
            (_properties(route, seats, random), self.city.plane.round_earth(route.line))
            for route in self.routes
        ]
        geojson.write(path, features, attribution=NOTE, decimals=DECIMALS)
        return len(features)

    def write_markers(self, path: Path) -> int:
        """Write the stones as CSV; return how many."""
        rows = [row for route in self.routes for row in _stones(self.city, route)]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["route_code", "marker_no", "kind", "measure_m", "lon", "lat"])
            writer.writerows(rows)
        return len(rows)


def _routes(city: City, random: np.random.Generator) -> list[Route]:
    """Return the edges of the main roads stitched to long routes, and the lanes."""
    ground = city.ground
    inside = [shapely.intersection(line, ground) for line in city.roads]
    main = stitched(split([line for line in inside if not line.is_empty]))
    lanes = {name: LineString(shapely.get_coordinates(line)) for name, line in city.lanes}
    hill = [shapely.get_coordinates(lanes.pop(name)) for name in _JOINED]
    found = [(*_HILL, LineString(np.vstack([hill[0], *(part[1:] for part in hill[1:])])))]
    for line in sorted(main, key=lambda one: -one.length):
        position = len(found) - 1
        words = _NAMED[position] if position < len(_NAMED) else (_between(city, line), "", "县道")
        found.append((*words, line))
    found += [(name, "", "乡道", line) for name, line in lanes.items()]
    long = [one for one in found if one[3].length >= _SHORTEST_M]
    return [_staked(number, words, random) for number, words in enumerate(long)]


def _staked(
    number: int, words: tuple[str, str, str, LineString], random: np.random.Generator
) -> Route:
    """Return a route whose stones drifted from true kilometres, as on any old road."""
    name, code, road_class, line = words
    origin = float(random.integers(0, 60) * 1000) if line.length < _LONG_M else 0.0
    steps = _STONE_M * (1 + random.normal(0, 0.002) + random.normal(0, 0.003, 200))
    positions = np.concatenate([[0.0], steps.cumsum()])
    positions = positions[positions < line.length - _STONE_M / 10]
    stakes = origin + _STONE_M * np.arange(len(positions))
    end = stakes[-1] + line.length - positions[-1]
    return Route(
        code=code or f"示意X{401 + number}",
        name=name,
        road_class=road_class,
        line=line,
        positions=np.append(positions, line.length),
        stakes=np.append(stakes, round(end)),
    )


def _between(city: City, line: LineString) -> str:
    """Return a name from the townships at both ends: 示意临泗线."""
    ends = [
        min(city.areas, key=lambda area: Point(area.seat).distance(Point(end))).name[0]
        for end in (line.coords[0], line.coords[-1])
    ]
    return f"示意{ends[0]}{ends[1] if ends[1] != ends[0] else '北'}线"


def _properties(route: Route, seats: list[Point], random: np.random.Generator) -> dict[str, Any]:
    middle = route.line.interpolate(0.5, normalized=True)
    least, most = _AADT[route.road_class]
    aadt = float(random.integers(least // 100, most // 100) * 100)
    return {
        "code": route.code,
        "name": route.name,
        "road_class": route.road_class,
        "setting": "urban" if min(map(middle.distance, seats)) < _TOWN_M / 4 else "rural",
        "from_m": float(route.stakes[0]),
        "to_m": float(route.stakes[-1]),
        "aadt": aadt if random.random() < _SHARE_COUNTED else None,
        "speed_limit_kmh": float(_SPEED[route.road_class]),
        "responsible_unit": route.unit,
    }


def _stones(city: City, route: Route) -> list[list[str]]:
    places = shapely.get_coordinates(shapely.line_interpolate_point(route.line, route.positions))
    kinds = ["公里碑"] * (len(places) - 1) + ["界碑"]
    return [
        [route.code, f"K{int(stake) // 1000}+{int(stake) % 1000:03d}", kind, f"{stake:.0f}",
         f"{lon:.{DECIMALS}f}", f"{lat:.{DECIMALS}f}"]
        for stake, kind, (lon, lat) in zip(
            route.stakes, kinds, city.plane.degrees(places), strict=True
        )
    ]  # fmt: skip
