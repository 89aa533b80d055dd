"""ROAD: accident-prone segments by their crash counts, rule by rule.

Source: 市级公路危险路段和事故多发点段 (2008 practice, rules ① to ④ and the county rule).
"""

from dataclasses import asdict, dataclass
from typing import Annotated, Literal

from pydantic import Field, model_validator

from layers.grading import guard
from layers.grading.assessment import Assessment, Step, UngradableInput, plain
from layers.grading.rule_set import FaultAt, Flag, Frozen, Grade, Number, RuleSet, Text, Whole
from layers.grading.verdict import assessed, unassessed

Counted = Literal["crashes", "fatal_crashes", "major_crashes", "general_crashes"]
"""The counts that a rule may look at."""


@dataclass(frozen=True, slots=True)
class CrashCounts:
    """Crashes of one segment in the period of the rule set.

    Attributes:
        crashes: Of any kind.
        fatal_crashes: With one death or more.
        major_crashes: With three deaths or more.
        general_crashes: With injury or damage, of general procedure (一般程序).
        unsafe_road: Whether the road played a part; None: not known.
        psi_rank: Rank by excess of the empirical Bayes estimate as a share, (0, 1], 0.05 being
            the top 5 %; None: not estimated.
    """

    crashes: int | None
    fatal_crashes: int | None
    major_crashes: int | None
    general_crashes: int | None
    unsafe_road: bool | None = None
    psi_rank: float | None = None


class CrashRule(Frozen):
    """One rule: a count and its closed lower limit.

    Attributes:
        unsafe_road: Whether the road must have played a part.
        zh: What is counted.
    """

    id: Text
    count: Counted
    at_least: Annotated[Whole, Field(ge=1)]
    unsafe_road: Flag = False
    grade: Grade
    zh: Text
    en: Text


class RoadRules(RuleSet):
    """Rules in falling order of severity; the first that is met decides.

    Attributes:
        period_years: Years over which crashes are counted.
        unknown_road_counts: Whether an unknown part of the road counts as a part.
        psi_top_share: Closed upper limit of the rank that makes `psi_grade`.
        otherwise: Grade when no rule is met.
    """

    kind: Literal["road"]
    method: Literal["ROAD"]
    period_years: Annotated[Number, Field(gt=0)]
    unknown_road_counts: Flag
    psi_top_share: Annotated[Number, Field(gt=0, le=1)]
    psi_grade: Grade
    otherwise: Grade
    rules: Annotated[tuple[CrashRule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _falls(self) -> "RoadRules":
        grades = [rule.grade for rule in self.rules]
        for position in range(1, len(grades)):
            if grades[position] < grades[position - 1]:
                raise FaultAt(("rules", position, "grade"), "is more severe than the rule before")
        if self.otherwise < grades[-1]:
            raise FaultAt(("otherwise",), "is more severe than the last rule")
        return self


def grade(counts: CrashCounts, rules: RoadRules | None = None) -> Assessment:
    """Grade a segment by the first rule that its crash counts meet.

    Args:
        counts: Of the period of the rule set. A count that is None meets no rule.
        rules: The shipped rule set when None.

    Returns:
        Grade 1..4; grade None when no rule is met while a count is not known, since it might be.

    Raises:
        UngradableInput: A negative or fractional count, a part that is more than the whole, a
            rank outside (0, 1].

    Source: 2008 市级公路危险路段规定 ①–④ 及县级规定; 事故多发点段 PSI 排序.
    """
    rules = rules or RoadRules.shipped()
    _check(counts)
    inputs = {**asdict(counts), "period_years": rules.period_years}
    met = next((rule for rule in rules.rules if _met(rule, counts, rules)), None)
    ranked = counts.psi_rank is not None and counts.psi_rank <= rules.psi_top_share
    if ranked and (met is None or met.grade >= rules.psi_grade):
        return _by_rank(counts.psi_rank or 0, inputs, rules)
    absent = [rule.count for rule in rules.rules if getattr(counts, rule.count) is None]
    if met is None and absent:
        return unassessed(rules, inputs, sorted(set(absent)))
    return _by_rule(met, counts, inputs, rules)


def _check(counts: CrashCounts) -> None:
    known = {
        name: guard.count(name, getattr(counts, name))
        for name in ("crashes", "fatal_crashes", "major_crashes", "general_crashes")
        if getattr(counts, name) is not None
    }
    parts = (("major_crashes", "fatal_crashes"), ("fatal_crashes", "crashes"))
    for part, whole in (*parts, ("general_crashes", "crashes"), ("major_crashes", "crashes")):
        if part in known and whole in known and known[part] > known[whole]:
            raise UngradableInput(part, known[part], f"多于 {whole}", f"is more than {whole}")
    if counts.unsafe_road is not None:
        guard.flag("unsafe_road", counts.unsafe_road)
    if counts.psi_rank is not None:
        share = guard.number("psi_rank", counts.psi_rank, more_than=0)
        if share > 1:
            raise UngradableInput("psi_rank", share, "须在 (0, 1] 内", "is not in (0, 1]")


def _met(rule: CrashRule, counts: CrashCounts, rules: RoadRules) -> bool:
    value = getattr(counts, rule.count)
    if value is None or value < rule.at_least:
        return False
    unsafe = counts.unsafe_road
    return not rule.unsafe_road or (rules.unknown_road_counts if unsafe is None else unsafe)


def _by_rank(rank: float, inputs: dict[str, object], rules: RoadRules) -> Assessment:
    limit = plain(rules.psi_top_share)
    because = (f"PSI 排名 {plain(rank)} ≤ {limit}", f"PSI 排名须退出前 {limit}")
    return assessed(rules, rules.psi_grade, inputs, (Step("PSI 排名", rank),), because=because)


def _by_rule(
    met: CrashRule | None, counts: CrashCounts, inputs: dict[str, object], rules: RoadRules
) -> Assessment:
    """Return the assessment by a rule, or by the lack of one, with the rules still to escape."""
    reached = rules.otherwise if met is None else met.grade
    steps = [
        Step(
            rule.id,
            "符合" if _met(rule, counts, rules) else "不符合",
            formula=f"{rule.zh} ≥ {rule.at_least} 起",
        )
        for rule in rules.rules
    ]
    if met is None:
        return assessed(rules, reached, inputs, steps, because=("不符合任何一条", None))
    binding = [rule for rule in rules.rules if rule.grade == reached and _met(rule, counts, rules)]
    down = ",".join(f"{rule.zh}须少于 {rule.at_least} 起" for rule in binding)
    shown = f"{met.id} {met.zh} {getattr(counts, met.count)} 起 ≥ {met.at_least} 起"
    return assessed(rules, reached, inputs, steps, because=(shown, down))
