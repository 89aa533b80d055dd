"""VESSEL: points, their sum, what is not known, events, and rows of the register."""

import math
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.grading import vessel, vessel_risk
from layers.grading.assessment import UngradableInput
from layers.grading.vessel import VesselFacts

SOUND = VesselFacts(
    gear="line",
    hull_age_years=5,
    wooden=False,
    length_m=18,
    crew=5,
    papers_in_order=True,
    positioning_works=True,
    violations=0,
)


def score(facts: VesselFacts) -> Any:
    """Sum of the points."""
    return vessel.grade(facts).steps[-1].value


@pytest.mark.parametrize(
    ("change", "points"),
    [
        ({}, 1),
        ({"gear": "stow_net"}, 3),
        ({"gear": "fish_carrier"}, 3),
        ({"gear": "pot"}, 3),
        ({"gear": "trawl"}, 2),
        ({"gear": "drift_net"}, 2),
        ({"gear": "light_seine"}, 2),
        ({"gear": "aquaculture"}, 1),
        ({"hull_age_years": 9}, 1),
        ({"hull_age_years": 10}, 2),
        ({"hull_age_years": 19}, 2),
        ({"hull_age_years": 20}, 4),
        ({"wooden": True}, 3),
        ({"length_m": 11.99}, 3),
        ({"length_m": 12}, 1),
        ({"length_m": 23.99, "crew": 10}, 1),
        ({"length_m": 24, "crew": 10}, 3),
        ({"length_m": 24, "crew": 9}, 1),
        ({"papers_in_order": False}, 4),
        ({"positioning_works": False}, 4),
        ({"violations": 1}, 2),
        ({"violations": 3}, 4),
        ({"violations": 9}, 4),
    ],
)
def test_points_of_each_factor(change: dict[str, Any], points: int) -> None:
    assert score(replace(SOUND, **change)) == points


@pytest.mark.parametrize(
    ("change", "total", "grade"),
    [
        ({"gear": "stow_net"}, 3, 4),
        ({"papers_in_order": False}, 4, 3),
        ({"gear": "stow_net", "papers_in_order": False}, 6, 3),
        ({"papers_in_order": False, "positioning_works": False}, 7, 2),
        ({"gear": "pot", "papers_in_order": False, "hull_age_years": 20}, 9, 2),
        ({"gear": "pot", "papers_in_order": False, "positioning_works": False, "violations": 1},
         10, 1),
    ],
)  # fmt: skip
def test_both_sides_of_each_limit(change: dict[str, Any], total: int, grade: int) -> None:
    facts = replace(SOUND, **change)
    assert (score(facts), vessel.grade(facts).grade) == (total, grade)


def test_what_is_not_known_never_makes_it_blue() -> None:
    for field in ("gear", "hull_age_years", "wooden", "length_m", "papers_in_order", "violations"):
        assert vessel.grade(replace(SOUND, **{field: None})).grade is None
    long = replace(SOUND, length_m=30, crew=None)
    assert vessel.grade(long).grade is None
    assert vessel.grade(replace(long, papers_in_order=False)).grade == 3
    assert vessel.grade(replace(SOUND, crew=None)).grade == 4


@pytest.mark.parametrize(
    "wrong",
    [
        {"gear": "kite"},
        {"hull_age_years": -1},
        {"hull_age_years": 1.5},
        {"length_m": 0},
        {"length_m": math.nan},
        {"crew": -1},
        {"violations": -1},
        {"wooden": 1},
        {"papers_in_order": "no"},
    ],
)
def test_facts_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UngradableInput) as fault:
        vessel.grade(replace(SOUND, **wrong))
    assert fault.value.field in wrong


def test_the_worst_of_static_and_active_events_is_shown() -> None:
    static = vessel.grade(SOUND)
    assert vessel.dynamic(static, []) is static
    assert vessel.dynamic(static, ["encounter"]).grade == 3
    assert vessel.dynamic(static, ["encounter", "gap_lost"]).grade == 1
    both = vessel.dynamic(static, ["gap_long", "closed_line", "encounter"])
    assert both.one_step_down == "须解除事件:失联 6 小时以上、越禁渔区线拖网"
    red = replace(static, grade=1)
    assert vessel.dynamic(red, ["encounter"]) is red
    unknown = replace(static, grade=None)
    assert vessel.dynamic(unknown, ["closed_line"]).grade == 2
    with pytest.raises(UngradableInput):
        vessel.dynamic(static, ["kraken"])


@given(st.sampled_from(["hull_age_years", "violations"]), st.integers(0, 60), st.integers(0, 60))
def test_older_or_more_violations_never_make_it_better(field: str, value: int, more: int) -> None:
    facts = replace(SOUND, gear="pot", **{field: value})  # type: ignore[arg-type]
    worse = replace(facts, **{field: value + more})  # type: ignore[arg-type]
    low, high = vessel.grade(facts).grade, vessel.grade(worse).grade
    assert low is not None
    assert high is not None
    assert high <= low


def test_one_threshold_moves_exactly_its_sums(changed: Any) -> None:
    rules = changed("vessel", ("bands", 2, "at_least"), 5)
    for violations in range(4):
        for gear in ("line", "trawl", "pot"):
            for age in (5, 15, 25):
                facts = replace(SOUND, gear=gear, violations=violations, hull_age_years=age)
                old, new = vessel.grade(facts).grade, vessel.grade(facts, rules).grade
                assert (old, new) == ((3, 4) if score(facts) == 4 else (old, old))


def registered(**known: Any) -> Any:
    """A row of the register."""
    row = {
        "gear": "钓具", "hull": "钢质", "length_m": 18, "built_year": 2015, "crew": 5,
        "crew_minimum": 4, "certificate_until": date(2026, 12, 31), "ais_fitted": True,
        "beidou_fitted": True, "violations": 0, "assessed_on": date(2026, 12, 31),
    }  # fmt: skip
    return SimpleNamespace(**{**row, **known})


@pytest.mark.parametrize(
    ("known", "points"),
    [
        ({}, 2),
        ({"built_year": 2017}, 1),
        ({"hull": "木质"}, 4),
        ({"certificate_until": date(2026, 12, 30)}, 5),
        ({"crew": 3}, 5),
        ({"ais_fitted": False}, 5),
        ({"beidou_fitted": False, "ais_fitted": None}, 5),
    ],
)
def test_a_row_of_the_register(known: dict[str, Any], points: int) -> None:
    assert vessel_risk.grade(registered(**known)).steps[-1].value == points


def test_every_gear_of_the_register_has_points() -> None:
    for gear in vessel_risk.GEARS:
        assert vessel_risk.grade(registered(gear=gear)).grade is not None
    with pytest.raises(UngradableInput):
        vessel_risk.grade(registered(gear="风筝"))
    with pytest.raises(UngradableInput):
        vessel_risk.grade(registered(built_year=2027))


def test_another_rule_set_comes_in_a_book(changed: Any) -> None:
    book = {"vessel": changed("vessel", ("bands", 2, "at_least"), 2)}
    assert vessel_risk.grade(registered()).grade == 4
    assert vessel_risk.grade(registered(), book).grade == 3


@pytest.mark.parametrize("field", ["assessed_on", "crew_minimum", "ais_fitted", "gear", "hull"])
def test_a_gap_in_the_register_leaves_the_grade_open(field: str) -> None:
    assert vessel_risk.grade(registered(**{field: None})).grade is None


def test_a_track_has_the_grade_of_its_vessel() -> None:
    assert [vessel_risk.grade_of_track(grade).grade for grade in (1, 4, None)] == [1, 4, None]
    assert vessel_risk.grade_of_track(4).one_step_down is None
    with pytest.raises(UngradableInput):
        vessel_risk.grade_of_track(5)
