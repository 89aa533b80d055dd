"""AIS reports of a course: instants, positions, speeds, with the faults that receivers have."""

from dataclasses import dataclass

import numpy as np

from data.demo.sea import METRES_EAST, METRES_NORTH, Sea, to_degrees
from data.demo.voyages import FISHING, HOUR_S, KNOT_MS, MOORED, UNDER_WAY, Course

PORT_INTERVAL_S = 3600.0
NOT_AVAILABLE = (181.0, 91.0)
"""Longitude and latitude of a message without a position, ITU-R M.1371."""

NO_HEADING, NO_COURSE, NO_SPEED = 511, 360.0, 102.3

_SHARE_SILENT = 0.2
_SHARE_NO_HEADING = 0.3
_SHARE_NO_SPEED = 0.0001
_DRIFTING_KN = 0.3
_SHARE_JUMPS = 0.0003


@dataclass(frozen=True)
class Reports:
    """Messages of one boat in order: one array item a message, degrees, knots."""

    seconds: np.ndarray
    degrees: np.ndarray
    speed_kn: np.ndarray
    course_deg: np.ndarray
    heading_deg: np.ndarray
    status: np.ndarray

    def only(self, kept: np.ndarray) -> "Reports":
        """Return the messages at `kept`."""
        return Reports(*(getattr(self, name)[kept] for name in self.__dataclass_fields__))


def heard(
    sea: Sea, course: Course, span_s: float, interval_s: float, random: np.random.Generator
) -> Reports:
    """Return the messages of a course between 0 and `span_s`, none of them on land.

    Args:
        sea: Tells what is land.
        course: Where the boat is.
        span_s: Seconds of the whole.
        interval_s: Seconds between messages at sea; in port it is an hour.
        random: Source of chance.
    """
    seconds = _instants(course, span_s, interval_s, random)
    before = np.searchsorted(course.seconds, seconds, side="right") - 1
    status = course.status[np.clip(before, 0, len(course.status) - 1)]
    metres = np.column_stack([np.interp(seconds, course.seconds, axis) for axis in course.metres.T])
    moving = _motion(course, seconds)
    metres = metres + random.normal(0, np.where(status == MOORED, 4.0, 9.0)[:, None], metres.shape)
    reports = Reports(
        seconds=seconds,
        degrees=to_degrees(metres).round(5),
        speed_kn=np.clip(moving[0] + random.normal(0, 0.25, len(seconds)), 0, 14).round(1),
        course_deg=np.mod(moving[1] + random.normal(0, 3, len(seconds)), 360).round(1) % 360,
        heading_deg=np.mod(moving[1] + random.normal(0, 5, len(seconds)), 360).astype(int),
        status=status,
    )
    wet = ~sea.dry(reports.degrees * (METRES_EAST, METRES_NORTH))
    return _faulty(_silenced(reports.only(wet), random), random)


def _instants(
    course: Course, span_s: float, interval_s: float, random: np.random.Generator
) -> np.ndarray:
    """Return whole seconds, rising: dense at sea, one an hour in port."""
    count = int(span_s / interval_s * 1.05) + 2
    ticks = np.cumsum(interval_s * random.uniform(0.85, 1.15, count))
    ticks = np.unique(np.floor(ticks[ticks < span_s]))
    before = np.clip(np.searchsorted(course.seconds, ticks, side="right") - 1, 0, None)
    moored = course.status[before] == MOORED
    hour = np.floor(ticks / PORT_INTERVAL_S)
    first_of_hour = np.diff(hour, prepend=-1) > 0
    kept: np.ndarray = ticks[~moored | first_of_hour]
    return kept


def _motion(course: Course, seconds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return speed in knots and course in degrees at the instants."""
    here = np.column_stack([np.interp(seconds, course.seconds, axis) for axis in course.metres.T])
    later = np.column_stack(
        [np.interp(seconds + 60, course.seconds, axis) for axis in course.metres.T]
    )
    step = later - here
    speed = np.hypot(step[:, 0], step[:, 1]) / 60 / KNOT_MS
    return speed, np.degrees(np.arctan2(step[:, 0], step[:, 1])) % 360


def _silenced(reports: Reports, random: np.random.Generator) -> Reports:
    """Return the messages of a boat that, now and then, is not heard for half a day at sea."""
    if random.random() > _SHARE_SILENT or not len(reports.seconds):
        return reports
    at_sea = np.flatnonzero(np.isin(reports.status, (UNDER_WAY, FISHING)))
    if not len(at_sea):
        return reports
    start = reports.seconds[int(random.choice(at_sea))]
    end = start + float(random.uniform(7, 14)) * HOUR_S
    return reports.only((reports.seconds < start) | (reports.seconds > end))


def _faulty(reports: Reports, random: np.random.Generator) -> Reports:
    """Return the messages with a few jumps to the open sea and values that say not available."""
    size = len(reports.seconds)
    jumps = np.flatnonzero(random.random(size) < _SHARE_JUMPS)
    degrees = reports.degrees.copy()
    degrees[jumps, 0] = np.maximum(degrees[jumps, 0] + 1.2, 123.4) + random.random(len(jumps))
    heading = np.where(random.random(size) < _SHARE_NO_HEADING, NO_HEADING, reports.heading_deg)
    course = np.where(reports.speed_kn < _DRIFTING_KN, NO_COURSE, reports.course_deg)
    speed = np.where(random.random(size) < _SHARE_NO_SPEED, NO_SPEED, reports.speed_kn)
    return Reports(reports.seconds, degrees.round(5), speed, course, heading, reports.status)
