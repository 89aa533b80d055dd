"""MORATORIUM: the calendar of the summer moratorium; `closure` tells what follows from it.

Source: notices of the ministry on the summer moratorium, see `rules/moratorium.toml`.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import combinations, pairwise
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, model_validator

from layers.grading.rule_set import FaultAt, Flag, Frozen, Number, RuleSet, Text, Title, Whole, once

Edge = Annotated[str, Field(pattern=r"^\d\d-\d\d(T\d\d:\d\d)?$")]
"""Month and day, at the calendar's hour unless it names its own."""


class Zone(Frozen):
    """Waters between two latitudes and two longitudes; all four belong to it.

    Attributes:
        west_deg: Not bounded where absent; zones do not reach over the date line.
        east_deg: Likewise.
        unverified: What of it stands in no notice, in Chinese; None: nothing.
    """

    id: Text
    south_deg: Number
    north_deg: Number
    west_deg: Number = -180.0
    east_deg: Number = 180.0
    title: Title
    unverified: Text | None = None


class Window(Frozen):
    """When gears are closed in zones, every year of a span.

    Attributes:
        years: First and last year, closed.
        begins: First instant, closed.
        ends: Last instant, open.
        permit: Whether a special permit opens it.
        at_least: Whether the notice tells the least length only: after `ends` no rule is known.
        source: Notice or report that tells it.
        unverified: What of it is not sure, in Chinese; None: nothing.
    """

    id: Text
    years: tuple[Whole, Whole]
    zones: Annotated[tuple[Text, ...], Field(min_length=1)]
    gears: Annotated[tuple[Text, ...], Field(min_length=1)]
    begins: Edge
    ends: Edge
    permit: Flag = False
    at_least: Flag = False
    source: Text | None = None
    unverified: Text | None = None


class Override(Frozen):
    """Another begin or end of one window in one year.

    Attributes:
        permits: From when the special permits hold of which `source` tells; the window stays.
    """

    year: Whole
    window: Text
    begins: Edge | None = None
    ends: Edge | None = None
    permits: Edge | None = None
    source: Text


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
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise FaultAt(("time_zone",), "is no IANA time zone") from None
        known = {zone.id for zone in self.zones}
        for position, window in enumerate(self.windows):
            strange = set(window.zones) - known
            if strange:
                raise FaultAt(("windows", position, "zones"), f"no zone {min(strange)!r}")
        self._refuse_shared_waters()
        self._refuse_stray_overrides()
        self._refuse_overlaps()
        return self

    def _refuse_shared_waters(self) -> None:
        """Zones that share more than an edge would answer twice for one place."""
        for (_, one), (place, two) in combinations(enumerate(self.zones), 2):
            beside = one.west_deg >= two.east_deg or two.west_deg >= one.east_deg
            if not beside and one.south_deg < two.north_deg and two.south_deg < one.north_deg:
                raise FaultAt(
                    ("zones", place, "south_deg"), f"{two.id} shares waters with {one.id}"
                )

    def _refuse_stray_overrides(self) -> None:
        windows = {window.id: window for window in self.windows}
        seen = set()
        for position, override in enumerate(self.overrides):
            place = ("overrides", position, "window")
            window = windows.get(override.window)
            if window is None:
                raise FaultAt(place, f"no window {override.window!r}")
            if not window.years[0] <= override.year <= window.years[1]:
                raise FaultAt(place, f"{window.id} does not hold in {override.year}")
            if override.permits is not None and not window.permit:
                raise FaultAt(place, f"no permit opens {window.id}")
            if (override.year, override.window) in seen:
                raise FaultAt(place, f"{window.id} is overridden twice in {override.year}")
            seen.add((override.year, override.window))

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

    def permits(self, window: Window, year: int) -> tuple[tuple[datetime, str], ...]:
        """Since when special permits hold that do not hold from the begin, and who says so."""
        return tuple(
            (self._instant(year, override.permits), override.source)
            for override in self.overrides
            if (override.year, override.window) == (year, window.id) and override.permits
        )

    def _instant(self, year: int, edge: str) -> datetime:
        month, day, hour, minute = (
            int(part) for part in re.split("[-T:]", edge if "T" in edge else f"{edge}T{self.edge}")
        )
        return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(self.time_zone))
