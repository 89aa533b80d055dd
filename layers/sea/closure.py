"""What the calendar of the summer moratorium says of a gear, at an instant or over years.

Source: as `rules/moratorium.toml` names it for every window.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np

from layers.sea.moratorium import MoratoriumRules, Window
from layers.sea.path import Flags, Path

State = Literal["open", "closed", "permit", "exempt", "unknown"]
"""May fish; must not; only with a special permit; never bound; no rule is known."""

STRICTEST = ("closed", "permit", "unknown", "open")
"""What holds on a boundary of two zones: the first of these."""


@dataclass(frozen=True, slots=True)
class Closure:
    """What holds, and the window that decides; None where none does. Instants in the zone.

    Attributes:
        not_yet: Special permits that do not hold yet: since when they will, and who says so.
        unverified: What of the window is not sure, in Chinese; None: nothing.
    """

    state: State
    window: str | None = None
    begins: datetime | None = None
    ends: datetime | None = None
    not_yet: tuple[tuple[datetime, str], ...] = ()
    unverified: str | None = None


@dataclass(frozen=True, slots=True)
class ClosedSpan:
    """A window of one year in one zone: begin closed, end open, edges of the waters closed.

    Attributes:
        permits: Special permits that do not hold from the begin: since when, and who says so.
        unverified: What of the window is not sure, in Chinese; None: nothing.
    """

    id: str
    begins: datetime
    ends: datetime
    south_deg: float
    north_deg: float
    west_deg: float
    east_deg: float
    permit: bool
    permits: tuple[tuple[datetime, str], ...] = ()
    unverified: str | None = None

    def holds(self, path: Path, after_s: float = 0.0) -> Flags:
        """Which positions it binds, from `after_s` after its begin on."""
        begins, ends = self.begins.timestamp() + after_s, self.ends.timestamp()
        held = (path.seconds >= begins) & (path.seconds < ends)
        if np.any(held):
            held &= (path.lat >= self.south_deg) & (path.lat <= self.north_deg)
            held &= (path.lon >= self.west_deg) & (path.lon <= self.east_deg)
        return np.asarray(held, dtype=bool)


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
                        window.id, begins, ends, zone.south_deg, zone.north_deg,
                        zone.west_deg, zone.east_deg,
                        window.permit, rules.permits(window, year), window.unverified,
                    )  # fmt: skip


def closure(
    rules: MoratoriumRules,
    gear: str | None,
    at: datetime,
    latitude_deg: float,
    longitude_deg: float | None = None,
) -> Closure:
    """What the calendar says of a gear at an instant.

    Args:
        rules: The calendar.
        gear: Id as in the rule set `vessel`, or `beam_trawl`; None: not known, taken as `other`.
        at: An instant with its zone.
        latitude_deg: Where the vessel is, degrees north.
        longitude_deg: Likewise, degrees east; None: not asked, within the longitudes of every zone.

    Returns:
        The strictest of the zones that hold the latitude: on a boundary the longer window holds.
        Unknown outside every zone, and where no window of the year tells of the gear in the zone.
    """
    gear = gear or "other"
    if gear in rules.exempt:
        return Closure("exempt")
    local = at.astimezone(ZoneInfo(rules.time_zone))
    windows = [one for one in rules.windows if gear in one.gears]
    found = [
        _in_zone(rules, [one for one in windows if zone.id in one.zones], local)
        for zone in rules.zones
        if zone.south_deg <= latitude_deg <= zone.north_deg
        and (longitude_deg is None or zone.west_deg <= longitude_deg <= zone.east_deg)
    ]
    return min(found, key=lambda each: STRICTEST.index(each.state), default=Closure("unknown"))


def _in_zone(rules: MoratoriumRules, windows: Sequence[Window], local: datetime) -> Closure:
    """What the windows of one gear in one zone say; those of a year do not overlap."""
    told = [(one, *span) for one in windows for span in rules.span(one, local.year)]
    for window, begins, ends in told:
        if begins <= local < ends:
            permits = rules.permits(window, local.year)
            return Closure(
                "permit" if window.permit else "closed", window.id, begins, ends,
                tuple(each for each in permits if local < each[0]), window.unverified,
            )  # fmt: skip
    if not told:
        return Closure("unknown")
    for window, _, ends in told:
        if window.at_least and local >= ends:
            return Closure("unknown", window.id)
    return Closure("open")
