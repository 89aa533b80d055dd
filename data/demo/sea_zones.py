"""Zones at sea: ports, anchorages, closed waters, a collision warning area; all invented (示意)."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import Point, Polygon, box
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from data import geojson
from data.demo.city import City
from data.demo.sea import to_degrees, to_metres
from data.demo.vessels import PORTS

BOX = (120.9, 28.9, 124.6, 31.3)
"""West, south, east, north of the waters in which the zones lie, degrees."""

TRAWL_LINE = ((123.06, 31.3), (122.98, 30.7), (122.93, 30.2), (122.78, 29.7), (122.45, 28.9))
"""Invented line from north to south, lon, lat: west of it no trawling."""

WARNED = ((122.45, 30.55), (122.95, 30.62), (123.0, 30.28), (122.5, 30.2))
"""Where the invented lane of merchant ships crosses the way to the fishing grounds."""

PROTECTED = (123.0, 29.42, 123.25, 29.58)
"""An invented nursery ground."""

ANCHORAGES = {
    "杭州湾示意锚地": (121.32, 30.44),
    "岱衢洋示意锚地": (122.32, 30.3),
    "嵊泗示意锚地": (122.55, 30.68),
}
"""Invented anchorages, lon, lat."""

_PORT_M, _ANCHORAGE_M = 700.0, 1800.0
_OPENS = date(2018, 5, 1)
_DOCUMENT = "示意，非公布范围"
_SIMPLE_DEG = 0.002


def write(city: City, path: Path, random: np.random.Generator) -> int:
    """Write the zones as GeoJSON; return how many.

    Args:
        city: For its coast.
        path: The file to write.
        random: Source of chance: the shapes of ports and anchorages.
    """
    land = shapely.simplify(shapely.clip_by_rect(city.land, *BOX), _SIMPLE_DEG)
    features = [
        _feature(f"SYQ-{number:03d}", name, kind, gear, shape)
        for number, (name, kind, gear, shape) in enumerate(_zones(land, random), start=1)
    ]
    geojson.write(path, features, attribution="示意数据 / invented")
    return len(features)


Zone = tuple[str, str, str | None, BaseGeometry]
"""Name, kind, gear that it binds, area."""


def _zones(land: BaseGeometry, random: np.random.Generator) -> list[Zone]:
    west, south, east, north = BOX
    trawl = Polygon([*TRAWL_LINE, (west, south), (west, north)])
    water = box(west, south, east, north) - land
    return [
        ("东海伏季休渔区（示意）", "moratorium", None, water),
        ("机动渔船底拖网禁渔区（示意）", "closed_line", "拖网", trawl - land),
        ("幼鱼保护区（示意）", "protected", None, box(*PROTECTED) - land),
        ("商渔船碰撞高风险警示区（示意）", "collision_warning", None, Polygon(WARNED) - land),
        *(
            (name, "port", None, _round(_quay(place, water), _PORT_M, random))
            for name, place in PORTS.items()
        ),
        *(
            (name, "anchorage", None, _round(place, _ANCHORAGE_M, random) - land)
            for name, place in ANCHORAGES.items()
        ),
    ]


def _quay(place: tuple[float, float], water: BaseGeometry) -> tuple[float, float]:
    """Where boats of a port on the shore lie: the water that is nearest to it."""
    nearest, _ = nearest_points(water, Point(place))
    return nearest.x, nearest.y


def _round(place: tuple[float, float], radius_m: float, random: np.random.Generator) -> Polygon:
    """A rounded area about a place, no two alike."""
    angles = np.linspace(0, 2 * np.pi, 17)[:-1]
    radii = radius_m * random.uniform(0.85, 1.15, len(angles))
    rim = np.column_stack((np.cos(angles), np.sin(angles))) * radii[:, None]
    return Polygon(to_degrees(to_metres(np.array([Point(place).coords[0]])) + rim))


def _feature(
    code: str, name: str, kind: str, gear: str | None, shape: BaseGeometry
) -> tuple[dict[str, Any], BaseGeometry]:
    parts = [each for each in shapely.get_parts(shape) if isinstance(each, Polygon)]
    properties = {
        "code": code, "name": name, "kind": kind, "gear": gear,
        "valid_from": _OPENS.isoformat(), "document": _DOCUMENT,
    }  # fmt: skip
    return properties, shapely.multipolygons(parts)
