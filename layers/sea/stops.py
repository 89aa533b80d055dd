"""Stops: where a vessel stayed within a small place for a time."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from layers.sea.path import EARTH_RADIUS_M, Numbers
from layers.sea.rules import Stop

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
    least_s = rules.at_least_min * 60
    # The position that must still be in the box; none is too late.
    after = np.searchsorted(seconds, seconds + least_s, side="left")
    likely = np.flatnonzero(after < len(seconds))
    after = after[likely]
    likely = likely[np.hypot(x[after] - x[likely], y[after] - y[likely]) < rules.within_m]
    free = 0
    for here in likely.tolist():
        if here < free:
            continue
        last = here + _within(x[here:], y[here:], rules.within_m) - 1
        if seconds[last] - seconds[here] >= least_s:
            middle = int(np.searchsorted(seconds, (seconds[here] + seconds[last]) / 2))
            yield Stay(here, last, middle)
            free = last + 1


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
