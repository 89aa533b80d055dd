"""DIRECT: rules that make a risk major whatever its score; they run before LEC, LS and others.

Source: 风险分级管控体系通则, 直接判定为重大风险的情形.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from layers.grading import guard
from layers.grading.assessment import Assessment, Step, UngradableInput, Words, joined, plain
from layers.grading.rule_set import (
    Flag,
    Frozen,
    Grade,
    RuleSet,
    Text,
    Whole,
    checked_text,
    once,
)
from layers.grading.verdict import assessed


class DirectRule(Frozen):
    """One case of direct judgement.

    Attributes:
        id: Name by which a register refers to it; `zh` serves as well.
        fact: The fact that it looks at.
        at_least: Closed lower limit of a fact that is counted; None for one that is true or not.
        grade: The grade that it gives.
        active: Whether it is applied here.
        zh: What the case is; `{at_least}` stands for the limit, as in `en` and `down`.
        down: What has to change for the rule to fall away, in Chinese; `down_en` in English.
    """

    id: Text
    fact: Text
    at_least: Annotated[Whole, Field(ge=1)] | None = None
    grade: Grade
    active: Flag
    zh: Text
    en: Text
    down: Text
    down_en: Text

    @property
    def text(self) -> str:
        """What the case is, in Chinese, with its limit."""
        return self._filled("zh")

    @property
    def words(self) -> Words:
        """What the case is, with its limit."""
        return Words(self.text, self._filled("en"))

    @property
    def way_down(self) -> Words:
        """What has to change, with the limit."""
        return Words(self._filled("down"), self._filled("down_en"))

    def _filled(self, key: str) -> str:
        limits = {} if self.at_least is None else {"at_least": self.at_least}
        return checked_text(key, getattr(self, key), limits)

    @model_validator(mode="after")
    def _texts_hold(self) -> "DirectRule":
        for key in ("zh", "en", "down", "down_en"):
            self._filled(key)
        return self

    def met(self, value: object) -> bool:
        """Return whether a fact meets the rule; None (not known) does not.

        Raises:
            UngradableInput: A count that is no count, or a flag that is no flag.
        """
        if value is None:
            return False
        if self.at_least is None:
            return guard.flag(self.fact, value)
        return guard.count(self.fact, value) >= self.at_least


class DirectRules(RuleSet):
    """The cases of direct judgement, in the order in which they are told."""

    kind: Literal["direct"]
    method: Literal["DIRECT"]
    cases: Annotated[tuple[DirectRule, ...], Field(min_length=1), once("id")]


def grade(facts: Mapping[str, object], rules: DirectRules | None = None) -> Assessment | None:
    """Judge directly from facts.

    Args:
        facts: Fact to true/false or to a count; None or absent: not known, meets nothing.
        rules: The shipped rule set when None.

    Returns:
        The worst grade of all cases met; None when no case is met, so that another method decides.

    Raises:
        UngradableInput: A fact that no case knows, or a value that is no flag or count.

    Source: 风险分级管控体系通则, 直接判定.
    """
    rules = rules or DirectRules.shipped()
    known = {case.fact for case in rules.cases}
    for fact in facts:
        guard.choice("facts", fact, sorted(known))
    met = [case for case in rules.cases if case.met(facts.get(case.fact)) and case.active]
    return _assess(met, dict(facts), rules) if met else None


def grade_named(names: Sequence[str], rules: DirectRules | None = None) -> Assessment | None:
    """Judge directly from the cases that a register names, by id or by Chinese name.

    Returns:
        As `grade`; None when no case is named, or none of them is active.

    Raises:
        UngradableInput: A name that is no case.

    Source: 风险分级管控体系通则, 直接判定.
    """
    rules = rules or DirectRules.shipped()
    named = [_case(name, rules) for name in names]
    met = [case for case in named if case.active]
    return _assess(met, {"direct_rule": list(names)}, rules) if met else None


def first(
    facts: Mapping[str, object],
    otherwise: Callable[[], Assessment],
    rules: DirectRules | None = None,
) -> Assessment:
    """Return the direct judgement, or what the other method says where no case is met.

    Source: 风险分级管控体系通则: 直接判定先于 LEC、LS.
    """
    return grade(facts, rules) or otherwise()


def _case(name: str, rules: DirectRules) -> DirectRule:
    for case in rules.cases:
        if name in (case.id, case.text):
            return case
    listed = ", ".join(case.id for case in rules.cases)
    raise UngradableInput(
        "direct_rule", name, f"没有此直接判定规则({listed})", f"is no direct rule: {listed}"
    )


def _assess(met: Sequence[DirectRule], inputs: dict[str, object], rules: DirectRules) -> Assessment:
    worst = min(met, key=lambda case: case.grade)
    limits = [None if case.at_least is None else f"≥ {plain(case.at_least)}" for case in met]
    steps = [
        Step(case.id, case.words, formula=limit) for case, limit in zip(met, limits, strict=True)
    ]
    down = joined([case.way_down for case in met], ";", "; ")
    after = Words(f"{down.zh},再按其他方法评估", f"{down.en}; another method decides then")
    because = (worst.words, after)
    return assessed(rules, worst.grade, inputs, steps, because=because)
