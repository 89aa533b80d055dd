"""Stops: where a vessel stayed within a small place for a time, and which are port calls."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layers.sea.path import EARTH_RADIUS_M, AtSea, Flags, Numbers
from layers.sea.rules import Stop

Indices = NDArray[np.int64]

DEGREE_M = float(np.radians(1) * EARTH_RADIUS_M)


@dataclass(frozen=True, slots=True)
class Stay:
    """A stop: first and last position by their places, and the position in the midst of time."""

    first: int
    last: int
    middle: int


def stays(seconds: Numbers, lon: Numbers, lat: Numbers, rules: Stop) -> Iterator[Stay]:
    """Stops of a path in order, none sharing a position.

    A stop begins at the earliest position from which all others, for at least the time of the
    rules, lie in a box along the meridians whose diagonal is shorter than the distance of the
    rules; it lasts as long as that holds.

    Args:
        seconds: Since 1970, strictly rising.
        lon: Degrees.
        lat: Degrees.
        rules: How near, open; how long, closed.

    Source: as movingpandas' TrajectoryStopDetector, whose box turns with the points.
    """
    if len(seconds) < 2:  # noqa: PLR2004
        return
    x = (lon - lon[0] + 180) % 360 - 180
    x, y = x * DEGREE_M * np.cos(np.radians(lat)), lat * DEGREE_M
    begins = _begins(seconds, x, y, rules)
    place = 0
    while place < len(begins):
        here = int(begins[place])
        last = here + _within(x[here:], y[here:], rules.within_m) - 1
        middle = int(np.searchsorted(seconds, (seconds[here] + seconds[last]) / 2))
        yield Stay(here, last, middle)
        place = int(np.searchsorted(begins, last, side="right"))


def port_calls(
    stops: Sequence[Stay], seconds: Numbers, lon: Numbers, lat: Numbers, at_sea: AtSea
) -> Flags:
    """Which stops of a path are port calls: those whose middle position does not lie at sea.

    Args:
        stops: Of the path whose arrays follow.
        seconds: Since 1970.
        lon: Degrees.
        lat: Degrees.
        at_sea: Asked for all middles at once.
    """
    if not stops:
        return np.zeros(0, dtype=bool)
    middles = np.array([each.middle for each in stops], dtype=np.int64)
    return ~at_sea(lon[middles], lat[middles], seconds[middles])


def _begins(seconds: Numbers, x: Numbers, y: Numbers, rules: Stop) -> Indices:
    """Positions after which the vessel stays in the box for the time."""
    # The position that must still be in the box; none is too late.
    after = np.searchsorted(seconds, seconds + rules.at_least_min * 60, side="left")
    likely = np.flatnonzero(after < len(seconds))
    after = after[likely]
    near = np.hypot(x[after] - x[likely], y[after] - y[likely]) < rules.within_m
    likely, after = likely[near], after[near]
    if not len(likely):
        return likely
    wide, high = (
        _of_ranges(np.maximum, each, likely, after) - _of_ranges(np.minimum, each, likely, after)
        for each in (x, y)
    )
    return likely[np.hypot(wide, high) < rules.within_m]


def _of_ranges(
    most: Callable[[Numbers, Numbers], Numbers], values: Numbers, first: Indices, last: Indices
) -> Numbers:
    """The greatest or least value of each range, both ends in it; a later end than the begin.

    Every range is covered by two that are a power of two long: all of one length at once.
    """
    lengths = last - first + 1
    levels = np.frexp(lengths)[1] - 1
    found = np.empty(len(first))
    for level in range(int(levels.max()) + 1):
        if level:
            half = 1 << (level - 1)
            values = most(values[:-half], values[half:])
        asked = levels == level
        found[asked] = most(values[first[asked]], values[last[asked] + 1 - (1 << level)])
    return found


def _within(x: Numbers, y: Numbers, within_m: float) -> int:
    """How many positions from the first on fit into the box; looks as far as it must."""
    many = 64
    while True:
        wide, high = x[:many], y[:many]
        spread = np.hypot(
            np.maximum.accumulate(wide) - np.minimum.accumulate(wide),
            np.maximum.accumulate(high) - np.minimum.accumulate(high),
        )
        out = np.flatnonzero(spread >= within_m)
        if len(out):
            return int(out[0])
        if many >= len(x):
            return len(x)
        many *= 4
