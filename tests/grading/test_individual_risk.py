"""Individual risk: criteria of GB 36894 and the screening ring."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.grading import individual_risk
from layers.grading.assessment import UngradableInput


@pytest.mark.parametrize(
    ("target", "state", "limit"),
    [
        ("high", "new", 3e-7),
        ("high", "in_service", 3e-6),
        ("second", "new", 3e-6),
        ("second", "in_service", 1e-5),
        ("third", "new", 1e-5),
        ("third", "in_service", 3e-5),
    ],
)
def test_both_sides_of_each_criterion(target: str, state: Any, limit: float) -> None:
    met = individual_risk.grade(target, limit, state)
    exceeded = individual_risk.grade(target, math.nextafter(limit, 1), state)
    assert (met.grade, exceeded.grade) == (4, 1)
    assert (met.one_step_down is None, exceeded.one_step_down is None) == (True, False)


def test_a_risk_nobody_computed_is_not_assessed() -> None:
    assert individual_risk.grade("high", None, "new").grade is None


@pytest.mark.parametrize(
    "values",
    [
        ("castle", 1e-6, "new"),
        ("high", 1e-6, "old"),
        ("high", -1, "new"),
        ("high", math.nan, "new"),
    ],
)
def test_what_cannot_be_is_refused(values: Any) -> None:
    with pytest.raises(UngradableInput):
        individual_risk.grade(*values)


def test_contours_run_from_the_widest_ring_inwards() -> None:
    assert [ring.risk_per_year for ring in individual_risk.contours("new")] == [3e-7, 3e-6, 1e-5]
    in_service = individual_risk.contours("in_service")
    assert [ring.risk_per_year for ring in in_service] == [3e-6, 1e-5, 3e-5]
    with pytest.raises(UngradableInput):
        individual_risk.contours("old")  # type: ignore[arg-type]


def test_the_screening_ring(reference: Any) -> None:
    row = reference["tnt"]
    ring = individual_risk.screening_ring(row["mass_kg"], row["heat_kj_per_kg"])
    assert round(ring.tnt_kg, 1) == row["tnt_kg"]
    assert round(ring.death_radius_m, 1) == row["radius_m"]
    assert "筛查" in ring.label
    assert "screening" in ring.label_en


@pytest.mark.parametrize("values", [(0, 1), (-1, 1), (1, 0), (math.nan, 1), (1, math.inf)])
def test_a_ring_of_nothing_is_refused(values: tuple[float, float]) -> None:
    with pytest.raises(UngradableInput):
        individual_risk.screening_ring(*values)


@given(st.floats(0, 1e-3), st.floats(0, 1e-3), st.sampled_from(["high", "second", "third"]))
def test_more_risk_never_makes_it_better(one: float, other: float, target: str) -> None:
    low = individual_risk.grade(target, min(one, other), "new").grade
    high = individual_risk.grade(target, max(one, other), "new").grade
    assert low is not None
    assert high is not None
    assert high <= low


@given(st.floats(1, 1e6), st.floats(1, 1e6))
def test_more_fuel_never_makes_the_ring_smaller(one: float, other: float) -> None:
    small = individual_risk.screening_ring(min(one, other), 43_730)
    large = individual_risk.screening_ring(max(one, other), 43_730)
    assert small.death_radius_m <= large.death_radius_m


def test_one_criterion_changes_its_own_targets_only(changed: Any) -> None:
    rules = changed("individual_risk", ("criteria", 1, "new"), 5e-6)
    for target in ("high", "second", "third"):
        old = individual_risk.grade(target, 4e-6, "new").grade
        new = individual_risk.grade(target, 4e-6, "new", rules).grade
        assert (old, new) == ((1, 4) if target == "second" else (old, old))
