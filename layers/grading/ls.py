"""LS: risk matrix R = L × S; the size of the matrix and the bands are data.

Source: DB37/T 2882 风险分级管控体系通则, 风险矩阵分析法.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import product
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from layers.grading import bands, guard
from layers.grading.assessment import Assessment, Step, UngradableInput, Words, plain
from layers.grading.bands import GradeBands, NamedBands
from layers.grading.rule_set import FaultAt, Flag, Frozen, RuleSet, Text, Title, Whole, once
from layers.grading.verdict import assessed, unassessed


class Likelihood(Frozen):
    """A row of the table of L."""

    value: Whole
    zh: Text
    en: Text


class Severity(Frozen):
    """A row of the table of S: what it means for each kind of loss."""

    value: Whole
    law: Text
    people: Text
    people_en: Text
    loss: Text
    stoppage: Text
    reputation: Text


class Aspect(Frozen):
    """A column of the table of S."""

    id: Text
    title: Title


def _counted(rows: tuple[Likelihood | Severity, ...]) -> tuple[Likelihood | Severity, ...]:
    """Return the rows when they run 1, 2, 3 … without a gap."""
    for position, row in enumerate(rows):
        if row.value != position + 1:
            raise FaultAt((position, "value"), f"{row.value} is not {position + 1}")
    return rows


class LsRules(RuleSet):
    """The matrix: tables of L and S (their lengths are its size) and the bands of R.

    Attributes:
        lower_inclusive: Whether R equal to a limit belongs to the more severe band.
        bands: The four colours.
        named_bands: The five bands of the method itself, shown as a step.
    """

    kind: Literal["ls"]
    method: Literal["LS"]
    lower_inclusive: Flag
    bands: GradeBands
    named_bands: NamedBands
    likelihood: Annotated[tuple[Likelihood, ...], Field(min_length=1), AfterValidator(_counted)]
    severity: Annotated[tuple[Severity, ...], Field(min_length=1), AfterValidator(_counted)]
    aspects: Annotated[tuple[Aspect, ...], Field(min_length=1), once("id")]

    @cached_property
    def assessments(self) -> dict[tuple[int, int], Assessment]:
        """Every cell of the matrix, assessed once: a bulk run is a look-up a row."""
        cells = product(range(1, len(self.likelihood) + 1), range(1, len(self.severity) + 1))
        return {cell: _assess(*cell, self) for cell in cells}


def grade(l_value: float | None, s_value: float | None, rules: LsRules | None = None) -> Assessment:
    """Grade by the risk matrix R = L × S.

    Args:
        l_value: Likelihood, whole, 1 to the size of the matrix; None: not assessed.
        s_value: Severity, whole, 1 to the size of the matrix; None: not assessed.
        rules: The shipped rule set (5 × 5) when None.

    Returns:
        Grade 1..4; grade None when an input is None. R at a limit belongs to the more severe
        grade under `lower_inclusive`.

    Raises:
        UngradableInput: A value that is not a row of the matrix.

    Source: DB37/T 2882 通则, 风险矩阵分析法.
    """
    rules = rules or LsRules.shipped()
    found = rules.assessments.get((l_value, s_value))  # type: ignore[arg-type]
    if found is None or l_value is True or s_value is True:  # True equals 1 and would be found
        return _checked(l_value, s_value, rules)
    return found


def grade_many(
    rows: Iterable[tuple[float | None, float | None]], rules: LsRules | None = None
) -> Iterator[Assessment]:
    """Yield the assessment of each (L, S), in order.

    Raises:
        UngradableInput: At the first row that cannot be graded.

    Source: DB37/T 2882 通则, 风险矩阵分析法.
    """
    rules = rules or LsRules.shipped()
    return (grade(*row, rules) for row in rows)


def severity(scores: Mapping[str, int], rules: LsRules | None = None) -> int:
    """Return S as the highest score over the columns of its table.

    Args:
        scores: Column (`law`, `people`, `loss`, `stoppage`, `reputation`) to its score.
        rules: The shipped rule set when None.

    Raises:
        UngradableInput: No score, an unknown column, or a score that is no row of the table.

    Source: DB37/T 2882 通则, 事件后果严重性(S)判定准则.
    """
    rules = rules or LsRules.shipped()
    if not scores:
        raise UngradableInput("scores", {}, "没有任何一项后果评分", "holds no score")
    for aspect, score in scores.items():
        guard.choice("scores", aspect, [column.id for column in rules.aspects])
        _cell(aspect, score, len(rules.severity))
    return max(scores.values())


def _checked(l_value: object, s_value: object, rules: LsRules) -> Assessment:
    """Assess values that the look-up did not find as they came: None, Decimal, or wrong."""
    inputs = {"l_value": l_value, "s_value": s_value}
    sizes = (len(rules.likelihood), len(rules.severity))
    cell = tuple(
        None if value is None else _cell(field, value, size)
        for (field, value), size in zip(inputs.items(), sizes, strict=True)
    )
    if absent := guard.missing(**inputs):
        return unassessed(rules, dict(zip(inputs, cell, strict=True)), absent)
    return rules.assessments[cell]  # type: ignore[index]


def _cell(field: str, value: object, size: int) -> int:
    result = guard.number(field, value)
    if result not in range(1, size + 1):
        reason_en = f"is not a whole number from 1 to {size}"
        raise UngradableInput(field, value, f"须为 1 至 {size} 的整数", reason_en)
    return int(result)


def _assess(l_value: int, s_value: int, rules: LsRules) -> Assessment:
    risk = l_value * s_value
    inclusive = rules.lower_inclusive
    band = rules.bands[bands.position(risk, rules.bands, lower_inclusive=inclusive)]
    named = bands.position(risk, rules.named_bands, lower_inclusive=inclusive)
    return assessed(
        rules,
        band.grade,
        {"l_value": l_value, "s_value": s_value},
        (
            Step("L", rules.likelihood[l_value - 1]),
            Step("S", _people(rules.severity[s_value - 1])),
            Step("R", risk, formula=f"L × S = {plain(l_value)} × {plain(s_value)}"),
            Step(Words("风险等级", "band of the method"), rules.named_bands[named]),
        ),
        because=(
            bands.decided("R", risk, rules.bands, lower_inclusive=inclusive),
            bands.one_step_down("R", risk, rules.bands, lower_inclusive=inclusive),
        ),
    )


def _people(row: Severity) -> Words:
    """What the row means for people; other columns are for whoever scores."""
    return Words(row.people, row.people_en)
