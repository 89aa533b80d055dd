"""ROAD: crash counts rule by rule, and what lies beside the road."""

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.grading import road, road_segment, roadside
from layers.grading.assessment import UngradableInput
from layers.grading.road import CrashCounts
from layers.grading.roadside import Roadside

NONE = CrashCounts(0, 0, 0, 0, unsafe_road=False)
SAFE = Roadside("none", 0, 0, 100, sharp_curve=False)


@pytest.mark.parametrize(
    ("counts", "grade"),
    [
        (CrashCounts(1, 1, 1, 0, unsafe_road=True), 1),
        (CrashCounts(1, 1, 1, 0, unsafe_road=None), 1),
        (CrashCounts(1, 1, 1, 0, unsafe_road=False), 4),
        (CrashCounts(2, 2, 2, 0, unsafe_road=False), 1),
        (CrashCounts(3, 3, 0, 0), 2),
        (CrashCounts(2, 2, 0, 0), 4),
        (CrashCounts(5, 0, 0, 5), 2),
        (CrashCounts(5, 0, 0, 4), 3),
        (CrashCounts(4, 0, 0, 4), 4),
        (CrashCounts(5, 0, 0, 0), 3),
        (NONE, 4),
        (replace(NONE, psi_rank=0.05), 1),
        (replace(NONE, psi_rank=0.0501), 4),
        (replace(NONE, psi_rank=1), 4),
    ],
)
def test_rules_in_their_order(counts: CrashCounts, grade: int) -> None:
    found = road.grade(counts)
    assert found.grade == grade
    assert (found.one_step_down is None) == (grade == 4)


def test_the_worked_windows_qualify_under_rule_four() -> None:
    # DOMAIN 3.4: [2200, 2700) F1 I3 P1 and [100, 600) F1 I2 P2, five crashes each
    for fatal in (1, 1):
        found = road.grade(CrashCounts(5, fatal, 0, 5))
        assert found.grade == 2
        assert found.decided_by.startswith("④")


def test_all_that_binds_a_grade_must_go_for_it_to_fall() -> None:
    found = road.grade(CrashCounts(9, 3, 2, 5, unsafe_road=True, psi_rank=0.01))
    assert found.decided_by.startswith("①")
    assert found.one_step_down is not None
    assert found.one_step_down.count("须") == 3
    assert road.grade(CrashCounts(5, None, 0, 0)).steps[-1].name == "未知"


def test_an_unknown_count_never_makes_it_blue() -> None:
    found = road.grade(CrashCounts(None, 0, 0, None))
    assert found.grade is None
    assert road.grade(CrashCounts(None, 3, None, None)).grade == 2
    assert road.grade(CrashCounts(None, None, None, None, psi_rank=0.01)).grade == 1


@pytest.mark.parametrize(
    ("counts", "field"),
    [
        (replace(NONE, crashes=-1), "crashes"),
        (replace(NONE, crashes=1.5), "crashes"),  # type: ignore[arg-type]
        (replace(NONE, fatal_crashes=1), "fatal_crashes"),
        (replace(NONE, crashes=2, major_crashes=1), "major_crashes"),
        (CrashCounts(1, None, 2, None), "major_crashes"),
        (replace(NONE, general_crashes=1), "general_crashes"),
        (replace(NONE, unsafe_road=1), "unsafe_road"),  # type: ignore[arg-type]
        (replace(NONE, psi_rank=0), "psi_rank"),
        (replace(NONE, psi_rank=1.01), "psi_rank"),
        (replace(NONE, psi_rank=math.nan), "psi_rank"),
    ],
)
def test_counts_that_cannot_be_are_refused(counts: CrashCounts, field: str) -> None:
    with pytest.raises(UngradableInput) as fault:
        road.grade(counts)
    assert fault.value.field == field


def test_switches_and_limits_are_data(changed: Any) -> None:
    strict = changed("road", ("unknown_road_counts",), False)
    assert road.grade(CrashCounts(1, 1, 1, 0), strict).grade == 4
    four = changed("road", ("rules", 4, "at_least"), 4)
    for crashes in range(8):
        counts = CrashCounts(crashes, 0, 0, 0)
        old, new = road.grade(counts).grade, road.grade(counts, four).grade
        assert (old, new) == ((4, 3) if crashes == 4 else (old, old))
    told = road.grade(CrashCounts(4, 0, 0, 0), four)
    assert (told.decided_by, told.one_step_down) == (
        "县级 各类事故 4 起 ≥ 4 起",
        "各类事故须少于 4 起",
    )


counts = st.integers(0, 6)


@given(counts, counts, counts, counts, counts, st.sampled_from([True, False, None]))
def test_more_crashes_never_make_it_better(
    major: int,
    fatal: int,
    general: int,
    rest: int,
    more: int,
    unsafe: bool | None,
) -> None:
    all_fatal = major + fatal
    total = all_fatal + general + rest
    base = CrashCounts(total, all_fatal, major, general, unsafe)
    low = road.grade(base).grade
    assert low is not None
    for worse in (
        replace(base, crashes=total + more),
        replace(base, crashes=total + more, general_crashes=general + more),
        replace(base, crashes=total + more, fatal_crashes=all_fatal + more),
        CrashCounts(total + more, all_fatal + more, major + more, general, unsafe),
    ):
        high = road.grade(worse).grade
        assert high is not None
        assert high <= low


@pytest.mark.parametrize(
    ("place", "grade"),
    [
        (replace(SAFE, drop_m=8), 1),
        (replace(SAFE, drop_m=7.99), 2),
        (replace(SAFE, drop_m=4), 2),
        (replace(SAFE, drop_m=3.99), 4),
        (replace(SAFE, water_depth_m=2), 1),
        (replace(SAFE, water_depth_m=1.99), 4),
        (replace(SAFE, sharp_curve=True), 1),
        (replace(SAFE, edge_distance_m=3), 2),
        (replace(SAFE, edge_distance_m=3.01), 4),
        (replace(SAFE, guardrail="insufficient", drop_m=8), 1),
        (replace(SAFE, guardrail="below_standard", drop_m=20), 3),
        (replace(SAFE, guardrail="standard", drop_m=20), 4),
        (replace(SAFE, guardrail=None, drop_m=20), None),
        (replace(SAFE, drop_m=None), None),
        (replace(SAFE, sharp_curve=None), None),
        (replace(SAFE, water_depth_m=1, edge_distance_m=None), None),
        (replace(SAFE, drop_m=5, water_depth_m=None), 2),
        (Roadside("none", drop_m=9), 1),
        (Roadside("standard"), 4),
    ],
)
def test_beside_water_or_a_drop(place: Roadside, grade: int | None) -> None:
    assert roadside.grade(place).grade == grade


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"guardrail": "bamboo"}, "guardrail"),
        ({"drop_m": -1}, "drop_m"),
        ({"water_depth_m": math.nan}, "water_depth_m"),
        ({"edge_distance_m": "3"}, "edge_distance_m"),
        ({"sharp_curve": 1}, "sharp_curve"),
    ],
)
def test_a_place_that_cannot_be_is_refused(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(UngradableInput) as fault:
        roadside.grade(replace(SAFE, **wrong))
    assert fault.value.field == field


def test_one_limit_beside_the_road_moves_exactly_its_places(changed: Any) -> None:
    rules = changed("roadside", ("severe_drop_m",), 10)
    for tenths in range(150):
        place = replace(SAFE, drop_m=tenths / 10)
        old, new = roadside.grade(place).grade, roadside.grade(place, rules).grade
        assert (old, new) == ((1, 2) if 8 <= tenths / 10 < 10 else (old, old))


metres = st.floats(0, 20)


@given(metres, metres, metres, metres, metres, metres)
def test_a_higher_fall_deeper_or_nearer_water_never_make_it_better(
    drop: float, drop_more: float, depth: float, depth_more: float, near: float, far: float
) -> None:
    low = roadside.grade(Roadside("none", drop, depth, max(near, far), sharp_curve=False)).grade
    high = roadside.grade(
        Roadside("none", drop + drop_more, depth + depth_more, min(near, far), sharp_curve=False)
    ).grade
    assert low is not None
    assert high is not None
    assert high <= low


def segment(kind: str, **known: Any) -> Any:
    """A row of the register; what is not named is not known."""
    fields = (
        "crashes", "fatal_crashes", "major_crashes", "general_crashes", "unsafe_road",
        "guardrail", "drop_m", "water_depth_m", "edge_distance_m", "sharp_curve",
        "psi_rank_value",
    )  # fmt: skip
    return SimpleNamespace(kind=kind, **{**dict.fromkeys(fields), **known})


QUIET = {"crashes": 0, "fatal_crashes": 0, "major_crashes": 0, "general_crashes": 0}


@pytest.mark.parametrize(
    ("row", "grade"),
    [
        (segment("事故多发", **QUIET), 4),
        (segment("事故多发"), None),
        (segment("事故多发", **QUIET, psi_rank_value=0.05), 1),
        (segment("事故多发", **QUIET, psi_rank_value=0.06), 4),
        (segment("事故多发", guardrail="none", drop_m=9), 1),
        (segment("事故多发", guardrail="standard"), None),
        (segment("临水临崖", **QUIET), None),
        (segment("临水临崖", guardrail="none", drop_m=9), 1),
        (segment("临水临崖", guardrail="standard"), 4),
        (segment("高落差", guardrail="standard", **{**QUIET, "crashes": 6}), 3),
        (segment("高落差", guardrail="none", **{**QUIET, "crashes": 6}), 3),
        *((segment(kind, **QUIET), 4) for kind in ("长下坡", "平交口")),
        *((segment(kind), None) for kind in ("长下坡", "急弯", "平交口")),
        *((segment(kind, **{**QUIET, "crashes": 5}), 3) for kind in ("长下坡", "急弯", "平交口")),
        *((segment(kind, **QUIET, guardrail="none", drop_m=9), 1) for kind in ("长下坡", "平交口")),
        *((segment(kind, **QUIET, drop_m=4), None) for kind in ("事故多发", "长下坡", "平交口")),
        *((segment(kind, **QUIET, drop_m=3.99), 4) for kind in ("事故多发", "长下坡", "平交口")),
        (segment("平交口", **QUIET, edge_distance_m=3), None),
        (segment("平交口", **QUIET, edge_distance_m=3, guardrail="standard"), 4),
        (segment("长下坡", **{**QUIET, "crashes": 5}, drop_m=9), 3),
        (segment("急弯", **QUIET, sharp_curve=True), None),
        (segment("急弯", **QUIET, sharp_curve=True, guardrail="none"), 1),
        (segment("急弯", **QUIET, sharp_curve=True, guardrail="insufficient"), 1),
        (segment("急弯", **QUIET, sharp_curve=True, guardrail="below_standard"), 3),
        (segment("急弯", **QUIET, sharp_curve=True, guardrail="standard"), 4),
        (segment("急弯", **QUIET), None),
        (segment("急弯", **QUIET, guardrail="none", sharp_curve=False), None),
        (
            segment(
                "急弯", **QUIET, guardrail="none", sharp_curve=False, drop_m=0, water_depth_m=0
            ),
            4,
        ),
        (segment("急弯", guardrail="standard"), None),
        (segment("急弯", guardrail="none", sharp_curve=True), 1),
    ],
)
def test_a_row_is_graded_by_its_kind_and_the_other_method_only_worsens_it(
    row: Any, grade: int | None
) -> None:
    assert road_segment.grade(row).grade == grade


def test_what_is_not_known_of_a_sharp_curve_is_named() -> None:
    told = road_segment.grade(segment("急弯", **QUIET, sharp_curve=True))
    assert (told.rule_set, told.decided_by) == ("roadside", "缺少护栏状态")


def test_other_rule_sets_come_in_a_book(changed: Any) -> None:
    book = {
        "road": changed("road", ("otherwise",), 3),
        "roadside": changed("roadside", ("severe_drop_m",), 30),
    }
    assert road_segment.grade(segment("事故多发", **QUIET), book).grade == 3
    assert road_segment.grade(segment("高落差", guardrail="none", drop_m=9), book).grade == 2
    assert road_segment.grade(segment("高落差", guardrail="none", drop_m=9)).grade == 1
