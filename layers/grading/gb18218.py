"""GB18218: major hazard installations of dangerous chemicals (危险化学品重大危险源).

S = Σ q/Q identifies, R = α Σ β q/Q grades.

Source: GB 18218-2018 4.2 and 4.3, Tables 1 to 6.
"""

from collections.abc import Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from layers.grading import bands, guard, substance
from layers.grading.assessment import Assessment, Step, UngradableInput, Words, plain
from layers.grading.bands import Band, Limit
from layers.grading.rule_set import FaultAt, Grade, Number
from layers.grading.substance import Holding, SubstanceTables
from layers.grading.verdict import assessed, unassessed

LEVEL = Words("级别", "level")


class Level(Band):
    """A row of Table 6: closed lower limit of R, and the grade of the level."""

    grade: Grade


class Exposure(Limit):
    """A row of Table 5: closed lower limit of the population, and α."""

    alpha: Annotated[Number, Field(gt=0)]


def _levels(levels: tuple[Level, ...]) -> tuple[Level, ...]:
    """Return levels whose limits fall while grades do not become more severe."""
    bands.descending(levels)
    for position in range(1, len(levels)):
        if levels[position].grade < levels[position - 1].grade:
            raise FaultAt((position, "grade"), "is more severe than the level before")
    return levels


def _exposure(rows: tuple[Exposure, ...]) -> tuple[Exposure, ...]:
    """Return rows whose limits fall while α falls."""
    bands.descending(rows)
    for position in range(1, len(rows)):
        if rows[position].alpha >= rows[position - 1].alpha:
            raise FaultAt((position, "alpha"), "does not fall with the population")
    return rows


class MajorHazardRules(SubstanceTables):
    """Tables 1 to 6 and the mapping to colours.

    Attributes:
        identification_at_least: Closed lower limit of S.
        mapping: `by_level` takes the grade of the level, `all_red` grade 1 for any level.
        grade_when_none: Grade of a unit that is no major hazard installation; None leaves it to
            another method.
        population_within_m: Band outside the plant's boundary in which people are counted, metres.
    """

    kind: Literal["gb18218"]
    method: Literal["GB18218"]
    identification_at_least: Annotated[Number, Field(gt=0)]
    mapping: Literal["by_level", "all_red"]
    grade_when_none: Grade | None = None
    levels: Annotated[tuple[Level, ...], Field(min_length=1), AfterValidator(_levels)]
    population_within_m: Annotated[Number, Field(gt=0)]
    exposure: Annotated[tuple[Exposure, ...], Field(min_length=1), AfterValidator(_exposure)]


def holding(
    name: str,
    quantity_t: float,
    hazard_class: str | None = None,
    rules: MajorHazardRules | None = None,
) -> Holding:
    """Return what a unit holds of one substance, with Q and β from the tables.

    Args:
        name: Name or CAS number of Table 1; any text when `hazard_class` is given.
        quantity_t: Design maximum in tonnes, 0 or more.
        hazard_class: Symbol of Tables 2 and 4, such as `W5.3`; None: the substance's own.
        rules: The shipped rule set when None.

    Raises:
        UngradableInput: An unknown substance or class, a negative quantity.

    Source: GB 18218-2018 Tables 1 to 4.
    """
    return substance.find(name, quantity_t, hazard_class, rules or MajorHazardRules.shipped())


def alpha(population: int, rules: MajorHazardRules | None = None) -> float:
    """Return α for the permanent population within 500 m outside the plant's boundary.

    Raises:
        UngradableInput: A population below zero or not whole.

    Source: GB 18218-2018 Table 5; rows are closed at their lower end.
    """
    rules = rules or MajorHazardRules.shipped()
    people = guard.count("population", population)
    return rules.exposure[bands.position(people, rules.exposure)].alpha


def grade(
    holdings: Sequence[Holding], population: int | None, rules: MajorHazardRules | None = None
) -> Assessment:
    """Grade one unit (production or storage) by what it holds and who lives around it.

    Args:
        holdings: One entry a substance; an empty list is no data and is refused.
        population: Permanent population (not daytime workers) within 500 m outside the boundary;
            None: not known.
        rules: The shipped rule set when None.

    Returns:
        Grade by the level of R (closed lower limits). Grade None when S is below the limit, so
        that another method decides, and when the population is not known but would matter.

    Raises:
        UngradableInput: No holding, q < 0, Q ≤ 0, β ≤ 0, NaN, a population below zero.

    Source: GB 18218-2018 4.2.2 (S ≥ 1), 4.3 (R, Table 6).
    """
    rules = rules or MajorHazardRules.shipped()
    ratios = [_ratio(position, item) for position, item in enumerate(holdings)]
    if not ratios:
        reason = "未列出任何危险化学品;没有数据不等于不构成重大危险源"
        raise UngradableInput("holdings", [], reason, "is empty: no data is not no hazard")
    factor = None if population is None else alpha(population, rules)
    total = sum(ratios, Fraction())
    inputs = {"holdings": [asdict(item) for item in holdings], "population": population}
    steps = [
        Step(f"q/Q {item.substance}", float(ratio), formula=_quotient(item))
        for item, ratio in zip(holdings, ratios, strict=True)
    ]
    steps.append(Step("S", float(total), formula="Σ q/Q"))
    if total < rules.identification_at_least:
        return _no_installation(float(total), inputs, steps, rules)
    weighted = sum(
        (ratio * _exact(item.beta) for item, ratio in zip(holdings, ratios, strict=True)),
        Fraction(),
    )
    steps.append(Step("Σ β·q/Q", float(weighted)))
    return _leveled(weighted, factor, inputs, steps, rules)


def _exact(value: float) -> Fraction:
    """Return the decimal as written: three times a third must be one, and 1 is a limit."""
    return Fraction(str(value))


def _ratio(position: int, item: Holding) -> Fraction:
    where = f"holdings.{position}"
    quantity = guard.number(f"{where}.quantity_t", item.quantity_t, at_least=0)
    critical = guard.number(f"{where}.critical_t", item.critical_t, more_than=0)
    guard.number(f"{where}.beta", item.beta, more_than=0)
    return _exact(quantity) / _exact(critical)


def _quotient(item: Holding) -> str:
    return f"{plain(item.quantity_t)} / {plain(item.critical_t)}, β = {plain(item.beta)}"


def _no_installation(
    total: float, inputs: dict[str, Any], steps: list[Step], rules: MajorHazardRules
) -> Assessment:
    limit = plain(rules.identification_at_least)
    compared = f"S = {plain(total)} < {limit}"
    decided = Words(f"{compared},不构成重大危险源", f"{compared}: no major hazard installation")
    steps.append(Step(LEVEL, Words("不构成", "none")))
    return assessed(rules, rules.grade_when_none, inputs, steps, because=(decided, None))


def _leveled(
    weighted: Fraction,
    factor: float | None,
    inputs: dict[str, Any],
    steps: list[Step],
    rules: MajorHazardRules,
) -> Assessment:
    """Return the assessment of a major hazard installation; factor None: α is not known."""
    limit = plain(rules.identification_at_least)
    leave = Words(
        f"S 须低于 {limit},不再构成重大危险源,改按其他方法评估",
        f"S must be below {limit}; it is no major hazard installation then, another method decides",
    )
    all_red = rules.mapping == "all_red"
    if factor is None:
        steps.append(Step("α", None))
        if not all_red:
            return unassessed(rules, inputs, ("population",), steps)
        red = (
            Words(
                "构成重大危险源即为重大风险(级别待核定)",
                "any major hazard installation is a major risk (its level is to be found)",
            ),
            leave,
        )
        return assessed(rules, 1, inputs, steps, because=red)
    exact = weighted * _exact(factor)
    level = rules.levels[bands.position(exact, rules.levels)]
    risk = float(exact)
    steps += [Step("α", factor), Step("R", risk, formula="α Σ β·q/Q"), Step(LEVEL, level)]
    compared = bands.decided("R", exact, rules.levels)
    decided = Words(
        f"{level.zh}重大危险源,{compared.zh}",
        f"major hazard installation of {level.en}, {compared.en}",
    )
    if all_red:
        any_of_them = Words(
            f"构成重大危险源即为重大风险({decided.zh})",
            f"any major hazard installation is a major risk ({decided.en})",
        )
        return assessed(rules, 1, inputs, steps, because=(any_of_them, leave))
    limits = [row.at_least for row in rules.levels if row.grade == level.grade]
    down = leave if limits[-1] is None else _below("R", limits[-1])
    return assessed(rules, level.grade, inputs, steps, because=(decided, down))


def _below(symbol: str, limit: float) -> Words:
    return Words(f"{symbol} 须低于 {plain(limit)}", f"{symbol} must be below {plain(limit)}")
