"""SEA-EVENTS: parameters of the events at sea."""

from bisect import bisect_right
from typing import Annotated, Literal

from pydantic import Field, model_validator

from layers.grading.rule_set import FaultAt, Frozen, Number, RuleSet, Text, Whole, once

Positive = Annotated[Number, Field(gt=0)]
"""A number above 0."""

NM_M = 1852.0


class Silence(Frozen):
    """Hours without a position, closed lower limit."""

    id: Text
    from_h: Positive


class Collision(Frozen):
    """Closest approach and time until it, both closed upper limits."""

    id: Text
    within_nm: Positive
    within_min: Positive


class Encounter(Frozen):
    """Two vessels near each other and slow, for long.

    Attributes:
        grid_min: Both are placed at instants so far apart, aligned with midnight UTC.
        bridged_min: Open upper limit of a silence over which a place is interpolated.
    """

    within_m: Positive
    at_least_min: Positive
    slower_than_kn: Positive
    grid_min: Positive
    bridged_min: Positive


class Pass(Frozen):
    """How near two vessels passed each other, closed upper limit."""

    id: Text
    within_m: Positive


class Passing(Frozen):
    """When two vessels passed each other, and did not lie, work or sail together.

    Attributes:
        slower_than_kn: Two that are both slower lie or drift beside each other.
        relative_kn: Two whose velocities differ by less sail together; closed lower limit.
        company_m: Two that are within this both `company_min` before and after work together,
            as a pair of trawlers does.
        company_min: Likewise.
        bridged_min: Closed upper limit of a silence over which a place is interpolated.
        unsure_share: How far from the straight line between two reports a vessel may have been half
            way, as a share of the way between them. A pass is told only if both together may have
            been no further off than its limit.
        again_min: Passes of one pair that are no further apart in time are one, the nearest.
    """

    slower_than_kn: Positive
    relative_kn: Positive
    company_m: Positive
    company_min: Positive
    bridged_min: Positive
    unsure_share: Annotated[Number, Field(ge=0)]
    again_min: Positive


class Loitering(Frozen):
    """Slow, for long, far from the shore."""

    slower_than_kn: Positive
    at_least_min: Positive
    from_shore_nm: Annotated[Number, Field(ge=0)]


class Fishing(Frozen):
    """How fishing shows: a speed between closed limits, or the status that says so, for a time.

    Attributes:
        tolerated_h: Hours from the begin of a window in which a vessel may be on its way home.
    """

    from_kn: Positive
    to_kn: Positive
    at_least_min: Positive
    tolerated_h: Annotated[Number, Field(ge=0)]
    status: Whole


class Stop(Frozen):
    """Within a circle's diameter for a time; in port it ends a trip."""

    within_m: Positive
    at_least_min: Positive


class WindLimit(Frozen):
    """Beaufort force that is too much for vessels from a length on."""

    from_m: Annotated[Number, Field(ge=0)]
    beaufort: Annotated[Whole, Field(ge=1, le=12)]


class Gale(Frozen):
    """Kind of the event of a warned force, from a closed lower limit."""

    id: Text
    from_beaufort: Annotated[Whole, Field(ge=1, le=12)]


class CollisionZone(Frozen):
    """Adrift, or anchored by its status, for a time where merchant ships run."""

    slower_than_kn: Positive
    status: Whole
    at_least_min: Positive


class NotReturned(Frozen):
    """When a vessel should be in port.

    Attributes:
        after_h: Hours from the begin of a closed window for the way home.
        at_least_h: Shortest time at sea that is told.
        longest_trip_d: Days between two port calls, closed.
    """

    after_h: Annotated[Number, Field(ge=0)]
    at_least_h: Annotated[Number, Field(ge=0)]
    longest_trip_d: Positive


class SeaEventRules(RuleSet):
    """Parameters of all events.

    Attributes:
        last_state_min: How old a last state may be to tell of a collision risk.
        in_port_m: Nearer to a port than this, closed, a silence or a meeting is none, a stop is a
            port call, and who goes no further from one has not left.
        beaufort_m_per_s: Lower limits of forces 1 to 12.
    """

    kind: Literal["sea_events"]
    method: Literal["SEA-EVENTS"]
    gaps: Annotated[tuple[Silence, ...], Field(min_length=1), once("id")]
    collisions: Annotated[tuple[Collision, ...], Field(min_length=1), once("id")]
    encounter: Encounter
    passes: Annotated[tuple[Pass, ...], Field(min_length=1), once("id")]
    passing: Passing
    loitering: Loitering
    fishing: Fishing
    stop: Stop
    last_state_min: Positive
    in_port_m: Positive
    wind_limits: Annotated[tuple[WindLimit, ...], Field(min_length=1)]
    gales: Annotated[tuple[Gale, ...], Field(min_length=1), once("id")]
    collision_zone: CollisionZone
    not_returned: NotReturned
    beaufort_m_per_s: Annotated[tuple[Positive, ...], Field(min_length=12, max_length=12)]

    @model_validator(mode="after")
    def _worst_first(self) -> "SeaEventRules":
        hours = [each.from_h for each in self.gaps]
        if hours != sorted(hours, reverse=True):
            raise FaultAt(("gaps",), "stand from the longest to the shortest")
        lengths = [each.from_m for each in self.wind_limits]
        if lengths != sorted(lengths, reverse=True) or lengths[-1] != 0:
            raise FaultAt(("wind_limits",), "stand from the longest vessel down to 0 m")
        limits = [each.within_m for each in self.passes]
        if limits != sorted(limits):
            raise FaultAt(("passes",), "stand from the nearest to the furthest")
        forces = [each.from_beaufort for each in self.gales]
        if forces != sorted(forces, reverse=True) or forces[-1] != 1:
            raise FaultAt(("gales",), "stand from the greatest force down to 1")
        return self

    def silence(self, seconds: float) -> str | None:
        """Id of the event of a silence; None: too short for one."""
        return next((each.id for each in self.gaps if seconds >= each.from_h * 3600), None)

    def collision(self, distance_m: float, seconds: float) -> str | None:
        """Id of the collision risk; None where there is none, or it has passed."""
        if seconds < 0:
            return None
        return next(
            (each.id for each in self.collisions
             if distance_m <= each.within_nm * NM_M and seconds <= each.within_min * 60),
            None,
        )  # fmt: skip

    def passed(self, distance_m: float, unsure_m: float = 0.0) -> str | None:
        """Id of the event of two vessels that passed so near; None: too far, or not known so well.

        Args:
            distance_m: How near.
            unsure_m: By how much their places may have been others.
        """
        far = max(distance_m, unsure_m)
        return next((each.id for each in self.passes if far <= each.within_m), None)

    def force(self, wind_m_per_s: float) -> int:
        """Beaufort force of a wind."""
        return bisect_right(self.beaufort_m_per_s, wind_m_per_s)

    def too_windy(self, wind_m_per_s: float, length_m: float, limit: int | None = None) -> bool:
        """Whether a vessel must not be at sea.

        Args:
            wind_m_per_s: Mean wind.
            length_m: Length overall.
            limit: Force on the vessel's certificate; None: by its length.
        """
        return self.force(wind_m_per_s) >= (limit or self.wind_limit(length_m))

    def wind_limit(self, length_m: float) -> int:
        """Beaufort force that a vessel of a length must not meet."""
        return next(one.beaufort for one in self.wind_limits if length_m >= one.from_m)

    def gale(self, beaufort: int) -> str:
        """Id of the event of a warned force."""
        return next(one.id for one in self.gales if beaufort >= one.from_beaufort)
