"""Net beacons (网位仪): AIS transmitters on nets that look like vessels.

They carry names with a charge or NET, numbers that no ship has, and drift with their nets.

Source: DOMAIN 4.2 of the project; numbers by ITU-R M.585.
"""

import re
from typing import Literal

import numpy as np

from layers.sea.cleaning_rules import CleaningRules
from layers.sea.path import KNOT_M_PER_S, Numbers, distance_m

Sign = Literal["number", "name", "drift"]
"""By what a beacon was told."""


def beacon_by_register(mmsi: str, name: str | None, rules: CleaningRules) -> Sign | None:
    """Whether a number or a name is that of a net beacon; None: of a vessel.

    Args:
        mmsi: Nine digits.
        name: As its static reports or the register have it.
        rules: Patterns of names and numbers.
    """
    if not re.search(rules.beacon.known_numbers, mmsi):
        return "number"
    return "name" if name and beacon_by_name(name, rules) else None


def beacon_by_name(name: str, rules: CleaningRules) -> bool:
    """Whether a name is that of a net beacon."""
    return any(re.search(each, name, re.IGNORECASE) for each in rules.beacon.names)


def drifts(
    seconds: Numbers, lon: Numbers, lat: Numbers, speed_kn: Numbers, rules: CleaningRules
) -> bool:
    """Whether positions are the drift of a net: long, far, and never as fast as a vessel.

    Args:
        seconds: Since 1970, strictly rising; of one number and all at sea.
        lon: Degrees.
        lat: Degrees.
        speed_kn: As reported; NaN where not.
        rules: How slow, how long, how far: what swings at its anchor stays near.
    """
    asked = rules.beacon
    if len(seconds) < 2 or seconds[-1] - seconds[0] < asked.at_least_h * 3600:  # noqa: PLR2004
        return False
    if np.any(speed_kn >= asked.slower_than_kn):
        return False
    ways = distance_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    if np.any(ways / np.diff(seconds) / KNOT_M_PER_S >= asked.slower_than_kn):
        return False
    far = distance_m(np.full_like(lon, lon[0]), np.full_like(lat, lat[0]), lon, lat)
    return bool(np.max(far) > asked.further_than_m)
