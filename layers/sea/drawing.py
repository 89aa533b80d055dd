"""Ways of many vessels for display: how few positions draw them, and how exact that is."""

from dataclasses import dataclass
from math import ceil

import numpy as np

from layers.sea.path import Flags, Numbers
from layers.sea.simplify import Places, tolerances
from layers.sea.stops import DEGREE_M

SILENCES_S = (1800, 7200, 21_600)
"""Silences longer than the first of these that leaves room are not drawn over."""

LEAST_M = 10
"""What is left out at all is left out to so many metres: the receivers are no more exact."""


@dataclass(frozen=True, slots=True)
class Way:
    """Positions of one vessel in order of time.

    Attributes:
        mmsi: Whose.
        vessel: 0 for the main vessel on the number, 1 for the next.
        seconds: Since 1970.
        lon: Degrees.
        lat: Degrees.
    """

    mmsi: str
    vessel: int
    seconds: Numbers
    lon: Numbers
    lat: Numbers


@dataclass(frozen=True, slots=True)
class Drawing:
    """Which positions are drawn.

    Attributes:
        kept: Of each way, which of its positions.
        within_m: No position left out is further from the drawn place at its instant; 0: none is.
        silence_s: Silences longer than this are no part of a way, both their ends are drawn.
    """

    kept: list[Flags]
    within_m: int
    silence_s: int


def drawing(ways: list[Way], most: int, within_m: int | None) -> Drawing:
    """Choose positions by TD-TR; the ends of ways and silences are always drawn.

    Args:
        ways: All that are drawn together.
        most: So many positions in all, unless there are more ends.
        within_m: How exact at the worst; None, and where more than `most` would remain: as exact
            as there is room, but not more than `LEAST_M`. 0: every position.
    """
    sizes = np.array([len(way.seconds) for way in ways], dtype=np.int64)
    enough = int(sizes.sum()) <= most
    if (enough and not within_m) or not ways:
        return Drawing([np.ones(many, dtype=bool) for many in sizes], 0, SILENCES_S[0])
    seconds = np.concatenate([way.seconds for way in ways])
    begins = sizes.cumsum() - sizes
    silence_s, starts = _stretches(seconds, begins, most)
    x, y = _metres(ways)
    least = within_m or LEAST_M
    found = tolerances(seconds, x, y, starts, least)
    exact = _within(found, most, least)
    kept = found > exact
    return Drawing(np.split(kept, begins[1:]), exact, silence_s)


def silences(seconds: Numbers, kept: Flags, silence_s: int) -> list[int]:
    """Places among the kept positions of a way after which it is silent for longer."""
    after = np.flatnonzero(np.diff(seconds) > silence_s)
    return [int(each) for each in (np.cumsum(kept) - 1)[after]]


def _stretches(seconds: Numbers, begins: Places, most: int) -> tuple[int, Places]:
    """The shortest silence by which the ends of stretches leave room, and where these begin."""
    begun = np.zeros(len(seconds), dtype=bool)
    begun[begins] = True
    for silence_s in SILENCES_S:
        starts = np.flatnonzero(begun | (np.diff(seconds, prepend=seconds[:1]) > silence_s))
        if 2 * len(starts) <= most:
            break
    return silence_s, starts


def _metres(ways: list[Way]) -> tuple[Numbers, Numbers]:
    """Places on a plane of each way's own on which no distance is too short."""
    east = [
        way.lon * (DEGREE_M * np.cos(np.radians(np.min(np.abs(way.lat), initial=90.0))))
        for way in ways
    ]
    return np.concatenate(east), np.concatenate([way.lat for way in ways]) * DEGREE_M


def _within(found: Numbers, most: int, least: int) -> int:
    """Whole metres, at least `least`, at which no more than `most` positions remain."""
    finite = np.sort(found[np.isfinite(found)])[::-1]
    room = max(most - (len(found) - len(finite)), 0)
    return max(least, ceil(finite[room])) if room < len(finite) else least
