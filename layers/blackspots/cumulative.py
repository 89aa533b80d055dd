"""Cumulative frequency (累计频率曲线): the few units that hold the most crashes.

Source: 累计频率曲线法; shares of units of 5 % and 20 %.
"""

from collections.abc import Sequence

import numpy as np

from layers.blackspots.crash_list import Counts, Numbers


def shares(counts: Sequence[int] | Counts) -> Numbers:
    """Return for each unit the share of all units that have at least as many crashes.

    >>> shares([0, 0, 7, 5]).tolist()
    [1.0, 1.0, 0.25, 0.5]
    """
    values = np.asarray(counts)
    if len(values) == 0:
        return np.zeros(0)
    rising = np.sort(values)
    at_least = len(values) - np.searchsorted(rising, values, side="left")
    return np.asarray(at_least / len(values), dtype=np.float64)


def standing(counts: Sequence[int] | Counts, black: float, potential: float) -> list[str | None]:
    """Return `black`, `potential` or None for each unit.

    Args:
        counts: Crashes of each unit; a unit without any is neither.
        black: Closed upper limit of the share of units that are black.
        potential: Closed upper limit of the share of those that may become so.
    """
    told: list[str | None] = []
    for count, share in zip(np.asarray(counts).tolist(), shares(counts).tolist(), strict=True):
        rank = "black" if share <= black else "potential" if share <= potential else None
        told.append(rank if count > 0 else None)
    return told
