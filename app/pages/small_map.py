"""A small map of GeoJSON features as SVG, over the outline of the city; drawn without a script."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from math import cos, radians
from pathlib import Path
from typing import Any

from app.city import City
from app.maps.palette import LOOKS, OUTLINE

WIDTH, HEIGHT = 900, 420

MARGIN = 0.06
"""Of the width, left free round what is drawn."""

LEAST_DEGREES = 0.02
"""A single point still shows where it lies."""

PLAIN = "#607D8B"

SYMBOLS = {
    "diamond": ((0, -7), (7, 0), (0, 7), (-7, 0)),
    "triangle": ((0, -6.5), (6.5, 5), (-6.5, 5)),
    "square": ((-5, -5), (5, -5), (5, 5), (-5, 5)),
}
"""Corners of the symbols of grades, to the right and down; the others are circles."""

Feature = Mapping[str, Any]
Place = tuple[float, float]


def small_map(features: Sequence[Feature], city: City) -> str:
    """SVG of features in CRS84, the gravest on top; nothing where none has a place."""
    parts = [(each, list(_parts(each.get("geometry")))) for each in features]
    places = [place for _, lines in parts for _, line in lines for place in line]
    if not places:
        return ""
    view = _View(places)
    drawn = "".join(
        f'<polyline points="{view.line(line)}" fill="none" stroke="#8a99a5" stroke-width="1.5"/>'
        for _, line in _outline(city.base_file("outline"))
    )
    for feature, lines in sorted(parts, key=lambda each: -_weight(each[0])):
        drawn += "".join(_drawn(kind, line, _look(feature), view) for kind, line in lines)
    return (
        f'<svg class="map" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="位置示意 Where they lie">{drawn}</svg>'
    )


class _View:
    """From degrees to the picture: equal distances, north up."""

    def __init__(self, places: Sequence[Place]) -> None:
        lons, lats = [each[0] for each in places], [each[1] for each in places]
        self.middle = ((min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2)
        self.narrow = max(cos(radians(self.middle[1])), 0.01)
        wide = max((max(lons) - min(lons)) * self.narrow, LEAST_DEGREES)
        high = max(max(lats) - min(lats), LEAST_DEGREES)
        self.scale = min(WIDTH / wide, HEIGHT / high) * (1 - 2 * MARGIN)

    def at(self, place: Place) -> tuple[float, float]:
        x = WIDTH / 2 + (place[0] - self.middle[0]) * self.narrow * self.scale
        return x, HEIGHT / 2 - (place[1] - self.middle[1]) * self.scale

    def line(self, places: Sequence[Place]) -> str:
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in map(self.at, places))


def _weight(feature: Feature) -> int:
    return feature["properties"].get("grade") or 5


def _look(feature: Feature) -> tuple[str, str]:
    """Colour and symbol."""
    properties = feature["properties"]
    if "grade" not in properties:
        return PLAIN, "circle"
    look = LOOKS[properties["grade"]]
    return look.colour, look.symbol


def _drawn(kind: str, line: Sequence[Place], look: tuple[str, str], view: _View) -> str:
    colour, symbol = look
    if kind == "Point":
        x, y = view.at(line[0])
        corners = SYMBOLS.get(symbol)
        edge = f'fill="{colour}" stroke="{OUTLINE}" stroke-width="0.8"'
        if corners is None:
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" {edge}/>'
        places = " ".join(f"{x + right:.1f},{y + down:.1f}" for right, down in corners)
        return f'<polygon points="{places}" {edge}/>'
    fill = f'fill="{colour}" fill-opacity="0.25"' if kind == "Polygon" else 'fill="none"'
    way = f'points="{view.line(line)}"'
    # Yellow on white is hardly seen: a dark line lies under the coloured one.
    return (
        f'<polyline {way} fill="none" stroke="{OUTLINE}" stroke-width="4"/>'
        f'<polyline {way} {fill} stroke="{colour}" stroke-width="2.5"/>'
    )


def _parts(geometry: Mapping[str, Any] | None) -> Iterator[tuple[str, list[Place]]]:
    """Points, lines and rings of a geometry, each as its places."""
    if geometry is None:
        return
    kind = geometry["type"]
    if kind == "GeometryCollection":
        for each in geometry["geometries"]:
            yield from _parts(each)
        return
    deep = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2,
            "MultiPolygon": 3}[kind]  # fmt: skip
    plain = kind.removeprefix("Multi")
    lines: list[Any] = [geometry["coordinates"]]
    for _ in range(deep if plain == "Point" else deep - 1):
        lines = [part for line in lines for part in line]
    for line in lines:
        places = [line] if plain == "Point" else line
        yield plain, [(each[0], each[1]) for each in places if len(each) > 1]


@lru_cache(maxsize=4)
def _outline(path: Path) -> tuple[tuple[str, list[Place]], ...]:
    """The rings of the city's outline, once read."""
    if not path.is_file():
        return ()
    held = json.loads(path.read_text(encoding="utf-8"))["features"]
    return tuple(part for each in held for part in _parts(each["geometry"]))
