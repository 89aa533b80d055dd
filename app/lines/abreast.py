"""Where a feature lies beside a line: its stakes, its side, its bearing."""

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
        told: dict[str, Any] = {
            "stake": stake.spell(line.stake(self.foot.along_m)),
            "measure_m": round(line.stake(self.foot.along_m), 2),
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
    """Return where a feature lies beside a line.

    Args:
        line: The line.
        degrees: The feature, lon, lat; not empty.
        within_m: What lies further from the line does not stretch the interval.
        window: True metres in which the nearest place is looked for; the whole line when None.
    """
    low, high = window or (0.0, line.length_m)
    if isinstance(degrees, Point):
        foot = line.foot(degrees.x, degrees.y, (low, high))
        return Abreast(foot, (degrees.x, degrees.y), (foot.along_m, foot.along_m), False)
    flat = line.plane.flat(degrees)
    # A stretch without length is one place.
    stretch = line.cut(low, high) or line.plane.flat(Point(line.place(low)))
    ends = shapely.get_coordinates(shapely.shortest_line(stretch, flat))
    lon, lat = line.plane.degrees(ends)[1].tolist()
    foot = line.foot(lon, lat, (low, high))
    through = bool(shapely.intersects(stretch, flat))
    if through:
        span = _through(line, flat, low, high) or (foot.along_m, foot.along_m)
        return Abreast(foot, (lon, lat), span, True)
    near = shapely.intersection(flat, stretch.buffer(max(within_m, foot.offset_m) + 1.0))
    points = shapely.get_coordinates(shapely.segmentize(near, STEP_M))
    at = line.nearest(points)[0] if len(points) else np.array([foot.along_m])
    at = np.clip(at, low, high)
    span = (min(float(at.min()), foot.along_m), max(float(at.max()), foot.along_m))
    return Abreast(foot, (lon, lat), span, False)


def _through(line: Line, flat: BaseGeometry, low: float, high: float) -> tuple[float, float] | None:
    """Return from where to where the stretch runs through; None where it only touches an end."""
    spans = [
        (max(start, low), min(end, high))
        for start, end in line.intervals(flat)
        if start <= high and end >= low
    ]
    return (spans[0][0], spans[-1][1]) if spans else None
