"""Eastings with the number of their zone in front: 40 611 365 is 611 365 in the zone of 120° E."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

MILLION = 1_000_000.0


@dataclass(frozen=True)
class Zone:
    """What is known of a projected system.

    Attributes:
        meridian: Its central meridian, degrees.
        prefixed: Whether its own eastings carry the number of the zone.
    """

    meridian: float
    prefixed: bool

    def numbers(self) -> tuple[int, int]:
        """Numbers of its meridian among the zones of 3° and of 6°."""
        return round(self.meridian / 3), round((self.meridian + 3) / 6)


@lru_cache(maxsize=64)
def zone_of(srid: int) -> Zone | None:
    """The zone of a Gauss-Krüger or other transverse Mercator system; None for any other."""
    operation = CRS.from_epsg(srid).coordinate_operation
    values = {each.name: each.value for each in operation.params} if operation else {}
    meridian = values.get("Longitude of natural origin")
    easting = values.get("False easting")
    if meridian is None or easting is None:
        return None
    return Zone(float(meridian), float(easting) >= MILLION)


def without_prefix(easting: float, srid: int) -> float | None:
    """The easting without the number of its zone.

    Returns:
        None where there is nothing to take off: no prefix, a system that wants it, or the number
        of another zone.
    """
    zone = zone_of(srid)
    if zone is None or zone.prefixed or easting < MILLION:
        return None
    number, rest = divmod(easting, MILLION)
    return rest if int(number) in zone.numbers() else None


def bare_eastings(points: NDArray[np.float64], srid: int) -> NDArray[np.float64] | None:
    """Points (n, 2) easting, northing without the number of their zone.

    Returns:
        None where the first of them has none that may be taken off; a geometry lies in one zone.
    """
    if without_prefix(float(points[0, 0]), srid) is None:
        return None
    return np.column_stack((points[:, 0] % MILLION, points[:, 1]))
