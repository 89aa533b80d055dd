"""AREA: the colour of a township, a grid cell or the city from the grades inside it.

Three methods: the highest grade (最高原则), counts (数量修正), weighted index (加权指数).

Source: 区域风险等级 by provincial practice; there is no single national formula.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Field, model_validator

from layers.grading import bands, guard
from layers.grading.assessment import (
    GRADES,
    Assessment,
    Said,
    Step,
    UngradableInput,
    Words,
    joined,
    plain,
)
from layers.grading.bands import GradeBands
from layers.grading.rule_set import (
    FaultAt,
    Frozen,
    Grade,
    Number,
    RuleSet,
    Text,
    Title,
    Whole,
    once,
)
from layers.grading.verdict import assessed, unassessed

Method = Literal["max", "count", "index"]
"""最高原则, 数量修正, 加权指数."""


COUNT_NAMES: Mapping[str, Said] = {
    **{str(grade): f"n{grade}" for grade in GRADES},
    "unassessed": Words("未评估", "not assessed"),
}
"""Keys of the counts to what they are called."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many features of each grade lie in the area; always shown beside its colour."""

    n1: int
    n2: int
    n3: int
    n4: int
    unassessed: int = 0

    def graded(self) -> tuple[int, int, int, int]:
        """Return the counts of grades 1 to 4."""
        return self.n1, self.n2, self.n3, self.n4

    def as_json(self) -> dict[str, int]:
        """Return the counts under the keys of the summary: 1, 2, 3, 4, unassessed."""
        keys = [str(grade) for grade in GRADES]
        return {**dict(zip(keys, self.graded(), strict=True)), "unassessed": self.unassessed}


class Condition(Frozen):
    """So many features of a grade (closed lower limit)."""

    grade: Grade
    at_least: Annotated[Whole, Field(ge=1)]


class CountRule(Frozen):
    """The area has `grade` when any of the conditions holds."""

    grade: Grade
    any_of: Annotated[tuple[Condition, ...], Field(min_length=1)]


class Scale(Frozen):
    """What the weighted sum is divided by.

    Attributes:
        per: How much of it makes one, as 10 000 people.
        bands: Fixed breaks of the index, stable in time.
    """

    id: Text
    per: Annotated[Number, Field(gt=0)]
    title: Title
    bands: GradeBands


def _falling(weights: tuple[float, ...]) -> tuple[float, ...]:
    """Return the weights of grades 1 to 4 when each is below the one before and none negative."""
    for position in range(1, len(weights)):
        if weights[position] >= weights[position - 1]:
            raise FaultAt((position,), "is not below the weight before it")
    if weights[-1] < 0:
        raise FaultAt((len(weights) - 1,), "is negative")
    return weights


class AreaRules(RuleSet):
    """All three methods, and which one each use takes.

    Attributes:
        official: Method of the official print.
        analysis: Method of analyses.
        otherwise: Grade by counts when no rule holds.
        weights: Of grades 1 to 4.
        outside: Name of the bucket for what lies in no area.
    """

    kind: Literal["area"]
    method: Literal["AREA"]
    official: Method
    analysis: Method
    count_rules: Annotated[tuple[CountRule, ...], Field(min_length=1)]
    otherwise: Grade
    weights: Annotated[
        tuple[Number, ...], Field(min_length=4, max_length=4), AfterValidator(_falling)
    ]
    scales: Annotated[tuple[Scale, ...], Field(min_length=1), once("id")]
    outside: Text

    @model_validator(mode="after")
    def _falls(self) -> "AreaRules":
        grades = [*(rule.grade for rule in self.count_rules), self.otherwise]
        for position in range(1, len(grades)):
            if grades[position] <= grades[position - 1]:
                where = ("count_rules", min(position, len(self.count_rules) - 1), "grade")
                raise FaultAt(where, "grades do not become less severe from rule to rule")
        return self


def grade(
    counts: Counts,
    method: Method | None = None,
    scale: tuple[str, float] | None = None,
    rules: AreaRules | None = None,
) -> Assessment:
    """Grade an area from the counts of the grades inside it.

    Args:
        counts: Features by grade; those not assessed are told, never counted as blue.
        method: `max`, `count` or `index`; None: that of the official print.
        scale: For `index`: (`area_km2`, km²), (`population`, people) or (`enterprises`, number);
            None divides by nothing.
        rules: The shipped rule set when None.

    Returns:
        Grade 1..4; grade None when nothing in the area is assessed.

    Raises:
        UngradableInput: A negative count, an unknown method or scale, a divisor of zero or less.

    Source: 区域风险评估: A 最高原则, B 数量修正, C 加权指数 (fixed breaks).
    """
    rules = rules or AreaRules.shipped()
    chosen = guard.choice("method", method or rules.official, get_args(Method))
    for name, value in zip(("n1", "n2", "n3", "n4"), counts.graded(), strict=True):
        guard.count(name, value)
    guard.count("unassessed", counts.unassessed)
    divisor = _divisor(scale, rules)
    inputs: dict[str, Any] = {"counts": counts.as_json(), "area_method": chosen}
    if scale is not None:
        inputs[scale[0]] = scale[1]
    if not any(counts.graded()):
        return unassessed(
            rules, inputs, (Words("已评估的对象", "anything assessed"),), _told(counts)
        )
    if chosen == "max":
        return _by_max(counts, inputs, rules)
    if chosen == "count":
        return _by_count(counts, inputs, rules)
    return _by_index(counts, divisor, inputs, rules)


def index(
    counts: Counts, scale: tuple[str, float] | None = None, rules: AreaRules | None = None
) -> float:
    """Return the weighted index RI = Σ w n / N.

    Raises:
        UngradableInput: An unknown scale, a divisor of zero or less.

    Source: 加权指数 (C).
    """
    rules = rules or AreaRules.shipped()
    return _weighted(counts, rules) / _divisor(scale, rules)[1]


def noisy_or(probabilities: Sequence[float]) -> float:
    """Return the probability that at least one of independent events happens, 1 − Π (1 − p).

    Raises:
        UngradableInput: A probability outside 0..1 (closed).

    Source: 网格叠加 (D), noisy-or.
    """
    none = 1.0
    for probability in probabilities:
        if guard.number("probability", probability, at_least=0) > 1:
            raise UngradableInput("probability", probability, "须在 0 至 1 之间", "is above 1")
        none *= 1 - probability
    return 1 - none


def _told(counts: Counts) -> list[Step]:
    return [Step(COUNT_NAMES[key], value) for key, value in counts.as_json().items()]


def _divisor(scale: tuple[str, float] | None, rules: AreaRules) -> tuple[Scale, float]:
    name, amount = scale or ("none", 1)
    guard.choice("scale", name, [row.id for row in rules.scales])
    row = next(row for row in rules.scales if row.id == name)
    return row, guard.number(name, amount, more_than=0) / row.per


def _weighted(counts: Counts, rules: AreaRules) -> float:
    return sum(
        weight * number for weight, number in zip(rules.weights, counts.graded(), strict=True)
    )


def _by_max(counts: Counts, inputs: dict[str, Any], rules: AreaRules) -> Assessment:
    found = next(grade for grade, number in zip(GRADES, counts.graded(), strict=True) if number)
    number = counts.graded()[found - 1]
    shown = Words(
        f"最高为 {found} 级,共 {number} 处", f"the highest is grade {found}, {number} of them"
    )
    down = Words(
        f"须消除或降低全部 {number} 处 {found} 级风险",
        f"all {number} of grade {found} must go or be lowered",
    )
    return assessed(
        rules, found, inputs, _told(counts), because=(shown, None if found == GRADES[-1] else down)
    )


def _by_count(counts: Counts, inputs: dict[str, Any], rules: AreaRules) -> Assessment:
    numbers = dict(zip(GRADES, counts.graded(), strict=True))
    for rule in rules.count_rules:
        held = [item for item in rule.any_of if numbers[item.grade] >= item.at_least]
        if held:
            first = held[0]
            compared = f"{numbers[first.grade]} ≥ {first.at_least}"
            shown = Words(
                f"{first.grade} 级处数 {compared}", f"number of grade {first.grade}: {compared}"
            )
            down = joined([_fewer(item) for item in held], "且", " and ")
            steps = _told(counts)
            return assessed(rules, rule.grade, inputs, steps, because=(shown, down))
    none = (Words("不符合任何一条数量规则", "no rule of counts is met"), None)
    return assessed(rules, rules.otherwise, inputs, _told(counts), because=none)


def _fewer(item: Condition) -> Words:
    return Words(
        f"{item.grade} 级须少于 {item.at_least} 处",
        f"there must be fewer than {item.at_least} of grade {item.grade}",
    )


def _by_index(
    counts: Counts, divisor: tuple[Scale, float], inputs: dict[str, Any], rules: AreaRules
) -> Assessment:
    scale, amount = divisor
    total = _weighted(counts, rules)
    value = total / amount
    band = scale.bands[bands.position(value, scale.bands)]
    divided = f"Σ w·n / N = {plain(total)} / {plain(amount)}"
    formula = Words(f"{divided}({scale.title.zh})", f"{divided} ({scale.title.en})")
    because = (
        bands.decided("RI", value, scale.bands),
        bands.one_step_down("RI", value, scale.bands),
    )
    steps = [*_told(counts), Step("RI", value, formula=formula)]
    return assessed(rules, band.grade, inputs, steps, because=because)
