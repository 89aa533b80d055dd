"""Sliding windows along a route: half-open, anchored at crashes, merged and shrunk.

A window [s, s + W) that begins at no crash can be moved forward to its first crash without losing
one, and may win others. So for every count or weight that is not negative the best window of all
begins at a crash: looking at those alone finds the exact optimum.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from layers.blackspots.crash_list import Counts, Flags, Numbers


class InvalidWindow(ValueError):
    """A window without a length."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a route with its score; metres."""

    from_m: float
    to_m: float
    score: float


def ends(measure_m: Numbers, length_m: float) -> Counts:
    """Return for the window that begins at each crash the position after its last crash.

    Args:
        measure_m: Stakes, rising.
        length_m: Length of the window; a crash exactly this far on is outside.

    Raises:
        InvalidWindow: The length is not a positive, finite number.
    """
    if not (np.isfinite(length_m) and length_m > 0):
        raise InvalidWindow(f"a window of {length_m} m has no length")
    return np.searchsorted(measure_m, measure_m + length_m, side="left")


def sums(measure_m: Numbers, values: Numbers | Counts | Flags, length_m: float) -> Numbers:
    """Return the sum of the values in the window that begins at each crash."""
    total = np.concatenate([[0.0], np.cumsum(np.asarray(values, dtype=np.float64))])
    return np.asarray(total[ends(measure_m, length_m)] - total[:-1], dtype=np.float64)


def best(
    measure_m: Numbers, values: Numbers | Counts, length_m: float, count: int = 1
) -> list[Stretch]:
    """Return the best windows that share no place, best first; the exact optimum leads.

    Args:
        measure_m: Stakes, rising.
        values: What each crash counts, not negative.
        length_m: Length of every window.
        count: How many windows at most; among equals the first along the route.
    """
    scores = sums(measure_m, values, length_m)
    found: list[Stretch] = []
    for here in np.argsort(-scores, kind="stable").tolist():
        start = float(measure_m[here])
        apart = all(abs(start - other.from_m) >= length_m for other in found)
        if apart and len(found) < count:
            found.append(Stretch(start, start + length_m, float(scores[here])))
    return found


def merged(starts: Numbers, length_m: float) -> list[tuple[float, float]]:
    """Return the union of half-open windows [s, s + length), as stretches in order.

    Windows that only touch stay apart.
    """
    stretches: list[tuple[float, float]] = []
    for start in np.sort(starts).tolist():
        if stretches and start < stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], start + length_m)
        else:
            stretches.append((start, start + length_m))
    return stretches


def shrunk(
    stretch: tuple[float, float], measure_m: Numbers, margin_m: float, within: tuple[float, float]
) -> tuple[float, float]:
    """Return the stretch from its first crash to its last, with a margin, within limits.

    Args:
        stretch: Half-open.
        measure_m: Stakes of the crashes, rising; at least one lies in the stretch.
        margin_m: What is added at both ends.
        within: Closed limits, such as the ends of the route.
    """
    first, last = np.searchsorted(measure_m, stretch, side="left")
    start, end = float(measure_m[first]), float(measure_m[last - 1])
    return max(start - margin_m, within[0]), min(end + margin_m, within[1])


def joined(stretches: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return stretches in order, those that share a place as one; touching ends count."""
    together: list[tuple[float, float]] = []
    for start, end in sorted(stretches):
        if together and start <= together[-1][1]:
            together[-1] = (together[-1][0], max(end, together[-1][1]))
        else:
            together.append((start, end))
    return together
