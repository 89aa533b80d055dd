"""Feet of perpendiculars: every place on a line that is nearer to a point than its neighbours."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.lines.plane import Numbers

Side = Literal["left", "right", "on"]
"""Seen with the flow."""

Beyond = Literal["start", "end"]

AT_ONCE = 200_000
"""Points times edges that are looked at together, so that memory stays small."""

ON_M = 0.1
"""Nearer than this a point is on the line."""


@dataclass(frozen=True)
class Foot:
    """A place on a line, seen from a point.

    Attributes:
        along_m: True metres from the start of the line.
        flat: The place, metres of the plane.
        turn: Above 0 the point lies left of the flow, below 0 right.
        beyond: The end beyond which the point lies, so that the place is clamped; None between.
        offset_m: Geodesic metres to the point.
        lon: Of the place, degrees; `lat` likewise.
    """

    along_m: float
    flat: tuple[float, float]
    turn: float
    beyond: Beyond | None
    offset_m: float = 0.0
    lon: float = 0.0
    lat: float = 0.0

    @property
    def side(self) -> Side:
        """Side of the point."""
        if self.offset_m < ON_M or self.turn == 0:
            return "on"
        return "left" if self.turn > 0 else "right"

    def measured(self, offset_m: float, place: tuple[float, float]) -> "Foot":
        """Return the foot with what the ellipsoid says of it."""
        lon, lat = float(place[0]), float(place[1])
        return Foot(self.along_m, self.flat, self.turn, self.beyond, offset_m, lon, lat)


def feet(point: Numbers, vertices: Numbers, measures: Numbers) -> list[Foot]:
    """Return the feet of a point on one unbroken line; at least one.

    Args:
        point: x, y in metres.
        vertices: (n, 2) metres of the line.
        measures: True metres of each vertex.
    """
    edges = np.diff(vertices, axis=0)
    square = np.maximum((edges**2).sum(axis=1), 1e-12)
    share = ((point - vertices[:-1]) * edges).sum(axis=1) / square
    inner = np.flatnonzero((share > 0) & (share < 1))
    found = [_inner(int(n), float(share[n]), point, vertices, measures) for n in inner]
    # A corner is a foot when the edge before ends short of the point and the edge after starts.
    late = np.concatenate([[True], share >= 1])
    early = np.concatenate([share <= 0, [True]])
    last = len(vertices) - 1
    corners = np.flatnonzero(late & early).tolist()
    return found + [_corner(n, point, vertices, measures, (n == 0, n == last)) for n in corners]


@dataclass(frozen=True)
class Nearest:
    """The nearest places of an unbroken line to many points, (n,) each.

    Attributes:
        apart: Metres of the plane.
        edge: Number of the edge on which the place lies.
        share: Where on it, from 0 to 1.
    """

    apart: Numbers
    edge: NDArray[np.int64]
    share: Numbers


def nearest_of_each(
    points: Numbers, vertices: Numbers, measures: Numbers, window: tuple[float, float]
) -> Nearest | None:
    """Return the nearest places of an unbroken line within a window.

    Args:
        points: (n, 2) metres.
        vertices: (n, 2) metres of the line.
        measures: True metres of each vertex.
        window: True metres between which a place must lie; None is returned where the line does
            not reach into it.
    """
    spans = np.maximum(np.diff(measures), 1e-12)
    low, high = ((end - measures[:-1]) / spans for end in window)
    reached = np.flatnonzero((low <= 1) & (high >= 0))
    if not len(reached):
        return None
    edges, starts = np.diff(vertices, axis=0)[reached], vertices[reached]
    square = np.maximum((edges**2).sum(axis=1), 1e-12)
    ends = np.maximum(low[reached], 0), np.minimum(high[reached], 1)
    many = max(1, AT_ONCE // len(reached))
    found = []
    for first in range(0, len(points), many):
        away = points[first : first + many, None] - starts
        share = np.clip((away * edges).sum(axis=2) / square, *ends)
        apart = np.hypot(*np.moveaxis(away - share[:, :, None] * edges, 2, 0))
        best = np.argmin(apart, axis=1)
        each = np.arange(len(best))
        found.append((apart[each, best], reached[best], share[each, best]))
    apart, edge, share = (np.concatenate(part) for part in zip(*found, strict=True))
    return Nearest(apart, edge, share)


def foot_at(point: Numbers, edge: int, share: float, vertices: Numbers, measures: Numbers) -> Foot:
    """Return the foot of a point at a share of an edge; at a corner, both edges tell the side."""
    last = len(vertices) - 1
    if 0 < share < 1:
        return _inner(edge, share, point, vertices, measures)
    corner = edge + int(share >= 1)
    return _corner(corner, point, vertices, measures, (corner == 0, corner == last))


def _inner(n: int, share: float, point: Numbers, vertices: Numbers, measures: Numbers) -> Foot:
    edge = vertices[n + 1] - vertices[n]
    x, y = (vertices[n] + share * edge).tolist()
    along = float(measures[n] + share * (measures[n + 1] - measures[n]))
    return Foot(along, (x, y), _cross(edge, point - vertices[n]), None)


def _corner(
    n: int, point: Numbers, vertices: Numbers, measures: Numbers, ends: tuple[bool, bool]
) -> Foot:
    x, y = vertices[n].tolist()
    away = point - vertices[n]
    before = _unit(vertices[n] - vertices[n - 1]) if not ends[0] else np.zeros(2)
    after = _unit(vertices[n + 1] - vertices[n]) if not ends[1] else np.zeros(2)
    beyond: Beyond | None = None
    if np.hypot(*away) >= ON_M and any(ends):
        beyond = "start" if ends[0] else "end"
    return Foot(float(measures[n]), (x, y), _cross(before + after, away), beyond)


def _unit(vector: Numbers) -> Numbers:
    return np.asarray(vector / max(float(np.hypot(*vector)), 1e-12))


def _cross(one: Numbers, other: Numbers) -> float:
    return float(one[0] * other[1] - one[1] * other[0])
