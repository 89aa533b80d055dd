"""LEC: the tables, the bands, and what one threshold moves."""

import math
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.grading import lec, rule_set
from layers.grading.assessment import UngradableInput

RULES = lec.LecRules.shipped()
L_VALUES = [row.value for row in RULES.likelihood]
E_VALUES = [row.value for row in RULES.exposure]
C_VALUES = [row.value for row in RULES.consequence]
CELLS = list(product(L_VALUES, E_VALUES, C_VALUES))


def danger(assessment: Any) -> Any:
    """D of an assessment."""
    return next(step.value for step in assessment.steps if step.name == "D")


def test_reference_values(reference: Any, changed: Any) -> None:
    exclusive = changed("lec", ("lower_inclusive",), False)
    for row in reference["lec"]:
        found = lec.grade(row["l"], row["e"], row["c"])
        assert danger(found) == row["d"]
        assert found.grade == row.get("level", row.get("level_inclusive"))
        without = lec.grade(row["l"], row["e"], row["c"], exclusive)
        assert without.grade == row.get("level", row.get("level_exclusive"))


def test_with_an_open_limit_the_cells_split_as_computed(changed: Any) -> None:
    exclusive = changed("lec", ("lower_inclusive",), False)
    grades = [lec.grade(*cell, exclusive).grade for cell in CELLS]
    assert [grades.count(grade) for grade in (1, 2, 3, 4)] == [40, 21, 28, 163]


def test_no_cell_hits_320_or_160_and_two_hit_70() -> None:
    dangers = [danger(lec.grade(*cell)) for cell in CELLS]
    assert (dangers.count(320), dangers.count(160), dangers.count(70)) == (0, 0, 2)
    assert dangers.count(20) == 5


@pytest.mark.parametrize(
    ("cell", "grade"),
    [
        ((10, 6, 7), 1),  # 420
        ((6, 3, 15), 2),  # 270: the nearest to 320 from below is 300
        ((10, 2, 15), 2),  # 300
        ((3, 10, 7), 2),  # 210
        ((1, 10, 15), 3),  # 150: the nearest to 160 from below
        ((3, 6, 7), 3),  # 126
        ((1, 10, 7), 3),  # 70
        ((10, 2, 3), 4),  # 60
    ],
)
def test_both_sides_of_each_limit(cell: tuple[float, float, float], grade: int) -> None:
    assert lec.grade(*cell).grade == grade


def test_it_says_what_decided_and_what_would_lower_it() -> None:
    red = lec.grade(6, 6, 15)
    assert (red.decided_by, red.one_step_down) == ("D = 540 ≥ 320", "D 须低于 320")
    blue = lec.grade(1, 3, 7)
    assert (blue.decided_by, blue.one_step_down) == ("D = 21 < 70", None)


def test_an_open_limit_is_told_as_such(changed: Any) -> None:
    exclusive = changed("lec", ("lower_inclusive",), False)
    assert lec.grade(6, 6, 15, exclusive).decided_by == "D = 540 > 320"
    assert lec.grade(6, 6, 15, exclusive).one_step_down == "D 须不高于 320"
    assert lec.grade(1, 10, 7, exclusive).decided_by == "D = 70 ≤ 70"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ((4, 6, 15), "l_value"),
        ((6, 4, 15), "e_value"),
        ((6, 6, 16), "c_value"),
        ((-1, 6, 15), "l_value"),
        ((math.nan, 6, 15), "l_value"),
        ((6, math.inf, 15), "e_value"),
        ((True, 6, 15), "l_value"),
        ((6, True, 15), "e_value"),
        ((6, 6, True), "c_value"),
        (("6", 6, 15), "l_value"),
        ((None, 4, 15), "e_value"),
    ],
)
def test_what_no_table_holds_is_refused(values: Any, field: str) -> None:
    with pytest.raises(UngradableInput) as fault:
        lec.grade(*values)
    assert fault.value.field == field
    assert fault.value.reason
    assert fault.value.reason_en


@pytest.mark.parametrize("values", [(None, 6, 15), (6, None, 15), (6, 6, None), (None, None, None)])
def test_a_missing_value_is_not_assessed_and_never_blue(values: Any) -> None:
    found = lec.grade(*values)
    assert found.grade is None
    assert found.one_step_down is None
    assert "缺少" in found.decided_by


def test_decimals_of_a_database_find_their_row() -> None:
    assert lec.grade(Decimal("0.1"), 6, 15) == lec.grade(0.1, 6, 15)  # type: ignore[arg-type]


@given(st.sampled_from(CELLS), st.sampled_from(CELLS))
def test_it_is_monotone_in_each_input(one: Any, other: Any) -> None:
    if all(a <= b for a, b in zip(one, other, strict=True)):
        low, high = lec.grade(*one).grade, lec.grade(*other).grade
        assert low is not None
        assert high is not None
        assert low >= high


@pytest.mark.parametrize(
    ("position", "limit", "low", "high", "before", "after"),
    [(0, 400, 320, 400, 1, 2), (1, 250, 160, 250, 2, 3), (2, 100, 70, 100, 3, 4)],
)
def test_one_threshold_moves_exactly_its_cells(  # noqa: PLR0917
    changed: Any, position: int, limit: int, low: int, high: int, before: int, after: int
) -> None:
    rules = changed("lec", ("bands", position, "at_least"), limit)
    for cell in CELLS:
        old, new = lec.grade(*cell), lec.grade(*cell, rules)
        expected = (before, after) if low <= danger(old) < high else (old.grade, old.grade)
        assert (old.grade, new.grade) == expected


def test_many_rows_are_graded_in_order() -> None:
    rows = [(6, 6, 15), (1, 3, 7), (None, 3, 7)]
    assert [found.grade for found in lec.grade_many(rows)] == [1, 4, None]


def test_a_copy_of_a_rule_set_is_checked_and_forgets_its_cells() -> None:
    assert lec.grade(1, 10, 7).grade == 3
    copy = RULES.model_copy(update={"lower_inclusive": False})
    assert lec.grade(1, 10, 7, copy).grade == 4
    with pytest.raises(ValueError, match="lower_inclusive"):
        RULES.model_copy(update={"lower_inclusive": "perhaps"})


def test_the_shared_assessments_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        lec.grade(6, 6, 15).inputs["l_value"] = 1  # type: ignore[index]


def test_a_rule_set_is_equal_after_use_to_one_fresh_from_the_file() -> None:
    lec.grade(6, 6, 15, RULES)
    assert rule_set.load("lec") == RULES
