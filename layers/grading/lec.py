"""LEC: danger of a working condition, D = L × E × C (作业条件危险性评价).

Source: K. J. Graham, G. F. Kinney, A practical safety analysis system for hazards control,
Journal of Safety Research, 1980; four colours after 安委办〔2016〕11号.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cached_property
from itertools import product
from typing import Annotated, Literal

from pydantic import Field

from layers.grading import bands, guard
from layers.grading.assessment import Assessment, Step, UngradableInput, Words, plain
from layers.grading.bands import GradeBands, NamedBands
from layers.grading.rule_set import Flag, Frozen, Number, RuleSet, Text, once
from layers.grading.verdict import assessed, unassessed

Key = tuple[float, float, float]
"""L, E, C."""


class Choice(Frozen):
    """A row of a table: the value and what it means."""

    value: Annotated[Number, Field(gt=0)]
    zh: Text
    en: Text


class LecRules(RuleSet):
    """Tables of L, E and C, and the bands of D.

    Attributes:
        lower_inclusive: Whether D equal to a limit belongs to the more severe band.
        bands: The four colours.
        classic_bands: The five bands of the method itself, shown as a step.
    """

    kind: Literal["lec"]
    method: Literal["LEC"]
    lower_inclusive: Flag
    bands: GradeBands
    classic_bands: NamedBands
    likelihood: Annotated[tuple[Choice, ...], Field(min_length=1), once("value")]
    exposure: Annotated[tuple[Choice, ...], Field(min_length=1), once("value")]
    consequence: Annotated[tuple[Choice, ...], Field(min_length=1), once("value")]

    @cached_property
    def assessments(self) -> dict[Key, Assessment]:
        """Every combination of the tables, assessed once: a bulk run is a look-up a row."""
        return {
            (often.value, long.value, hard.value): _assess(often, long, hard, self)
            for often, long, hard in product(self.likelihood, self.exposure, self.consequence)
        }


def grade(
    l_value: float | None,
    e_value: float | None,
    c_value: float | None,
    rules: LecRules | None = None,
) -> Assessment:
    """Grade a risk point by D = L × E × C.

    Args:
        l_value: Likelihood, a value of the table; None: not assessed.
        e_value: Exposure, a value of the table; None: not assessed.
        c_value: Consequence, a value of the table; None: not assessed.
        rules: The shipped rule set when None.

    Returns:
        Grade 1..4; grade None when an input is None. D at a limit belongs to the more severe
        grade under `lower_inclusive`, to the less severe otherwise.

    Raises:
        UngradableInput: A value that the tables do not hold, such as L = 4.

    Source: Graham and Kinney, 1980; 安委办〔2016〕11号.
    """
    rules = rules or LecRules.shipped()
    key = (l_value, e_value, c_value)
    found = rules.assessments.get(key)  # type: ignore[arg-type]
    if found is None or any(value is True for value in key):  # True equals 1: it would be found
        return _checked(key, rules)
    return found


def grade_many(
    rows: Iterable[tuple[float | None, float | None, float | None]],
    rules: LecRules | None = None,
) -> Iterator[Assessment]:
    """Yield the assessment of each (L, E, C), in order.

    Raises:
        UngradableInput: At the first row that cannot be graded.

    Source: Graham and Kinney, 1980.
    """
    rules = rules or LecRules.shipped()
    return (grade(*row, rules) for row in rows)


def _checked(key: tuple[object, object, object], rules: LecRules) -> Assessment:
    """Assess values that the look-up did not find as they came: None, Decimal, or wrong."""
    inputs = dict(zip(("l_value", "e_value", "c_value"), key, strict=True))
    tables = (rules.likelihood, rules.exposure, rules.consequence)
    for (field, value), table in zip(inputs.items(), tables, strict=True):
        if value is not None:
            inputs[field] = _value_of(field, value, table)
    if absent := guard.missing(**inputs):
        return unassessed(rules, inputs, absent)
    return rules.assessments[inputs["l_value"], inputs["e_value"], inputs["c_value"]]  # type: ignore[index]


def _value_of(field: str, value: object, table: tuple[Choice, ...]) -> float:
    allowed = [choice.value for choice in table]
    result = guard.number(field, value)
    if result not in allowed:
        listed = "、".join(plain(item) for item in allowed)
        reason_en = f"is not in the table: {listed.replace('、', ', ')}"
        raise UngradableInput(field, value, f"不在取值表内:{listed}", reason_en)
    return result


def _assess(
    likelihood: Choice, exposure: Choice, consequence: Choice, rules: LecRules
) -> Assessment:
    rows = (likelihood, exposure, consequence)
    # decimal: 0.2 × 6 × 100 in binary is more than 120, and a limit may stand there
    exact = [Decimal(str(row.value)) for row in rows]
    danger = float(exact[0] * exact[1] * exact[2])
    inclusive = rules.lower_inclusive
    band = rules.bands[bands.position(danger, rules.bands, lower_inclusive=inclusive)]
    classic = bands.position(danger, rules.classic_bands, lower_inclusive=inclusive)
    formula = f"L × E × C = {' × '.join(plain(row.value) for row in rows)}"
    meanings = zip("LEC", rows, strict=True)
    return assessed(
        rules,
        band.grade,
        {"l_value": rows[0].value, "e_value": rows[1].value, "c_value": rows[2].value},
        (
            *(Step(name, row) for name, row in meanings),
            Step("D", danger, formula=formula),
            Step(Words("危险程度", "degree of danger"), rules.classic_bands[classic]),
        ),
        because=(
            bands.decided("D", danger, rules.bands, lower_inclusive=inclusive),
            bands.one_step_down("D", danger, rules.bands, lower_inclusive=inclusive),
        ),
    )
