"""Who reaches a place at sea soonest: distance over the speed that a boat makes, and how sure.

Source: rule set `sea_rescue`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from layers.grading.rule_set import FaultAt, RuleSet
from layers.sea.path import KNOT_M_PER_S
from layers.sea.rules import Positive


class RescueRules(RuleSet):
    """What is taken for a boat's speed, and until when its place is known.

    Attributes:
        speed_days: Days before the last position of which reported speeds are looked at.
        speed_share: The share of them that lies below the speed it makes.
        shown_from_kn: From this on, closed, the reports show what it can.
        assumed_kn: Speed where they don't.
        fastest_kn: No boat is taken to be faster.
        sure_min: Oldest age of a sure position, closed.
        known_h: Oldest age of a position that says where the boat is, closed.
    """

    kind: Literal["sea_rescue"]
    method: Literal["SEA-RESCUE"]
    speed_days: Positive
    speed_share: Annotated[Positive, Field(le=1)]
    shown_from_kn: Positive
    assumed_kn: Positive
    fastest_kn: Positive
    sure_min: Positive
    known_h: Positive

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.shown_from_kn <= self.assumed_kn <= self.fastest_kn:
            raise FaultAt(("assumed_kn",), "lies between shown_from_kn and fastest_kn")
        if self.sure_min > self.known_h * 60:
            raise FaultAt(("sure_min",), "is longer than known_h")
        return self


@dataclass(frozen=True, slots=True)
class Helper:
    """A boat that might help.

    Attributes:
        mmsi: Which.
        distance_m: From its last position to the place.
        age_s: Of that position; not below 0.
        shown_kn: What its reports say of its speed; None where they say nothing.
    """

    mmsi: str
    distance_m: float
    age_s: float
    shown_kn: float | None


@dataclass(frozen=True, slots=True)
class Reach:
    """When a boat can be there.

    Attributes:
        mmsi: Which.
        speed_kn: By which it is counted.
        assumed: Whether that speed is the rule set's, not the boat's.
        minutes: From its last position straight to the place.
        earliest_min: The same had it sailed towards the place since; not below 0.
        latest_min: The same had it sailed away.
        standing: `sure`, `uncertain` or `unknown`, by the age of the position.
    """

    mmsi: str
    speed_kn: float
    assumed: bool
    minutes: float
    earliest_min: float
    latest_min: float
    standing: Literal["sure", "uncertain", "unknown"]


def by_time(helpers: Sequence[Helper], rules: RescueRules) -> list[Reach]:
    """All of them, the soonest first; those whose place is no longer known after the others."""
    reached = [reach(each, rules) for each in helpers]
    return sorted(reached, key=lambda each: (each.standing == "unknown", each.minutes, each.mmsi))


def reach(helper: Helper, rules: RescueRules) -> Reach:
    """When one boat can be there."""
    shown = helper.shown_kn
    assumed = shown is None or shown < rules.shown_from_kn
    speed_kn = rules.assumed_kn if shown is None or assumed else min(shown, rules.fastest_kn)
    minutes = helper.distance_m / (speed_kn * KNOT_M_PER_S) / 60
    age_min = helper.age_s / 60
    return Reach(
        mmsi=helper.mmsi,
        speed_kn=speed_kn,
        assumed=assumed,
        minutes=minutes,
        earliest_min=max(0.0, minutes - age_min),
        latest_min=minutes + age_min,
        standing=_standing(age_min, rules),
    )


def _standing(age_min: float, rules: RescueRules) -> Literal["sure", "uncertain", "unknown"]:
    if age_min <= rules.sure_min:
        return "sure"
    return "uncertain" if age_min <= rules.known_h * 60 else "unknown"


def surely_first(ranked: Sequence[Reach], many: int, beyond_m: float, rules: RescueRules) -> bool:
    """Whether no boat further away than `beyond_m` can be among the first `many`."""
    if len(ranked) < many or ranked[many - 1].standing == "unknown":
        return False
    return ranked[many - 1].minutes <= beyond_m / (rules.fastest_kn * KNOT_M_PER_S) / 60
