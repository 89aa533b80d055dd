"""How large a place is, and whether it lies in the city."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Literal

import shapely
from shapely.geometry.base import BaseGeometry

from app.city import City
from app.lines.plane import ELLIPSOID

Where = Literal["inside", "partly", "outside"]
"""Of a place, as the city's outline has it."""


def inside(city: City, place: BaseGeometry) -> Where:
    """Return whether a place lies in the city's outline; its edge belongs to it."""
    outline = _outline(city.base_file("outline"))
    if outline.covers(place):
        return "inside"
    return "partly" if outline.intersects(place) else "outside"


@lru_cache(maxsize=4)
def _outline(file: Path) -> BaseGeometry:
    told = json.loads(file.read_text(encoding="utf-8"))
    shapes = [shapely.from_geojson(json.dumps(each["geometry"])) for each in told["features"]]
    areas = [each for each in shapes if each.geom_type in {"Polygon", "MultiPolygon"}]
    return shapely.union_all(areas)


def extent(place: BaseGeometry) -> dict[str, float]:
    """Return area and length (of an area: of its edge) on the ellipsoid, square metres, metres."""
    area, around = ELLIPSOID.geometry_area_perimeter(place)
    return {"area_m2": round(abs(area), 1), "length_m": round(around, 1)}
