"""Parts of tracks that are compared, and which approaches are passes."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from layers.grading.rule_set import RULES as FOLDER
from layers.grading.rule_set import InvalidRuleSet, load
from layers.sea.passes import (
    AT_A_REPORT,
    MOST_POSITIONS,
    SLOT_S,
    Between,
    Met,
    Passer,
    in_company,
    nearest_of_each,
    parts,
    pass_event,
    passed,
    unsure_m,
)
from layers.sea.path import KNOT_M_PER_S, Numbers
from layers.sea.rules import SeaEventRules

RULES = SeaEventRules.shipped()
BRIDGED_S = RULES.passing.bridged_min * 60

MANY = st.shared(st.integers(0, 30), key="many")
STEPS_S = arrays(float, MANY, elements=st.one_of(st.floats(0.5, 700), st.just(BRIDGED_S)))
METRES = arrays(float, MANY, elements=st.floats(-3000, 3000))


@given(st.floats(0, 2e9), STEPS_S, METRES, METRES)
def test_parts_hold_all_known_time_once_each_within_its_quarter(
    begin_s: float, steps_s: Numbers, x: Numbers, y: Numbers
) -> None:
    seconds = begin_s + np.cumsum(steps_s)
    found = parts(seconds, x, y, RULES)
    first, last = found.vertices[found.first, 2], found.vertices[found.last, 2]
    assert (first < last).all()
    assert (first >= found.slot * SLOT_S).all()
    assert (last <= (found.slot + 1) * SLOT_S).all()
    assert (first[1:] >= last[:-1]).all()
    assert (found.last - found.first <= MOST_POSITIONS).all()
    lasts = np.diff(seconds)
    assert np.sum(last - first) == pytest.approx(np.sum(lasts[lasts <= BRIDGED_S]), abs=1e-3)
    for here, (begin, end) in enumerate(zip(found.first, found.last, strict=True)):
        line = found.vertices[begin : end + 1]
        assert found.boxes[here].tolist() == [*line[:, :2].min(axis=0), *line[:, :2].max(axis=0)]
        # Every vertex is where the vessel was: between two reports it sails evenly.
        assert line[:, 0] == pytest.approx(np.interp(line[:, 2], seconds, x))


def test_silence_is_bridged_up_to_its_limit_and_a_part_is_fast_by_its_fastest_step() -> None:
    seconds = np.array([0, BRIDGED_S, 2 * BRIDGED_S + 0.1, 2 * BRIDGED_S + 60])
    limit_m = RULES.passing.slower_than_kn * KNOT_M_PER_S * 60
    found = parts(seconds, np.array([0, 0, 0, limit_m]), np.zeros(4), RULES)
    assert found.vertices[found.first, 2].tolist() == [0, 2 * BRIDGED_S + 0.1]
    assert found.fast.tolist() == [False, True]


def test_where_the_plane_does_not_reach_no_part_is() -> None:
    x = np.array([0, 1, np.nan, 3, 4.0])
    found = parts(np.arange(5) * 60.0, x, np.zeros(5), RULES)
    assert found.vertices[found.first, 2].tolist() == [0, 180]
    assert np.isfinite(found.boxes).all()


def test_many_reports_make_more_parts_that_hang_together() -> None:
    seconds = np.arange(450) * 2.0
    found = parts(seconds, seconds, seconds, RULES)
    assert found.last[:-1].tolist() == found.first[1:].tolist()
    assert len(found.first) == 5


def boat(mmsi: str, knots: float, course: float = 90, track: int = 1) -> Passer:
    east, north = (knots * KNOT_M_PER_S * each(np.radians(course)) for each in (np.sin, np.cos))
    return Passer(mmsi, track, 0, 0, float(east), float(north))


def met(at_min: float = 0, distance_m: float = 40, two: str = "412000002") -> Met:
    return Met(at_min * 60, distance_m, boat("412000001", 5), boat(two, 5, 270))


@pytest.mark.parametrize(
    ("knots", "course", "other", "other_course", "distance_m", "expected"),
    [
        (5, 90, 5, 270, 185.2, True),
        (5, 90, 5, 270, 185.3, False),
        (1.9, 90, 1.9, 270, 10, False),
        (2, 90, 0, 0, 10, True),
        (5, 90, 5, 90, 10, False),
        (5, 90, 3.1, 90, 10, False),
        (5, 90, 3, 90, 10, True),
        (8, 0, 0, 0, 10, True),
    ],
)
def test_what_is_near_and_moves_against_each_other_is_a_pass(
    knots: float, course: float, other: float, other_course: float, distance_m: float,
    expected: bool,
) -> None:  # fmt: skip
    one, two = boat("412000001", knots, course), boat("412000002", other, other_course)
    assert passed(Met(0, distance_m, one, two), RULES) is expected


@pytest.mark.parametrize(
    ("one_m", "other_m", "kind"),
    [(200, 200, "pass_near_miss"), (0, 401, "pass_close"), (741, 740.6, "pass_close"), (741, 741, None)],
)  # fmt: skip
def test_what_the_reports_do_not_bear_is_not_told(
    one_m: float, other_m: float, kind: str | None
) -> None:
    """Half way between the reports an eighth of the ways must be within the limit too."""
    there = replace(met(0, 10), between=(Between(60, one_m, 30), Between(90, other_m, 45)))
    assert passed(there, RULES) is (kind is not None)
    assert RULES.passed(10, unsure_m(there, RULES)) == kind


@pytest.mark.parametrize(("since_s", "metres"), [(0, 0), (60, 0), (30, 100), (15, 75)])
def test_off_the_line_as_an_arc_is(since_s: float, metres: float) -> None:
    assert Between(60, 800, since_s).off_m(0.125) == metres
    assert AT_A_REPORT.off_m(0.125) == 0


def test_of_one_pair_the_nearest_within_half_an_hour_is_told() -> None:
    found = [met(0, 60), met(20, 40), met(50, 50), met(51, 45), met(20, 70, "412000003")]
    kept = nearest_of_each(found, RULES)
    assert [(each.at_s / 60, each.two.mmsi[-1]) for each in kept] == [
        (20, "2"), (51, "2"), (20, "3"),
    ]  # fmt: skip
    assert nearest_of_each(reversed(found), RULES) == kept


@given(st.lists(st.tuples(st.floats(0, 600), st.floats(0, 100))))
def test_every_approach_is_told_or_near_a_nearer_one(told: list[tuple[float, float]]) -> None:
    found = [met(*each) for each in told]
    kept = nearest_of_each(found, RULES)
    again_s = RULES.passing.again_min * 60
    assert all(two.at_s - one.at_s > again_s for one, two in pairwise(kept))
    for each in found:
        assert any(
            abs(one.at_s - each.at_s) <= again_s and one.distance_m <= each.distance_m
            for one in kept
        )


@pytest.mark.parametrize(
    ("before_m", "after_m", "expected"),
    [(1000, 1000, True), (1000.1, 5, False), (5, 1000.1, False), (np.nan, 5, False),
     (5, np.nan, False), (np.nan, np.nan, False)],
)  # fmt: skip
def test_company_is_near_before_and_after(
    before_m: float, after_m: float, expected: bool
) -> None:  # fmt: skip
    assert in_company(before_m, after_m, RULES) is expected


@pytest.mark.parametrize(
    ("distance_m", "kind"), [(0, "pass_near_miss"), (50, "pass_near_miss"), (50.1, "pass_close")]
)
def test_event_of_a_pass_tells_what_speaks_for_it(distance_m: float, kind: str) -> None:
    there = replace(met(0, distance_m), at_s=1793664000.1234567,
                    between=(Between(58.7, 100, 29.35), Between(180, 300, 90)))  # fmt: skip
    event = pass_event(there, ((122.5, 30.1), (122.50001, 30.1)), RULES)
    assert (event.kind, event.mmsi, event.other_mmsi) == (kind, "412000001", "412000002")
    assert (event.first_s, event.last_s, event.lon, event.lat) == (
        1793664000.123, 1793664000.123, 122.5, 30.1,
    )  # fmt: skip
    assert event.evidence == {
        "at": "2026-11-03T00:00:00.123+00:00", "distance_m": distance_m, "unsure_m": 50.0,
        "place": [122.5, 30.1], "other_place": [122.50001, 30.1], "speed_kn": 5.0,
        "other_speed_kn": 5.0, "course_deg": 90, "other_course_deg": 270,
        "relative_speed_kn": 10.0, "between_reports_s": 59, "other_between_reports_s": 180,
        "rules": f"sea_events {RULES.version}",
    }  # fmt: skip


def test_rule_set_with_the_further_pass_first_is_refused(tmp_path: Path) -> None:
    words = (FOLDER / "sea_events.toml").read_text(encoding="utf-8")
    path = tmp_path / "sea_events.toml"
    path.write_text(words.replace("within_m = 50 }", "within_m = 500 }"), encoding="utf-8")
    with pytest.raises(InvalidRuleSet, match="passes"):
        load(str(path))
