"""Kernel density of crashes along one line: quartic, in crashes per kilometre.

Source: Okabe, Satoh, Sugihara, A kernel density estimation method for networks, 2009; the quartic
kernel K(u) = 15/16 (1 − u²)², |u| < 1.
"""

import numpy as np

from layers.blackspots.crash_list import Numbers

M_PER_KM = 1000


def quartic(distance_m: Numbers | float, bandwidth_m: float) -> Numbers:
    """Return the kernel per metre; its integral over all distances is 1."""
    share = np.minimum(np.abs(np.asarray(distance_m, dtype=np.float64)) / bandwidth_m, 1.0)
    return np.asarray(15 / 16 * (1 - share**2) ** 2 / bandwidth_m)


def per_km(at_m: Numbers, measure_m: Numbers, bandwidth_m: float) -> Numbers:
    """Return the density at places along a line.

    Args:
        at_m: (n,) places, metres along the line.
        measure_m: (m,) crashes, metres along the line.
        bandwidth_m: Reach of the kernel, positive.

    Returns:
        (n,) crashes per kilometre.
    """
    distances = np.asarray(at_m)[:, None] - np.asarray(measure_m)[None, :]
    return np.asarray(M_PER_KM * quartic(distances, bandwidth_m).sum(axis=1))
