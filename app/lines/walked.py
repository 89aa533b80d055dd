"""What a patrol walked: which places it passed, and its track in unbroken pieces."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from app.lines.waypoints import Waypoint

WGS84 = Geod(ellps="WGS84")

PASSED_WITHIN_M = 50.0
"""A place is passed by a position that is no further; inclusive. A proposal of this city."""

SURE_WITHIN_M = 50.0
"""Positions that the phone itself holds for less accurate pass nothing; inclusive."""

LONGEST_PAUSE_S = 120.0
"""Between two positions of one piece of the track; a longer pause begins another piece."""


@dataclass(frozen=True)
class Track:
    """Positions of a patrol, in order of time.

    Attributes:
        lon: Degrees, WGS 84.
        lat: Degrees.
        seconds: Since 1970, UTC; strictly rising.
        accuracy_m: As the phone says; NaN where it does not.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    seconds: NDArray[np.float64]
    accuracy_m: NDArray[np.float64]

    @property
    def length_m(self) -> float:
        """Geodesic length."""
        return float(WGS84.line_length(self.lon, self.lat))


def passed(track: Track, places: Sequence[Waypoint]) -> list[Waypoint]:
    """Return the places that the track passes, in their order."""
    sure = ~(track.accuracy_m > SURE_WITHIN_M)
    lon, lat = track.lon[sure], track.lat[sure]
    return [each for each in places if _near(each, lon, lat)]


def _near(place: Waypoint, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> bool:
    if not len(lon):
        return False
    there = np.full(len(lon), place.lon), np.full(len(lat), place.lat)
    return bool(WGS84.inv(lon, lat, *there)[2].min() <= PASSED_WITHIN_M)


def pieces(track: Track) -> list[Track]:
    """Return the unbroken pieces of a track; one position alone makes none."""
    ends = np.flatnonzero(np.diff(track.seconds) > LONGEST_PAUSE_S) + 1
    found = []
    for part in np.split(np.arange(len(track.seconds)), ends):
        if len(part) > 1:
            of_part = (track.lon[part], track.lat[part], track.seconds[part])
            found.append(Track(*of_part, track.accuracy_m[part]))
    return found
