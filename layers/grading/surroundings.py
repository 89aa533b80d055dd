"""What protection targets are to the tables of class location and high-consequence areas.

Source: GB 32167-2015 6.1; GB 50251-2015 4.2.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from layers.grading.class_location import Settlement
from layers.grading.hca_rules import Neighbour
from layers.grading.rule_set import Flag, Frozen, Number, RuleSet, Text, Whole, once


class TargetKind(Frozen):
    """A kind of protection target.

    Attributes:
        neighbours: Kinds of `hca.toml` that it is.
        flags: Flags of `class_location.toml` that it carries.
        dwellings: Whether its households count for the class location.
        high_rise: Whether enough storeys make it a place of high buildings.
    """

    kind: Text
    neighbours: tuple[Text, ...] = ()
    flags: tuple[Text, ...] = ()
    dwellings: Flag = False
    high_rise: Flag = False


class AreaType(Frozen):
    """A type of high-consequence area, and the neighbours that make it."""

    type: Literal["人员密集型", "环境敏感型", "交通设施型"]
    neighbours: tuple[Text, ...]


class Surroundings(RuleSet):
    """Kinds of targets, from how many storeys on a building is high, which areas are one."""

    kind: Literal["surroundings"]
    method: Literal["PIPE"]
    high_rise_storeys: Annotated[Whole, Field(ge=1)]
    merge_gap_m: Annotated[Number, Field(ge=0)]
    kinds: Annotated[tuple[TargetKind, ...], Field(min_length=1), once("kind")]
    types: Annotated[tuple[AreaType, ...], Field(min_length=1), once("type")]

    def of(self, kind: str) -> TargetKind | None:
        """Return what a kind of target is; None: it is nothing to the tables."""
        return next((each for each in self.kinds if each.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Target:
    """A protection target beside a pipe; None: not known.

    Attributes:
        kind: As the register says.
        households: 户.
        storeys: Above ground.
        persons: Who gather there.
        days_per_year: On how many days.
    """

    kind: str
    households: int | None = None
    storeys: int | None = None
    persons: int | None = None
    days_per_year: int | None = None


def settlement(
    target: Target, span: tuple[float, float], rules: Surroundings | None = None
) -> Settlement | None:
    """Return a target as the class location counts it; None: it does not.

    Households that are not known count none: whoever asks must tell so.

    Args:
        target: The target.
        span: Where it begins and ends along the pipe, metres.
        rules: The shipped rule set when None.
    """
    rules = rules or Surroundings.shipped()
    kind = rules.of(target.kind)
    if kind is None:
        return None
    flags = set(kind.flags)
    if kind.high_rise and (target.storeys or 0) >= rules.high_rise_storeys:
        flags.add("high_rise")
    households = (target.households or 0) if kind.dwellings else 0
    if not flags and not households:
        return None
    return Settlement(*span, households, frozenset(flags))


def neighbours(
    target: Target, distance_m: float, rules: Surroundings | None = None
) -> tuple[Neighbour, ...]:
    """Return a target as the tables of high-consequence areas see it."""
    rules = rules or Surroundings.shipped()
    kind = rules.of(target.kind)
    return tuple(
        Neighbour(each, distance_m, target.households, target.persons, target.days_per_year)
        for each in (kind.neighbours if kind else ())
    )
