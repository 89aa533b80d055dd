"""Severity of accidents: the most severe of three columns."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.grading import accident
from layers.grading.assessment import UngradableInput

YUAN = 10_000


def test_reference_values(reference: Any) -> None:
    for row in reference["accident_class"]:
        found = accident.classify(row["deaths"], row["serious"], row["loss_yuan"])
        assert found.name == row["class"]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ((30, 0, 0), 1), ((29, 0, 0), 2), ((10, 0, 0), 2), ((9, 0, 0), 3), ((3, 0, 0), 3),
        ((2, 0, 0), 4), ((0, 100, 0), 1), ((0, 99, 0), 2), ((0, 50, 0), 2), ((0, 49, 0), 3),
        ((0, 10, 0), 3), ((0, 9, 0), 4), ((0, 0, 10000 * YUAN), 1),
        ((0, 0, 10000 * YUAN - 0.01), 2), ((0, 0, 5000 * YUAN), 2), ((0, 0, 5000 * YUAN - 1), 3),
        ((0, 0, 1000 * YUAN), 3), ((0, 0, 1000 * YUAN - 1), 4), ((0, 0, 0), 4),
    ],
)  # fmt: skip
def test_both_sides_of_each_limit(values: Any, code: int) -> None:
    found = accident.classify(*values)
    assert found.code == code
    assert found.grave == (code <= 3)


def test_the_columns_that_decided_are_told() -> None:
    assert accident.classify(2, 10, 0).decided_by == "重伤 = 10 ≥ 10 人"
    assert "死亡 = 3" in accident.classify(3, 12, 0).decided_by


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ((-1, 0, 0), "deaths"),
        ((1.5, 0, 0), "deaths"),
        ((0, -1, 0), "serious_injuries"),
        ((0, 0, -1), "loss_yuan"),
        ((0, 0, math.nan), "loss_yuan"),
        ((True, 0, 0), "deaths"),
    ],
)
def test_what_cannot_be_is_refused(values: Any, field: str) -> None:
    with pytest.raises(UngradableInput) as fault:
        accident.classify(*values)
    assert fault.value.field == field


people = st.integers(0, 150)
yuan = st.floats(0, 2e8)


@given(people, people, yuan, people, people, yuan)
def test_more_harm_never_lowers_the_class(
    deaths: int, injured: int, loss: float, more: int, others: int, further: float
) -> None:
    low = accident.classify(deaths, injured, loss)
    high = accident.classify(deaths + more, injured + others, loss + further)
    assert high.code <= low.code


def test_one_threshold_moves_exactly_its_accidents(changed: Any) -> None:
    rules = changed("accident", ("classes", 1, "deaths"), 15)
    for deaths in range(40):
        old = accident.classify(deaths, 0, 0).code
        new = accident.classify(deaths, 0, 0, rules).code
        assert (old, new) == ((2, 3) if 10 <= deaths < 15 else (old, old))
