"""A stretch of a line cut into short pieces, each with a small box."""

import numpy as np
import shapely

from app.lines.line import Line
from app.queries.along import Piece

PIECE_M = 1000.0
"""Long enough that there are few, short enough that a box holds little beside the strip."""


def pieces_of(line: Line, low: float, high: float) -> list[Piece]:
    """Return the pieces between two true metres; a single place gives one very short piece."""
    if high - low < 0.01:  # noqa: PLR2004 - a centimetre
        lon, lat = line.place(low)
        return [Piece(f"LINESTRING({lon} {lat},{lon + 1e-9} {lat})", (lon, lat, lon, lat))]
    cuts = np.linspace(low, high, int((high - low) // PIECE_M) + 2)
    found = []
    for start, end in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
        for part in shapely.get_parts(line.cut(start, end)).tolist():
            degrees = line.plane.round_earth(part)
            found.append(Piece(shapely.to_wkt(degrees, 9), degrees.bounds))
    return found
