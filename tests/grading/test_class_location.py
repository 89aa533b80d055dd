"""Class location: exact windows, both sides of each limit, and a slow check of the same thing."""

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.grading.assessment import UngradableInput
from layers.grading.class_location import ClassLocationRules, Settlement, Stretch, classify


def shown(stretches: tuple[Stretch, ...]) -> list[tuple[float, float, str]]:
    """Start, end and class of each stretch."""
    return [(item.start_m, item.end_m, item.class_id) for item in stretches]


def house(place_m: float, households: int = 1, *flags: str) -> Settlement:
    """Households at one place."""
    return Settlement(place_m, place_m, households, frozenset(flags))


def test_a_pipe_with_nothing_beside_it_is_of_the_lowest_class() -> None:
    assert shown(classify(5000, [])) == [(0, 5000, "1-1")]


@pytest.mark.parametrize(
    ("households", "class_id", "factor"),
    [
        (0, "1-1", 0.8),
        (1, "1-2", 0.72),
        (15, "1-2", 0.72),
        (16, "2", 0.6),
        (99, "2", 0.6),
        (100, "3", 0.5),
        (5000, "3", 0.5),
    ],
)
def test_both_sides_of_each_limit(households: int, class_id: str, factor: float) -> None:
    (found,) = classify(2000, [house(1000, households)])
    assert (found.class_id, found.design_factor) == (class_id, factor)


def test_a_metre_has_the_class_of_the_worst_window_that_contains_it() -> None:
    assert shown(classify(10_000, [house(5000, 100)])) == [
        (0, 3000, "1-1"),
        (3000, 7000, "3"),
        (7000, 10_000, "1-1"),
    ]


def test_the_other_boundary_ends_at_the_margin_beyond_the_outermost_building(changed: Any) -> None:
    rules = changed("class_location", ("boundary",), "outermost_building")
    found = classify(10_000, [house(5000, 60), house(5600, 60)], rules)
    assert (4800, 5800, "3") in shown(found)


def test_windows_are_closed_so_two_kilometres_apart_still_count_together() -> None:
    together = classify(10_000, [house(4000, 50), house(6000, 50)])
    assert (3800, 6200, "3") in shown(together)
    apart = classify(10_000, [house(4000, 50), house(6000.001, 50)])
    assert "3" not in [item.class_id for item in apart]


def test_no_step_misses_a_window() -> None:
    # one single window position holds all three: [3033.3, 5033.3]
    found = classify(9000, [house(3033.3, 40), house(4000, 30), house(5033.3, 30)])
    assert (2833.3, 5233.3, "3") in [
        (round(a, 6), round(b, 6), name) for a, b, name in shown(found)
    ]


def test_flags_make_a_class_whatever_the_households() -> None:
    assert classify(2000, [house(1000, 0, "high_rise")])[0].area_class == 4
    assert classify(2000, [house(1000, 0, "industrial")])[0].area_class == 3
    assert classify(2000, [house(1000, 0, "people")])[0].class_id == "1-2"


def test_the_worst_class_wins_where_pieces_overlap() -> None:
    found = classify(10_000, [house(5000, 100), house(6500, 0, "high_rise")])
    assert shown(found) == [
        (0, 3000, "1-1"),
        (3000, 4500, "3"),
        (4500, 8500, "4"),
        (8500, 10_000, "1-1"),
    ]


def test_a_short_pipe_is_one_window() -> None:
    assert shown(classify(300, [house(0, 8), house(300, 8)])) == [(0, 300, "2")]


def test_the_most_households_of_a_window_are_told() -> None:
    found = classify(20_000, [house(5000, 60), house(5500, 70), house(9000, 5)])
    assert max(item.households for item in found) == 130


@pytest.mark.parametrize(
    ("settlement", "field"),
    [
        (Settlement(-1, 5, 1), "start_m"),
        (Settlement(5, 4, 1), "end_m"),
        (Settlement(5, 2001, 1), "end_m"),
        (Settlement(math.nan, 5, 1), "start_m"),
        (Settlement(5, math.nan, 1), "end_m"),
        (Settlement(5, 5, -1), "households"),
        (Settlement(5, 5, 1, frozenset({"castle"})), "flags"),
    ],
)
def test_what_cannot_be_is_refused(settlement: Settlement, field: str) -> None:
    with pytest.raises(UngradableInput) as fault:
        classify(2000, [settlement])
    assert fault.value.field == field


@pytest.mark.parametrize("length", [0, -1, math.nan])
def test_a_pipe_has_a_length(length: float) -> None:
    with pytest.raises(UngradableInput):
        classify(length, [])


def test_one_threshold_changes_its_class_only(changed: Any) -> None:
    rules = changed("class_location", ("classes", 2, "households"), 20)
    for households in range(120):
        (old,) = classify(2000, [house(1000, households)])
        (new,) = classify(2000, [house(1000, households)], rules)
        moved = 16 <= households < 20
        assert (old.class_id, new.class_id) == (
            ("2", "1-2") if moved else (old.class_id, old.class_id)
        )


houses = st.lists(
    st.builds(
        lambda start, long, number: Settlement(start, min(8000, start + long), number),
        st.integers(0, 8000),
        st.sampled_from([0, 0, 100, 1500]),
        st.integers(0, 60),
    ),
    max_size=8,
)


def slow(length: int, settlements: list[Settlement], place: float) -> int:
    """Class of a metre by trying every window that starts or ends at an event."""
    furthest = max(0, length - 2000)
    starts = {0.0, float(furthest), min(place, furthest), max(0.0, min(place - 2000, furthest))}
    for item in settlements:
        starts |= {max(0.0, min(item.end_m, furthest)), max(0.0, item.start_m - 2000)}
    most = 0
    for start in starts:
        if start <= place <= start + 2000 and start <= furthest:
            inside = [i for i in settlements if i.start_m <= start + 2000 and i.end_m >= start]
            most = max(most, sum(item.households for item in inside))
    return 3 if most >= 100 else 2 if most >= 16 else 1


WITHOUT_MARGIN = ClassLocationRules.shipped().model_copy(update={"margin_m": 0.0})


def fast(settlements: list[Settlement], place: float) -> int:
    """Class of a metre as it is told."""
    stretches = classify(8000, settlements, WITHOUT_MARGIN)
    return next(item.area_class for item in stretches if item.start_m <= place < item.end_m)


@settings(max_examples=400)
@given(houses, st.integers(0, 7999))
def test_it_agrees_with_trying_every_window(settlements: list[Settlement], place: int) -> None:
    points = [house(item.start_m, item.households) for item in settlements]
    assert fast(points, place + 0.5) == slow(8000, points, place + 0.5)


@settings(max_examples=400)
@given(houses, st.integers(0, 7999))
def test_a_village_raises_a_class_beyond_its_windows_only_to_its_own_ends(
    settlements: list[Settlement], place: int
) -> None:
    middle = place + 0.5
    found, least = fast(settlements, middle), slow(8000, settlements, middle)
    assert found >= least
    if found > least:
        assert any(item.start_m <= middle <= item.end_m for item in settlements)


def test_an_empty_place_moves_no_boundary() -> None:
    found = classify(8000, [Settlement(0, 100, 0), house(2001, 16)], WITHOUT_MARGIN)
    assert shown(found) == [(0, 1, "1-1"), (1, 4001, "2"), (4001, 8000, "1-1")]


@given(houses)
def test_the_stretches_cover_the_pipe_without_gap_or_neighbours_of_one_class(
    settlements: list[Settlement],
) -> None:
    found = classify(8000, settlements)
    assert (found[0].start_m, found[-1].end_m) == (0, 8000)
    for one, other in pairwise(found):
        assert one.end_m == other.start_m
        assert one.class_id != other.class_id


@given(houses, st.integers(0, 8000), st.integers(1, 60), st.integers(0, 7999))
def test_one_more_house_never_lowers_a_class(
    settlements: list[Settlement], place: int, households: int, metre: int
) -> None:
    before = classify(8000, settlements)
    after = classify(8000, [*settlements, house(place, households)])

    def at(stretches: tuple[Stretch, ...]) -> int:
        return next(i.area_class for i in stretches if i.start_m <= metre + 0.5 < i.end_m)

    assert at(after) >= at(before)
