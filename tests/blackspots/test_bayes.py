"""Empirical Bayes by Hauer's and the manual's examples; before and after a treatment."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.blackspots import bayes
from layers.blackspots.before_after import Span, effect

LENGTH, PHI = 1.8, 2.05


def hauer(years: int) -> float:
    """Crashes predicted for Hauer's road, whose lengths are in his unit."""
    return 0.0224 * 4000**0.564 * LENGTH * years


@pytest.mark.parametrize(
    ("counts", "weight", "expected", "deviation"),
    [((12,), 0.45975975, 8.47637, 2.13992), ((12, 7, 8), 0.22098729, 7.96930, 1.43854)],
)
def test_hauers_road_is_estimated_as_published(
    counts: tuple[int, ...], weight: float, expected: float, deviation: float
) -> None:
    years, k = len(counts), 1 / (PHI * LENGTH)
    assert k == pytest.approx(0.2710027, abs=1e-7)
    found = bayes.estimate(sum(counts), hauer(years), k)
    assert float(found.weight) == pytest.approx(weight, abs=1e-7)
    assert float(found.expected) / years == pytest.approx(expected, abs=1e-4)
    assert math.sqrt(float(found.variance)) / years == pytest.approx(deviation, abs=1e-4)
    per_length = float(found.expected) / years / LENGTH
    assert len(counts) > 1 or per_length == pytest.approx(4.71, abs=0.005)


def test_the_example_of_the_manual() -> None:
    found = bayes.estimate(15, 9.0, 0.24)
    assert float(found.weight) == pytest.approx(0.3164557, abs=1e-7)
    assert float(found.expected) == pytest.approx(13.1012658, abs=1e-7)
    assert float(found.excess) == pytest.approx(4.1012658, abs=1e-7)
    assert float(found.variance) == pytest.approx(8.955, abs=5e-4)


def test_the_rural_two_lane_function() -> None:
    assert float(bayes.predicted(10_000, bayes.MILE_M, 1)) == pytest.approx(2.6717, abs=5e-5)
    assert float(bayes.overdispersion(bayes.MILE_M)) == pytest.approx(0.236)
    assert float(bayes.overdispersion(2 * bayes.MILE_M)) == pytest.approx(0.118)


def test_calibration_makes_predictions_sum_to_what_was_seen() -> None:
    prediction = np.array([1.0, 2.0, 5.0])
    c = bayes.calibration(np.array([3, 0, 1]), prediction)
    assert float((c * prediction).sum()) == pytest.approx(4)
    assert bayes.calibration(np.array([3]), np.zeros(1)) == 1


@given(st.integers(0, 50), st.floats(0.01, 50), st.floats(0, 5))
def test_the_estimate_lies_between_what_was_seen_and_what_was_predicted(
    seen: int, mean: float, k: float
) -> None:
    found = bayes.estimate(seen, mean, k)
    low, high = sorted((float(seen), mean))
    assert low - 1e-9 <= float(found.expected) <= high + 1e-9
    assert 0 < float(found.weight) <= 1


@given(st.integers(0, 49), st.floats(0.01, 50), st.floats(0, 5))
def test_more_crashes_never_lower_the_estimate(seen: int, mean: float, k: float) -> None:
    less, more = (float(bayes.estimate(n, mean, k).expected) for n in (seen, seen + 1))
    assert more >= less


def test_raw_counts_praise_a_treatment_that_did_nothing() -> None:
    """A site chosen for 12 crashes where 6 are its mean falls back by itself."""
    told = effect(Span(3, 12, 6.0), Span(3, 9, 6.0), k=0.2)
    assert told.raw_percent == pytest.approx(-25)
    assert told.change_percent > -10
    assert told.significant is False


def test_an_effect_by_hand() -> None:
    # w = 1/(1+0.2·6) = 0.4545; expected 0.4545·6 + 0.5455·12 = 9.2727; variance 5.0579
    told = effect(Span(3, 12, 6.0), Span(3, 2, 6.0), k=0.2)
    assert told.expected_after == pytest.approx(9.272727, abs=1e-6)
    spread = 5.057851 / 9.272727**2
    assert told.ratio == pytest.approx(2 / 9.272727 / (1 + spread), abs=1e-6)
    assert told.deviation == pytest.approx(
        told.ratio * math.sqrt(1 / 2 + spread) / (1 + spread), abs=1e-6
    )
    assert told.significant is True


def test_longer_time_after_expects_more() -> None:
    short = effect(Span(3, 12, 6.0), Span(1, 2, 2.0), k=0.2)
    long = effect(Span(3, 12, 6.0), Span(3, 2, 6.0), k=0.2)
    assert long.expected_after == pytest.approx(3 * short.expected_after)


def test_nothing_seen_after_has_no_deviation_and_nothing_before_no_raw_figure() -> None:
    told = effect(Span(3, 0, 1.0), Span(2, 0, 0.7), k=0.5)
    assert (told.deviation, told.significant, told.raw_percent) == (None, None, None)
    assert told.ratio == 0


@pytest.mark.parametrize("bad", [Span(0, 1, 1.0), Span(1, 1, 0.0), Span(-1, 1, 1.0)])
def test_times_and_predictions_must_be_positive(bad: Span) -> None:
    good = Span(1, 1, 1.0)
    for before, after in ((bad, good), (good, bad)):
        with pytest.raises(ValueError, match="positive"):
            effect(before, after, k=0.2)
