"""Feet of perpendiculars: every place on a line that is nearer to a point than its neighbours."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from app.lines.plane import Numbers

Side = Literal["left", "right", "on"]
"""Seen with the flow."""

Beyond = Literal["start", "end"]

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
        return replace(self, offset_m=offset_m, lon=float(place[0]), lat=float(place[1]))


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


def nearest_foot(
    point: Numbers, vertices: Numbers, measures: Numbers, window: tuple[float, float]
) -> tuple[float, Foot] | None:
    """Return how far the nearest place of a line is within a window, and the place.

    Args:
        point: x, y in metres.
        vertices: (n, 2) metres of the line.
        measures: True metres of each vertex.
        window: True metres between which the place must lie; None is returned where the line does
            not reach into it.
    """
    edges, spans = np.diff(vertices, axis=0), np.maximum(np.diff(measures), 1e-12)
    low = (window[0] - measures[:-1]) / spans
    high = (window[1] - measures[:-1]) / spans
    reached = np.flatnonzero((low <= 1) & (high >= 0))
    if not len(reached):
        return None
    edges, starts = edges[reached], vertices[reached]
    square = np.maximum((edges**2).sum(axis=1), 1e-12)
    share = ((point - starts) * edges).sum(axis=1) / square
    share = np.clip(share, np.maximum(low[reached], 0), np.minimum(high[reached], 1))
    apart = np.hypot(*(point - starts - share[:, None] * edges).T)
    best = int(np.argmin(apart))
    n, at, last = int(reached[best]), float(share[best]), len(vertices) - 1
    if 0 < at < 1:
        return float(apart[best]), _inner(n, at, point, vertices, measures)
    n += int(at >= 1)
    return float(apart[best]), _corner(n, point, vertices, measures, (n == 0, n == last))


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
