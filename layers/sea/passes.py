"""Close passes over history: which parts of tracks are compared, and what of it is a pass."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from layers.sea.events import Event
from layers.sea.path import KNOT_M_PER_S, Flags, Numbers
from layers.sea.rules import SeaEventRules

Indices = NDArray[np.int64]

SLOT_S = 900.0
"""Tracks are compared a quarter of an hour at a time: what a comparison costs grows with the
square of its positions, and a short part lies in a small box."""

MOST_POSITIONS = 100
"""Positions of a part at most, however often a vessel reports."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts of one track, each within a quarter of an hour, one an entry in order of time.

    Attributes:
        vertices: (n, 3) x, y, seconds: those of the track, and places at the edges of quarters.
        first: Where each begins among the vertices; the next begins where one ends.
        last: Its last vertex; a later one than the first.
        slot: Number of its quarter of an hour since 1970.
        boxes: (n, 4) least x and y, greatest x and y.
        fast: Whether the vessel is in it as fast as the rules ask of one of two.
    """

    vertices: Numbers
    first: Indices
    last: Indices
    slot: Indices
    boxes: Numbers
    fast: Flags


def parts(seconds: Numbers, x: Numbers, y: Numbers, rules: SeaEventRules) -> Parts:
    """Cut a track into the parts that are compared; nothing is between two reports far apart.

    Args:
        seconds: Since 1970, strictly rising.
        x: Metres in a plane; not finite where the plane does not reach, which no part holds.
        y: Likewise.
        rules: Longest silence bridged, closed; how fast is fast.
    """
    known = (np.diff(seconds) <= rules.passing.bridged_min * 60) & np.isfinite(np.diff(x + y))
    if not np.any(known):
        none = np.empty(0, dtype=np.int64)
        nowhere = np.column_stack((x, y, seconds))
        return Parts(nowhere, none, none, none, np.empty((0, 4)), none.astype(bool))
    at, known = _with_edges(seconds, known)
    vertices = np.column_stack((np.interp(at, seconds, x), np.interp(at, seconds, y), at))
    steps = np.flatnonzero(known)
    slots = np.floor(at[steps] / SLOT_S).astype(np.int64)
    run = _begins(steps, slots)
    last = np.append(steps[run[1:] - 1], steps[-1]) + 1
    here, there = vertices[steps, :2], vertices[steps + 1, :2]
    speeds = np.hypot(*(there - here).T) / np.diff(at)[steps]
    fast = np.maximum.reduceat(speeds, run) >= rules.passing.slower_than_kn * KNOT_M_PER_S
    boxes = np.hstack((
        np.minimum.reduceat(np.minimum(here, there), run),
        np.maximum.reduceat(np.maximum(here, there), run),
    ))  # fmt: skip
    return Parts(vertices, steps[run], last, slots[run], boxes, np.asarray(fast, dtype=bool))


def _with_edges(seconds: Numbers, known: Flags) -> tuple[Numbers, Flags]:
    """Instants of a track with the edges of quarters among them, and which steps are known."""
    edges = np.arange(np.ceil(seconds[0] / SLOT_S), np.ceil(seconds[-1] / SLOT_S)) * SLOT_S
    at = np.union1d(seconds, edges)
    return at, known[np.searchsorted(seconds, at[:-1], side="right") - 1]


def _begins(steps: Indices, slots: Indices) -> Indices:
    """Which of the known steps begin a part: after a silence, in a new quarter, or after many."""
    begins = np.ones(len(steps), dtype=bool)
    begins[1:] = (np.diff(steps) > 1) | (np.diff(slots) > 0)
    run = np.flatnonzero(begins)
    within = np.arange(len(steps)) - np.repeat(run, np.diff(np.append(run, len(steps))))
    return np.flatnonzero(within % MOST_POSITIONS == 0)


@dataclass(frozen=True, slots=True)
class Passer:
    """One of two vessels at the instant of their closest approach.

    Attributes:
        mmsi: Nine digits.
        track: Number of its way between two silences: tracks and stays in port.
        x: Metres in the plane.
        y: Likewise.
        east_m_per_s: Velocity made good over the minute round the instant.
        north_m_per_s: Likewise.
    """

    mmsi: str
    track: int
    x: float
    y: float
    east_m_per_s: float
    north_m_per_s: float

    @property
    def speed_kn(self) -> float:
        """Knots over ground."""
        return float(np.hypot(self.east_m_per_s, self.north_m_per_s)) / KNOT_M_PER_S

    @property
    def course_deg(self) -> float:
        """Clockwise from the north of the plane, from 0 to below 360."""
        return float(np.degrees(np.arctan2(self.east_m_per_s, self.north_m_per_s))) % 360


@dataclass(frozen=True, slots=True)
class Between:
    """Two reports of a vessel, and an instant between them; the same one twice at a report.

    Attributes:
        seconds: From one to the other.
        metres: Likewise.
        since_s: From the first to the instant.
    """

    seconds: float = 0.0
    metres: float = 0.0
    since_s: float = 0.0

    def off_m(self, share: float) -> float:
        """How far off the straight line the vessel may be, if half way it is a share of the way."""
        if not self.seconds:
            return 0.0
        part = self.since_s / self.seconds
        return 4 * part * (1 - part) * share * self.metres


AT_A_REPORT = Between()


@dataclass(frozen=True, slots=True)
class Met:
    """Closest approach of two vessels in a part of their tracks.

    Attributes:
        at_s: When, seconds since 1970.
        distance_m: How near.
        one: The vessel with the lower number.
        two: The other.
        between: The reports between which the place of each lies.
    """

    at_s: float
    distance_m: float
    one: Passer
    two: Passer
    between: tuple[Between, Between] = (AT_A_REPORT, AT_A_REPORT)

    @property
    def relative_kn(self) -> float:
        """Speed of one as seen from the other."""
        east = self.two.east_m_per_s - self.one.east_m_per_s
        north = self.two.north_m_per_s - self.one.north_m_per_s
        return float(np.hypot(east, north)) / KNOT_M_PER_S


def unsure_m(met: Met, rules: SeaEventRules) -> float:
    """By how much two vessels may have been nearer or further: they may have turned meanwhile.

    An arc that turns by an angle (radians) is, in its midst, an eighth of it times its chord off
    the chord, and nothing at its ends.
    """
    return sum(each.off_m(rules.passing.unsure_share) for each in met.between)


def passed(met: Met, rules: SeaEventRules) -> bool:
    """Whether two vessels went past each other so near that it is told; not lying, not together."""
    asked = rules.passing
    return (
        rules.passed(met.distance_m, unsure_m(met, rules)) is not None
        and max(met.one.speed_kn, met.two.speed_kn) >= asked.slower_than_kn
        and met.relative_kn >= asked.relative_kn
    )


def nearest_of_each(found: Iterable[Met], rules: SeaEventRules) -> list[Met]:
    """Of the approaches of one pair within a short time only the nearest, in order of time.

    An approach is left out if a nearer one that is kept, of the same two vessels, lies no further
    from it in time than the rules say; of equal ones the earlier is the nearer.
    """
    pairs: dict[tuple[str, str], list[Met]] = defaultdict(list)
    for met in found:
        pairs[met.one.mmsi, met.two.mmsi].append(met)
    kept: list[Met] = []
    for _, mets in sorted(pairs.items()):
        told: list[Met] = []
        for met in sorted(mets, key=lambda each: (each.distance_m, each.at_s)):
            again_s = rules.passing.again_min * 60
            if all(abs(met.at_s - other.at_s) > again_s for other in told):
                told.append(met)
        kept += sorted(told, key=lambda each: each.at_s)
    return kept


def in_company(before_m: float, after_m: float, rules: SeaEventRules) -> bool:
    """Whether two vessels work together, by their distances some time before and after.

    NaN where a place was not known then: that speaks for nothing.
    """
    limit_m = rules.passing.company_m
    return before_m <= limit_m and after_m <= limit_m


def pass_event(
    met: Met, places: tuple[tuple[float, float], tuple[float, float]], rules: SeaEventRules
) -> Event:
    """The event of a pass, at the place of the vessel with the lower number.

    Args:
        met: Closest approach that `passed` lets through.
        places: Longitude and latitude of both then.
        rules: Which kind it is.
    """
    kind = rules.passed(met.distance_m, unsure_m(met, rules))
    assert kind is not None
    at_s = round(met.at_s, 3)
    own, other = ([round(each, 6) for each in place] for place in places)
    evidence = {
        "at": datetime.fromtimestamp(at_s, UTC).isoformat(timespec="milliseconds"),
        "distance_m": round(met.distance_m, 1), "unsure_m": round(unsure_m(met, rules), 1),
        "place": own, "other_place": other,
        "speed_kn": round(met.one.speed_kn, 1), "other_speed_kn": round(met.two.speed_kn, 1),
        "course_deg": round(met.one.course_deg), "other_course_deg": round(met.two.course_deg),
        "relative_speed_kn": round(met.relative_kn, 1),
        "between_reports_s": round(met.between[0].seconds),
        "other_between_reports_s": round(met.between[1].seconds),
        "rules": f"{rules.id} {rules.version}",
    }  # fmt: skip
    return Event(kind, met.one.mmsi, at_s, at_s, *places[0], met.two.mmsi, evidence)
