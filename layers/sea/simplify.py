"""Fewer vertices for display, without losing when a vessel stood: never for an analysis."""

import numpy as np
from numpy.typing import NDArray

from layers.sea.path import Flags, Numbers

Places = NDArray[np.int64]

BETWEEN = 2
"""Places from the first to the last of a stretch that has a position between them."""


def kept_for_display(seconds: Numbers, x: Numbers, y: Numbers, within: float) -> Flags:
    """Which positions are kept so that no other is further than `within` from the drawn place.

    A position left out is compared with the place on the chord at its own instant, not with the
    nearest one: a line that only pauses keeps its pause.

    Args:
        seconds: Strictly rising.
        x: In any plane.
        y: Likewise.
        within: In the units of the plane, closed.

    Source: Meratnia and de By, Spatiotemporal Compression Techniques for Moving Point Objects,
    EDBT 2004 (top-down time-ratio, TD-TR).
    """
    starts = np.zeros(min(1, len(seconds)), dtype=np.int64)
    return np.asarray(tolerances(seconds, x, y, starts, within) > within, dtype=bool)


def tolerances(
    seconds: Numbers, x: Numbers, y: Numbers, starts: Places, least: float = 0.0
) -> Numbers:
    """Of each position the tolerance from which a drawing of it is left out; of ends infinite.

    What TD-TR keeps at any tolerance of at least `least` are the positions with a greater one.

    Args:
        seconds: Strictly rising within each stretch.
        x: In any plane.
        y: Likewise.
        starts: Where stretches begin, rising, the first at 0; each is drawn by itself.
        least: Positions that even this leaves out have 0.
    """
    found = np.zeros(len(seconds))
    first, last = starts, np.append(starts[1:], len(seconds))[: len(starts)] - 1
    found[first] = found[last] = np.inf
    limit = np.full(len(starts), np.inf)
    while True:
        wide = last - first >= BETWEEN
        first, last, limit = first[wide], last[wide], limit[wide]
        if not len(first):
            return found
        middle, off = _worst(seconds, x, y, first, last)
        # Whoever splits what was split by another is drawn no sooner than that one.
        limit = np.minimum(limit, off)
        split = limit > least
        first, middle, last, limit = first[split], middle[split], last[split], limit[split]
        found[middle] = limit
        first, last = np.concatenate((first, middle)), np.concatenate((middle, last))
        limit = np.tile(limit, 2)


def _worst(
    seconds: Numbers, x: Numbers, y: Numbers, first: Places, last: Places
) -> tuple[Places, Numbers]:
    """Of each chord the first of the positions furthest from it at their instant, and how far."""
    many = last - first - 1
    begins = np.cumsum(many) - many
    chord = np.repeat(np.arange(len(many)), many)
    here = np.arange(len(chord)) + (first + 1 - begins)[chord]
    lasts = seconds[last] - seconds[first]
    share = (seconds[here] - seconds[first][chord]) / lasts[chord]
    off = np.hypot(
        x[here] - x[first][chord] - share * (x[last] - x[first])[chord],
        y[here] - y[first][chord] - share * (y[last] - y[first])[chord],
    )
    most = np.maximum.reduceat(off, begins)
    hits = np.flatnonzero(off == most[chord])
    whose = chord[hits]
    return here[hits[np.append(True, whose[1:] != whose[:-1])]], most
