"""From the positions of one vessel to its trips: pure arrays, no database.

Distances on the sphere are enough here: they decide between 5 and 30 knots, not between metres.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_M = 6_371_008.8

KNOT_M_PER_S = 1852 / 3600

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class TripRules:
    """When a trip ends and which positions can't be true."""

    version: str
    longest_gap_s: float
    fastest_kn: float


@lru_cache
def trip_rules() -> TripRules:
    """The rules as `trips.toml` has them."""
    words = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return TripRules(words["version"], words["longest_gap_h"] * 3600, words["fastest_kn"])


@dataclass(frozen=True)
class Trip:
    """Positions kept, in order: epoch seconds, degrees; and how many were dropped within."""

    seconds: Numbers
    lon: Numbers
    lat: Numbers
    dropped: int


def trips(seconds: Numbers, lon: Numbers, lat: Numbers, rules: TripRules) -> Iterator[Trip]:
    """Cut the positions of one vessel, sorted by time, into trips.

    A position that would need more than the fastest speed from the last one kept is dropped; a
    wrong first one too, when more positions that follow agree with each other than with it. A gap
    strictly longer than the longest begins a new trip. A trip has at least two positions.
    """
    kept = reachable(seconds, lon, lat, rules.fastest_kn)
    times = seconds[kept]
    numbers = np.flatnonzero(kept)
    ends = np.flatnonzero(np.diff(times) > rules.longest_gap_s) + 1
    for part in np.split(np.arange(len(times)), ends):
        if len(part) < 2:  # noqa: PLR2004
            continue
        chosen = numbers[part]
        dropped = int(chosen[-1] - chosen[0] + 1 - len(chosen))
        yield Trip(seconds[chosen], lon[chosen], lat[chosen], dropped)


def reachable(seconds: Numbers, lon: Numbers, lat: Numbers, fastest_kn: float) -> NDArray[np.bool_]:
    """Which positions a vessel can have reached from the last one kept."""
    kept = np.ones(len(seconds), dtype=bool)
    limit = fastest_kn * KNOT_M_PER_S
    distance = distance_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    if not np.any(distance > limit * np.diff(seconds)):
        return kept
    last = _first_sound(seconds, lon, lat, limit)
    kept[:last] = False
    for here in range(last + 1, len(seconds)):
        way = float(distance_m(lon[last], lat[last], lon[here], lat[here]))
        kept[here] = way <= limit * (seconds[here] - seconds[last])
        if kept[here]:
            last = here
    return kept


def _first_sound(seconds: Numbers, lon: Numbers, lat: Numbers, limit: float) -> int:
    """The first position that most of the next few agree with."""
    for here in range(min(len(seconds) - 1, 10)):
        rest = slice(here + 1, here + 6)
        way = distance_m(lon[here], lat[here], lon[rest], lat[rest])
        if np.mean(way <= limit * (seconds[rest] - seconds[here])) > 0.5:  # noqa: PLR2004
            return here
    return 0


def distance_m(
    lon: Numbers | float, lat: Numbers | float, to_lon: Numbers | float, to_lat: Numbers | float
) -> Numbers:
    """Great-circle metres between positions in degrees."""
    half_lat = np.radians(np.subtract(to_lat, lat)) / 2
    half_lon = np.radians(np.subtract(to_lon, lon)) / 2
    across = np.cos(np.radians(lat)) * np.cos(np.radians(to_lat))
    chord = np.sin(half_lat) ** 2 + across * np.sin(half_lon) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(chord, 1.0))))
