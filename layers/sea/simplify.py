"""Fewer vertices for display, without losing when a vessel stood: never for an analysis."""

import numpy as np

from layers.sea.path import Flags, Numbers


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
    kept = np.zeros(len(seconds), dtype=bool)
    kept[:1] = kept[-1:] = True
    waiting = [(0, len(seconds) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:  # noqa: PLR2004 - nothing between
            continue
        between = slice(first + 1, last)
        share = (seconds[between] - seconds[first]) / (seconds[last] - seconds[first])
        off = np.hypot(
            x[between] - x[first] - share * (x[last] - x[first]),
            y[between] - y[first] - share * (y[last] - y[first]),
        )
        worst = int(np.argmax(off))
        if off[worst] > within:
            middle = first + 1 + worst
            kept[middle] = True
            waiting += [(first, middle), (middle, last)]
    return kept
