"""Severity of an accident (生产安全事故等级): the most severe of deaths, injuries and loss.

Source: 国务院令第493号《生产安全事故报告和调查处理条例》第三条.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, model_validator

from layers.grading import bands, guard
from layers.grading.rule_set import FaultAt, Frozen, Number, RuleSet, Text, Whole

COLUMNS = ("deaths", "serious_injuries", "loss_yuan")
"""The three columns of the table; each falls from class to class."""

Limit = Annotated[Number, Field(gt=0)]
"""Closed lower limit."""


class AccidentClass(Frozen):
    """A row of the table: closed lower limits; the last class has none."""

    zh: Text
    en: Text
    deaths: Limit | None = None
    serious_injuries: Limit | None = None
    loss_yuan: Limit | None = None


class Column(Frozen):
    """A column's name and unit."""

    zh: Text
    unit: Text


class Columns(Frozen):
    """Names and units of the three columns."""

    deaths: Column
    serious_injuries: Column
    loss_yuan: Column


class AccidentRules(RuleSet):
    """The table, from the most severe class down.

    Attributes:
        grave: Number of classes, from the top, that count as 较大以上.
    """

    kind: Literal["accident"]
    method: Literal["ACCIDENT"]
    grave: Annotated[Whole, Field(ge=1)]
    columns: Columns
    classes: Annotated[tuple[AccidentClass, ...], Field(min_length=2)]

    def column(self, name: str) -> tuple[bands.Band, ...]:
        """Return one column of the table as bands."""
        return tuple(
            bands.Band(zh=row.zh, en=row.en, at_least=getattr(row, name)) for row in self.classes
        )

    @model_validator(mode="after")
    def _falls(self) -> "AccidentRules":
        for name in COLUMNS:
            try:
                bands.descending(self.column(name))
            except FaultAt as fault:
                where = ("classes", fault.within[0], name)
                raise FaultAt(where, str(fault)) from fault
        return self


@dataclass(frozen=True, slots=True)
class AccidentSeverity:
    """The class of an accident.

    Attributes:
        code: 1 特别重大, 2 重大, 3 较大, 4 一般. Not a grade of risk.
        name: In Chinese.
        grave: Whether it is 较大 or above.
        decided_by: The comparisons that decided, in Chinese.
        rule_set: Id of the rule set.
        rule_version: Its version.
        source: The clause.
    """

    code: int
    name: str
    grave: bool
    decided_by: str
    rule_set: str
    rule_version: str
    source: str


def classify(
    deaths: int, serious_injuries: int, loss_yuan: float, rules: AccidentRules | None = None
) -> AccidentSeverity:
    """Return the class of an accident: the most severe of its three columns.

    Args:
        deaths: People; 以上 includes the number.
        serious_injuries: People, acute industrial poisoning included.
        loss_yuan: Direct loss in yuan (not in 万元).
        rules: The shipped rule set when None.

    Raises:
        UngradableInput: A negative or fractional count, a negative or NaN loss.

    Source: 国务院令第493号 第三条.
    """
    rules = rules or AccidentRules.shipped()
    values = {
        "deaths": guard.count("deaths", deaths),
        "serious_injuries": guard.count("serious_injuries", serious_injuries),
        "loss_yuan": guard.number("loss_yuan", loss_yuan, at_least=0),
    }
    positions = {name: bands.position(value, rules.column(name)) for name, value in values.items()}
    worst = min(positions.values())
    telling = [
        bands.decided(_name(name, rules), values[name], rules.column(name)).zh
        + f" {getattr(rules.columns, name).unit}"
        for name, position in positions.items()
        if position == worst
    ]
    return AccidentSeverity(
        code=worst + 1,
        name=rules.classes[worst].zh,
        grave=worst < rules.grave,
        decided_by=",".join(telling),
        rule_set=rules.id,
        rule_version=rules.version,
        source=rules.source,
    )


def _name(column: str, rules: AccidentRules) -> str:
    return str(getattr(rules.columns, column).zh)
