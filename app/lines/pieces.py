"""A stretch of a line cut into short pieces, each with a small box."""

from itertools import pairwise

import numpy as np
import shapely
from shapely import LineString

from app.lines.line import Line
from app.queries.along import Piece

PIECE_M = 1000.0
"""Long enough that there are few, short enough that a box holds little beside the strip."""


def pieces_of(line: Line, low: float, high: float) -> list[Piece]:
    """Return the pieces between two true metres; a single place gives one very short piece."""
    if high - low < 0.01:  # noqa: PLR2004 - a centimetre
        lon, lat = line.place(low)
        return _told([LineString([(lon, lat), (lon + 1e-9, lat)])])
    cuts = np.linspace(low, high, int((high - low) // PIECE_M) + 2)
    found: list[LineString] = []
    for vertices, measures in zip(line.vertices, line.measures, strict=True):
        inside = np.clip(cuts, measures[0], measures[-1])
        at = np.unique(np.concatenate([measures[(measures > low) & (measures < high)], inside]))
        flat = np.column_stack([np.interp(at, measures, axis) for axis in vertices.T])
        degrees, ends = line.plane.degrees(flat), np.searchsorted(at, inside)
        found += [
            LineString(degrees[start : end + 1])
            for start, end in pairwise(ends.tolist())
            if start < end
        ]
    return _told(found)


def _told(lines: list[LineString]) -> list[Piece]:
    each = np.array(lines, dtype=object)
    return [
        Piece(wkb, (west, south, east, north))
        for wkb, (west, south, east, north) in zip(
            shapely.to_wkb(each, hex=True).tolist(), shapely.bounds(each).tolist(), strict=True
        )
    ]
