"""Where a feature lies beside a line: its stakes, its side, its bearing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry

from app.lines.foot import Foot
from app.lines.line import Line
from app.lines.told import bearing_deg
from layers import stake

STEP_M = 25.0
"""Edges of a feature are looked at so often; its corners always."""

PLANE_SCALE = 1.001
"""In a UTM zone and its neighbours metres of the plane are longer than true ones by less."""


@dataclass(frozen=True)
class Abreast:
    """A feature beside a line.

    Attributes:
        foot: The place on the line that is nearest to the feature.
        nearest: lon, lat of the feature's nearest point.
        span: True metres between which it lies abreast; equal ends for a point.
        runs_through: Whether the line runs through it or touches it.
    """

    foot: Foot
    nearest: tuple[float, float]
    span: tuple[float, float]
    runs_through: bool

    def as_json(self, line: Line, *, point: bool) -> dict[str, Any]:
        """Stake, or the interval of stakes, side and bearing."""
        measure = line.stake(self.foot.along_m)
        told: dict[str, Any] = {
            "stake": stake.spell(measure),
            "measure_m": round(measure, 2),
            "side": "on" if self.runs_through else self.foot.side,
            "bearing_deg": bearing_deg((self.foot.lon, self.foot.lat), self.nearest),
            "beyond": self.foot.beyond,
        }
        if not point:
            low, high = (line.stake(end) for end in self.span)
            told |= {
                "stake_from": stake.spell(low), "stake_to": stake.spell(high),
                "from_m": round(low, 2), "to_m": round(high, 2),
            }  # fmt: skip
        return told


def abreast(
    line: Line,
    degrees: BaseGeometry,
    within_m: float,
    window: tuple[float, float] | None = None,
) -> Abreast:
    """Return where a feature lies beside a line; see `abreast_each`."""
    return abreast_each(line, [degrees], within_m, window)[0]


def abreast_each(
    line: Line,
    degrees: Sequence[BaseGeometry],
    within_m: float,
    window: tuple[float, float] | None = None,
) -> list[Abreast]:
    """Return where each feature lies beside a line, in their order; points are found together.

    Args:
        line: The line.
        degrees: The features, lon, lat; none empty.
        within_m: What lies further from the line does not stretch the interval.
        window: True metres in which the nearest place is looked for; the whole line when None.
    """
    low, high = window or (0.0, line.length_m)
    points = [(each.x, each.y) for each in degrees if isinstance(each, Point)]
    feet = iter(line.foot_of_each(np.array(points), (low, high)) if points else ())
    stretch = None
    found = []
    for each in degrees:
        if isinstance(each, Point):
            foot = next(feet)
            found.append(Abreast(foot, (each.x, each.y), (foot.along_m, foot.along_m), False))
            continue
        stretch = stretch or _Stretch(line, low, high)
        found.append(stretch.beside(line.plane.flat(each), within_m))
    return found


class _Stretch:
    """A stretch of a line, cut out once, in metres of its plane."""

    def __init__(self, line: Line, low: float, high: float) -> None:
        self.line, self.low, self.high = line, low, high
        # A stretch without length is one place.
        self.shape = line.cut(low, high) or line.plane.flat(Point(line.place(low)))

    def beside(self, flat: BaseGeometry, within_m: float) -> Abreast:
        """Where a line or an area in metres of the plane lies."""
        ends = shapely.get_coordinates(shapely.shortest_line(self.shape, flat))
        lon, lat = self.line.plane.degrees(ends)[1].tolist()
        foot = self.line.foot(lon, lat, (self.low, self.high))
        at = (foot.along_m, foot.along_m)
        if shapely.intersects(self.shape, flat):
            return Abreast(foot, (lon, lat), self._through(flat) or at, True)
        reach = max(within_m, foot.offset_m) * PLANE_SCALE + 1.0
        points = shapely.get_coordinates(shapely.segmentize(self._near(flat, reach), STEP_M))
        if len(points):
            places = np.clip(self.line.nearest(points)[0], self.low, self.high)
            at = (min(float(places.min()), at[0]), max(float(places.max()), at[1]))
        return Abreast(foot, (lon, lat), at, False)

    def _near(self, flat: BaseGeometry, within_m: float) -> BaseGeometry:
        """The part of a feature that lies within a distance of the stretch."""
        west, south, east, north = flat.bounds
        # Only this much of the line can reach the feature: a buffer of all of it is dear.
        close = shapely.clip_by_rect(
            self.shape, west - within_m, south - within_m, east + within_m, north + within_m
        )
        return shapely.intersection(flat, close.buffer(within_m))

    def _through(self, flat: BaseGeometry) -> tuple[float, float] | None:
        """From where to where the stretch runs through; None where it only touches an end."""
        spans = [
            (max(start, self.low), min(end, self.high))
            for start, end in self.line.intervals(flat)
            if start <= self.high and end >= self.low
        ]
        return (spans[0][0], spans[-1][1]) if spans else None
