"""ROAD: accident-prone segments by their crash counts, rule by rule.

Source: 市级公路危险路段和事故多发点段 (2008 practice, rules ① to ④ and the county rule).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Literal

from pydantic import Field, model_validator

from layers.grading import guard
from layers.grading.assessment import Assessment, Step, UngradableInput, Words, joined, plain
from layers.grading.input_names import INPUTS
from layers.grading.rule_set import FaultAt, Flag, Frozen, Grade, Number, RuleSet, Text, Whole, once
from layers.grading.verdict import assessed, named, unassessed

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
    id_en: Text | None = None
    count: Counted
    at_least: Annotated[Whole, Field(ge=1)]
    unsafe_road: Flag = False
    grade: Grade
    zh: Text
    en: Text

    @property
    def mark(self) -> Words:
        """The id as people read it; a number needs no second language."""
        return Words(self.id, self.id_en or self.id)


MET, NOT_MET = Words("符合", "met"), Words("不符合", "not met")


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
    shown = binding[0].shown if binding else Words("不符合任何一条", "no rule is met")
    down = joined([reason.down for reason in binding], ",", ", and ") if binding else None
    return assessed(rules, reached, inputs, steps, because=(shown, down))


@dataclass(frozen=True, slots=True)
class _Reason:
    """A rule that is met, or the rank: its grade, what shows it, what would undo it."""

    grade: int
    shown: Words
    down: Words


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
            Words(
                f"{rule.id} {rule.zh} {getattr(counts, rule.count)} 起 ≥ {rule.at_least} 起",
                f"{rule.mark.en} {rule.en}: {getattr(counts, rule.count)} ≥ {rule.at_least}",
            ),
            Words(
                f"{rule.zh}须少于 {rule.at_least} 起",
                f"{rule.en}: there must be fewer than {rule.at_least}",
            ),
        )
        for rule in rules.rules
        if _met(rule, counts, rules)
    ]
    rank, top = counts.psi_rank, rules.psi_top_share
    if rank is not None and rank <= top:
        name, compared = INPUTS["psi_rank"], f"{plain(rank)} ≤ {plain(top)}"
        shown = Words(f"{name.zh} {compared}", f"{name.en} {compared}")
        down = Words(f"{name.zh}须退出前 {plain(top)}", f"{name.en} must be above {plain(top)}")
        found.append(_Reason(rules.psi_grade, shown, down))
    return found


def _steps(counts: CrashCounts, absent: Sequence[str], rules: RoadRules) -> list[Step]:
    steps = [
        Step(
            rule.mark,
            MET if _met(rule, counts, rules) else NOT_MET,
            formula=Words(f"{rule.zh} ≥ {rule.at_least} 起", f"{rule.en} ≥ {rule.at_least}"),
        )
        for rule in rules.rules
    ]
    if counts.psi_rank is not None:
        steps.append(Step(INPUTS["psi_rank"], counts.psi_rank))
    if absent:
        steps.append(Step(Words("未知", "not known"), named(absent)))
    return steps
