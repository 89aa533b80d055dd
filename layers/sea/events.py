"""Events of one vessel: lost signals, loitering, fishing while it is closed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from layers.sea.closure import ClosedSpan, closed_spans
from layers.sea.moratorium import MoratoriumRules
from layers.sea.path import KNOT_M_PER_S, AtSea, Flags, Numbers, Path, Span, distance_m, runs
from layers.sea.rules import NM_M, SeaEventRules


@dataclass(frozen=True, slots=True)
class Event:
    """An event with what speaks for it.

    Attributes:
        kind: Id as in the rule set `vessel`.
        mmsi: Whose.
        first_s: Begin, seconds since 1970.
        last_s: End; None while it lasts.
        lon: Place where it began, degrees; NaN where no place is known.
        lat: Likewise.
        other_mmsi: The other vessel; None where there is none.
        evidence: Numbers with their units in their names, ready for JSON.
    """

    kind: str
    mmsi: str
    first_s: float
    last_s: float | None
    lon: float
    lat: float
    other_mmsi: str | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


def lost_signals(path: Path, now_s: float, at_sea: AtSea, rules: SeaEventRules) -> Iterator[Event]:
    """Silences after a position at sea; the one that lasts at `now_s` is open.

    Args:
        path: One vessel.
        now_s: Until when positions would have come, seconds since 1970.
        at_sea: Asked where a silence begins.
        rules: Shortest silence of each severity.
    """
    ends = np.append(path.seconds[1:], max(now_s, path.seconds[-1]))
    lengths = ends - path.seconds
    shortest = rules.gaps[-1].from_h * 3600
    silent = np.flatnonzero(lengths >= shortest)
    if not len(silent):
        return
    for here in silent[at_sea(path.lon[silent], path.lat[silent], path.seconds[silent])]:
        closed = here + 1 < len(path.seconds)
        kind = rules.silence(float(lengths[here]))
        assert kind is not None
        evidence: dict[str, Any] = {"hours": round(float(lengths[here]) / 3600, 2)}
        if closed:
            evidence |= _crossed(path, int(here), float(lengths[here]))
        last = float(ends[here]) if closed else None
        yield event_at(kind, path, int(here), last, evidence)


def _crossed(path: Path, here: int, seconds: float) -> dict[str, Any]:
    one = slice(here, here + 1)
    two = slice(here + 1, here + 2)
    way = float(distance_m(path.lon[one], path.lat[one], path.lon[two], path.lat[two])[0])
    return {
        "distance_m": round(way),
        "implied_speed_kn": round(way / seconds / KNOT_M_PER_S, 2),
        "to": [float(path.lon[here + 1]), float(path.lat[here + 1])],
    }


def loitering(
    path: Path, shore_m: Callable[[Numbers, Numbers], Numbers], rules: SeaEventRules
) -> Iterator[Event]:
    """Long, slow stays off shore.

    Args:
        path: One vessel.
        shore_m: Distance to the shore of every position, metres; asked only where it is slow.
        rules: Speed, time, distance.
    """
    asked = rules.loitering
    slow = path.speeds() < asked.slower_than_kn
    least_s = asked.at_least_min * 60
    found = [
        span
        for span in runs(slow, path.seconds, longest_silence_s(rules))
        if path.seconds[span.last] - path.seconds[span.first] >= least_s
    ]
    if not found:
        return
    for span in found:
        part = slice(span.first, span.last + 1)
        if np.all(shore_m(path.lon[part], path.lat[part]) >= asked.from_shore_nm * NM_M):
            evidence = {
                "hours": _hours(path, span.first, span.last),
                "positions": span.last - span.first + 1,
                "mean_speed_kn": round(float(np.mean(path.speeds()[part])), 2),
            }
            yield event_at("loitering", path, span.first, float(path.seconds[span.last]), evidence)


def fishing(path: Path, rules: SeaEventRules) -> Flags:
    """For every position whether it looks like fishing: its speed, or its status."""
    speeds, asked = path.speeds(), rules.fishing
    slow = (speeds >= asked.from_kn) & (speeds <= asked.to_kn)
    return np.asarray(slow | (path.status == asked.status), dtype=bool)


def fishing_within(
    kind: str, path: Path, inside: Flags, rules: SeaEventRules, evidence: Mapping[str, Any]
) -> Iterator[Event]:
    """Fishing in waters that are closed to the vessel.

    Args:
        kind: Id of the event.
        path: One vessel.
        inside: For every position whether it is closed to it there and then.
        rules: How fishing shows, and for how long.
        evidence: What is known beside the positions.
    """
    for span, known in _fished(path, inside, rules):
        end = float(path.seconds[span.last])
        yield event_at(kind, path, span.first, end, {**evidence, **known})


def _fished(
    path: Path, inside: Flags, rules: SeaEventRules
) -> Iterator[tuple[Span, dict[str, Any]]]:
    """Runs of closed positions that are fishing, and what their positions tell."""
    flags = fishing(path, rules) & inside
    for span in runs(flags, path.seconds, longest_silence_s(rules)):
        told = np.any(path.status[span.first : span.last + 1] == rules.fishing.status)
        lasted = path.seconds[span.last] - path.seconds[span.first]
        if lasted >= rules.fishing.at_least_min * 60 or told:
            yield (
                span,
                {
                    "hours": _hours(path, span.first, span.last),
                    "positions": span.last - span.first + 1,
                    "status_says_fishing": bool(told),
                },
            )


def moratorium_breaches(
    path: Path,
    gear: str | None,
    calendar: MoratoriumRules,
    rules: SeaEventRules,
    zones: Sequence[tuple[str, Flags]] = (),
) -> Iterator[Event]:
    """Fishing while the gear is closed; the first hours of a window are for the way home.

    The evidence of an event names the windows and zones that bind its own positions, and no others.

    Args:
        path: One vessel.
        gear: As the calendar names it; None: not known.
        calendar: Windows.
        rules: How fishing shows, and for how long; the hours for the way home.
        zones: Areas with a moratorium of their own: their names, and for every position whether
            it is closed to the vessel.
    """
    years = (datetime.fromtimestamp(float(path.seconds[end]), UTC).year for end in (0, -1))
    binding: list[tuple[ClosedSpan, Flags]] = []
    inside = np.zeros(len(path.seconds), dtype=bool)
    for window in closed_spans(calendar, gear, *years):
        within = window.holds(path, 0.0 if window.permit else rules.fishing.tolerated_h * 3600)
        if np.any(within):
            binding.append((window, within))
            inside |= within
    for _, within in zones:
        inside |= within
    for span, known in _fished(path, inside, rules):
        part = slice(span.first, span.last + 1)
        windows = [window for window, within in binding if np.any(within[part])]
        evidence = {"gear": gear, **_told(windows), **known}
        if named := sorted(name for name, within in zones if np.any(within[part])):
            evidence["zones"] = named
        end = float(path.seconds[span.last])
        yield event_at("moratorium_breach", path, span.first, end, evidence)


def _told(windows: Sequence[ClosedSpan]) -> dict[str, Any]:
    """Windows with their doubts; a doubt that none has is absent."""
    permits = {
        f"{since.isoformat()} {source}" for each in windows for since, source in each.permits
    }
    unverified = {each.unverified for each in windows if each.unverified}
    doubts = {"permits_since": sorted(permits), "unverified": sorted(unverified)}
    names = {f"{each.id} {each.begins.isoformat()}/{each.ends.isoformat()}" for each in windows}
    return {"windows": sorted(names), **{name: told for name, told in doubts.items() if told}}


def longest_silence_s(rules: SeaEventRules) -> float:
    """A silence that is an event of its own ends every other one."""
    return rules.gaps[-1].from_h * 3600


def _hours(path: Path, first: int, last: int) -> float:
    return round(float(path.seconds[last] - path.seconds[first]) / 3600, 2)


def event_at(
    kind: str, path: Path, here: int, last_s: float | None, evidence: Mapping[str, Any]
) -> Event:
    """An event that began at one of the positions of a vessel."""
    return Event(
        kind, path.mmsi, float(path.seconds[here]), last_s,
        float(path.lon[here]), float(path.lat[here]), evidence=evidence,
    )  # fmt: skip
