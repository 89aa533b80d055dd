"""A plane for work along one line: conformal, good within the line's neighbourhood.

Feet of perpendiculars are found in the plane; every length that is told is measured on the
ellipsoid.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Transformer
from shapely.geometry.base import BaseGeometry

Numbers = NDArray[np.float64]

ELLIPSOID = Geod(ellps="WGS84")

WGS84 = 4326


@lru_cache(maxsize=32)
def _way(source: int, target: int) -> Transformer:
    """Return the way between two systems; making it takes fifty milliseconds."""
    return Transformer.from_crs(source, target, always_xy=True)


@dataclass(frozen=True)
class Plane:
    """A projected system in metres, by its EPSG code."""

    srid: int

    @classmethod
    def at(cls, lon: float, lat: float) -> "Plane":
        """The UTM zone of a place."""
        zone = min(max(int((lon + 180) // 6) + 1, 1), 60)
        return cls((32600 if lat >= 0 else 32700) + zone)

    def metres(self, degrees: Numbers) -> Numbers:
        """Return (n, 2) easting, northing of (n, 2) lon, lat."""
        x, y = _way(WGS84, self.srid).transform(degrees[:, 0], degrees[:, 1])
        return np.column_stack([x, y])

    def degrees(self, metres: Numbers) -> Numbers:
        """Return (n, 2) lon, lat of (n, 2) easting, northing."""
        lon, lat = _way(self.srid, WGS84).transform(metres[:, 0], metres[:, 1])
        return np.column_stack([lon, lat])

    def flat(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry of lon, lat in metres."""
        return shapely.transform(geometry, self.metres)

    def round_earth(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry in metres in lon, lat."""
        return shapely.transform(geometry, self.degrees)


def apart_m(one: Numbers, other: Numbers) -> Numbers:
    """Return the geodesic metres between pairs of lon, lat; both (n, 2)."""
    return np.asarray(ELLIPSOID.inv(one[:, 0], one[:, 1], other[:, 0], other[:, 1])[2])
