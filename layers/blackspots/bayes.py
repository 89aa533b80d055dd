"""Empirical Bayes: what a site is to be expected to have, its own history weighed by its like.

Source: Hauer, Harwood, Council, Griffith, Estimating safety by the empirical Bayes method, TRR
1784, 2002; AASHTO, Highway Safety Manual, 2010, 3.5.5 and 10.6.1 (rural two-lane).
"""

from dataclasses import dataclass

import numpy as np

from layers.blackspots.crash_list import Counts, Numbers
from layers.blackspots.critical_rate import DAYS_A_YEAR

MILE_M = 1609.344


@dataclass(frozen=True, slots=True)
class Estimate:
    """Expected crashes of a site over the same time as the ones seen.

    Attributes:
        weight: Of the prediction, (0, 1]; the rest is that of the crashes seen.
        expected: Crashes.
        variance: Of the expected number.
        excess: What is expected beyond the prediction (PSI, potential for safety improvement).
    """

    weight: Numbers
    expected: Numbers
    variance: Numbers
    excess: Numbers


def predicted(
    aadt: float | Numbers, length_m: float | Numbers, years: float, intercept: float = -0.312
) -> Numbers:
    """Return crashes that a safety performance function predicts.

    N = AADT · L · 365 · 10⁻⁶ · e^intercept a year, L in miles.
    """
    miles = np.asarray(length_m, dtype=np.float64) / MILE_M
    a_year = np.asarray(aadt) * miles * DAYS_A_YEAR * 1e-6 * np.exp(intercept)
    return np.asarray(a_year * years, dtype=np.float64)


def overdispersion(length_m: float | Numbers, per_mile: float = 0.236) -> Numbers:
    """Return k of a site, which multiplies the prediction: per_mile / L(mi).

    Hauer's φ per unit length divides instead: k = 1/(φ L).
    """
    return np.asarray(per_mile * MILE_M / np.asarray(length_m, dtype=np.float64))


def calibration(observed: Counts | Numbers, prediction: Numbers) -> float:
    """Return C = Σ observed / Σ predicted, by which a foreign function fits here; 1 for nothing."""
    whole = float(np.sum(prediction))
    return float(np.sum(observed)) / whole if whole > 0 else 1.0


def estimate(
    observed: float | Counts | Numbers, prediction: float | Numbers, k: float | Numbers
) -> Estimate:
    """Weigh what was seen by what was predicted.

    Args:
        observed: Crashes seen, not negative.
        prediction: Crashes predicted for the same time, positive.
        k: Overdispersion of the site, not negative; 0 trusts the prediction alone.
    """
    mean = np.asarray(prediction, dtype=np.float64)
    weight = 1 / (1 + np.asarray(k, dtype=np.float64) * mean)
    expected = weight * mean + (1 - weight) * np.asarray(observed, dtype=np.float64)
    return Estimate(weight, expected, (1 - weight) * expected, expected - mean)
