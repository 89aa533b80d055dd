"""Quantities with their units: pressure, diameter, length and mass enter with a unit or not at all.

A value out of the plausible range is refused with the reason, which catches inch for millimetre
and psi for MPa.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from layers.grading import guard
from layers.grading.assessment import UngradableInput, plain
from layers.grading.rule_set import FaultAt, Frozen, Number, RuleSet, Text, once

_TEXT = re.compile(r"^([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)\s*(\S.*)?$")


class Unit(Frozen):
    """A unit: how many of the quantity's own unit it is, and how files write it."""

    symbol: Text
    factor: Annotated[Number, Field(gt=0)]
    also: tuple[Text, ...] = ()


class Measure(Frozen):
    """A kind of quantity: its own unit, its plausible range (closed) and its units."""

    id: Text
    zh: Text
    unit: Text
    minimum: Number
    maximum: Number
    units: Annotated[tuple[Unit, ...], Field(min_length=1), once("symbol")]


class QuantityRules(RuleSet):
    """Kinds of quantity."""

    kind: Literal["quantity"]
    method: Literal["QUANTITY"]
    measures: Annotated[tuple[Measure, ...], Field(min_length=1), once("id")]

    @model_validator(mode="after")
    def _ranges_hold(self) -> "QuantityRules":
        for position, measure in enumerate(self.measures):
            if measure.minimum >= measure.maximum:
                raise FaultAt(("measures", position, "maximum"), "is not above minimum")
            if measure.unit not in [unit.symbol for unit in measure.units]:
                raise FaultAt(("measures", position, "unit"), "is not one of its units")
        return self


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity in its own unit, and as it came."""

    value: float
    unit: str
    given: str


def parse(measure: str, text: str, rules: QuantityRules | None = None) -> Quantity:
    """Read a quantity from text such as `6.3 MPa`, `30in`, `６３ bar`.

    Args:
        measure: `pressure`, `diameter`, `length` or `mass`.
        text: Number and unit; full-width characters are read as half-width ones.
        rules: The shipped rule set when None.

    Raises:
        UngradableInput: No number, no unit, an unknown unit, a value out of range.

    Source: 单位必填 (units are mandatory), DOMAIN 2.2 and 9.5.
    """
    found = _TEXT.match(unicodedata.normalize("NFKC", text).replace(",", "").strip())
    if found is None:
        raise UngradableInput(measure, text, "不是带单位的数值", "is no number with a unit")
    return convert(measure, float(found[1]), found[2], rules)


def convert(
    measure: str, value: float, unit: str | None, rules: QuantityRules | None = None
) -> Quantity:
    """Return a quantity in its own unit (MPa, mm, m, t).

    Args:
        measure: `pressure`, `diameter`, `length` or `mass`.
        value: In `unit`.
        unit: Symbol or other name of a unit; None or empty is refused.
        rules: The shipped rule set when None.

    Raises:
        UngradableInput: No unit, an unknown unit, NaN, a value out of the plausible range.

    Source: DOMAIN 2.2: d 20 to 2000 mm, p 0.1 to 20 MPa, both ends closed.
    """
    rules = rules or QuantityRules.shipped()
    kind = _measure(measure, rules)
    number = guard.number(measure, value)
    named = _unit(kind, value, unit)
    # decimal, so that 63 bar is 6.3 MPa and a limit decides on what was written
    result = float(Decimal(str(number)) * Decimal(str(named.factor)))
    check(measure, result, rules)
    return Quantity(result, kind.unit, f"{plain(number)} {named.symbol}")


def check(measure: str, value: float, rules: QuantityRules | None = None) -> float:
    """Return a value in its own unit when it lies in the plausible range (closed).

    Raises:
        UngradableInput: NaN or out of range; the reason tells the range and the likely mix-up.

    Source: DOMAIN 2.2.
    """
    kind = _measure(measure, rules or QuantityRules.shipped())
    number = guard.number(measure, value)
    if not kind.minimum <= number <= kind.maximum:
        span = f"{plain(kind.minimum)}–{plain(kind.maximum)} {kind.unit}"
        mixed = " / ".join(unit.symbol for unit in kind.units)
        raise UngradableInput(
            measure,
            value,
            f"{kind.zh} {plain(number)} {kind.unit} 超出合理范围 {span},请核对单位({mixed})",
            f"{plain(number)} {kind.unit} is outside {span}; check the unit ({mixed})",
        )
    return number


def in_unit(measure: str, value: float, unit: str, rules: QuantityRules | None = None) -> float:
    """Return a value given in the quantity's own unit in another of its units.

    Raises:
        UngradableInput: An unknown unit.

    Source: definitions of the units.
    """
    kind = _measure(measure, rules or QuantityRules.shipped())
    return value / _unit(kind, value, unit).factor


def _measure(measure: str, rules: QuantityRules) -> Measure:
    guard.choice("measure", measure, [kind.id for kind in rules.measures])
    return next(kind for kind in rules.measures if kind.id == measure)


def _unit(kind: Measure, value: object, unit: str | None) -> Unit:
    if unit is None or not unit.strip():
        raise UngradableInput(kind.id, value, "须写明单位", "comes without a unit")
    written = unicodedata.normalize("NFKC", unit).strip()
    for candidate in kind.units:
        if written == candidate.symbol:
            return candidate
    for candidate in kind.units:
        # "mpa" for MPa is common in registers; no two units of a measure differ by case alone
        names = [name.casefold() for name in (candidate.symbol, *candidate.also)]
        if written.casefold() in names:
            return candidate
    allowed = ", ".join(candidate.symbol for candidate in kind.units)
    raise UngradableInput(kind.id, unit, f"不是已知单位({allowed})", f"is no known unit: {allowed}")
