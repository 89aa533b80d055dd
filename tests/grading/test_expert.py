"""EXPERT: a grade and a reason, or nothing."""

from typing import Any

import pytest

from layers.grading import expert
from layers.grading.assessment import UngradableInput


@pytest.mark.parametrize("grade", [1, 2, 3, 4])
def test_the_grade_is_taken_over_with_its_reason(grade: int) -> None:
    found = expert.grade(grade, " 边坡有裂缝 ")
    assert found.grade == grade
    assert "边坡有裂缝" in found.decided_by
    assert (found.one_step_down is None) == (grade == 4)


@pytest.mark.parametrize(
    ("grade", "reason", "field"),
    [
        (0, "边坡有裂缝", "expert_grade"),
        (5, "边坡有裂缝", "expert_grade"),
        (True, "边坡有裂缝", "expert_grade"),
        (1.5, "边坡有裂缝", "expert_grade"),
        (1, None, "level_reason"),
        (1, "", "level_reason"),
        (1, "  无  理 由 ", "level_reason"),
    ],
)
def test_a_wrong_grade_or_no_reason_is_refused(grade: Any, reason: Any, field: str) -> None:
    with pytest.raises(UngradableInput) as fault:
        expert.grade(grade, reason)
    assert fault.value.field == field


def test_no_grade_is_not_assessed() -> None:
    assert expert.grade(None, "边坡有裂缝").grade is None


def test_the_length_of_a_reason_is_data(changed: Any) -> None:
    rules = changed("expert", ("reason_characters",), 2)
    assert expert.grade(2, "裂缝", rules).grade == 2
    with pytest.raises(UngradableInput):
        expert.grade(2, "裂缝")
