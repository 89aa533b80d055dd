"""Quantities: with a unit, in range, or refused."""

import math
from typing import Any

import pytest

from layers.grading import quantity
from layers.grading.assessment import UngradableInput


@pytest.mark.parametrize(
    ("measure", "text", "value"),
    [
        ("pressure", "6.3 MPa", 6.3),
        ("pressure", "6.3mpa", 6.3),
        ("pressure", "63 bar", 6.3),
        ("pressure", "６３ ｂａｒ", 6.3),
        ("pressure", "6,300 kPa", 6.3),
        ("pressure", "1000 psi", 6.894757293168),
        ("pressure", "1000 psig", 6.894757293168),
        ("pressure", "6.3兆帕", 6.3),
        ("diameter", "711 mm", 711),
        ("diameter", "28 in", 711.2),
        ("diameter", '28"', 711.2),
        ("diameter", "28英寸", 711.2),
        ("length", "12.3km", 12300),
        ("length", "100 ft", 30.48),
        ("mass", "500 kg", 0.5),
        ("mass", "1e3 吨", 1000),
    ],
)
def test_units_are_read(measure: str, text: str, value: float) -> None:
    assert quantity.parse(measure, text).value == pytest.approx(value, rel=1e-12)


def test_what_came_is_kept_beside_what_it_is() -> None:
    found = quantity.convert("pressure", 63, "bar")
    assert (found.value, found.unit, found.given) == (6.3, "MPa", "63 bar")


@pytest.mark.parametrize(
    ("measure", "text"),
    [
        ("pressure", "6.3"),
        ("pressure", "6.3 atm"),
        ("pressure", "MPa"),
        ("pressure", ""),
        ("pressure", "1000 MPa"),
        ("pressure", "6.3 psi"),
        ("pressure", "-1 MPa"),
        ("pressure", "nan MPa"),
        ("diameter", "12 mm"),
        ("diameter", "711 in"),
        ("weather", "1 m"),
    ],
)
def test_no_unit_an_unknown_one_or_a_mix_up_is_refused(measure: str, text: str) -> None:
    with pytest.raises(UngradableInput) as fault:
        quantity.parse(measure, text)
    assert fault.value.reason


@pytest.mark.parametrize("unit", [None, "", "  "])
def test_a_number_without_a_unit_is_refused(unit: str | None) -> None:
    with pytest.raises(UngradableInput, match="without a unit"):
        quantity.convert("pressure", 6.3, unit)


@pytest.mark.parametrize(
    ("measure", "low", "high"), [("pressure", 0.1, 20), ("diameter", 20, 2000)]
)
def test_both_sides_of_each_end(measure: str, low: float, high: float) -> None:
    for value in (low, high):
        assert quantity.check(measure, value) == value
    wrong: tuple[Any, ...] = (
        math.nextafter(low, 0), math.nextafter(high, math.inf), math.nan, True, "1"
    )  # fmt: skip
    for value in wrong:
        with pytest.raises(UngradableInput):
            quantity.check(measure, value)


def test_the_reason_names_range_and_units() -> None:
    with pytest.raises(UngradableInput) as fault:
        quantity.check("pressure", 914)
    assert "0.1–20 MPa" in fault.value.reason
    assert "psi" in fault.value.reason


def test_the_range_is_data(changed: Any) -> None:
    rules = changed("quantity", ("measures", 0, "maximum"), 10)
    assert quantity.check("pressure", 10, rules) == 10
    with pytest.raises(UngradableInput):
        quantity.check("pressure", 12, rules)


def test_back_into_another_unit() -> None:
    assert quantity.in_unit("diameter", 711.2, "in") == pytest.approx(28)
