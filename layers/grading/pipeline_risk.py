"""Pipelines: likelihood times consequence by the risk matrix, from classes or from attributes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from layers.grading import bands, guard, ls
from layers.grading.assessment import Assessment, Step, UngradableInput, Words
from layers.grading.input_names import INPUTS
from layers.grading.pipeline import PipelineRules
from layers.grading.rule_set import RuleBook
from layers.grading.verdict import assessed, unassessed

POINTS = Words("分", "points")

WHOLE_PERCENT = 100
"""All of it."""


@dataclass(frozen=True, slots=True)
class PipeFacts:
    """What likelihood and consequence are scored from; None: not known.

    Attributes:
        age_years: Since it was laid.
        inspection_age_years: Since the last inspection.
        third_party_activities: Within 200 m in twelve months.
        encroachments: Places where something stands on the pipe (占压).
        cover_m: Depth of cover in metres.
        patrol_percent: Patrols completed, 0 to 100.
        protection: `good`, `partial` or `failed`: coating and cathodic protection.
        hca: Grade of the high-consequence area: 0 none, 1 Ⅰ, 2 Ⅱ, 3 Ⅲ.
        impact_population: People inside the potential impact radius.
    """

    age_years: float | None
    inspection_age_years: float | None
    third_party_activities: int | None
    encroachments: int | None
    cover_m: float | None
    patrol_percent: float | None
    protection: str | None
    hca: int | None
    impact_population: int | None


def grade(
    likelihood: float | None,
    consequence: float | None,
    rules: ls.LsRules | None = None,
    book: RuleBook | None = None,
) -> Assessment:
    """Grade a pipeline by likelihood × consequence, both classes of the risk matrix.

    Args:
        likelihood: Of failure, whole, 1 to the size of the matrix; None: not assessed.
        consequence: Of failure, whole, 1 to the size of the matrix; None: not assessed.
        rules: The matrix; that of the book when None.
        book: Rule sets that replace the shipped ones; None: all shipped.

    Returns:
        Grade 1..4 with method PIPE; grade None when an input is None.

    Raises:
        UngradableInput: A value that is not a row of the matrix.

    Source: 余政办发〔2016〕82号 第 21 项; DB37/T 2882 风险矩阵分析法.
    """
    if rules is None and not book:
        return _shipped(likelihood, consequence)
    return _by_matrix(likelihood, consequence, rules or ls.LsRules.among(book))


@lru_cache(typed=True)  # typed: True must not find the class 1
def _shipped(likelihood: float | None, consequence: float | None) -> Assessment:
    """Return the assessment that all pipes of one cell share."""
    return _by_matrix(likelihood, consequence, ls.LsRules.shipped())


def _by_matrix(
    likelihood: float | None, consequence: float | None, rules: ls.LsRules
) -> Assessment:
    try:
        found = ls.grade(likelihood, consequence, rules)
    except UngradableInput as fault:
        field = {"l_value": "likelihood", "s_value": "consequence"}[fault.field]
        raise UngradableInput(field, fault.value, fault.reason, fault.reason_en) from fault
    inputs = {"likelihood": likelihood, "consequence": consequence}
    if absent := guard.missing(**inputs):
        found = unassessed(rules, inputs, absent)
    steps = (
        Step(INPUTS["likelihood"], likelihood),
        Step(INPUTS["consequence"], consequence),
        *(step for step in found.steps if step.name not in {"L", "S"}),
    )
    return replace(found, method="PIPE", inputs=MappingProxyType(inputs), steps=steps)


def grade_facts(
    facts: PipeFacts, rules: PipelineRules | None = None, matrix: ls.LsRules | None = None
) -> Assessment:
    """Grade a pipeline from its attributes.

    Args:
        facts: Attributes; what is not known scores nothing and is named in a step.
        rules: The shipped points when None.
        matrix: The shipped risk matrix when None.

    Returns:
        Grade 1..4, the least severe that it can be where attributes are not known; grade None
        when that would be the lowest grade, or when no consequence is known.

    Raises:
        UngradableInput: A negative value, a percentage above 100, an unknown state or HCA grade.

    Source: 余政办发〔2016〕82号 第 21 项 (动态风险评估机制); 评分为本市方案.
    """
    rules = rules or PipelineRules.shipped()
    points = _points(facts, rules)
    score = sum(value for value in points.values() if value is not None)
    likelihood = rules.likelihood[bands.position(score, rules.likelihood)].value
    consequences = _consequences(facts, rules)
    known = [value for value in consequences.values() if value is not None]
    steps = [Step(name, value, POINTS) for name, value in points.items()]
    steps += [Step(Words("可能性总分", "sum for likelihood"), score, POINTS)]
    steps += [Step(name, value) for name, value in consequences.items()]
    absent = [name for name, value in {**points, **consequences}.items() if value is None]
    if not known:
        return unassessed(rules, asdict(facts), absent, steps)
    found = grade(likelihood, max(known), matrix)
    lowest = (matrix or ls.LsRules.shipped()).bands[-1].grade
    if absent and found.grade == lowest:
        return unassessed(rules, asdict(facts), absent, (*steps, *found.steps))
    return assessed(
        rules,
        found.grade,
        asdict(facts),
        (*steps, *found.steps),
        because=found.because,
    )


def _points(facts: PipeFacts, rules: PipelineRules) -> Mapping[Words, int | None]:
    """Return the points of each factor by its name; None: not known."""
    found: dict[Words, int | None] = {}
    for factor in rules.factors:
        value = getattr(facts, factor.id)
        name = Words(factor.title.zh, factor.title.en)
        if value is not None:
            number = guard.number(factor.id, value, at_least=0)
            found[name] = factor.bands[bands.position(number, factor.bands)].points
        else:
            found[name] = None
    _check_percent(facts.patrol_percent)
    states = {state.id: state.points for state in rules.protections}
    coating = Words("防腐与阴极保护", "coating and cathodic protection")
    if facts.protection is None:
        return {**found, coating: None}
    return {**found, coating: states[guard.choice("protection", facts.protection, states)]}


def _check_percent(percent: float | None) -> None:
    if percent is not None and percent > WHOLE_PERCENT:
        reason = f"不得大于 {WHOLE_PERCENT}"
        raise UngradableInput("patrol_percent", percent, reason, f"is more than {WHOLE_PERCENT}")


def _consequences(facts: PipeFacts, rules: PipelineRules) -> Mapping[Words, int | None]:
    """Return the class of consequence by each of its two sources; None: not known."""
    by_area = by_people = None
    if facts.hca is not None:
        if isinstance(facts.hca, bool) or facts.hca not in range(len(rules.hca_consequence)):
            raise UngradableInput("hca", facts.hca, "须为 0 至 3", "is not 0 to 3")
        by_area = rules.hca_consequence[facts.hca]
    if facts.impact_population is not None:
        people = guard.count("impact_population", facts.impact_population)
        rows = rules.population_consequence
        by_people = rows[bands.position(people, rows)].value
    return {
        Words("后果(高后果区)", "consequence (high-consequence area)"): by_area,
        Words("后果(影响半径内人口)", "consequence (people within the radius)"): by_people,
    }
