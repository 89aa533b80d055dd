"""Nearest by time: reference cases, and what holds for every boat."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.grading.rule_set import InvalidRuleSet, load
from layers.sea.rescue import Helper, RescueRules, by_time, reach, surely_first

RULES = RescueRules.among(None)
NM = 1852.0

HELPERS = st.builds(
    Helper, st.from_regex(r"412\d{6}", fullmatch=True), st.floats(0, 1e6), st.floats(0, 1e7),
    st.none() | st.floats(0, 60),
)  # fmt: skip


def test_ten_miles_at_ten_knots_are_an_hour() -> None:
    found = reach(Helper("412000001", 10 * NM, 600, 10), RULES)
    assert (found.minutes, found.earliest_min, found.latest_min) == pytest.approx((60, 50, 70))
    assert (found.speed_kn, found.assumed, found.standing) == (10, False, "sure")


def test_faster_boat_farther_away_comes_first_and_a_lost_one_last() -> None:
    ranked = by_time(
        [
            Helper("412000001", 6 * NM, 0, 6),
            Helper("412000002", 8 * NM, 0, 12),
            Helper("412000003", 1 * NM, 25 * 3600, 12),
            Helper("412000004", 4 * NM, 2 * 3600, None),
        ],
        RULES,
    )
    assert [each.mmsi[-1] for each in ranked] == ["4", "2", "1", "3"]
    assert [each.standing for each in ranked] == ["uncertain", "sure", "sure", "unknown"]
    assert (ranked[0].speed_kn, ranked[0].assumed) == (RULES.assumed_kn, True)


@pytest.mark.parametrize(
    ("shown_kn", "speed_kn", "assumed"),
    [(None, 8, True), (3.9, 8, True), (4, 4, False), (20, 20, False), (31, 20, False)],
)
def test_speed_is_the_boats_own_where_it_has_shown_one(
    shown_kn: float | None, speed_kn: float, assumed: bool
) -> None:
    found = reach(Helper("412000001", NM, 0, shown_kn), RULES)
    assert (found.speed_kn, found.assumed) == (speed_kn, assumed)


@pytest.mark.parametrize(
    ("age_min", "standing"),
    [(30, "sure"), (30.1, "uncertain"), (1440, "uncertain"), (1440.1, "unknown")],
)
def test_edges_of_ages_belong_to_the_surer_side(age_min: float, standing: str) -> None:
    assert reach(Helper("412000001", NM, age_min * 60, 9), RULES).standing == standing


@given(st.lists(HELPERS, max_size=12))
def test_every_boat_is_told_once_in_order(helpers: list[Helper]) -> None:
    ranked = by_time(helpers, RULES)
    assert sorted(each.mmsi for each in ranked) == sorted(each.mmsi for each in helpers)
    keys = [(each.standing == "unknown", each.minutes) for each in ranked]
    assert keys == sorted(keys)
    for each in ranked:
        assert 0 <= each.earliest_min <= each.minutes <= each.latest_min


@given(HELPERS, st.floats(0, 1e5))
def test_farther_is_never_sooner_and_older_never_surer(helper: Helper, more: float) -> None:
    far = Helper(helper.mmsi, helper.distance_m + more, helper.age_s, helper.shown_kn)
    old = Helper(helper.mmsi, helper.distance_m, helper.age_s + more, helper.shown_kn)
    order = ["sure", "uncertain", "unknown"]
    now = reach(helper, RULES)
    assert reach(far, RULES).minutes >= now.minutes
    assert order.index(reach(old, RULES).standing) >= order.index(now.standing)


@given(st.lists(HELPERS, min_size=1, max_size=12, unique_by=lambda each: each.mmsi),
       st.integers(1, 4))  # fmt: skip
def test_no_boat_beyond_comes_in_between(helpers: list[Helper], many: int) -> None:
    near = sorted(helpers, key=lambda each: each.distance_m)
    for taken in range(1, len(near)):
        ranked = by_time(near[:taken], RULES)
        if surely_first(ranked, many, near[taken - 1].distance_m, RULES):
            whole = by_time(near, RULES)
            # Boats at the same instant may stand in any order.
            assert [each.minutes for each in whole[:many]] == [
                each.minutes for each in ranked[:many]
            ]


def test_rules_that_contradict_themselves_are_refused(tmp_path: object) -> None:
    shipped = RULES.model_dump()
    with pytest.raises((InvalidRuleSet, ValueError), match="shown_from_kn"):
        RescueRules(**{**shipped, "assumed_kn": 2})
    with pytest.raises((InvalidRuleSet, ValueError), match="known_h"):
        RescueRules(**{**shipped, "sure_min": 5000})
    assert load("sea_rescue") == RULES
