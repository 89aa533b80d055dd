"""Stops, and fewer vertices for display that keep them (ANALYTICS A1)."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from layers.sea.path import Numbers
from layers.sea.rules import SeaEventRules, Stop
from layers.sea.simplify import kept_for_display, tolerances
from layers.sea.stops import DEGREE_M, stays


def found(
    places: list[tuple[float, float, float]], within_m: float, least_s: float
) -> list[tuple[float, float, int]]:
    """First and last instant and middle place of each stop; positions in metres, at the equator."""
    x, y, seconds = np.array(places, dtype=np.float64).T
    rules = Stop(within_m=within_m, at_least_min=least_s / 60)
    stops = stays(seconds, x / DEGREE_M, y / DEGREE_M, rules)
    return [(seconds[each.first], seconds[each.last], each.middle) for each in stops]


REFERENCE = [
    (0, 0, 0), (0, 10, 1), (0, 20, 2), (0, 21, 4), (0, 22, 6), (0, 30, 8), (0, 40, 10), (1, 50, 15),
]  # fmt: skip
"""x, y, second: of movingpandas' own tests."""


def test_stop_of_the_reference() -> None:
    [(first, last, middle)] = found(REFERENCE, 3, 2)
    assert (first, last, last - first) == (2, 6, 4)
    assert REFERENCE[middle][:2] == (0, 21)


def test_stop_must_last_and_stay_near() -> None:
    assert found(REFERENCE, 3, 4.01) == []
    assert found(REFERENCE, 2, 4) == [], "the diagonal must be shorter"
    assert found([(0, 0, 0)], 3, 0.001) == []


def test_two_stops_share_no_position() -> None:
    still = [(0, 0, n * 60) for n in range(40)] + [(900, 0, 3000 + n * 60) for n in range(40)]
    rules = SeaEventRules.among(None).stop
    stops = found(still, rules.within_m, rules.at_least_min * 60)
    assert [(first, last) for first, last, _ in stops] == [(0, 2340), (3000, 5340)]


def by_definition(
    seconds: Numbers, x: Numbers, y: Numbers, within_m: float, least_s: float
) -> list[tuple[int, int]]:
    """Stops as they are defined, one position after the other."""
    stops, here = [], 0
    while here < len(seconds):
        last = here
        while last + 1 < len(seconds) and np.hypot(
            np.ptp(x[here : last + 2]), np.ptp(y[here : last + 2])
        ) < within_m:  # fmt: skip
            last += 1
        if seconds[last] - seconds[here] >= least_s:
            stops.append((here, last))
            here = last
        here += 1
    return stops


@given(
    st.lists(
        st.tuples(st.integers(1, 400), st.integers(-90, 90), st.integers(-90, 90)), max_size=60
    )
)
def test_stops_are_those_of_the_definition(steps: list[tuple[int, int, int]]) -> None:
    seconds, x, y = np.cumsum(np.array(steps, dtype=np.float64).reshape(-1, 3), axis=0).T
    rules = Stop(within_m=200.5, at_least_min=12)
    # Whole metres are never near the limit; the equator makes a plane of degrees.
    made = stays(seconds, x / DEGREE_M, y / DEGREE_M, rules)
    flat = np.cos(np.radians(y / DEGREE_M))
    expected = by_definition(seconds, (x - x[:1]) * flat, y, 200.5, 720)
    assert [(each.first, each.last) for each in made] == expected


def display(places: list[tuple[float, float, float]], within: float) -> list[int]:
    """Places kept; positions as second, x, y."""
    return np.flatnonzero(kept_for_display(*np.array(places, dtype=np.float64).T, within)).tolist()


def test_display_keeps_the_stop_that_a_line_would_lose() -> None:
    pause = [(0, 0, 0), (100, 100, 0), (1000, 100.0001, 0), (1100, 200, 0), (1200, 300, 0)]
    assert display(pause, 5) == [0, 1, 2, 4]


def test_display_of_the_references() -> None:
    node = [(0, 0, 0), (1, 1, 0.1), (2, 2, 0.2), (3, 3, 0), (4, 3, 3)]
    assert display(node, 1) == [0, 3, 4]
    hours = [(0, 0, 0), (1, 1, 0.1), (7, 1, 2), (15, 2, 2), (16, 3, 0), (17, 3, 3)]
    assert display(hours, 1) == [0, 2, 3, 4, 5]


@given(
    st.lists(
        st.tuples(st.integers(1, 500), st.floats(-100, 100), st.floats(-100, 100)), max_size=50
    ),
    st.floats(0.1, 50),
)
def test_no_position_is_further_from_the_drawn_place_than_asked(
    steps: list[tuple[int, float, float]], within: float
) -> None:
    seconds = np.cumsum([each[0] for each in steps], dtype=np.float64)
    x, y = (np.array([each[place] for each in steps]) for place in (1, 2))
    kept = kept_for_display(seconds, x, y, within)
    if len(steps):
        assert kept[0]
        assert kept[-1]
        far = np.hypot(
            np.interp(seconds, seconds[kept], x[kept]) - x,
            np.interp(seconds, seconds[kept], y[kept]) - y,
        )
        assert np.max(far) <= within + 1e-6


@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(1, 500), st.floats(-100, 100), st.floats(-100, 100)),
            min_size=1, max_size=30,
        ),
        min_size=1, max_size=4,
    ),
    st.floats(0, 20),
    st.floats(0, 30),
)  # fmt: skip
def test_tolerances_tell_what_each_stretch_alone_keeps_at_any_of_them(
    stretches: list[list[tuple[int, float, float]]], least: float, more: float
) -> None:
    parts = [np.array(each, dtype=np.float64) for each in stretches]
    alone = [(np.cumsum(each[:, 0]), each[:, 1], each[:, 2]) for each in parts]
    starts = np.cumsum([0, *(len(each) for each in parts[:-1])])
    seconds, x, y = (np.concatenate([each[place] for each in alone]) for place in range(3))
    found = tolerances(seconds, x, y, starts, least)
    for within in (least, least + more):
        expected = np.concatenate([kept_for_display(*each, within) for each in alone])
        assert np.array_equal(found > within, expected)
