"""The displayed grade: the assessed one, raised while something is open; both are kept.

Source: 余政办发〔2016〕82号 (风险管控挺在隐患前面); the raise is this city's proposal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from layers.grading import guard
from layers.grading.assessment import GRADES, UngradableInput
from layers.grading.rule_set import Flag, Frozen, Grade, RuleSet, Text, Title, Whole, once

MONTHS_A_YEAR = 12
"""Of the calendar."""


class Bump(Frozen):
    """One reason to show a feature as more severe than it was assessed.

    Attributes:
        id: The count that it looks at.
        at_least: Closed lower limit of the count.
        raises: By how many grades.
    """

    id: Text
    at_least: Annotated[Whole, Field(ge=1)]
    raises: Annotated[Whole, Field(ge=1)]
    title: Title


class DynamicRules(RuleSet):
    """Reasons to raise, and the age at which an assessment is stale.

    Attributes:
        cumulative: Whether reasons add up; otherwise the strongest counts.
        worst_grade: Nothing is raised beyond it.
        stale_after_months: Months after which an assessment without an end date is stale.
    """

    kind: Literal["dynamic"]
    method: Literal["DYNAMIC"]
    cumulative: Flag
    worst_grade: Grade
    stale_after_months: Annotated[Whole, Field(ge=1)]
    bumps: Annotated[tuple[Bump, ...], Field(min_length=1), once("id")]


@dataclass(frozen=True, slots=True)
class DynamicGrade:
    """The assessed grade (the fill of a symbol) and the displayed one (its halo).

    Attributes:
        assessed: 1..4; None 未评估.
        displayed: 1..4, never less severe than `assessed`; None 未评估.
        reasons: What raises it, in both languages.
        rule_set: Id of the rule set.
        rule_version: Its version.
        source: The clause.
    """

    assessed: int | None
    displayed: int | None
    reasons: tuple[Title, ...]
    rule_set: str
    rule_version: str
    source: str

    def as_json(self) -> dict[str, Any]:
        """Return the members as JSON."""
        return {
            "assessed": self.assessed,
            "displayed": self.displayed,
            "reasons": [reason.zh for reason in self.reasons],
            "reasons_en": [reason.en for reason in self.reasons],
            "rule_set": self.rule_set,
            "rule_version": self.rule_version,
            "source": self.source,
        }


def grade(
    assessed: int | None, counts: Mapping[str, int], rules: DynamicRules | None = None
) -> DynamicGrade:
    """Raise an assessed grade for what is open at the feature.

    Args:
        assessed: 1..4; None stays None, since nothing can be raised, but the reasons are told.
        counts: Reason (`open_major_dangers`, `overdue_supervisions`, `active_warnings`) to how
            many there are; an absent one is zero. Each reason raises once, however many there are.
        rules: The shipped rule set when None.

    Raises:
        UngradableInput: An unknown reason, a negative count, a grade outside 1..4.

    Source: 余政办发〔2016〕82号; 动态等级为本市方案.
    """
    rules = rules or DynamicRules.shipped()
    if assessed is not None and (isinstance(assessed, bool) or assessed not in GRADES):
        raise UngradableInput("assessed", assessed, "须为 1 至 4", "is not 1 to 4")
    known = {bump.id for bump in rules.bumps}
    for reason, value in counts.items():
        guard.choice("counts", reason, sorted(known))
        guard.count(reason, value)
    active = [bump for bump in rules.bumps if counts.get(bump.id, 0) >= bump.at_least]
    raises = [bump.raises for bump in active]
    by = sum(raises) if rules.cumulative else max(raises, default=0)
    return DynamicGrade(
        assessed=assessed,
        displayed=None if assessed is None else _raised(assessed, by, rules.worst_grade),
        reasons=tuple(bump.title for bump in active),
        rule_set=rules.id,
        rule_version=rules.version,
        source=rules.source,
    )


def is_stale(
    assessed_on: date | None,
    valid_until: date | None,
    today: date,
    rules: DynamicRules | None = None,
) -> bool:
    """Return whether an assessment is past its end: a mark, never a colour.

    Args:
        assessed_on: Day of the assessment; None: not known, then only `valid_until` counts.
        valid_until: Last day on which it holds (closed); None: the rule set's months count.
        today: The day asked about.
        rules: The shipped rule set when None.

    Source: 风险评估每年不少于一次 (re-assess at least once a year).
    """
    rules = rules or DynamicRules.shipped()
    if valid_until is not None:
        return today > valid_until
    if assessed_on is None:
        return False
    months = _months(today) - _months(assessed_on)
    return (months, today.day) > (rules.stale_after_months, assessed_on.day)


def _months(day: date) -> int:
    return day.year * MONTHS_A_YEAR + day.month


def _raised(assessed: int, by: int, worst: int) -> int:
    """Return the grade raised, not beyond the worst, never lowered."""
    return min(assessed, max(worst, assessed - by))
