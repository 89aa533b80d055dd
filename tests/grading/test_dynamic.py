"""The displayed grade: raised for a reason, never lowered; stale is a mark, no colour."""

import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.grading import dynamic
from layers.grading.assessment import UngradableInput

REASONS = ["open_major_dangers", "overdue_supervisions", "active_warnings"]


@pytest.mark.parametrize(
    ("assessed", "counts", "displayed"),
    [
        (4, {}, 4),
        (4, {"open_major_dangers": 0}, 4),
        (4, {"open_major_dangers": 1}, 3),
        (4, {"open_major_dangers": 9}, 3),
        (4, {"open_major_dangers": 1, "active_warnings": 2}, 2),
        (4, dict.fromkeys(REASONS, 1), 1),
        (2, dict.fromkeys(REASONS, 1), 1),
        (1, {"open_major_dangers": 1}, 1),
        (None, {"open_major_dangers": 1}, None),
    ],
)
def test_each_reason_raises_once(
    assessed: int | None, counts: dict[str, int], displayed: int | None
) -> None:
    found = dynamic.grade(assessed, counts)
    assert (found.assessed, found.displayed) == (assessed, displayed)
    assert len(found.reasons) == sum(value > 0 for value in counts.values())
    assert found.as_json()["displayed"] == displayed


def test_whether_reasons_add_up_is_a_switch(changed: Any) -> None:
    rules = changed("dynamic", ("cumulative",), False)
    assert dynamic.grade(4, dict.fromkeys(REASONS, 1), rules).displayed == 3
    assert dynamic.grade(4, {}, rules).displayed == 4


@pytest.mark.parametrize(
    ("assessed", "counts"),
    [
        (0, {}),
        (5, {}),
        (True, {}),
        (3, {"bad_weather": 1}),
        (3, {"active_warnings": -1}),
        (3, {"active_warnings": math.nan}),
    ],
)
def test_what_cannot_be_is_refused(assessed: Any, counts: Any) -> None:
    with pytest.raises(UngradableInput):
        dynamic.grade(assessed, counts)


@given(st.integers(1, 4), st.dictionaries(st.sampled_from(REASONS), st.integers(0, 3)))
def test_it_is_never_less_severe_than_assessed(assessed: int, counts: dict[str, int]) -> None:
    found = dynamic.grade(assessed, counts)
    assert found.displayed is not None
    assert 1 <= found.displayed <= assessed


@pytest.mark.parametrize(
    ("assessed_on", "valid_until", "today", "stale"),
    [
        (date(2025, 3, 10), date(2026, 1, 31), date(2026, 1, 31), False),
        (date(2025, 3, 10), date(2026, 1, 31), date(2026, 2, 1), True),
        (date(2025, 3, 10), None, date(2026, 3, 10), False),
        (date(2025, 3, 10), None, date(2026, 3, 11), True),
        (date(2025, 3, 10), None, date(2026, 4, 1), True),
        (date(2024, 2, 29), None, date(2025, 2, 28), False),
        (date(2024, 2, 29), None, date(2025, 3, 1), True),
        (None, None, date(2026, 3, 11), False),
        (None, date(2026, 1, 1), date(2026, 3, 11), True),
    ],
)
def test_an_assessment_past_its_end_is_stale(
    assessed_on: date | None, valid_until: date | None, today: date, *, stale: bool
) -> None:
    assert dynamic.is_stale(assessed_on, valid_until, today) is stale


def test_one_threshold_moves_exactly_its_features(changed: Any) -> None:
    rules = changed("dynamic", ("bumps", 2, "at_least"), 3)
    for warnings in range(6):
        old = dynamic.grade(4, {"active_warnings": warnings}).displayed
        new = dynamic.grade(4, {"active_warnings": warnings}, rules).displayed
        assert (old, new) == ((3, 4) if warnings in {1, 2} else (old, old))
