"""The planner's check: bands are closed, the gravest reason is the advice, a source stands with each."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.grading import hca, pipeline_law, planning, planning_nearby, rule_set
from layers.grading.assessment import UngradableInput
from layers.grading.pipeline_law import Beside
from layers.grading.planning import Near, Site
from layers.grading.planning_nearby import AreaNear, PipeNear
from layers.grading.planning_rules import PlanningRules
from layers.registry import LAYERS
from tests.grading.conftest import CHINESE, Changed

RULES = PlanningRules.shipped()

USES = [each.id for each in RULES.uses]


def near(layer: str, metres: float, grade: int | None = 1, **values: Any) -> Near:
    return Near(layer, metres, grade, values, {"layer": layer, "id": 1, "code": "X", "name": "X"})


def fitting(rule: Any, metres: float) -> Near:
    """A feature that meets a band but for its distance."""
    return near(rule.layer, metres, rule.grade_max or 1,
                **({rule.field: rule.values[0]} if rule.field else {}))  # fmt: skip


def use_in(groups: tuple[str, ...]) -> str:
    return next(each.id for each in RULES.uses if each.group in groups)


def test_rules_name_layers_fields_and_kinds_that_exist() -> None:
    targets = LAYERS["protection_targets"].row.model_fields["kind"].annotation
    for rule in RULES.bands:
        assert rule.layer in LAYERS
        assert rule.field is None or rule.field in LAYERS[rule.layer].fields
    for use in RULES.uses:
        assert use.register_kind is None or use.register_kind in str(targets)


@pytest.mark.parametrize("rule", RULES.bands, ids=lambda each: each.id)
def test_band_holds_its_limit_and_ends_a_centimetre_beyond(rule: Any) -> None:
    site = Site(use_in(rule.groups))
    for metres, fires in ((0, True), (rule.within_m, True), (rule.within_m + 0.004, True),
                          (rule.within_m + 0.01, False)):  # fmt: skip
        found = planning.bands(site, [fitting(rule, metres)])
        assert [each.rule for each in found] == ([rule.id] if fires else []), metres
    reason = planning.bands(site, [fitting(rule, 3), fitting(rule, 1)])[0]
    assert (reason.distance_m, reason.limit_m, reason.others) == (1, rule.within_m, 1)


@pytest.mark.parametrize("rule", RULES.bands, ids=lambda each: each.id)
def test_band_looks_at_its_own_uses_grades_and_values_only(rule: Any) -> None:
    others = {each.group for each in RULES.uses} - set(rule.groups)
    for group in others:
        assert rule.id not in [each.rule for each in
                               planning.bands(Site(use_in((group,))), [fitting(rule, 0)])]  # fmt: skip
    site = Site(use_in(rule.groups))
    if rule.grade_max:
        values = {rule.field: rule.values[0]}
        for grade in (rule.grade_max + 1, None):
            assert planning.bands(site, [near(rule.layer, 0, grade, **values)]) == []
    if rule.field:
        assert planning.bands(site, [near(rule.layer, 0, 1, **{rule.field: "其他"})]) == []


def test_impact_radius_and_band_of_an_area_are_closed() -> None:
    site = Site("station")
    for metres, rules in ((176.67, ["PIR"]), (176.68, [])):
        pipe = PipeNear(near("pipelines", metres, medium="gas"), 176.67)
        assert [each.rule for each in planning_nearby.beside_pipes(site, [pipe], [])] == rules
    for metres, rules in ((200, ["HCA"]), (200.01, [])):
        area = AreaNear(near("high_consequence_areas", metres), 200)
        assert [each.rule for each in planning_nearby.beside_pipes(site, [], [area])] == rules


@pytest.mark.parametrize(
    ("site", "medium", "metres", "rank"),
    [
        (Site("school"), "gas", 200, "Ⅰ"), (Site("school"), "gas", 200.01, None),
        (Site("filling_station"), "gas", 200, "Ⅱ"), (Site("filling_station"), "oil", 50, "Ⅰ"),
        (Site("filling_station"), "oil", 50.01, None), (Site("residential", households=50), "oil", 200, "Ⅱ"),
        (Site("residential", households=49), "oil", 200, None), (Site("residential", households=100), "gas", 200, "Ⅱ"),
        (Site("residential", households=100, storeys=4), "oil", 200, "Ⅲ"),
        (Site("gathering", persons=29), "gas", 100, None), (Site("gathering", persons=30), "gas", 100, "Ⅰ"),
        (Site("school"), "chemicals", 0, None), (Site("transport"), "oil", 0, None),
    ],
)  # fmt: skip
def test_site_makes_the_area_that_the_tables_say(
    site: Site, medium: str, metres: float, rank: str | None
) -> None:
    pipe = near("pipelines", metres, medium=medium, outside_diameter_mm=508.0, maop_mpa=4.0)
    found = [each for each in planning_nearby.beside_pipes(site, [PipeNear(pipe, None)], [])
             if each.rule == "HCA-NEW"]  # fmt: skip
    assert bool(found) == (rank is not None)
    if rank:
        assert found[0].detail is not None
        assert f"{rank} 级" in found[0].detail.zh


def test_severity_is_found_under_the_name_that_the_tables_give_it() -> None:
    assert hca.SEVERITY.zh == "高后果区等级"


def hazard(metres: float, inventory: str | None, population: int | None = None) -> Near:
    return near("major_hazards", metres, inventory=inventory, population=population)


@pytest.mark.parametrize(
    ("persons", "population", "metres", "raised"),
    [
        # 汽油 1500 t 与甲醇 1000 t: S = 9.5; R = 9.5 α: level 3 from R = 10, that is from α = 1.2.
        (30, 0, 500, True), (29, 0, 500, False), (1, 29, 500, True), (30, 0, 500.01, False),
        (200, 30, 500, False), (None, 0, 500, False),
    ],
)  # fmt: skip
def test_new_people_raise_the_level_of_an_installation(
    persons: int | None, population: int, metres: float, raised: bool
) -> None:
    unit = hazard(metres, "汽油 1500 t;甲醇 1000 t", population)
    found = planning_nearby.beside_hazards(Site("residential", persons=persons), [unit])
    assert ("ALPHA" in [each.rule for each in found]) is raised
    workers = planning_nearby.beside_hazards(Site("office", persons=persons), [unit])
    assert "ALPHA" not in [each.rule for each in workers], "α counts who lives there"


def test_screening_ring_is_that_of_the_reference(reference: Any) -> None:
    row = reference["tnt"]
    inventory = f"汽油 {row['mass_kg'] / 1000:g} t"
    ring = row["radius_m"]
    for metres, rules in ((ring - 0.05, ["VCE"]), (ring + 0.05, [])):
        found = planning_nearby.beside_hazards(Site("school"), [hazard(metres, inventory)])
        assert [each.rule for each in found] == rules
    for nothing in (None, "", "？", "氨 12 t"):
        assert planning_nearby.beside_hazards(Site("school"), [hazard(0, nothing)]) == []


@pytest.mark.parametrize(
    ("use", "persons", "limit"),
    [
        ("school", 5, 3e-7), ("residential", 100, 3e-7), ("residential", 99, 3e-6), ("residential", 30, 3e-6),
        ("residential", 29, 1e-5), ("residential", 0, 1e-5), ("residential", None, 3e-7),
    ],
)  # fmt: skip
def test_risk_at_the_criterion_meets_it_and_above_is_advised_against(
    use: str, persons: int | None, limit: float
) -> None:
    met = Site(use, persons, risk_per_year=limit)
    above = Site(use, persons, risk_per_year=math.nextafter(limit, 1))
    told = planning.criterion(met)
    assert told is not None
    assert (told.limit_per_year, told.met, told.presumed) == (limit, True, persons is None)
    assert planning.at_risk(met) == []
    assert [each.advice for each in planning.at_risk(above)] == ["against"]
    assert planning.at_risk(Site(use, persons)) == []


@pytest.mark.parametrize(
    ("use", "risk", "zone", "answer"),
    [
        ("school", 1e-5, "内区", "不建议"), ("school", 9.9e-6, "中区", "不建议"), ("school", 3e-7, "外区", "不反对"),
        ("residential", 1e-5, "内区", "不建议"), ("residential", 1e-6, "中区", "不反对"),
        ("industry", 1e-5, "内区", "不反对"), ("school", 2.9e-7, "区外", "不反对"),
    ],
)  # fmt: skip
def test_comparison_is_the_published_matrix_and_changes_nothing(
    use: str, risk: float, zone: str, answer: str
) -> None:
    told = planning.comparison(Site(use, 10, risk_per_year=risk))
    assert told is not None
    assert (told["zone"], told["answer"]) == (zone, answer)
    assert "比较" in told["title"]
    assert planning.comparison(Site(use, 10)) is None


def test_law_is_told_once_a_rule_and_what_it_forbids_is_advised_against() -> None:
    line = Beside("line", 4.0, {"name": "甲线"})
    use = RULES.use("school")
    assert use is not None
    verdicts = [v for activity in use.activities for v in pipeline_law.judge(activity, [line])]
    found = planning.by_law(verdicts, "法", RULES)
    assert {each.rule: each.advice for each in found} == {
        "G30": "against", "G31": "consult", "G35-3": "consult",
    }  # fmt: skip
    assert planning.gravest(planning.in_order(found)) == "against"
    assert planning.gravest([]) == "none"


@pytest.mark.parametrize(
    "site",
    [Site("castle"), Site("school", -1), Site("school", households=-1), Site("school", risk_per_year=-1e-9),
     Site("school", risk_per_year=math.nan)],
)  # fmt: skip
def test_site_that_cannot_be_is_refused(site: Site) -> None:
    with pytest.raises(UngradableInput):
        planning.bands(site, [])


@pytest.mark.parametrize("metres", [-1.0, math.nan, math.inf])
def test_distance_that_cannot_be_is_refused(metres: float) -> None:
    with pytest.raises(UngradableInput):
        planning.bands(Site("school"), [near("major_hazards", metres)])


def test_every_rule_has_a_source_and_says_itself_in_two_languages() -> None:
    for rule in (*RULES.bands, *RULES.computed):
        assert rule.source
        assert not CHINESE.search(rule.text.en)
        assert CHINESE.search(rule.text.zh)


@given(
    use=st.sampled_from(USES),
    metres=st.lists(st.tuples(st.sampled_from(RULES.bands), st.floats(0, 2000)), max_size=8),
    closer=st.floats(0, 1),
)
def test_nothing_that_comes_nearer_makes_the_advice_milder(
    use: str, metres: list[tuple[Any, float]], closer: float
) -> None:
    far = planning.bands(Site(use), [fitting(rule, m) for rule, m in metres])
    close = planning.bands(Site(use), [fitting(rule, m * closer) for rule, m in metres])
    assert {each.rule for each in far} <= {each.rule for each in close}
    rank = planning.GRAVITY
    assert rank[planning.gravest(close)] <= rank[planning.gravest(far)]


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (("crowd", 2, "at_least"), 5, "do not fall to 0"),
        (("uses", 0, "activities"), ["singing"], "unknown: singing"),
        (("bands", 0, "zh"), "{metres} m", "names a limit other than"),
        (("bands", 1, "values"), [], "belong together"),
        (("comparison", "against", 0), [True], "one answer a zone"),
    ],
)
def test_rule_set_that_contradicts_itself_is_refused(
    changed: Changed, path: tuple[str | int, ...], value: Any, reason: str
) -> None:
    with pytest.raises(rule_set.InvalidRuleSet, match=reason):
        changed("planning", path, value)
