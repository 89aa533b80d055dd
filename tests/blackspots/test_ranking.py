"""Pieces of road ranked by deaths: the worst place of that length, no place twice."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from layers.blackspots.ranking import CrashRankingRules, Piece, worst_pieces
from tests.blackspots.crash_lists import crash_list

RULES = CrashRankingRules.shipped()
SPAN = (0.0, 60_000.0)

crashes = st.lists(st.tuples(st.integers(0, 60_000), st.sampled_from("FIPM")), max_size=25)


def ranked(*routes: list[tuple[float, str]], rules: CrashRankingRules = RULES) -> list[Piece]:
    names = (f"S{number}" for number in range(len(routes)))
    lists = map(crash_list, routes)
    return worst_pieces(
        {name: (each, SPAN) for name, each in zip(names, lists, strict=True)}, rules
    )


def test_shipped_pieces_are_ten_kilometres_in_a_year() -> None:
    assert (RULES.piece_m, RULES.period_years, RULES.listed) == (10_000, 1, 10)


def test_deaths_decide_and_crashes_among_equals() -> None:
    found = ranked([(5000, "F"), (5100, "I"), (40_000, "M")], [(100, "F"), (20_000, "P")])
    assert [(one.route, one.from_m, one.deaths, len(one.crashes)) for one in found] == [
        ("S0", 40_000, 3, 1), ("S0", 5000, 1, 2), ("S1", 100, 1, 1),
    ]  # fmt: skip


def test_a_piece_is_half_open_and_ends_with_its_route() -> None:
    found = ranked([(0, "F"), (9999, "F"), (10_000, "F"), (55_000, "F")])
    assert [(one.from_m, one.to_m, one.deaths) for one in found] == [
        (0, 10_000, 2), (10_000, 20_000, 1), (55_000, 60_000, 1),
    ]  # fmt: skip


def test_without_a_death_nothing_is_ranked() -> None:
    assert ranked([(5, "I"), (6, "P")], []) == []


@given(crashes, st.integers(500, 20_000), st.integers(1, 4))
def test_no_piece_anywhere_has_more_deaths_than_the_first(
    told: list[tuple[float, str]], length: int, listed: int
) -> None:
    rules = RULES.model_copy(update={"piece_m": length, "listed": listed})
    found = ranked(told, rules=rules)
    assert len(found) <= listed
    every = crash_list(told)
    most = max(
        (every.deaths[(every.measure_m >= at) & (every.measure_m < at + length)].sum()
         for at in np.arange(-length, 60_001, 250)),
        default=0,
    )  # fmt: skip
    assert (found[0].deaths if found else 0) >= most
    spans = sorted((one.from_m, one.from_m + length) for one in found)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
