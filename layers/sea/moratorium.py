"""MORATORIUM: whether a gear may fish at an instant and a latitude.

Source: notices of the ministry on the summer moratorium, see `rules/moratorium.toml`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from layers.grading.rule_set import FaultAt, Flag, Frozen, Number, RuleSet, Text, Title, Whole, once

State = Literal["open", "closed", "permit", "exempt", "unknown"]
"""May fish; must not; only with a special permit; never bound; no calendar for the year."""

Edge = Annotated[str, Field(pattern=r"^\d\d-\d\d(T\d\d:\d\d)?$")]
"""Month and day, at the calendar's hour unless it names its own."""


class Zone(Frozen):
    """Waters between two latitudes; both belong to it."""

    id: Text
    south_deg: Number
    north_deg: Number
    title: Title


class Window(Frozen):
    """When gears are closed in zones, every year of a span.

    Attributes:
        years: First and last year, closed.
        begins: First instant, closed.
        ends: Last instant, open.
        permit: Whether a special permit opens it.
    """

    id: Text
    years: tuple[Whole, Whole]
    zones: Annotated[tuple[Text, ...], Field(min_length=1)]
    gears: Annotated[tuple[Text, ...], Field(min_length=1)]
    begins: Edge
    ends: Edge
    permit: Flag = False


class Override(Frozen):
    """Another begin or end of one window in one year."""

    year: Whole
    window: Text
    begins: Edge | None = None
    ends: Edge | None = None
    source: Text


@dataclass(frozen=True, slots=True)
class Closure:
    """What holds, and the window that decides; None where none does. Instants in the zone."""

    state: State
    window: str | None = None
    begins: datetime | None = None
    ends: datetime | None = None


class MoratoriumRules(RuleSet):
    """The calendar: zones, windows, overrides.

    Attributes:
        time_zone: IANA name of the zone in which its instants are told.
        edge: Hour and minute at which windows begin and end.
        exempt: Gears that are never bound.
    """

    kind: Literal["moratorium"]
    method: Literal["MORATORIUM"]
    time_zone: Text
    edge: Annotated[str, Field(pattern=r"^\d\d:\d\d$")]
    exempt: tuple[Text, ...]
    zones: Annotated[tuple[Zone, ...], Field(min_length=1), once("id")]
    windows: Annotated[tuple[Window, ...], Field(min_length=1), once("id")]
    overrides: tuple[Override, ...] = ()

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        known = {zone.id for zone in self.zones}
        ids = {window.id for window in self.windows}
        for position, window in enumerate(self.windows):
            strange = set(window.zones) - known
            if strange:
                raise FaultAt(("windows", position, "zones"), f"no zone {min(strange)!r}")
        for position, override in enumerate(self.overrides):
            if override.window not in ids:
                raise FaultAt(("overrides", position, "window"), f"no window {override.window!r}")
        self._refuse_overlaps()
        return self

    def _refuse_overlaps(self) -> None:
        for year in sorted(self._years()):
            spans = sorted(
                ((zone, gear, begins, ends, position)
                 for position, window in enumerate(self.windows)
                 for begins, ends in self.span(window, year)
                 for zone in window.zones for gear in window.gears),
                key=lambda each: each[:3],
            )  # fmt: skip
            for one, two in pairwise(spans):
                if one[:2] == two[:2] and two[2] < one[3]:
                    first, second = self.windows[one[4]].id, self.windows[two[4]].id
                    raise FaultAt(
                        ("windows", two[4], "begins"),
                        f"{second} overlaps {first} in {year} for {one[1]} in {one[0]}",
                    )

    def _years(self) -> set[int]:
        """Years that differ: where a window begins or ends, and where one is overridden."""
        edges = {year for window in self.windows for year in window.years}
        return edges | {override.year for override in self.overrides}

    def span(self, window: Window, year: int) -> Iterator[tuple[datetime, datetime]]:
        """Begin (closed) and end (open) of a window in a year; nothing where it does not hold.

        Raises:
            FaultAt: It ends before it begins, or there is no such day.
        """
        if not window.years[0] <= year <= window.years[1]:
            return
        begins, ends = window.begins, window.ends
        for override in self.overrides:
            if (override.year, override.window) == (year, window.id):
                begins, ends = override.begins or begins, override.ends or ends
        first, last = self._instant(year, begins), self._instant(year, ends)
        if first >= last:
            place = ("windows", self.windows.index(window), "ends")
            raise FaultAt(place, f"{window.id} ends before it begins in {year}")
        yield first, last

    def _instant(self, year: int, edge: str) -> datetime:
        month, day, hour, minute = (
            int(part) for part in re.split("[-T:]", edge if "T" in edge else f"{edge}T{self.edge}")
        )
        return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(self.time_zone))


@dataclass(frozen=True, slots=True)
class ClosedSpan:
    """A window of one year in one zone: begin closed, end open, both latitudes closed."""

    id: str
    begins: datetime
    ends: datetime
    south_deg: float
    north_deg: float
    permit: bool


def closed_spans(
    rules: MoratoriumRules, gear: str | None, first_year: int, last_year: int
) -> Iterator[ClosedSpan]:
    """Every window that binds a gear in a span of years, both in it; for whole tracks."""
    gear = gear or "other"
    zones = {zone.id: zone for zone in rules.zones}
    bound = [one for one in rules.windows if gear in one.gears and gear not in rules.exempt]
    for window in bound:
        for year in range(first_year, last_year + 1):
            for begins, ends in rules.span(window, year):
                for zone in (zones[each] for each in window.zones):
                    yield ClosedSpan(
                        window.id, begins, ends, zone.south_deg, zone.north_deg, window.permit
                    )


def closure(rules: MoratoriumRules, gear: str | None, at: datetime, latitude_deg: float) -> Closure:
    """What the calendar says of a gear at an instant.

    Args:
        rules: The calendar.
        gear: Id as in the rule set `vessel`, or `beam_trawl`; None: not known, taken as `other`.
        at: An instant with its zone.
        latitude_deg: Where the vessel is; outside every zone nothing is closed.

    Returns:
        Closed where any zone that holds the latitude is closed: on a boundary the longer window
        holds. Unknown for years before and after the calendar.
    """
    gear = gear or "other"
    if gear in rules.exempt:
        return Closure("exempt")
    local = at.astimezone(ZoneInfo(rules.time_zone))
    if not any(one.years[0] <= local.year <= one.years[1] for one in rules.windows):
        return Closure("unknown")
    zones = {zone.id for zone in rules.zones if zone.south_deg <= latitude_deg <= zone.north_deg}
    found = [
        Closure("permit" if window.permit else "closed", window.id, begins, ends)
        for window in rules.windows
        if gear in window.gears and zones & set(window.zones)
        for begins, ends in rules.span(window, local.year)
        if begins <= local < ends
    ]
    return _strictest(found)


def _strictest(found: Sequence[Closure]) -> Closure:
    return min(found, key=lambda each: each.state != "closed", default=Closure("open"))
