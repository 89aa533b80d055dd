"""Critical rate (质量控制法): rates that chance alone would rarely reach.

Source: Norden, Orlansky, Jacobs, 1956; R_c = R_a + K √(R_a/M) + 1/(2M).
"""

import numpy as np

from layers.blackspots.crash_list import Numbers

DAYS_A_YEAR = 365


def exposure(aadt: float | Numbers, length_m: float | Numbers, years: float) -> Numbers:
    """Return the exposure in 10⁶ vehicle kilometres.

    >>> float(exposure(10_000, 1000, 3))
    10.95
    """
    kilometres = np.asarray(length_m, dtype=np.float64) / 1000
    return np.asarray(np.asarray(aadt) * DAYS_A_YEAR * years * kilometres / 1e6)


def critical(average: float, exposures: float | Numbers, k: float = 1.645) -> Numbers:
    """Return the rate above which a site is out of control, per 10⁶ vehicle kilometres.

    Args:
        average: Rate of all sites together, not negative.
        exposures: Of each site, 10⁶ vehicle kilometres, positive.
        k: Quantile of the normal distribution.
    """
    m = np.asarray(exposures, dtype=np.float64)
    return np.asarray(average + k * np.sqrt(average / m) + 1 / (2 * m))
