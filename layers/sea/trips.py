"""From the cleaned positions of one number to the trips of its vessels."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from layers.sea.cleaning import Cleaned
from layers.sea.cleaning_rules import CleaningRules
from layers.sea.path import Numbers


@dataclass(frozen=True, slots=True)
class Trip:
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


def trips(
    seconds: Numbers, lon: Numbers, lat: Numbers, cleaned: Cleaned, rules: CleaningRules
) -> Iterator[Trip]:
    """Cut positions into trips; a silence strictly longer than the longest ends one.

    A trip has at least two positions: a lone one is in none, and stays a position.
    """
    for vessel in range(int(cleaned.vessels.max(initial=-1)) + 1):
        places = np.flatnonzero(cleaned.vessels == vessel)
        ends = np.flatnonzero(np.diff(seconds[places]) > rules.longest_gap_h * 3600) + 1
        for part in np.split(places, ends):
            if len(part) < 2:  # noqa: PLR2004 - a line has two ends
                continue
            between = cleaned.reasons[part[0] : part[-1] + 1]
            dropped = 0 if vessel else int(np.count_nonzero(between))
            yield Trip(vessel, seconds[part], lon[part], lat[part], dropped)
