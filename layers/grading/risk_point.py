"""Risk points: direct rules first, then the method that the row names.

A row is anything with the attributes of `RatedPoint`; the layer's own class is one.
"""

from functools import cache
from re import split
from typing import Protocol

from layers.grading import direct, expert, lec, ls
from layers.grading.assessment import Assessment, UngradableInput
from layers.grading.direct import DirectRules
from layers.grading.expert import ExpertRules
from layers.grading.lec import LecRules
from layers.grading.ls import LsRules
from layers.grading.rule_set import RuleBook
from layers.grading.verdict import unassessed


class RatedPoint(Protocol):
    """What is read of a risk point."""

    @property
    def grading_method(self) -> str | None:
        """LEC, LS or EXPERT; None: not assessed."""

    @property
    def l_value(self) -> float | None:
        """L of LEC or of LS."""

    @property
    def e_value(self) -> float | None:
        """E of LEC."""

    @property
    def c_value(self) -> float | None:
        """C of LEC."""

    @property
    def s_value(self) -> float | None:
        """S of LS."""

    @property
    def direct_rule(self) -> str | None:
        """Direct rules that are met, split by commas."""

    @property
    def expert_grade(self) -> int | None:
        """Grade set by experts."""

    @property
    def level_reason(self) -> str | None:
        """Why they chose it."""


def grade(row: RatedPoint, book: RuleBook | None = None) -> Assessment:
    """Grade a risk point by its direct rules, otherwise by the method that it names.

    Args:
        row: The point.
        book: Rule sets that replace the shipped ones; None: all shipped.

    Returns:
        Grade None when the row names no method or an input of the method is None.

    Raises:
        UngradableInput: A value outside the tables, an unknown rule or method.

    Source: 风险分级管控体系通则; DOMAIN of the method that decided.
    """
    if row.direct_rule:
        names = [name.strip() for name in split("[,,、;;]", row.direct_rule)]
        judged = direct.grade_named([name for name in names if name], DirectRules.among(book))
        if judged is not None:
            return judged
    return _by_method(row, book)


def _by_method(row: RatedPoint, book: RuleBook | None) -> Assessment:
    if row.grading_method == "LEC":
        return lec.grade(row.l_value, row.e_value, row.c_value, LecRules.among(book))
    if row.grading_method == "LS":
        return ls.grade(row.l_value, row.s_value, LsRules.among(book))
    if row.grading_method == "EXPERT":
        return expert.grade(row.expert_grade, row.level_reason, ExpertRules.among(book))
    if row.grading_method is None:
        return _without_method() if book is None else _no_method(LecRules.among(book))
    raise UngradableInput(
        "grading_method", row.grading_method, "不是已知的评估方法", "is no known method"
    )


@cache
def _without_method() -> Assessment:
    """Return the one assessment that all points without a method share."""
    return _no_method(LecRules.shipped())


def _no_method(rules: LecRules) -> Assessment:
    return unassessed(rules, {"grading_method": None}, ("grading_method",))
