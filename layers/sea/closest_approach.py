"""Closest approach of vessels that keep course and speed: DCPA and TCPA from their last states."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

STILL_M2_PER_S2 = 1e-12
"""Square of a relative speed below which two vessels keep their distance."""


@dataclass(frozen=True, slots=True)
class Approach:
    """Closest approaches, one an entry.

    Attributes:
        distance_m: Distance at the closest point of approach (DCPA).
        seconds: Until it is reached (TCPA); below 0 it has passed; 0 where the distance stays.
    """

    distance_m: Numbers
    seconds: Numbers


def closest_approach(
    east_m: Numbers, north_m: Numbers, east_m_per_s: Numbers, north_m_per_s: Numbers
) -> Approach:
    """Closest approach from relative places and velocities (target less own ship).

    Args:
        east_m: Of the target from the own ship, in a plane of metres.
        north_m: Likewise.
        east_m_per_s: Velocity of the target less that of the own ship.
        north_m_per_s: Likewise.

    Source: r + v t is shortest at t = -(r.v)/(v.v).
    """
    square = east_m_per_s**2 + north_m_per_s**2
    moving = square > STILL_M2_PER_S2
    product = east_m * east_m_per_s + north_m * north_m_per_s
    seconds = np.where(moving, -product / np.where(moving, square, 1.0), 0.0)
    distance = np.hypot(east_m + east_m_per_s * seconds, north_m + north_m_per_s * seconds)
    return Approach(distance, seconds)


def velocity(speed_m_per_s: Numbers, course_deg: Numbers) -> tuple[Numbers, Numbers]:
    """East and north parts of a velocity; course clockwise from north."""
    course = np.radians(course_deg)
    return speed_m_per_s * np.sin(course), speed_m_per_s * np.cos(course)
