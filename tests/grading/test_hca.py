"""High-consequence areas: every row, both sides of its distance, and the contested readings."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.grading import hca
from layers.grading.assessment import UngradableInput
from layers.grading.hca_rules import HcaRules, Neighbour, Pipe

OIL = Pipe("oil", 1)
GAS = Pipe("gas", 1, 711, 6.3)
LARGE = Pipe("gas", 1, 1016, 10)  # impact radius 318.07 m
SMALL = Pipe("gas", 1, 219.1, 1.5)  # impact radius 26.57 m


def at(kind: str, distance_m: float, **more: Any) -> list[Neighbour]:
    """One neighbour."""
    return [Neighbour(kind, distance_m, **more)]


@pytest.mark.parametrize(
    ("pipe", "neighbours", "severity"),
    [
        (Pipe("oil", 4), [], "Ⅲ"),
        (Pipe("oil", 3), [], "Ⅱ"),
        (Pipe("oil", 2), [], "非高后果区"),
        (OIL, at("settlement", 200, households=50), "Ⅱ"),
        (OIL, at("settlement", 200.01, households=50), "非高后果区"),
        (OIL, at("settlement", 200, households=49), "非高后果区"),
        (OIL, at("major_road", 50), "Ⅰ"),
        (OIL, at("major_road", 50.01), "非高后果区"),
        (OIL, at("railway", 50), "Ⅰ"),
        (OIL, at("flammable", 50), "Ⅰ"),
        (OIL, at("flammable", 51), "非高后果区"),
        (OIL, at("reserve", 200), "Ⅱ"),
        (OIL, at("reserve", 200.01), "非高后果区"),
        (OIL, at("water", 200), "Ⅲ"),
        (OIL, at("water", 200.01), "非高后果区"),
        (OIL, at("specific_1", 10), "非高后果区"),
        (Pipe("gas", 4, 711, 6.3), [], "Ⅲ"),
        (Pipe("gas", 3, 711, 6.3), [], "Ⅱ"),
        (Pipe("gas", 2, 711, 6.3), [], "非高后果区"),
        (LARGE, at("specific_1", 318.06), "Ⅱ"),
        (LARGE, at("specific_1", 318.08), "非高后果区"),
        (SMALL, at("specific_1", 26.5), "Ⅰ"),
        (SMALL, at("specific_1", 26.6), "非高后果区"),
        (GAS, at("specific_1", 200), "Ⅰ"),
        (GAS, at("specific_1", 200.01), "非高后果区"),
        (GAS, at("specific_2", 100), "Ⅰ"),
        (GAS, at("specific_2", 100, persons=30, days_per_year=50), "Ⅰ"),
        (GAS, at("specific_2", 100, persons=29, days_per_year=50), "非高后果区"),
        (GAS, at("specific_2", 100, persons=30, days_per_year=49), "非高后果区"),
        (GAS, at("flammable", 200), "Ⅱ"),
        (GAS, at("flammable", 200.01), "非高后果区"),
        (Pipe("gas", 3, 711, 6.3), at("flammable", 10), "Ⅱ"),
        (GAS, at("water", 10), "非高后果区"),
        # both bounds of rows c and d are open: at 762 mm or 6.9 MPa it is another pipe
        (Pipe("gas", 1, 762, 10), at("specific_1", 200), "Ⅰ"),
        (Pipe("gas", 1, 1016, 6.9), at("specific_1", 200), "Ⅰ"),
        (Pipe("gas", 1, 273, 1.5), at("specific_1", 200), "Ⅰ"),
        (Pipe("gas", 1, 219.1, 1.6), at("specific_1", 200), "Ⅰ"),
    ],
)
def test_rows(pipe: Pipe, neighbours: list[Neighbour], severity: str) -> None:
    found = hca.grade(pipe, neighbours)
    assert found.steps[-1].value == severity
    assert found.grade == {"Ⅲ": 1, "Ⅱ": 2, "Ⅰ": 3, "非高后果区": 4}[severity]
    assert (found.one_step_down is None) == (severity == "非高后果区")


def test_the_highest_row_met_decides_and_all_are_told() -> None:
    found = hca.grade(OIL, [*at("major_road", 10), *at("water", 150)])
    assert found.grade == 1
    assert [step.name for step in found.steps] == ["油d 行", "油f 行", "高后果区等级"]
    assert found.decided_by.startswith("油f 行")


@pytest.mark.parametrize(
    ("row", "pipe", "neighbours", "default", "other"),
    [
        (4, OIL, at("reserve", 100), 2, 3),
        (8, LARGE, at("specific_1", 100), 2, 3),
        (10, GAS, at("specific_1", 100), 3, 2),
        (11, GAS, at("flammable", 100), 2, 1),
    ],
)
def test_contested_rows_are_switches(
    changed: Any, row: int, pipe: Pipe, neighbours: list[Neighbour], default: int, other: int
) -> None:
    rules = changed("hca", ("rows", row, "use_other_reading"), True)
    assert hca.grade(pipe, neighbours).grade == default
    assert hca.grade(pipe, neighbours, rules).grade == other


@pytest.mark.parametrize(
    ("pipe", "neighbours", "field"),
    [
        (Pipe("water", 1), [], "medium"),
        (Pipe("oil", 5), [], "area_class"),
        (Pipe("oil", 0), [], "area_class"),
        (Pipe("gas", 1, 30, 6.3), at("castle", 5), "kind"),
        (Pipe("gas", 1, 12, 6.3), [], "diameter"),
        (Pipe("gas", 1, 711, 914), [], "pressure"),
        (OIL, at("water", -1), "distance_m"),
        (OIL, at("water", math.nan), "distance_m"),
        (OIL, at("settlement", 1, households=-1), "households"),
        (OIL, at("settlement", 1, persons=1.5), "persons"),
    ],
)
def test_what_cannot_be_is_refused(pipe: Pipe, neighbours: list[Neighbour], field: str) -> None:
    with pytest.raises(UngradableInput) as fault:
        hca.grade(pipe, neighbours)
    assert fault.value.field == field


@pytest.mark.parametrize(
    ("pipe", "neighbours"),
    [
        (Pipe("oil", None), []),
        (OIL, at("settlement", 100)),
        (Pipe("gas", 1, None, 6.3), at("specific_1", 100)),
        (Pipe("gas", 1, 711, None), at("specific_1", 100)),
    ],
)
def test_what_is_not_known_never_makes_it_blue(pipe: Pipe, neighbours: list[Neighbour]) -> None:
    assert hca.grade(pipe, neighbours).grade is None


def test_what_is_met_counts_whatever_else_is_not_known() -> None:
    assert hca.grade(Pipe("oil", None), at("water", 100)).grade == 1
    assert hca.grade(Pipe("gas", 1, None, None), []).grade == 4


def test_the_texts_tell_the_limits_that_are_applied(changed: Any) -> None:
    rules = changed("hca", ("rows", 2, "households"), 40)
    found = hca.grade(OIL, at("settlement", 100, households=45), rules)
    assert found.steps[0].formula == "两侧各 200 m 内有 40 户以上的村庄、乡镇"


def test_one_distance_moves_exactly_its_row(changed: Any) -> None:
    rules = changed("hca", ("rows", 5, "within_m"), 150)
    for distance in range(0, 301, 10):
        for kind in ("water", "reserve", "major_road"):
            old = hca.grade(OIL, at(kind, distance)).grade
            new = hca.grade(OIL, at(kind, distance), rules).grade
            moved = kind == "water" and 150 < distance <= 200
            assert (old, new) == ((1, 4) if moved else (old, old))


kinds = st.sampled_from([kind.id for kind in HcaRules.shipped().neighbours])


@given(
    st.sampled_from([OIL, GAS, LARGE, SMALL]),
    kinds,
    st.floats(0, 500),
    st.floats(0, 500),
    st.integers(0, 100),
    st.integers(0, 100),
)
def test_nearer_or_larger_never_makes_it_better(
    pipe: Pipe, kind: str, one: float, other: float, households: int, more: int
) -> None:
    far = hca.grade(pipe, at(kind, max(one, other), households=households)).grade
    near = hca.grade(pipe, at(kind, min(one, other), households=households + more)).grade
    assert far is not None
    assert near is not None
    assert near <= far


@given(st.integers(1, 4), st.integers(1, 4), st.sampled_from(["oil", "gas"]))
def test_a_higher_class_location_never_makes_it_better(one: int, other: int, medium: str) -> None:
    low = hca.grade(Pipe(medium, min(one, other), 711, 6.3), []).grade
    high = hca.grade(Pipe(medium, max(one, other), 711, 6.3), []).grade
    assert low is not None
    assert high is not None
    assert high <= low
