"""Accident-prone places by area: the fullest circles, each crash in one only."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.blackspots.areas import CrashAreaRules, crash_areas

RULES = CrashAreaRules.among(None)
R = RULES.radius_m


def found(places: list[tuple[float, float]]) -> list[tuple[int, ...]]:
    x, y = np.array(places, dtype=np.float64).reshape(-1, 2).T
    return [each.members for each in crash_areas(x, y, RULES)]


def test_shipped_area_is_a_tenth_of_a_square_kilometre_in_a_year_with_four() -> None:
    assert (RULES.area_km2, RULES.period_years, RULES.at_least) == (0.1, 1, 4)
    assert pytest.approx(100_000) == math.pi * R**2


def test_four_in_the_circle_are_a_place_and_three_are_none() -> None:
    corner = R / math.sqrt(2) - 0.001
    four = [(corner, corner), (-corner, corner), (corner, -corner), (-corner, -corner)]
    assert found(four) == [(0, 1, 2, 3)]
    assert found(four[:3]) == []
    assert found([*four[:3], (R * 3, 0)]) == []
    assert found([]) == []


def test_four_a_little_too_far_apart_are_none() -> None:
    corner = R / math.sqrt(2) + 0.5
    assert found([(corner, corner), (-corner, corner), (corner, -corner), (-corner, -corner)]) == []


def test_crashes_at_one_place_are_one_and_each_counts_once() -> None:
    assert found([(5.0, 5.0)] * 6) == [(0, 1, 2, 3, 4, 5)]
    row = [(n * R * 0.6, 0.0) for n in range(8)]
    places = found(row)
    assert [len(each) for each in places] == [4, 4], "no grid cuts a row of eight"
    assert sorted(member for each in places for member in each) == list(range(8))


@given(st.lists(st.tuples(st.floats(0, 900), st.floats(0, 900)), max_size=40))
def test_circles_hold_what_they_name_and_nothing_with_enough_is_left(
    places: list[tuple[float, float]],
) -> None:
    x, y = np.array(places, dtype=np.float64).reshape(-1, 2).T
    areas = crash_areas(x, y, RULES)
    named = [member for each in areas for member in each.members]
    assert len(named) == len(set(named))
    counts = [len(each.members) for each in areas]
    assert counts == sorted(counts, reverse=True)
    for each in areas:
        own = list(each.members)
        assert len(own) >= RULES.at_least
        assert np.all(np.hypot(x[own] - each.x, y[own] - each.y) <= R + 1e-3)
    left = np.setdiff1d(np.arange(len(x)), named)
    for here in left:
        near = np.hypot(x[left] - x[here], y[left] - y[here]) <= R
        assert np.count_nonzero(near) < RULES.at_least
