"""What makes a black spot (事故多发点段): windows, criteria and period, as rule sets.

Source: each rule set names its document; AASHTO, Highway Safety Manual, 2010, 4.4 (screening).
"""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from layers.blackspots.crash_list import CrashList, Flags
from layers.grading.rule_set import (
    FaultAt,
    Flag,
    Frozen,
    Number,
    RuleSet,
    Text,
    Title,
    Whole,
    once,
)

Setting = Literal["any", "urban", "rural"]
"""Where a window applies; a route of unknown setting is taken for rural."""

Least = Annotated[Whole, Field(ge=1)]
"""Closed lower limit of a count."""


class Window(Frozen):
    """A length along the road in which crashes are counted; half-open."""

    id: Text
    length_m: Annotated[Number, Field(gt=0, le=100_000)]
    setting: Setting = "any"
    title: Title


class Counted(Frozen):
    """Which crashes a criterion counts: any that reaches one of the minima; all without any.

    Attributes:
        deaths: Dead at least.
        serious: Seriously injured at least.
        hurt: Dead and injured together at least.
        general: General procedure with injury or damage.
    """

    deaths: Least | None = None
    serious: Least | None = None
    hurt: Least | None = None
    general: Flag = False

    def mask(self, crashes: CrashList) -> Flags:
        """Return which crashes count."""
        minima = (
            (self.deaths, crashes.deaths),
            (self.serious, crashes.serious),
            (self.hurt, crashes.hurt),
        )
        named = [values >= least for least, values in minima if least is not None]
        if self.general:
            named.append(crashes.general)
        if not named:
            return np.ones(len(crashes), dtype=bool)
        return np.asarray(np.logical_or.reduce(named), dtype=bool)


class Criterion(Frozen):
    """One criterion: so many crashes of a sort in one window.

    Attributes:
        each: Which crashes count.
        at_least: Closed lower limit of their number.
        same_type: Whether they must be of one type of crash.
        unsafe_road: Whether the road must have played a part; what is not known counts as a part.
        windows: Ids of the windows in which it is looked for; empty: all.
    """

    id: Text
    each: Counted = Counted()
    at_least: Least
    same_type: Flag = False
    unsafe_road: Flag = False
    windows: tuple[Text, ...] = ()
    zh: Text
    en: Text

    def mask(self, crashes: CrashList) -> Flags:
        """Return which crashes count."""
        counted = self.each.mask(crashes)
        return counted & (crashes.unsafe_road != 0) if self.unsafe_road else counted


class BlackspotRules(RuleSet):
    """Criteria, each of which is enough, and the windows in which they are looked for.

    Attributes:
        period_years: Years over which crashes are counted.
        windows: From the shortest up; crashes of a black spot of a shorter one are not counted
            again in a longer one.
        margin_m: What is added beyond the first and the last crash.
        criteria: Any one that is met makes a black spot.
    """

    kind: Literal["blackspot"]
    method: Literal["ROAD"]
    period_years: Annotated[Number, Field(gt=0, le=20)]
    margin_m: Annotated[Number, Field(ge=0, le=1000)]
    windows: Annotated[tuple[Window, ...], Field(min_length=1), once("id")]
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1), once("id")]

    @model_validator(mode="after")
    def _known_and_rising(self) -> "BlackspotRules":
        names = {window.id for window in self.windows}
        for position, criterion in enumerate(self.criteria):
            if strange := set(criterion.windows) - names:
                raise FaultAt(("criteria", position, "windows"), f"{min(strange)} is no window")
        lengths = [window.length_m for window in self.windows]
        for position in range(1, len(lengths)):
            if lengths[position] < lengths[position - 1]:
                raise FaultAt(("windows", position, "length_m"), "is shorter than the one before")
        return self

    def windows_in(self, setting: str | None) -> list[Window]:
        """Return the windows for a route in or out of town, from the shortest up."""
        where = setting or "rural"
        return [window for window in self.windows if window.setting in ("any", where)]

    def criteria_of(self, window: Window) -> list[Criterion]:
        """Return the criteria that are looked for in a window."""
        return [one for one in self.criteria if not one.windows or window.id in one.windows]
