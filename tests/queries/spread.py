"""Features over the whole world, at its edges too, and their true distances by pyproj."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from random import Random

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod
from shapely import wkt
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

WGS84 = Geod(ellps="WGS84")

Numbers = NDArray[np.float64]

STEPS = 33
"""Places looked at along a geodesic before the best is refined."""


@dataclass(frozen=True)
class Placed:
    """A feature: its layer and its geometry."""

    layer: str
    text: str

    @property
    def shape(self) -> BaseGeometry:
        """The geometry."""
        return wkt.loads(self.text)

    @property
    def longest_m(self) -> float:
        """Length of its longest edge."""
        return max((float(WGS84.inv(*a, *b)[2]) for a, b in _edges(self.shape)), default=0.0)


def spread(seed: int = 7) -> list[Placed]:
    """The same features for the same seed: points, lines and polygons, near each other in groups."""
    chance = Random(seed)  # noqa: S311 - not for secrets
    homes = [
        (121.15, 30.04), (179.99, 10.0), (-179.995, 10.0), (180.0, -40.0), (10.0, 85.0),
        (-60.0, -85.0), (0.0, 0.0), (-58.85, -30.04), (100.0, 89.99), (24.0, -90.0),
    ]  # fmt: skip
    found = [Placed("vessels", f"POINT({lon} {lat})") for lon, lat in homes]
    for lon, lat in homes:
        for reach in (0.0005, 0.02, 1.0):
            for _ in range(4):
                x = (lon + chance.uniform(-reach, reach) + 540) % 360 - 180
                y = max(-90.0, min(90.0, lat + chance.uniform(-reach, reach)))
                found.append(Placed("vessels", f"POINT({x!r} {y!r})"))
    for lon, lat in [(121.15, 30.04), (178.0, 10.0), (10.0, 70.0), (-60.0, -70.0)]:
        for length in (0.001, 0.05, 0.5, 2.0):
            x, y = lon + chance.uniform(-0.05, 0.05), lat + chance.uniform(-0.05, 0.05)
            east, north = chance.uniform(-length, length), chance.uniform(-length, length) / 4
            found.append(
                Placed("road_segments",
                       f"MULTILINESTRING(({x} {y}, {x + east} {y + north}, {x + east} {y}))")
            )  # fmt: skip
            side = length / 10
            found.append(
                Placed("townships",
                       f"MULTIPOLYGON((({x} {y}, {x + side} {y}, {x + side} {y + side}, {x} {y})))")
            )  # fmt: skip
    return found


def true_distance_m(lon: float, lat: float, shape: BaseGeometry) -> float:
    """Geodesic metres from a place to the nearest part of a geometry whose edges are geodesics."""
    if shape.geom_type == "Point":
        return _between(lon, lat, np.array([shape.x]), np.array([shape.y]))[0]
    if "Polygon" in shape.geom_type and shape.covers(Point(lon, lat)):
        return 0.0
    return min(_to_edge(lon, lat, *edge) for edge in _edges(shape))


def _edges(shape: BaseGeometry) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    lines = shape.boundary if "Polygon" in shape.geom_type else shape
    for part in getattr(lines, "geoms", [lines]):
        corners = list(part.coords)
        yield from pairwise(corners)


def _to_edge(lon: float, lat: float, start: tuple[float, ...], end: tuple[float, ...]) -> float:
    azimuth, _, length = WGS84.inv(*start, *end)
    low, high = 0.0, float(length)
    for _ in range(6):
        ways = np.linspace(low, high, STEPS)
        same = np.full(STEPS, 1.0)
        x, y, _ = WGS84.fwd(start[0] * same, start[1] * same, azimuth * same, ways)
        far = _between(lon, lat, x, y)
        best = int(np.argmin(far))
        low, high = ways[max(best - 1, 0)], ways[min(best + 1, STEPS - 1)]
    return float(far[best])


def _between(lon: float, lat: float, x: Numbers, y: Numbers) -> Numbers:
    same = np.full(len(x), 1.0)
    return np.asarray(WGS84.inv(lon * same, lat * same, x, y)[2])
