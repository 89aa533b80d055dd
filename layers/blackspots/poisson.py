"""Poisson: how likely chance alone is to bring so many crashes to one place."""

import numpy as np
from scipy.special import gammainc

from layers.blackspots.crash_list import Counts, Numbers


def at_least(count: int | Counts, expected: float | Numbers) -> Numbers:
    """Return P(X ≥ count) where X is Poisson with this mean.

    The regularised lower incomplete gamma function, which stays exact far out in the tail.

    Args:
        count: Crashes seen; for 0 the probability is 1.
        expected: Mean, not negative; 0 makes any crash impossible.
    """
    seen, mean = np.broadcast_arrays(np.asarray(count), np.asarray(expected, dtype=np.float64))
    some = seen > 0
    return np.where(some, gammainc(np.where(some, seen, 1), mean), 1.0)
