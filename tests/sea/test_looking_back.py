"""A wrong position taken for true after a silence is put out again, and nothing else is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.sea.cleaning_rules import CleaningRules
from layers.sea.identity import vessels_of
from layers.sea.path import Numbers
from layers.sea.runs import NOBODY, Labels

SHIPPED = CleaningRules.among(None)

EAST_M, NORTH_M = 111_195 * np.cos(np.radians(30)), 111_195
"""Metres of a degree where the boats are."""

BEFORE = 60
"""Reports before the silence; after it as many."""

KN = 1852 / 3600


def boat(every_s: float, silence_s: float) -> tuple[Numbers, Numbers, Numbers]:
    """Instants and place, metres east and north, of a boat at 6 kn to the north-east."""
    seconds = np.arange(2 * BEFORE) * every_s
    seconds[BEFORE:] += silence_s
    return seconds, seconds * 6 * KN * 0.8, seconds * 6 * KN * 0.6


def whose(
    seconds: Numbers, east: Numbers, north: Numbers, rules: CleaningRules = SHIPPED
) -> Labels:
    return vessels_of(seconds, 122 + east / EAST_M, 30 + north / NORTH_M, rules)


def leap(
    every_s: float, silence_s: float, wrong: int, share: float, bearing: float
) -> tuple[Numbers, Numbers, Numbers]:
    """The boat, with its first reports after the silence shifted by a share of what it could."""
    seconds, east, north = boat(every_s, silence_s)
    shift = share * SHIPPED.fastest_kn * KN * silence_s
    east[BEFORE : BEFORE + wrong] += shift * np.sin(bearing)
    north[BEFORE : BEFORE + wrong] += shift * np.cos(bearing)
    return seconds, east, north


@given(
    st.floats(5, 300), st.floats(2 * 3600, 5.5 * 3600), st.integers(1, 5), st.floats(0.6, 0.78),
    st.floats(0, 6.28),
)  # fmt: skip
def test_leap_after_a_silence_is_put_out_and_the_boat_stays_one(
    every_s: float, silence_s: float, wrong: int, share: float, bearing: float
) -> None:
    found = whose(*leap(every_s, silence_s, wrong, share, bearing))
    assert np.flatnonzero(found == NOBODY).tolist() == list(range(BEFORE, BEFORE + wrong))
    assert set(found.tolist()) == {0, NOBODY}


def test_without_looking_back_the_boat_would_be_another_vessel() -> None:
    rules = SHIPPED.model_copy(update={"lookback_positions": 0})
    found = whose(*leap(60, 2 * 3600, 1, 0.7, 1.0), rules)
    assert found[: BEFORE + 1].tolist() == [0] * (BEFORE + 1)
    assert found[BEFORE + 1 :].tolist() == [1] * (BEFORE - 1)


def test_more_wrong_positions_than_are_looked_back_at_stay() -> None:
    found = whose(*leap(60, 2 * 3600, 6, 0.7, 1.0))
    assert NOBODY not in found.tolist()
    assert found[BEFORE - 1] != found[-1]


@pytest.mark.parametrize("late", [1, 2, 9])
def test_late_reports_do_not_put_out_true_ones(late: int) -> None:
    """Right after the silence come reports of places before it, later ones nearer."""
    seconds, east, north = boat(60, 3600)
    stale = slice(BEFORE + 2, BEFORE + 2 + late)
    for place in (east, north):
        place[stale] = place[BEFORE - late : BEFORE]
    found = whose(seconds, east, north)
    assert np.flatnonzero(found == NOBODY).tolist() == list(range(stale.start, stale.stop))


@pytest.mark.parametrize("apart_m", [20_000, 40_000])
@pytest.mark.parametrize("reports", [1, 2, 5])
def test_another_vessel_where_the_boat_was_does_not_put_it_out(
    apart_m: float, reports: int
) -> None:
    """Between two reports of the boat the other, that lies still abeam, sends several."""
    seconds, east, north = boat(600, 0)
    others = np.concatenate([seconds + 500 * n / reports + 10 for n in range(reports)])
    order = np.argsort(np.concatenate((seconds, others)))
    is_other = np.repeat([False, True], [len(seconds), len(others)])[order]
    east = np.concatenate((east, np.full(len(others), east[30] + apart_m)))[order]
    north = np.concatenate((north, np.full(len(others), north[30] - apart_m)))[order]
    found = whose(np.sort(np.concatenate((seconds, others))), east, north)
    assert len(set(found[is_other].tolist())) == 1
    assert set(found[~is_other].tolist()) == {1 - found[is_other][0]}
