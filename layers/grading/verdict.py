"""From a rule set and what decided to an assessment: the parts that all methods share."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from layers.grading.assessment import (
    Assessment,
    Said,
    Step,
    Words,
    in_chinese,
    in_english,
    joined,
)
from layers.grading.input_names import INPUTS
from layers.grading.rule_set import RuleSet


def assessed(
    rules: RuleSet,
    grade: int | None,
    inputs: Mapping[str, Any],
    steps: Sequence[Step],
    *,
    because: tuple[Said, Said | None],
    source: str | None = None,
) -> Assessment:
    """Return an assessment that carries the names of its rule set.

    Args:
        rules: The rule set that was applied.
        grade: 1..4, None where the method says nothing.
        inputs: What went in; copied, so that later changes do not reach the assessment.
        steps: Intermediate values in order.
        because: What decided, and what would move the grade one step down.
        source: The clause; that of the rule set when None.
    """
    return Assessment(
        grade=grade,
        method=rules.method,
        rule_set=rules.id,
        rule_version=rules.version,
        inputs=MappingProxyType(dict(inputs)),
        steps=tuple(steps),
        decided_by=in_chinese(because[0]),
        decided_by_en=in_english(because[0]),
        source=source or rules.source,
        one_step_down=None if because[1] is None else in_chinese(because[1]),
        one_step_down_en=None if because[1] is None else in_english(because[1]),
    )


def unassessed(
    rules: RuleSet, inputs: Mapping[str, Any], absent: Sequence[Said], steps: Sequence[Step] = ()
) -> Assessment:
    """Return the assessment of what cannot be assessed because inputs are not known.

    Args:
        rules: The rule set that was applied.
        inputs: What went in.
        absent: What is not known, by the name of the field or in words.
        steps: Intermediate values in order.
    """
    words = named(absent)
    because = (Words(f"缺少{words.zh}", f"{words.en} not known"), None)
    return assessed(rules, None, inputs, steps, because=because)


def named(fields: Sequence[Said]) -> Words:
    """Return the names of inputs as people say them, as one text."""
    return joined([INPUTS.get(each, each) if isinstance(each, str) else each for each in fields])


def worst(assessments: Sequence[Assessment]) -> Assessment | None:
    """Return the most severe; None when none has a grade. Among equals the first."""
    graded = [item for item in assessments if item.grade is not None]
    return min(graded, key=lambda item: item.grade or 0, default=None)
