"""ROAD: accident-prone segments by their crash counts, rule by rule.

Source: 市级公路危险路段和事故多发点段 (2008 practice, rules ① to ④ and the county rule).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Literal

from pydantic import Field, model_validator

from layers.grading import guard
from layers.grading.assessment import Assessment, Step, UngradableInput, plain
from layers.grading.rule_set import FaultAt, Flag, Frozen, Grade, Number, RuleSet, Text, Whole, once
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
    rules: Annotated[tuple[CrashRule, ...], Field(min_length=1), once("id")]

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
        Grade 1..4; where counts are not known, the least severe that it can be, with a step that
        names them. Grade None when no rule is met while a count is not known: it might be.

    Raises:
        UngradableInput: A negative or fractional count, a part that is more than the whole, a
            rank outside (0, 1].

    Source: 2008 市级公路危险路段规定 ①–④ 及县级规定; 事故多发点段 PSI 排序.
    """
    rules = rules or RoadRules.shipped()
    _check(counts)
    inputs = {**asdict(counts), "period_years": rules.period_years}
    reasons = _reasons(counts, rules)
    absent = sorted({rule.count for rule in rules.rules if getattr(counts, rule.count) is None})
    steps = _steps(counts, absent, rules)
    if not reasons and absent:
        return unassessed(rules, inputs, absent, steps)
    reached = min((reason.grade for reason in reasons), default=rules.otherwise)
    binding = [reason for reason in reasons if reason.grade == reached]
    shown = binding[0].shown if binding else "不符合任何一条"
    down = ",".join(reason.down for reason in binding) or None
    return assessed(rules, reached, inputs, steps, because=(shown, down))


@dataclass(frozen=True, slots=True)
class _Reason:
    """A rule that is met, or the rank: its grade, what shows it, what would undo it."""

    grade: int
    shown: str
    down: str


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


def _reasons(counts: CrashCounts, rules: RoadRules) -> list[_Reason]:
    found = [
        _Reason(
            rule.grade,
            f"{rule.id} {rule.zh} {getattr(counts, rule.count)} 起 ≥ {rule.at_least} 起",
            f"{rule.zh}须少于 {rule.at_least} 起",
        )
        for rule in rules.rules
        if _met(rule, counts, rules)
    ]
    rank, top = counts.psi_rank, rules.psi_top_share
    if rank is not None and rank <= top:
        shown = f"PSI 排名 {plain(rank)} ≤ {plain(top)}"
        found.append(_Reason(rules.psi_grade, shown, f"PSI 排名须退出前 {plain(top)}"))
    return found


def _steps(counts: CrashCounts, absent: Sequence[str], rules: RoadRules) -> list[Step]:
    steps = [
        Step(
            rule.id,
            "符合" if _met(rule, counts, rules) else "不符合",
            formula=f"{rule.zh} ≥ {rule.at_least} 起",
        )
        for rule in rules.rules
    ]
    if counts.psi_rank is not None:
        steps.append(Step("PSI 排名", counts.psi_rank))
    if absent:
        steps.append(Step("未知", "、".join(absent)))
    return steps
