"""Substances of GB 18218: critical quantity Q and factor β by name, CAS number or hazard class.

Finds rows of tables and grades nothing.
"""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from layers.grading import guard
from layers.grading.assessment import UngradableInput
from layers.grading.rule_set import FaultAt, Frozen, Number, RuleSet, Text, Whole, once

Positive = Annotated[Number, Field(gt=0)]
"""More than zero."""

DECIMAL = 10
"""Base of the check digit."""

_CAS = re.compile(r"^(\d{2,7})-(\d{2})-(\d)$")


def cas_is_valid(cas: str) -> bool:
    """Return whether a CAS number has its form and its check digit.

    The check digit is the sum of each digit times its place from the right, modulo 10.

    >>> cas_is_valid("7803-51-2"), cas_is_valid("7803-51-1")
    (True, False)

    Source: Chemical Abstracts Service, check digit verification.
    """
    found = _CAS.match(cas)
    if found is None:
        return False
    digits = reversed(found[1] + found[2])
    total = sum(place * int(digit) for place, digit in enumerate(digits, start=1))
    return total % DECIMAL == int(found[3])


def _checked(numbers: tuple[str, ...]) -> tuple[str, ...]:
    for position, number in enumerate(numbers):
        if not cas_is_valid(number):
            raise FaultAt((position,), f"{number} is no CAS number: its check digit is wrong")
    return numbers


class Substance(Frozen):
    """A row of Table 1.

    Attributes:
        cas: CAS numbers; empty where the row is a mixture, a group or not certain.
        critical_t: Q in tonnes.
        hazard_class: Class from which β is taken; None where the register must say it.
        also: Other names.
    """

    number: Annotated[Whole, Field(ge=1)]
    zh: Text
    cas: Annotated[tuple[str, ...], AfterValidator(_checked)]
    critical_t: Positive
    hazard_class: Text | None = None
    also: tuple[Text, ...] = ()


class HazardClass(Frozen):
    """A row of Tables 2 and 4."""

    id: Text
    zh: Text
    beta: Positive
    critical_t: Positive


class ToxicGas(Frozen):
    """A row of Table 3; `number` points into Table 1 and is None for what is not named there."""

    zh: Text
    beta: Positive
    number: Whole | None = None


class SubstanceTables(RuleSet):
    """Tables 1 to 4."""

    toxic_gases: Annotated[tuple[ToxicGas, ...], Field(min_length=1), once("zh")]
    hazard_classes: Annotated[tuple[HazardClass, ...], Field(min_length=1), once("id")]
    substances: Annotated[tuple[Substance, ...], Field(min_length=1), once("number")]

    @model_validator(mode="after")
    def _tables_agree(self) -> "SubstanceTables":
        classes = {row.id for row in self.hazard_classes}
        numbers = [row.number for row in self.substances]
        for position, row in enumerate(self.substances):
            if row.hazard_class is not None and row.hazard_class not in classes:
                raise FaultAt(("substances", position, "hazard_class"), "is no hazard class")
        for position, gas in enumerate(self.toxic_gases):
            if gas.number is not None and gas.number not in numbers:
                raise FaultAt(("toxic_gases", position, "number"), "is no row of substances")
        return self


@dataclass(frozen=True, slots=True)
class Holding:
    """What one unit holds of one substance.

    Attributes:
        substance: Its name.
        quantity_t: q, the design maximum, in tonnes.
        critical_t: Q in tonnes.
        beta: β.
    """

    substance: str
    quantity_t: float
    critical_t: float
    beta: float


def find(
    name: str, quantity_t: float, hazard_class: str | None, tables: SubstanceTables
) -> Holding:
    """Return the holding of a substance with its Q and β.

    Args:
        name: Name, other name or CAS number; any text when only the class is known.
        quantity_t: Design maximum in tonnes, 0 or more.
        hazard_class: Symbol such as `W5.3`; overrides the substance's own class for β. None: own.
        tables: Tables 1 to 4.

    Raises:
        UngradableInput: An unknown substance or class, a CAS number shared by several rows, a
            negative quantity, or a substance whose class the tables do not know.

    Source: GB 18218-2018 4.1.2, 4.3.2, Tables 1 to 4.
    """
    quantity = guard.number("quantity_t", quantity_t, at_least=0)
    row = _named(name, tables)
    gas = _toxic(name, row, tables)
    chosen = _class(hazard_class or (row.hazard_class if row else None), tables)
    factor = gas or chosen
    measure = row or chosen
    if measure is None and gas is None:
        reason = "不在 GB 18218 表 1 中,且未给出危险性类别"
        raise UngradableInput("substance", name, reason, "is not in Table 1 and has no class")
    if measure is None or factor is None:
        reason = "须给出危险性类别(表 2、表 4)"
        raise UngradableInput("hazard_class", hazard_class, reason, "the hazard class is needed")
    return Holding(row.zh if row else name, quantity, measure.critical_t, factor.beta)


def _named(name: str, tables: SubstanceTables) -> Substance | None:
    if not name or not name.strip():
        raise UngradableInput("substance", name, "未填写物质名称", "is empty")
    key = name.strip()
    rows = [row for row in tables.substances if key in (row.zh, *row.also, *row.cas)]
    if len(rows) > 1:
        listed = "、".join(row.zh for row in rows)
        raise UngradableInput(
            "substance", name, f"对应多行({listed}),须写明名称", "names several rows of Table 1"
        )
    if not rows and _CAS.match(key) and not cas_is_valid(key):
        raise UngradableInput("substance", name, "CAS 号校验位不符", "has a wrong check digit")
    return rows[0] if rows else None


def _toxic(name: str, row: Substance | None, tables: SubstanceTables) -> ToxicGas | None:
    for gas in tables.toxic_gases:
        if (row is not None and gas.number == row.number) or gas.zh == name.strip():
            return gas
    return None


def _class(symbol: str | None, tables: SubstanceTables) -> HazardClass | None:
    if symbol is None:
        return None
    guard.choice("hazard_class", symbol, [row.id for row in tables.hazard_classes])
    return next(row for row in tables.hazard_classes if row.id == symbol)
