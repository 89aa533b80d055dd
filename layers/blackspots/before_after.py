"""Before and after a treatment by empirical Bayes, so that chance is not taken for success.

Sites are treated after their worst years and get better by themselves (regression to the mean):
raw counts praise every treatment.

Source: Hauer, Observational Before–After Studies in Road Safety, 1997; HSM, 2010, 9A.
"""

import math
from dataclasses import dataclass

from layers.blackspots.bayes import estimate


@dataclass(frozen=True, slots=True)
class Span:
    """One site over one time: crashes seen and predicted."""

    years: float
    observed: int
    predicted: float


@dataclass(frozen=True, slots=True)
class Effect:
    """What a treatment did.

    Attributes:
        expected_after: Crashes after, had nothing been done.
        observed_after: Crashes after.
        ratio: θ; below 1 is better.
        deviation: Standard deviation of θ; None where nothing was seen after.
        change_percent: 100 (θ − 1); negative is better.
        significant: Whether θ differs from 1 by more than 1.96 deviations; None as before.
        raw_percent: What raw counts a year would have told, for comparison; None without any
            before.
    """

    expected_after: float
    observed_after: int
    ratio: float
    deviation: float | None
    change_percent: float
    significant: bool | None
    raw_percent: float | None


NORMAL_95 = 1.96


def effect(before: Span, after: Span, k: float) -> Effect:
    """Compare what was seen after a treatment with what was to be expected without it.

    Args:
        before: Years before the works.
        after: Years after the works; what is predicted carries longer time and more traffic.
        k: Overdispersion of the site.

    Raises:
        ValueError: A time or a prediction that is not positive.
    """
    if min(before.years, after.years, before.predicted, after.predicted) <= 0:
        raise ValueError("times and predictions must be positive")
    then = estimate(before.observed, before.predicted, k)
    growth = after.predicted / before.predicted
    expected = float(then.expected) * growth
    variance = float(then.variance) * growth**2
    spread = variance / expected**2
    ratio = after.observed / expected / (1 + spread)
    deviation = None
    if after.observed:
        deviation = ratio * math.sqrt(1 / after.observed + spread) / (1 + spread)
    return Effect(
        expected_after=expected,
        observed_after=after.observed,
        ratio=ratio,
        deviation=deviation,
        change_percent=100 * (ratio - 1),
        significant=None if deviation is None else abs(ratio - 1) > NORMAL_95 * deviation,
        raw_percent=_raw(before, after),
    )


def _raw(before: Span, after: Span) -> float | None:
    if not before.observed:
        return None
    return 100 * (after.observed / after.years / (before.observed / before.years) - 1)
