"""From the cleaned positions of one number to the trips of its vessels and their stays in port."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from layers.sea.cleaning import Cleaned
from layers.sea.cleaning_rules import CleaningRules
from layers.sea.path import AtSea, Numbers, distance_m
from layers.sea.rules import SeaEventRules
from layers.sea.stops import Indices, Stay, port_calls, stays


@dataclass(frozen=True, slots=True)
class Stood:
    """Where and from when until when a vessel stood.

    Attributes:
        first_s: Its first position there, seconds since 1970.
        last_s: Its last there; None where it was not seen to leave.
        in_port: Whether it is a stay in port.
        lon: Degrees; at sea the middle of the stop, in port where it came in or went out.
        lat: Degrees.
    """

    first_s: float
    last_s: float | None
    in_port: bool
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Part:
    """Positions kept, in order of time.

    Attributes:
        vessel: 0 for the main vessel on the number between two silences, 1 for the next.
        seconds: Since 1970.
        lon: Degrees.
        lat: Degrees.
        dropped: Reports left out between its ends; told of the main vessel only.
    """

    vessel: int
    seconds: Numbers
    lon: Numbers
    lat: Numbers
    dropped: int


@dataclass(frozen=True, slots=True)
class Trip(Part):
    """From port or silence to port or silence.

    Attributes:
        left: The stay in port that it begins with the last position of; None after a silence.
        stops: Where it stood at sea, in order of time.
        reached: The stay in port with whose first position it ends; None before a silence.
    """

    left: Stood | None = None
    stops: tuple[Stood, ...] = ()
    reached: Stood | None = None


@dataclass(frozen=True, slots=True)
class PortStay(Part):
    """A stay in port: the first position is the end of the trip before, the last the next begin."""


@dataclass(frozen=True, slots=True)
class Rules:
    """By what trips are cut.

    Attributes:
        cleaning: The longest silence within a trip.
        events: What a stop is, and how far a vessel moves without leaving a port.
        at_sea: Which places lie off the ports.
    """

    cleaning: CleaningRules
    events: SeaEventRules
    at_sea: AtSea


def trips(
    seconds: Numbers, lon: Numbers, lat: Numbers, cleaned: Cleaned, rules: Rules
) -> Iterator[Trip | PortStay]:
    """Cut positions into trips and stays in port; a silence longer than the longest ends both.

    A stay in port is a stop that does not lie at sea. Two such stops are one stay unless the vessel
    was further from the first in between than ports reach (`in_port_m`); what lies before the first
    or after the last is a trip if it went as far. So a port that is only crossed ends nothing, and
    a boat that swings or shifts in harbour makes no trips. A trip shares its last position with the
    stay that it ends in and its first with the one that it left; all others are in one part only.

    A part has at least two positions: a lone one is in none, and stays a position.

    Args:
        seconds: Since 1970, strictly rising, of one number.
        lon: Degrees.
        lat: Degrees.
        cleaned: What became of each.
        rules: By what they are cut.

    Returns:
        The parts of one vessel after the other, each in order of time.
    """
    for vessel in range(int(cleaned.vessels.max(initial=-1)) + 1):
        places = np.flatnonzero(cleaned.vessels == vessel)
        ends = np.flatnonzero(np.diff(seconds[places]) > rules.cleaning.longest_gap_h * 3600) + 1
        for run in np.split(places, ends):
            if len(run) > 1:
                told = _Run(vessel, seconds[run], lon[run], lat[run], run, cleaned)
                yield from told.parts(rules)


@dataclass(frozen=True, slots=True)
class _Lying:
    """A stay in port, both ends in it, by their places in the run."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Run:
    """Positions of a vessel between two silences, and where they are among all."""

    vessel: int
    seconds: Numbers
    lon: Numbers
    lat: Numbers
    places: Indices
    cleaned: Cleaned

    def parts(self, rules: Rules) -> Iterator[Trip | PortStay]:
        """Trips and stays in port in turn."""
        at, lon, lat = self.seconds, self.lon, self.lat
        stops = list(stays(at, lon, lat, rules.events.stop))
        calls = port_calls(stops, at, lon, lat, rules.at_sea).tolist()
        lying = self._lying([each for each, call in zip(stops, calls, strict=True) if call],
                            rules.events.in_port_m)  # fmt: skip
        out = [each for each, call in zip(stops, calls, strict=True) if not call]
        end = len(at) - 1
        since: _Lying | None = None
        for stay in lying:
            if stay.first:
                yield self._trip(since, stay, out)
            yield PortStay(*self._part(stay.first, stay.last))
            since = stay
        if since is None or since.last < end:
            yield self._trip(since, None, out)

    def _lying(self, calls: Sequence[Stay], within_m: float) -> list[_Lying]:
        """Stops in port joined to stays; within the distance of one is no way from it."""
        if not calls:
            return []
        edges = np.array([0, *(each.last for each in calls), len(self.seconds)])
        middles = np.array([each.middle for each in calls])
        # Each position is looked at from the call before it, the first ones from the first call.
        asked = np.repeat(np.append(middles[:1], middles), np.diff(edges))
        far = distance_m(self.lon[asked], self.lat[asked], self.lon, self.lat) > within_m
        left = np.append(0, np.cumsum(far))

        def leaves(first: int, last: int) -> bool:
            return bool(left[last + 1] > left[first])

        found = [_Lying(calls[0].first if leaves(0, calls[0].first) else 0, calls[0].last)]
        for call in calls[1:]:
            before = found[-1]
            if leaves(before.last, call.first):
                found.append(_Lying(call.first, call.last))
            else:
                found[-1] = _Lying(before.first, call.last)
        end = len(self.seconds) - 1
        if not leaves(found[-1].last, end):
            found[-1] = _Lying(found[-1].first, end)
        return found

    def _trip(self, since: _Lying | None, until: _Lying | None, stops: Sequence[Stay]) -> Trip:
        first = since.last if since else 0
        last = until.first if until else len(self.seconds) - 1
        return Trip(
            *self._part(first, last),
            left=self._stood(since, since.last) if since else None,
            stops=tuple(
                self._stood(each, each.middle)
                for each in stops
                if first <= each.first and each.last <= last
            ),
            reached=self._stood(until, until.first) if until else None,
        )

    def _stood(self, stay: Stay | _Lying, place: int) -> Stood:
        known = stay.last < len(self.seconds) - 1
        return Stood(
            float(self.seconds[stay.first]), float(self.seconds[stay.last]) if known else None,
            isinstance(stay, _Lying), float(self.lon[place]), float(self.lat[place]),
        )  # fmt: skip

    def _part(self, first: int, last: int) -> tuple[int, Numbers, Numbers, Numbers, int]:
        part = slice(first, last + 1)
        between = self.cleaned.reasons[self.places[first] : self.places[last] + 1]
        dropped = 0 if self.vessel else int(np.count_nonzero(between))
        return self.vessel, self.seconds[part], self.lon[part], self.lat[part], dropped
