"""DIRECT: rules that run before any score."""

from typing import Any

import pytest

from layers.grading import direct, lec
from layers.grading.assessment import Assessment, UngradableInput


@pytest.mark.parametrize(
    "facts",
    [
        {"breaks_mandatory_rule": True},
        {"grave_accident_conditions_remain": True},
        {"light_accidents_conditions_remain": 3},
        {"major_hazard_installation": True},
        {"explosive_area_workers": 10},
        {"assessed_as_highest": True},
    ],
)
def test_each_case_makes_it_major(facts: dict[str, object]) -> None:
    found = direct.grade(facts)
    assert found is not None
    assert found.grade == 1
    assert found.one_step_down


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"breaks_mandatory_rule": False},
        {"breaks_mandatory_rule": None},
        {"light_accidents_conditions_remain": 2},
        {"explosive_area_workers": 9},
        {"explosive_dust": True},  # the list of the industry is not active here
    ],
)
def test_without_a_case_another_method_decides(facts: dict[str, object]) -> None:
    assert direct.grade(facts) is None


def test_a_case_runs_before_the_score_is_even_asked_for() -> None:
    def never() -> Assessment:
        raise AssertionError

    assert direct.first({"major_hazard_installation": True}, never).grade == 1
    assert direct.first({}, lambda: lec.grade(1, 3, 7)).grade == 4


def test_all_cases_met_are_told() -> None:
    found = direct.grade({"major_hazard_installation": True, "explosive_area_workers": 12})
    assert found is not None
    assert [step.name for step in found.steps] == ["major_hazard", "explosive_area"]


@pytest.mark.parametrize(
    "facts",
    [
        {"bad_weather": True},
        {"explosive_area_workers": -1},
        {"explosive_area_workers": 1.5},
        {"explosive_area_workers": True},
        {"breaks_mandatory_rule": 1},
    ],
)
def test_a_fact_that_is_none_is_refused(facts: dict[str, object]) -> None:
    with pytest.raises(UngradableInput):
        direct.grade(facts)


def test_a_register_names_cases_by_id_or_in_chinese() -> None:
    for name in ("major_hazard", "构成危险化学品重大危险源"):
        found = direct.grade_named([name])
        assert found is not None
        assert found.grade == 1
    assert direct.grade_named([]) is None
    assert direct.grade_named(["ammonia"]) is None
    with pytest.raises(UngradableInput):
        direct.grade_named(["大风"])


def test_the_limit_and_the_switch_are_data(changed: Any) -> None:
    fewer = changed("direct", ("cases", 4, "at_least"), 5)
    assert direct.grade({"explosive_area_workers": 9}, fewer) is not None
    assert direct.grade({"explosive_area_workers": 4}, fewer) is None
    told = direct.grade({"explosive_area_workers": 9}, fewer)
    assert told is not None
    assert told.decided_by == "爆炸危险场所作业人员 5 人以上"
    active = changed("direct", ("cases", 7, "active"), True)
    assert direct.grade({"ammonia_refrigeration": True}, active) is not None
