"""Substances: 85 rows, check digits, Q and β by name, number and class."""

from typing import Any

import pytest

from layers.grading import gb18218
from layers.grading.assessment import UngradableInput
from layers.grading.substance import cas_is_valid

RULES = gb18218.MajorHazardRules.shipped()

CRITICAL_T = [
    10, 1, 1, 20, 1, 0.3, 10, 5, 1, 5, 20, 5, 20, 1, 1, 1, 10,
    20, 20, 1, 20, 20, 100, 1, 1, 75, 20, 20, 20, 0.75, 0.5, 0.5, 0.5, 5,
    5, 1, 1, 1, 10, 50, 50, 50, 5, 50, 200, 1000, 5, 50, 50, 50, 5,
    50, 5, 1, 50, 200, 50, 500, 500, 50, 50, 500, 10, 500, 500, 200, 500, 10,
    500, 500, 10, 10, 50, 1, 1, 20, 20, 100, 100, 20, 100, 50, 100, 1, 10,
]  # fmt: skip


def test_there_are_85_rows_with_their_critical_quantities() -> None:
    assert [row.number for row in RULES.substances] == list(range(1, 86))
    assert [row.critical_t for row in RULES.substances] == CRITICAL_T


def test_every_cas_number_has_its_check_digit() -> None:
    numbers = [number for row in RULES.substances for number in row.cas]
    assert len(numbers) == 82
    assert all(cas_is_valid(number) for number in numbers)


def test_rows_without_a_cas_number_are_mixtures_groups_or_uncertain() -> None:
    without = [row.zh for row in RULES.substances if not row.cas]
    assert without == ["煤气", "三硝基苯甲醚", "硝酸铵肥料", "烷基铝"]


@pytest.mark.parametrize(
    "cas", ["7803-51-1", "7783-41-6", "7664-41", "7664-41-77", "", "abc", "7664417", "1-00-0"]
)
def test_a_wrong_cas_number_is_seen(cas: str) -> None:
    assert not cas_is_valid(cas)


def test_the_two_numbers_that_public_copies_confuse() -> None:
    by_number = {number: row.zh for row in RULES.substances for number in row.cas}
    assert by_number["7783-41-7"] == "二氟化氧"
    assert by_number["10102-44-0"] == "二氧化氮"
    assert by_number["7803-51-2"] == "磷化氢"


def test_toxic_gases_and_classes() -> None:
    gases = {gas.zh: gas.beta for gas in RULES.toxic_gases}
    assert gases == {
        "一氧化碳": 2, "二氧化硫": 2, "氨": 2, "环氧乙烷": 2, "氯化氢": 3, "溴甲烷": 3, "氯": 4,
        "硫化氢": 5, "氟化氢": 5, "二氧化氮": 10, "氰化氢": 10, "碳酰氯": 20, "磷化氢": 20,
        "异氰酸甲酯": 20,
    }  # fmt: skip
    classes = {row.id: (row.beta, row.critical_t) for row in RULES.hazard_classes}
    assert classes == {
        "J1": (4, 5), "J2": (1, 50), "J3": (2, 50), "J4": (2, 50), "J5": (1, 500),
        "W1.1": (2, 1), "W1.2": (2, 10), "W1.3": (2, 50), "W2": (1.5, 10), "W3": (1, 150),
        "W4": (1, 50), "W5.1": (1.5, 10), "W5.2": (1, 50), "W5.3": (1, 1000), "W5.4": (1, 5000),
        "W6.1": (1.5, 10), "W6.2": (1, 50), "W7.1": (1.5, 10), "W7.2": (1, 50), "W8": (1, 50),
        "W9.1": (1, 50), "W9.2": (1, 200), "W10": (1, 200), "W11": (1, 200),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "hazard_class", "critical_t", "beta"),
    [
        ("氨", None, 10, 2),
        ("7664-41-7", None, 10, 2),
        ("液氨", None, 10, 2),
        ("光气", None, 0.3, 20),
        ("LPG", None, 50, 1.5),
        ("氢", None, 5, 1.5),
        ("乙炔", None, 1, 1.5),
        ("汽油", None, 200, 1),
        ("汽油", "W5.1", 200, 1.5),
        ("氯", "W4", 5, 4),  # Table 3 is before the class
        ("一氧化碳", "W2", 10, 2),
        ("某种油漆", "W5.3", 1000, 1),
        ("甲醛", "J3", 5, 2),
    ],
)
def test_quantity_and_factor(
    name: str, hazard_class: str | None, critical_t: float, beta: float
) -> None:
    found = gb18218.holding(name, 1, hazard_class)
    assert (found.critical_t, found.beta) == (critical_t, beta)


@pytest.mark.parametrize(
    ("name", "quantity", "hazard_class", "field"),
    [
        ("某种油漆", 1, None, "substance"),
        ("", 1, "W2", "substance"),
        ("7664-41-8", 1, "W2", "substance"),
        ("9004-70-0", 1, None, "substance"),
        ("氨", -1, None, "quantity_t"),
        ("氨", "1", None, "quantity_t"),
        ("氨", 1, "W99", "hazard_class"),
        ("煤气", 1, None, "hazard_class"),
        ("一氧化碳", 1, None, "hazard_class"),
    ],
)
def test_what_the_tables_do_not_know_is_refused(
    name: str, quantity: Any, hazard_class: str | None, field: str
) -> None:
    with pytest.raises(UngradableInput) as fault:
        gb18218.holding(name, quantity, hazard_class)
    assert fault.value.field == field
