"""LS: the matrix, its bands, its size, and what one threshold moves."""

import math
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.grading import ls
from layers.grading.assessment import UngradableInput

CELLS = list(product(range(1, 6), range(1, 6)))
classes = st.integers(1, 5)


class Fourth:
    """A number that equals nothing, as some drivers bring them."""

    def __float__(self) -> float:
        """Return its value."""
        return 4.0


def test_reference_values(reference: Any) -> None:
    for row in reference["ls"]:
        found = ls.grade(row["l"], row["s"])
        assert next(step.value for step in found.steps if step.name == "R") == row["r"]
        assert found.grade == row["level"]


@pytest.mark.parametrize(
    ("cell", "grade"),
    [((4, 5), 1), ((4, 4), 2), ((3, 5), 2), ((3, 4), 3), ((3, 3), 3), ((2, 4), 4), ((1, 1), 4)],
)
def test_both_sides_of_each_limit(cell: tuple[int, int], grade: int) -> None:
    assert ls.grade(*cell).grade == grade


def test_the_five_named_bands_are_told() -> None:
    named = {ls.grade(*cell).steps[-1].value for cell in CELLS}
    assert named == {"一级", "二级", "三级", "四级", "五级(可忽略)"}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ((0, 3), "l_value"),
        ((6, 3), "l_value"),
        ((3, 6), "s_value"),
        ((2.5, 3), "l_value"),
        ((math.nan, 3), "l_value"),
        ((True, 3), "l_value"),
        ((3, True), "s_value"),
        (("3", 3), "l_value"),
        ((None, 9), "s_value"),
    ],
)
def test_what_is_no_cell_is_refused(values: Any, field: str) -> None:
    with pytest.raises(UngradableInput) as fault:
        ls.grade(*values)
    assert fault.value.field == field


def test_a_missing_value_is_not_assessed() -> None:
    assert ls.grade(None, 3).grade is None
    assert ls.grade(3, None).grade is None


def test_whole_floats_and_numbers_of_a_driver_find_their_cell() -> None:
    assert ls.grade(3.0, 4.0).grade == 3
    assert ls.LsRules.shipped().assessments[3, 4] is ls.grade(3, 4)
    assert ls.grade(Fourth(), 4).grade == 2  # type: ignore[arg-type]


@given(classes, classes, classes, classes)
def test_it_is_monotone_in_each_input(l_low: int, s_low: int, l_add: int, s_add: int) -> None:
    low = ls.grade(l_low, s_low).grade
    high = ls.grade(min(5, l_low + l_add), min(5, s_low + s_add)).grade
    assert low is not None
    assert high is not None
    assert low >= high


def test_one_threshold_moves_exactly_its_cells(changed: Any) -> None:
    rules = changed("ls", ("bands", 1, "at_least"), 16)
    for l_value, s_value in CELLS:
        old, new = ls.grade(l_value, s_value).grade, ls.grade(l_value, s_value, rules).grade
        assert (old, new) == ((2, 3) if l_value * s_value == 15 else (old, old))


def test_the_size_of_the_matrix_is_data(changed: Any) -> None:
    rules = ls.LsRules.shipped()
    sixth = rules.likelihood[-1].model_dump() | {"value": 6}
    worst = rules.severity[-1].model_dump() | {"value": 6}
    larger = rules.model_copy(
        update={
            "likelihood": [*(row.model_dump() for row in rules.likelihood), sixth],
            "severity": [*(row.model_dump() for row in rules.severity), worst],
            "bands": [
                band.model_dump() | {"at_least": limit}
                for band, limit in zip(rules.bands, (30, 18, 9, None), strict=True)
            ],
        }
    )
    assert ls.grade(6, 6, larger).grade == 1
    assert ls.grade(5, 5, larger).grade == 2
    with pytest.raises(UngradableInput):
        ls.grade(6, 6)


def test_severity_is_the_highest_of_its_columns() -> None:
    assert ls.severity({"law": 1, "people": 4, "loss": 2}) == 4
    assert ls.severity({"reputation": 1}) == 1


@pytest.mark.parametrize("scores", [{}, {"weather": 3}, {"law": 6}, {"law": 0}, {"law": math.nan}])
def test_severity_refuses_what_is_no_score(scores: Any) -> None:
    with pytest.raises(UngradableInput):
        ls.severity(scores)


def test_many_rows_are_graded_in_order() -> None:
    assert [found.grade for found in ls.grade_many([(5, 5), (1, 1), (None, 1)])] == [1, 4, None]
