"""Trips as the tests of cleaning want them: of vessels that are at sea everywhere."""

import numpy as np

from layers.sea import trips as sea_trips
from layers.sea.cleaning import Cleaned
from layers.sea.cleaning_rules import CleaningRules
from layers.sea.path import Flags, Numbers
from layers.sea.rules import SeaEventRules
from layers.sea.trips import Rules, Trip


def everywhere(lon: Numbers, _lat: Numbers, _seconds: Numbers) -> Flags:
    return np.ones(len(lon), dtype=bool)


def trips(
    seconds: Numbers, lon: Numbers, lat: Numbers, cleaned: Cleaned, rules: CleaningRules
) -> list[Trip]:
    """Trips between silences; where there is no port, nothing else ends one."""
    by = Rules(rules, SeaEventRules.shipped(), everywhere)
    found = []
    for part in sea_trips.trips(seconds, lon, lat, cleaned, by):
        assert isinstance(part, Trip)
        found.append(part)
    return found
