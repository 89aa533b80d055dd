"""Cumulative frequency, critical rate and Poisson by their published values."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.blackspots import critical_rate, cumulative, poisson
from layers.blackspots.screening import CrashScreening
from layers.grading.rule_set import RULES, InvalidRuleSet, parse

UNITS = [0, 0, 1, 2, 0, 3, 1, 0, 7, 1, 0, 2, 5, 0, 1, 0, 0, 2, 0, 0]


def test_shares_of_units_are_the_published_ones() -> None:
    shares = dict(zip(UNITS, cumulative.shares(UNITS).tolist(), strict=True))
    assert shares == pytest.approx({7: 0.05, 5: 0.10, 3: 0.15, 2: 0.30, 1: 0.50, 0: 1.0})


def test_the_unit_with_seven_is_black_and_five_and_three_may_become_so() -> None:
    told = cumulative.standing(UNITS, 0.05, 0.2)
    named = {count: rank for count, rank in zip(UNITS, told, strict=True) if rank}
    assert named == {7: "black", 5: "potential", 3: "potential"}


def test_units_without_crashes_are_nothing() -> None:
    assert cumulative.standing([0, 0], 0.05, 1.0) == [None, None]
    assert cumulative.standing([], 0.05, 0.2) == []


@given(st.lists(st.integers(0, 9), max_size=40))
def test_more_crashes_never_stand_better(counts: list[int]) -> None:
    rank = {"black": 0, "potential": 1, None: 2}
    told = cumulative.standing(counts, 0.05, 0.2)
    pairs = sorted(zip(counts, [rank[each] for each in told], strict=True))
    assert [each for _, each in pairs] == sorted((each for _, each in pairs), reverse=True)


def test_the_critical_rate_is_the_published_one() -> None:
    assert float(critical_rate.exposure(10_000, 1000, 3)) == 10.95
    assert float(critical_rate.critical(1.2, 10.95)) == pytest.approx(1.7902268, abs=1e-7)


@given(st.floats(0, 5), st.floats(0.01, 100), st.floats(0.01, 100))
def test_the_critical_rate_falls_with_exposure_and_stays_above_the_average(
    average: float, one: float, other: float
) -> None:
    low, high = critical_rate.critical(average, np.array(sorted((one, other)))).tolist()
    assert low >= high > average


@pytest.mark.parametrize(("mean", "count", "p"), [(1.2, 5, 0.0077458), (0.5, 3, 0.0143877)])
def test_poisson_tails_are_the_published_ones(mean: float, count: int, p: float) -> None:
    assert float(poisson.at_least(count, mean)) == pytest.approx(p, abs=5e-8)


@given(st.integers(0, 40), st.floats(0, 30))
def test_poisson_is_the_sum_of_its_terms(count: int, mean: float) -> None:
    below = sum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(count))
    assert float(poisson.at_least(count, mean)) == pytest.approx(1 - below, abs=1e-9)


def test_no_crash_is_certain_and_one_without_a_mean_impossible() -> None:
    assert poisson.at_least(np.array([0, 1]), np.array([0.0, 0.0])).tolist() == [1, 0]


def test_parameters_that_contradict_each_other_are_refused() -> None:
    text = (RULES / "crash_screening.toml").read_text(encoding="utf-8")
    for old, new, key in (
        ("potential_share = 0.2", "potential_share = 0.05", "potential_share"),
        ("lixel_m = 10", "lixel_m = 60", "lixel_m"),
        ("snap_m = 50", "snap_m = 0", "snap_m"),
        ("simulations = 199", "simulations = 1", "simulations"),
        ("percentile = 0.95", "percentile = 1", "percentile"),
    ):
        with pytest.raises(InvalidRuleSet) as fault:
            parse(text.replace(old, new), "screening.toml")
        assert fault.value.key == key


def test_units_and_bandwidths_follow_length_and_setting() -> None:
    rules = CrashScreening.shipped()
    assert (rules.unit_of(50_000), rules.unit_of(50_001)) == (500, 1000)
    told = [rules.bandwidth_m(where) for where in ("urban", "rural", None)]
    assert told == [100, 250, 250]
