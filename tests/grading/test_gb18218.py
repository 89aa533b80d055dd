"""GB18218: identification, grading, α, mapping to colours, and what is refused."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.grading import gb18218
from layers.grading.assessment import Assessment, UngradableInput
from layers.grading.substance import Holding

quantities = st.integers(1, 50_000).map(lambda tenths: tenths / 10)
people = st.integers(0, 300)


def step(assessment: Assessment, name: str) -> Any:
    """Value of a step; None where there is none."""
    return next((item.value for item in assessment.steps if item.name == name), None)


def test_reference_values(reference: Any) -> None:
    for row in reference["gb18218"]:
        holdings = [
            Holding(f"{position}", item["q"], item["Q"], item["beta"])
            for position, item in enumerate(row["items"])
        ]
        found = gb18218.grade(holdings, row["population"])
        assert step(found, "S") == pytest.approx(row["S"], abs=1e-12)
        if row.get("major") is False:
            assert found.grade is None
            assert step(found, "级别") == "不构成"
        else:
            assert step(found, "R") == pytest.approx(row["R"], abs=1e-12)
            assert step(found, "级别") == row["grade"]


def test_named_substances_bring_their_own_quantity_and_factor(reference: Any) -> None:
    for row in reference["gb18218_named"]:
        holdings = [gb18218.holding(*item) for item in row["items"]]
        found = gb18218.grade(holdings, row["population"])
        assert step(found, "S") == pytest.approx(row["S"], abs=1e-12)
        assert step(found, "级别") == row.get("level", "不构成")
        assert step(found, "R") == row.get("R")


def test_alpha(reference: Any) -> None:
    for population, expected in reference["gb18218_alpha"].items():
        assert gb18218.alpha(int(population)) == expected


@pytest.mark.parametrize("population", [-1, 1.5, math.nan, True, "9"])
def test_a_population_that_cannot_be_is_refused(population: Any) -> None:
    with pytest.raises(UngradableInput) as fault:
        gb18218.grade([gb18218.holding("氯", 10)], population)
    assert fault.value.field == "population"


@pytest.mark.parametrize(
    ("quantity", "level", "grade"),
    [
        (49.99, "不构成", None),
        (50, "四级", 3),
        (499.99, "四级", 3),
        (500, "三级", 2),
        (2499.99, "三级", 2),
        (2500, "二级", 1),
        (4999.99, "二级", 1),
        (5000, "一级", 1),
    ],
)
def test_both_sides_of_each_level(quantity: float, level: str, grade: int | None) -> None:
    found = gb18218.grade([Holding("x", quantity, 50, 1)], 1)
    assert (step(found, "级别"), found.grade) == (level, grade)


def test_the_sum_is_exact_at_its_limit() -> None:
    thirds = [Holding("x", 10, 30, 1)] * 3
    tenths = [Holding("x", 0.1, 1, 1)] * 10
    assert step(gb18218.grade(thirds, 0), "级别") == "四级"
    assert step(gb18218.grade(tenths, 0), "级别") == "四级"


def test_it_says_what_would_lower_it() -> None:
    assert gb18218.grade([gb18218.holding("氯", 250)], 100).one_step_down == "R 须低于 50"
    third = gb18218.grade([gb18218.holding("汽油", 4000)], 120)
    assert third.one_step_down == "R 须低于 10"
    fourth = gb18218.grade([gb18218.holding("氨", 12)], 60)
    assert fourth.one_step_down is not None
    assert fourth.one_step_down.startswith("S 须低于 1")


def test_any_installation_is_red_where_the_switch_says_so(changed: Any) -> None:
    rules = changed("gb18218", ("mapping",), "all_red")
    assert gb18218.grade([gb18218.holding("氨", 12)], 60, rules).grade == 1
    assert gb18218.grade([gb18218.holding("氨", 12)], None, rules).grade == 1
    assert gb18218.grade([gb18218.holding("氯", 4.9)], 60, rules).grade is None


def test_the_second_level_is_orange_where_the_local_rule_says_so(changed: Any) -> None:
    rules = changed("gb18218", ("levels", 1, "grade"), 2)
    second = [Holding("x", 2500, 50, 1)]
    assert (gb18218.grade(second, 1).grade, gb18218.grade(second, 1, rules).grade) == (1, 2)


def test_a_unit_below_the_limit_has_a_grade_only_where_the_rules_give_one(changed: Any) -> None:
    rules = changed("gb18218", ("grade_when_none",), 4)
    assert gb18218.grade([gb18218.holding("氯", 4.9)], 0, rules).grade == 4


def test_an_unknown_population_leaves_the_grade_open() -> None:
    found = gb18218.grade([gb18218.holding("氯", 10)], None)
    assert found.grade is None
    assert step(found, "S") == 2


@pytest.mark.parametrize(
    ("holding", "field"),
    [
        (Holding("x", -1, 5, 4), "holdings.0.quantity_t"),
        (Holding("x", math.nan, 5, 4), "holdings.0.quantity_t"),
        (Holding("x", 1, 0, 4), "holdings.0.critical_t"),
        (Holding("x", 1, -5, 4), "holdings.0.critical_t"),
        (Holding("x", 1, 5, 0), "holdings.0.beta"),
        (Holding("x", 1, math.inf, 4), "holdings.0.critical_t"),
    ],
)
def test_a_wrong_quantity_is_refused(holding: Holding, field: str) -> None:
    with pytest.raises(UngradableInput) as fault:
        gb18218.grade([holding], 0)
    assert fault.value.field == field


def test_an_empty_inventory_is_no_data() -> None:
    with pytest.raises(UngradableInput) as fault:
        gb18218.grade([], 0)
    assert fault.value.field == "holdings"


@given(quantities, quantities, people, people)
def test_more_of_it_or_more_people_never_make_it_better(
    quantity: float, more: float, population: int, others: int
) -> None:
    low = gb18218.grade([gb18218.holding("氯", quantity)], population).grade
    high = gb18218.grade([gb18218.holding("氯", quantity + more)], population + others).grade
    assert low is None or (high is not None and high <= low)


@given(quantities, people)
def test_one_threshold_moves_exactly_its_levels(quantity: float, population: int) -> None:
    shipped = gb18218.MajorHazardRules.shipped()
    levels = [level.model_dump() for level in shipped.levels]
    levels[2]["at_least"] = 20
    rules = shipped.model_copy(update={"levels": levels})
    holdings = [Holding("x", quantity, 50, 1)]
    old, new = gb18218.grade(holdings, population), gb18218.grade(holdings, population, rules)
    risk = step(old, "R")
    if risk is not None and 10 <= risk < 20:
        assert (old.grade, new.grade) == (2, 3)
    else:
        assert old.grade == new.grade
