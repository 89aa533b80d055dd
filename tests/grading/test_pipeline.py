"""PIPE: impact radius in both forms, GB/T 27512, likelihood and consequence."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.grading import pipeline, pipeline_risk
from layers.grading.assessment import UngradableInput
from layers.grading.pipeline_risk import PipeFacts

GOOD = PipeFacts(
    age_years=5,
    inspection_age_years=1,
    third_party_activities=0,
    encroachments=0,
    cover_m=1.2,
    patrol_percent=99,
    protection="good",
    hca=0,
    impact_population=0,
)
BAD = PipeFacts(
    age_years=40,
    inspection_age_years=10,
    third_party_activities=5,
    encroachments=3,
    cover_m=0.5,
    patrol_percent=50,
    protection="failed",
    hca=3,
    impact_population=200,
)


@pytest.mark.parametrize("table", ["pir_cn_m", "pir_analytics_cn_m"])
def test_radius_by_the_chinese_form(reference: Any, table: str) -> None:
    for row in reference[table]:
        assert round(pipeline.impact_radius_m(row["d_mm"], row["p_mpa"]), 2) == row["r"]


def test_radius_by_the_american_form(reference: Any) -> None:
    for row in reference["pir_us_ft"]:
        assert round(pipeline.impact_radius_ft(row["d_in"], row["p_psig"]), 2) == row["r"]
    for row in reference["pir_us_m"]:
        found = pipeline.impact_radius_m(row["d_mm"], row["p_mpa"], "CFR192")
        assert found == pytest.approx(row["r"], abs=0.011)


@pytest.mark.parametrize(
    ("diameter", "pressure", "field"),
    [
        (19.9, 6.3, "diameter"),
        (2000.1, 6.3, "diameter"),
        (30, 1000, "pressure"),
        (711, 0.09, "pressure"),
        (711, 20.1, "pressure"),
        (711, math.nan, "pressure"),
        (-711, 6.3, "diameter"),
        ("711", 6.3, "diameter"),
    ],
)
def test_a_mix_up_of_units_is_refused(diameter: Any, pressure: Any, field: str) -> None:
    forms: tuple[pipeline.Form, ...] = ("GB32167", "CFR192")
    for form in forms:
        with pytest.raises(UngradableInput) as fault:
            pipeline.impact_radius_m(diameter, pressure, form)
        assert fault.value.field == field


def test_both_ends_of_the_plausible_range_are_in_it() -> None:
    for diameter, pressure in ((20, 0.1), (2000, 20)):
        assert pipeline.impact_radius_m(diameter, pressure) > 0
        assert pipeline.impact_radius_m(diameter, pressure, "CFR192") > 0
    with pytest.raises(UngradableInput):
        pipeline.impact_radius_ft(711, 914)
    with pytest.raises(UngradableInput):
        pipeline.impact_radius_ft(30, 6.3)
    with pytest.raises(UngradableInput):
        pipeline.impact_radius_m(711, 6.3, "ASME")  # type: ignore[arg-type]


def test_the_coefficient_is_data(changed: Any) -> None:
    rules = changed("pipeline", ("radius", "gb32167"), 0.198)
    assert pipeline.impact_radius_m(711, 6.3, rules=rules) == pytest.approx(2 * 176.675, abs=0.01)


@pytest.mark.parametrize(
    ("possibility", "consequence", "grade"),
    [
        (0, 0, 4),
        (100, 35.99, 4),
        (100, 36, 3),
        (100, 77.99, 3),
        (100, 78, 2),
        (100, 125.99, 2),
        (100, 126, 1),
        (100, 150, 1),
        (None, 150, None),
        (100, None, None),
    ],
)
def test_bands_of_gbt27512(possibility: Any, consequence: Any, grade: int | None) -> None:
    assert pipeline.grade_gbt27512(possibility, consequence).grade == grade


@pytest.mark.parametrize("values", [(100.1, 1), (1, 150.1), (-1, 1), (1, math.nan)])
def test_scores_out_of_range_are_refused(values: tuple[float, float]) -> None:
    with pytest.raises(UngradableInput):
        pipeline.grade_gbt27512(*values)


@given(st.floats(0, 100), st.floats(0, 150), st.floats(0, 100), st.floats(0, 150))
def test_gbt27512_is_monotone(s_one: float, c_one: float, s_two: float, c_two: float) -> None:
    low = pipeline.grade_gbt27512(min(s_one, s_two), min(c_one, c_two)).grade
    high = pipeline.grade_gbt27512(max(s_one, s_two), max(c_one, c_two)).grade
    assert low is not None
    assert high is not None
    assert low >= high


def test_one_threshold_of_gbt27512_moves_exactly_its_scores(changed: Any) -> None:
    rules = changed("pipeline", ("gbt27512", "bands", 1, "at_least"), 8000)
    for risk in range(0, 15001, 100):
        old = pipeline.grade_gbt27512(100, risk / 100).grade
        new = pipeline.grade_gbt27512(100, risk / 100, rules).grade
        assert (old, new) == ((2, 3) if 7800 <= risk < 8000 else (old, old))


def test_likelihood_times_consequence() -> None:
    found = pipeline_risk.grade(4, 5)
    assert (found.grade, found.method) == (1, "PIPE")
    assert pipeline_risk.grade(1, 1).grade == 4
    assert pipeline_risk.grade(None, 5).grade is None
    assert pipeline_risk.grade(None, 5).method == "PIPE"


@pytest.mark.parametrize(
    ("values", "field"), [((6, 1), "likelihood"), ((1, 0), "consequence"), ((1.5, 1), "likelihood")]
)
def test_a_class_that_is_none_is_refused_by_its_own_name(values: Any, field: str) -> None:
    with pytest.raises(UngradableInput) as fault:
        pipeline_risk.grade(*values)
    assert fault.value.field == field


def test_attributes_give_both_classes() -> None:
    assert pipeline_risk.grade_facts(GOOD).grade == 4
    assert pipeline_risk.grade_facts(BAD).grade == 1
    assert pipeline_risk.grade_facts(BAD).rule_set == "pipeline"


def test_what_is_not_known_never_makes_it_blue() -> None:
    assert pipeline_risk.grade_facts(replace(GOOD, cover_m=None)).grade is None
    assert pipeline_risk.grade_facts(replace(GOOD, protection=None)).grade is None
    assert pipeline_risk.grade_facts(replace(GOOD, hca=None, impact_population=None)).grade is None
    assert pipeline_risk.grade_facts(replace(BAD, cover_m=None, hca=None)).grade == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"age_years": -1},
        {"cover_m": math.nan},
        {"patrol_percent": 101},
        {"protection": "painted"},
        {"hca": 4},
        {"hca": True},
        {"impact_population": -1},
    ],
)
def test_a_wrong_attribute_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UngradableInput) as fault:
        pipeline_risk.grade_facts(replace(GOOD, **wrong))
    assert fault.value.field in wrong


worse = st.sampled_from(
    ["age_years", "inspection_age_years", "third_party_activities", "encroachments",
     "impact_population"]
)  # fmt: skip


@given(worse, st.integers(0, 50), st.integers(0, 200), st.integers(0, 3))
def test_more_of_what_is_bad_never_makes_it_better(
    field: str, value: int, more: int, hca: int
) -> None:
    low = pipeline_risk.grade_facts(replace(GOOD, hca=hca, **{field: value})).grade  # type: ignore[arg-type]
    high = pipeline_risk.grade_facts(replace(GOOD, hca=hca, **{field: value + more})).grade  # type: ignore[arg-type]
    assert low is not None
    assert high is not None
    assert high <= low


@given(st.floats(0, 3), st.floats(0, 3), st.floats(0, 100), st.floats(0, 100))
def test_more_cover_or_patrols_never_make_it_worse(
    cover: float, other: float, patrols: float, others: float
) -> None:
    less = replace(GOOD, hca=3, cover_m=min(cover, other), patrol_percent=min(patrols, others))
    more = replace(GOOD, hca=3, cover_m=max(cover, other), patrol_percent=max(patrols, others))
    low, high = pipeline_risk.grade_facts(more).grade, pipeline_risk.grade_facts(less).grade
    assert low is not None
    assert high is not None
    assert high <= low


def test_another_matrix_and_other_points_can_be_given(changed: Any) -> None:
    matrix = changed("ls", ("bands", 0, "at_least"), 25)
    assert pipeline_risk.grade(4, 5).grade == 1
    assert pipeline_risk.grade(4, 5, matrix).grade == 2
    points = changed("pipeline", ("factors", 0, "bands", 0, "points"), 9)
    old = replace(GOOD, age_years=30, hca=3)
    assert pipeline_risk.grade_facts(old).grade == 3
    assert pipeline_risk.grade_facts(old, points).grade == 1


def test_true_is_no_class_even_after_one_was_graded() -> None:
    pipeline_risk.grade(1, 1)
    with pytest.raises(UngradableInput):
        pipeline_risk.grade(True, 1)
