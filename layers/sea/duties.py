"""Events of a vessel that is where it must not be: in a gale, in a collision zone, not in port."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from layers.sea.closure import closed_spans
from layers.sea.events import Event, event_at, longest_silence_s
from layers.sea.moratorium import MoratoriumRules
from layers.sea.path import AtSea, Flags, Path, runs
from layers.sea.rules import SeaEventRules
from layers.sea.stops import port_calls, stays

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Limit:
    """Force that a boat must not meet, and by what it is known."""

    beaufort: int
    by: Literal["certificate", "length", "assumed"]


def limit_of(certified: int | None, length_m: float | None, rules: SeaEventRules) -> Limit:
    """The limit of a boat of the register: its certificate's, else by length, else the least."""
    if certified is not None:
        return Limit(certified, "certificate")
    known = length_m if length_m is not None else 0.0
    return Limit(rules.wind_limit(known), "assumed" if length_m is None else "length")


def gales(
    path: Path, force: NDArray[np.int64], limit: Limit, at_sea: AtSea, rules: SeaEventRules
) -> Iterator[Event]:
    """At sea while a warning tells of at least the boat's limit.

    Args:
        path: One vessel.
        force: For every position the greatest force warned of there and then, Beaufort; 0: none.
        limit: Of the boat, closed.
        at_sea: Asked only where the force is too much.
        rules: Which force is which kind of event.
    """
    flags = _at_sea(path, force >= limit.beaufort, at_sea)
    for span in runs(flags, path.seconds, longest_silence_s(rules)):
        most = int(np.max(force[span.first : span.last + 1]))
        evidence = {
            "beaufort": most, "limit_beaufort": limit.beaufort, "limit_by": limit.by,
            "positions": span.last - span.first + 1,
        }  # fmt: skip
        yield event_at(rules.gale(most), path, span.first, _end(path, span.last), evidence)


def in_collision_zone(
    path: Path, inside: Flags, zone: Mapping[str, Any], rules: SeaEventRules
) -> Iterator[Event]:
    """Anchored or adrift where merchant ships run.

    Args:
        path: One vessel.
        inside: For every position whether it lies in the zone while that is in force.
        zone: What is told of the zone.
        rules: How slow, which status, for how long.
    """
    asked = rules.collision_zone
    if not np.any(inside):
        return
    still = inside & ((path.speeds() < asked.slower_than_kn) | (path.status == asked.status))
    for span in runs(still, path.seconds, longest_silence_s(rules)):
        lasted_s = float(path.seconds[span.last] - path.seconds[span.first])
        if lasted_s >= asked.at_least_min * 60:
            anchored = bool(np.any(path.status[span.first : span.last + 1] == asked.status))
            evidence = {**zone, "minutes": round(lasted_s / 60), "status_says_anchored": anchored}
            end = _end(path, span.last)
            yield event_at("collision_zone", path, span.first, end, evidence)


def not_in_port(
    path: Path, gear: str | None, at_sea: AtSea, calendar: MoratoriumRules, rules: SeaEventRules
) -> Iterator[Event]:
    """Not returned: at sea while the calendar binds the gear to port, or for too many days.

    Args:
        path: One vessel.
        gear: As the calendar names it; None: not known, then only the days count.
        at_sea: Asked for all positions in a closed window.
        calendar: Windows; those that a permit opens bind nobody to port.
        rules: Hours for the way home, longest trip, what a stop is.
    """
    if gear is not None:
        yield from _not_home(path, gear, at_sea, calendar, rules)
    yield from _out_too_long(path, at_sea, rules)


def _not_home(
    path: Path, gear: str, at_sea: AtSea, calendar: MoratoriumRules, rules: SeaEventRules
) -> Iterator[Event]:
    asked = rules.not_returned
    bound = np.zeros(len(path.seconds), dtype=bool)
    years = (datetime.fromtimestamp(float(path.seconds[end]), UTC).year for end in (0, -1))
    for window in closed_spans(calendar, gear, *years):
        if not window.permit:
            bound |= window.holds(path, asked.after_h * 3600)
    for span in runs(_at_sea(path, bound, at_sea), path.seconds, longest_silence_s(rules)):
        lasted_s = float(path.seconds[span.last] - path.seconds[span.first])
        if lasted_s >= asked.at_least_h * 3600:
            evidence = {"because": "moratorium", "gear": gear, "hours": round(lasted_s / 3600, 2)}
            yield event_at("not_returned", path, span.first, _end(path, span.last), evidence)


def _out_too_long(path: Path, at_sea: AtSea, rules: SeaEventRules) -> Iterator[Event]:
    longest_s = rules.not_returned.longest_trip_d * DAY_S
    if path.seconds[-1] - path.seconds[0] <= longest_s:
        return
    stops = list(stays(path.seconds, path.lon, path.lat, rules.stop))
    in_port = port_calls(stops, path.seconds, path.lon, path.lat, at_sea)
    calls = [each for each, call in zip(stops, in_port, strict=True) if call]
    left_s = [float(path.seconds[0]), *(float(path.seconds[each.last]) for each in calls)]
    back = [*(each.first for each in calls), None]
    for since_s, until in zip(left_s, back, strict=True):
        ends_s = float(path.seconds[-1 if until is None else until])
        if ends_s - since_s > longest_s:
            here = int(np.searchsorted(path.seconds, since_s + longest_s, side="right"))
            evidence = {"because": "days", "days": round((ends_s - since_s) / DAY_S, 1)}
            yield event_at("not_returned", path, here, None if until is None else ends_s, evidence)


def _at_sea(path: Path, flags: Flags, at_sea: AtSea) -> Flags:
    found = flags.copy()
    if np.any(found):
        found[found] = at_sea(path.lon[found], path.lat[found], path.seconds[found])
    return found


def _end(path: Path, last: int) -> float | None:
    """When a run ended; None where the vessel's last position is in it."""
    return None if last == len(path.seconds) - 1 else float(path.seconds[last])
