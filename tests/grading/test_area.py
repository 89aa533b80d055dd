"""AREA: three methods, counts beside the colour, and counting by area."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.grading import area, tally
from layers.grading.area import Counts
from layers.grading.assessment import UngradableInput
from layers.grading.tally import Member

numbers = st.integers(0, 50)


def test_reference_indices(reference: Any) -> None:
    for row in reference["region_index"]:
        found = area.index(Counts(*row["n"]), ("area_km2", row["area_km2"]))
        assert found == pytest.approx(row["ri"], abs=1e-6)


def test_noisy_or(reference: Any) -> None:
    row = reference["noisy_or"]
    assert area.noisy_or(row["p"]) == pytest.approx(row["result"], abs=1e-12)
    assert area.noisy_or([]) == 0
    for wrong in (-0.1, 1.1, math.nan):
        with pytest.raises(UngradableInput):
            area.noisy_or([wrong])


@pytest.mark.parametrize(
    ("counts", "grade"),
    [
        (Counts(1, 0, 0, 0), 1),
        (Counts(0, 1, 5, 9), 2),
        (Counts(0, 0, 1, 9), 3),
        (Counts(0, 0, 0, 1), 4),
        (Counts(0, 0, 0, 0, 7), None),
        (Counts(0, 0, 0, 0, 0), None),
    ],
)
def test_by_the_highest_grade(counts: Counts, grade: int | None) -> None:
    assert area.grade(counts).grade == grade
    assert area.grade(counts, "max").grade == grade


@pytest.mark.parametrize(
    ("counts", "grade"),
    [
        (Counts(1, 0, 0, 0), 1),
        (Counts(0, 3, 0, 0), 1),
        (Counts(0, 2, 0, 0), 2),
        (Counts(0, 1, 0, 0), 2),
        (Counts(0, 0, 10, 0), 2),
        (Counts(0, 0, 9, 0), 3),
        (Counts(0, 0, 1, 99), 3),
        (Counts(0, 0, 0, 99), 4),
        (Counts(0, 0, 0, 0, 3), None),
    ],
)
def test_by_counts(counts: Counts, grade: int | None) -> None:
    assert area.grade(counts, "count").grade == grade


@pytest.mark.parametrize(
    ("scale", "amount", "weight", "grade"),
    [
        ("area_km2", 1, 4, 1),
        ("area_km2", 2, 7, 2),
        ("area_km2", 2, 3, 2),
        ("area_km2", 100, 149, 3),
        ("area_km2", 2, 1, 3),
        ("area_km2", 100, 49, 4),
        ("population", 10_000, 80, 1),
        ("population", 10_000, 79, 2),
        ("population", 10_000, 40, 2),
        ("population", 10_000, 39, 3),
        ("population", 10_000, 10, 3),
        ("population", 10_000, 9, 4),
        ("enterprises", 1, 4, 1),
        ("enterprises", 1, 3, 2),
        ("enterprises", 1, 2, 2),
        ("enterprises", 1, 1, 3),
        ("enterprises", 100, 99, 4),
        ("none", 1, 400, 1),
        ("none", 1, 399, 2),
        ("none", 1, 200, 2),
        ("none", 1, 199, 3),
        ("none", 1, 50, 3),
        ("none", 1, 49, 4),
    ],
)
def test_by_index_both_sides_of_each_break(
    scale: str, amount: float, weight: int, grade: int
) -> None:
    # a blue feature weighs one
    found = area.grade(Counts(0, 0, 0, weight), "index", (scale, amount))
    assert found.grade == grade
    assert found.one_step_down is None or grade < 4


def test_counts_stand_beside_the_colour_always() -> None:
    counts = Counts(1, 3, 10, 40, 7)
    expected = {"1": 1, "2": 3, "3": 10, "4": 40, "unassessed": 7}
    methods: tuple[area.Method, ...] = ("max", "count", "index")
    for method in methods:
        found = area.grade(counts, method)
        assert found.inputs["counts"] == expected
        assert [step.value for step in found.steps[:5]] == list(expected.values())


@pytest.mark.parametrize(
    ("counts", "method", "scale"),
    [
        (Counts(-1, 0, 0, 0), "max", None),
        (Counts(1, 0, 0, 0, -1), "max", None),
        (Counts(1, 0, 0, 1.5), "max", None),  # type: ignore[arg-type]
        (Counts(1, 0, 0, 0), "guess", None),
        (Counts(1, 0, 0, 0), "index", ("area_km2", 0)),
        (Counts(1, 0, 0, 0), "index", ("population", -5)),
        (Counts(1, 0, 0, 0), "index", ("area_km2", math.nan)),
        (Counts(1, 0, 0, 0), "index", ("volume", 5)),
    ],
)
def test_what_cannot_be_is_refused(counts: Counts, method: Any, scale: Any) -> None:
    with pytest.raises(UngradableInput):
        area.grade(counts, method, scale)


@given(
    st.tuples(numbers, numbers, numbers, numbers),
    st.integers(0, 3),
    st.integers(1, 20),
    st.sampled_from(["max", "count", "index"]),
)
def test_one_more_feature_never_makes_an_area_better(
    four: tuple[int, int, int, int], position: int, more: int, method: Any
) -> None:
    before = area.grade(Counts(*four), method).grade
    raised = list(four)
    raised[position] += more
    after = area.grade(Counts(*raised), method).grade
    assert after is not None
    assert before is None or after <= before


def test_one_threshold_moves_exactly_its_areas(changed: Any) -> None:
    rules = changed("area", ("count_rules", 0, "any_of", 1, "at_least"), 5)
    for orange in range(8):
        counts = Counts(0, orange, 0, 1)
        old, new = area.grade(counts, "count").grade, area.grade(counts, "count", None, rules).grade
        assert (old, new) == ((1, 2) if orange in {3, 4} else (old, old))


def test_a_line_counts_once_an_area_with_its_length() -> None:
    found = tally.tally(
        [
            Member("pipe-1", 1, 1200.0),
            Member("pipe-1", 1, 300.0),
            Member("pipe-2", 3, 50.0),
            Member("plant", 2),
            Member("new", None),
        ]
    )
    assert found.counts == Counts(1, 1, 1, 0, 1)
    assert found.length_m == {1: 1500.0, 3: 50.0}


@pytest.mark.parametrize(
    "members",
    [
        [Member("a", 5)],
        [Member("a", True)],
        [Member("a", 1, -1.0)],
        [Member("a", 1, math.nan)],
        [Member("a", 1), Member("a", 2)],
    ],
)
def test_members_that_cannot_be_are_refused(members: list[Member]) -> None:
    with pytest.raises(UngradableInput):
        tally.tally(members)


def test_a_point_belongs_to_one_area() -> None:
    assert tally.place(["330281002"]) == tally.Place("330281002", on_border=False)
    assert tally.place(["330281100", "330281002"]) == tally.Place("330281002", on_border=True)
    assert tally.place([]).code == "outside"


def test_nothing_is_the_worst_of_nothing() -> None:
    from layers.grading.verdict import worst

    found = area.grade(Counts(1, 0, 0, 0))
    assert worst([]) is None
    assert worst([replace(found, grade=None)]) is None
    assert worst([replace(found, grade=3), found]) is found
