"""The pipeline protection law as rules: reference cases, edges, order."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.grading.activities import ACTIVITIES
from layers.grading.assessment import UngradableInput
from layers.grading.pipeline_law import GRAVITY, Beside, PipelineLaw, gravest, judge, too_near

CASES: Any = json.loads(Path(__file__).with_name("pipeline_law.json").read_text("utf-8"))
"""Reference cases, written for this project outside of it."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['activity']} {case['d']}")
def test_reference_case(case: dict[str, Any]) -> None:
    thing = case.get("relative_to", "line")
    found = judge(case["activity"], [Beside(thing, case["d"], "X")])
    assert [each.rule.id for each in found] == case["rules"]


@pytest.mark.parametrize(
    ("activity", "thing", "metres", "rules"),
    [
        ("building", "line", 5.0, ["G30"]), ("building", "line", 5.01, []),
        ("buried_cable", "line", 5.0, ["G35-2"]), ("buried_cable", "line", 50.0, ["G35-2"]),
        ("buried_cable", "line", 4.99, []), ("buried_cable", "facility", 100.0, ["G35-2"]),
        ("buried_cable", "facility", 100.01, []), ("drilling", "line", 200.0, ["G35-3"]),
        ("drilling", "facility", 500.0, ["G35-3"]), ("drilling", "facility", 500.01, []),
        ("dredging", "river_crossing", 500.0, ["G32"]), ("dredging", "river_crossing", 500.01, []),
        ("mining", "tunnel", 1000.0, ["G33"]), ("mining", "tunnel", 1000.01, []),
        ("crowded_place", "line", 100.0, ["G31"]), ("valve_operation", "facility", 1.0, ["G28-1"]),
        ("power_line", "facility", 0.0, ["G29", "G35-2"]),
    ],
)  # fmt: skip
def test_edges_are_inclusive(activity: str, thing: Any, metres: float, rules: list[str]) -> None:
    assert [each.rule.id for each in judge(activity, [Beside(thing, metres, "X")])] == rules


def test_centimetre_decides_not_the_noise_below_it() -> None:
    assert judge("building", [Beside("line", 5.004, "X")])
    assert not judge("building", [Beside("line", 5.006, "X")])


def test_crossing_needs_the_line_to_be_crossed() -> None:
    assert not judge("crossing", [Beside("line", 0.0, "X", crosses=False)])
    (found,) = judge("buried_cable", [Beside("line", 0.0, "X", crosses=True)])
    assert found.rule.id == "G35-1"


def test_worst_comes_first_and_each_rule_once_of_the_nearest() -> None:
    things = [Beside("line", 150.0, "far"), Beside("line", 3.0, "near")]
    found = judge("mechanical_excavation", things)
    assert [(each.rule.id, each.feature) for each in found] == [("G30", "near"), ("G35-3", "near")]
    assert gravest(found) == "prohibited"
    assert gravest([]) == "none"


def test_chemical_pipelines_stand_under_their_own_order() -> None:
    (found,) = judge("building", [Beside("line", 3.0, "X", regime="chemicals")])
    assert found.rule.id == "C43-21"
    (found,) = judge("drilling", [Beside("facility", 5.0, "X", regime="chemicals")])
    assert found.rule.id == "C43-21", "order 43 also names facilities and drilling"
    assert not judge("drilling", [Beside("line", 5.01, "X", regime="chemicals")])


def test_nearer_than_a_band_begins_is_told_and_no_crossing_is() -> None:
    law = PipelineLaw.shipped()
    near = [Beside("line", 4.99, "X")]
    assert not judge("buried_cable", near)
    assert [rule.id for rule in too_near("buried_cable", near, law)] == ["G35-2"]
    assert not too_near("buried_cable", [Beside("line", 5.0, "X")], law)
    assert not too_near("buried_cable", [Beside("line", 0.0, "X", crosses=True)], law)
    assert not too_near("drilling", near, law)
    assert not too_near("buried_cable", [Beside("line", 1.0, "X", regime="chemicals")], law)


def test_source_says_that_texts_are_summaries() -> None:
    assert "摘要" in PipelineLaw.shipped().source


@pytest.mark.parametrize("metres", [-1.0, float("nan"), float("inf")])
def test_distance_that_can_not_be_is_refused(metres: float) -> None:
    with pytest.raises(UngradableInput):
        judge("building", [Beside("line", metres, "X")])


def test_unknown_activity_is_refused() -> None:
    with pytest.raises(UngradableInput):
        judge("singing", [])


def test_every_activity_is_named_by_some_rule() -> None:
    named = {activity for rule in PipelineLaw.shipped().rules for activity in rule.activities}
    assert named == set(ACTIVITIES)


@given(st.sampled_from(sorted(ACTIVITIES)), st.lists(st.floats(0, 1200), max_size=6))
def test_whatever_comes_the_worst_is_first_and_every_limit_holds(
    activity: str, metres: list[float]
) -> None:
    found = judge(activity, [Beside("line", each, each) for each in metres])
    assert [GRAVITY[v.rule.verdict] for v in found] == sorted(
        GRAVITY[v.rule.verdict] for v in found
    )
    assert all(v.rule.over_m <= v.distance_m <= v.rule.within_m for v in found)
