"""SEA-CLEANING: parameters of cleaning positions and of telling vessels apart."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from layers.grading.rule_set import Frozen, Number, RuleSet, Text, Whole

Positive = Annotated[Number, Field(gt=0)]
"""A number above 0."""


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as fault:
        raise ValueError(f"{text!r} is no regular expression: {fault}") from fault
    return text


Pattern = Annotated[Text, AfterValidator(_pattern)]
"""A regular expression, searched for without regard to case."""


class Beacon(Frozen):
    """What tells a net beacon (网位仪) from a vessel.

    Attributes:
        names: Patterns of names.
        known_numbers: Pattern of the numbers that ships have, and of those that others have by
            rule: rescue aircraft, distress beacons, craft of a ship.
        slower_than_kn: Open upper limit of every speed of a drift.
        at_least_h: Hours of drift at sea.
        further_than_m: Open lower limit of its distance from where it began.
    """

    names: tuple[Pattern, ...]
    known_numbers: Pattern
    slower_than_kn: Positive
    at_least_h: Positive
    further_than_m: Positive


class NoSpeed(Frozen):
    """A span of told speeds that are none, knots; both ends belong to it."""

    from_kn: Positive
    to_kn: Positive


class FullCircle(Frozen):
    """Courses that are none unless the vessel hardly moves.

    Attributes:
        above_deg: Open lower limit of the course.
        to_kn: Closed upper limit of a speed with which it is one.
    """

    above_deg: Positive
    to_kn: Positive


class CleaningRules(RuleSet):
    """Which positions are left out, whose they are, where a trip ends.

    Attributes:
        fastest_kn: Closed upper limit of a speed between two positions of one vessel.
        slack_s: Seconds by which two stamps may be nearer than the truth.
        eased_m: Way over which twice `fastest_kn` is granted, and `1 + (eased_m / way)²` times it
            over any other: over short ways errors of stamps outweigh it. 0: the same everywhere.
        blur_min: A jump shorter than the fastest way of so many minutes more is an error, a longer
            one may be another vessel.
        lookback_positions: So many positions taken last may turn out wrong; 0: none.
        lookback_factor: How many times nearer to where a run was heading another must lie to put
            them in doubt.
        longest_gap_h: Closed upper limit of a silence within a trip.
        ahead_min: How far a stamp may lie ahead of the clock.
        inland_m: How deep in the land of the base map a position may lie, ports anywhere.
        least_positions: Of a second vessel on one number, between two silences.
        patience_positions: Reports of others after which a shorter run is given up.
        no_speeds: Told speeds that are taken as not told; the position stays.
        full_circle: Told courses that are; None: none is.
        beacon: Net beacons.
    """

    kind: Literal["sea_cleaning"]
    method: Literal["SEA-CLEANING"]
    fastest_kn: Positive
    slack_s: Annotated[Number, Field(ge=0, le=60)]
    eased_m: Annotated[Number, Field(ge=0)] = 0.0
    blur_min: Annotated[Number, Field(ge=0)]
    lookback_positions: Annotated[Whole, Field(ge=0, le=100)] = 0
    lookback_factor: Annotated[Number, Field(ge=1)] = 2.0
    longest_gap_h: Positive
    ahead_min: Annotated[Number, Field(ge=0)]
    inland_m: Annotated[Number, Field(ge=0)]
    least_positions: Annotated[Whole, Field(ge=2)]
    patience_positions: Annotated[Whole, Field(ge=1)]
    no_speeds: tuple[NoSpeed, ...] = ()
    full_circle: FullCircle | None = None
    beacon: Beacon
