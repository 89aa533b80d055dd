"""Pieces of a line that an area cuts out, as true metres along it."""

import numpy as np
import shapely
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from app.lines.plane import Numbers


def chainage(vertices: Numbers) -> Numbers:
    """Return the planar metres from the first vertex to each."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(vertices, axis=0).T))])


def simple(found: BaseGeometry) -> list[BaseGeometry]:
    """Return points and lines of an intersection."""
    if found.is_empty:
        return []
    parts = shapely.get_parts(found).tolist()
    lines = [part for part in parts if part.geom_type == "LineString"]
    return lines + [part for part in parts if part.geom_type == "Point"]


def spans(
    line: LineString, piece: BaseGeometry, planar: Numbers, measures: Numbers
) -> list[tuple[float, float]]:
    """Return the true metres of a piece of the line.

    Each edge of the piece is found by its middle, so that a line which crosses itself does not
    lead to its other branch.
    """
    points = shapely.get_coordinates(piece)
    if len(points) == 1:
        points = np.repeat(points, 2, axis=0)
    middles = shapely.points((points[:-1] + points[1:]) / 2)
    half = np.hypot(*np.diff(points, axis=0).T) / 2
    at = np.atleast_1d(shapely.line_locate_point(line, middles))
    low, high = (np.interp(at + sign * half, planar, measures) for sign in (-1, 1))
    return joined(sorted(zip(low.tolist(), high.tolist(), strict=True)))


def joined(spans: list[tuple[float, float]], gap_m: float = 0.01) -> list[tuple[float, float]]:
    """Return sorted spans with those that touch made one."""
    found: list[tuple[float, float]] = []
    for low, high in spans:
        if found and low <= found[-1][1] + gap_m:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return found
