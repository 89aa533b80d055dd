"""The positions of one vessel in order of time, and what runs of them mean."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

EARTH_RADIUS_M = 6_371_008.8
KNOT_M_PER_S = 1852 / 3600


AtSea = Callable[[Numbers, Numbers, Numbers], Flags]
"""Whether places, longitudes and latitudes in degrees, lie off the ports of their instants.

The instants are seconds since 1970.
"""

State = tuple[str, float, float, float, float, float]
"""MMSI, seconds since 1970, longitude, latitude, knots, course in degrees; NaN where not told."""


@dataclass(frozen=True, slots=True)
class Path:
    """Positions of one vessel, sorted by time, without a time twice.

    Attributes:
        mmsi: Whose.
        seconds: Since 1970, UTC.
        lon: Degrees.
        lat: Degrees.
        speed_kn: Over ground as reported; NaN where not.
        status: Navigational status; -1 where not reported.
        last_course_deg: Over ground at the last position; NaN where not reported.
        vessel: 0 for the main vessel on the number, 1 for the next.
    """

    mmsi: str
    seconds: Numbers
    lon: Numbers
    lat: Numbers
    speed_kn: Numbers
    status: NDArray[np.int64]
    last_course_deg: float = float("nan")
    vessel: int = 0

    def last_state(self) -> State:
        """Where it is last, how fast and whither."""
        lon, lat, speed = (float(each[-1]) for each in (self.lon, self.lat, self.speed_kn))
        return self.mmsi, float(self.seconds[-1]), lon, lat, speed, self.last_course_deg

    def speeds(self) -> Numbers:
        """Reported speeds, in their absence those from the position before; knots."""
        steps = distance_m(self.lon[:-1], self.lat[:-1], self.lon[1:], self.lat[1:])
        made = steps / np.diff(self.seconds) / KNOT_M_PER_S
        first = made[:1] if len(made) else np.zeros(1)
        return np.where(np.isnan(self.speed_kn), np.concatenate((first, made)), self.speed_kn)


@dataclass(frozen=True, slots=True)
class Span:
    """A run of positions, both ends in it, by their places in the path."""

    first: int
    last: int


def runs(flags: Flags, seconds: Numbers, bridged_s: float) -> Iterator[Span]:
    """Runs of true flags; a silence longer than `bridged_s` ends one."""
    places = np.flatnonzero(flags)
    if not len(places):
        return
    breaks = (np.diff(places) > 1) | (np.diff(seconds[places]) > bridged_s)
    for part in np.split(places, np.flatnonzero(breaks) + 1):
        yield Span(int(part[0]), int(part[-1]))


def distance_m(lon: Numbers, lat: Numbers, to_lon: Numbers, to_lat: Numbers) -> Numbers:
    """Great-circle metres between positions in degrees, on the sphere."""
    half_lat = np.radians(np.subtract(to_lat, lat)) / 2
    half_lon = np.radians(np.subtract(to_lon, lon)) / 2
    across = np.cos(np.radians(lat)) * np.cos(np.radians(to_lat))
    chord = np.sin(half_lat) ** 2 + across * np.sin(half_lon) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(chord, 1.0))))


def on_the_sphere(lon: Numbers, lat: Numbers) -> Numbers:
    """(n, 3) metres from the centre of the Earth: chords stand for short distances everywhere."""
    east, north = np.radians(lon), np.radians(lat)
    return EARTH_RADIUS_M * np.column_stack(
        (np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north))
    )
