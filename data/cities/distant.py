"""Coarse land beyond the detailed base map, from Natural Earth, for the view of the sea."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

REGION = box(116.0, 24.0, 131.0, 38.0)
"""What is kept, degrees."""

_OVERLAP = 0.005
"""Degrees by which it reaches under the detailed land, so that no seam shows."""

_TOLERANCE = 0.004
_LEAST_AREA = 2e-4
_CORNERS = 4
"""Fewest points of a ring; rounding leaves some islands with less."""


def beyond(path: Path, detailed: tuple[float, float, float, float]) -> list[BaseGeometry]:
    """Return the land of a TopoJSON file within the region, outside the box of the detailed land.

    Args:
        path: TopoJSON file with a MultiPolygon `land`.
        detailed: West, south, east, north of the detailed land, degrees.
    """
    topology = json.loads(path.read_text(encoding="utf-8"))
    west, south, east, north = detailed
    hole = box(west + _OVERLAP, south + _OVERLAP, east - _OVERLAP, north - _OVERLAP)
    near = [part.intersection(REGION) for part in _polygons(topology) if part.intersects(REGION)]
    land = shapely.simplify(shapely.union_all(near), _TOLERANCE).difference(hole)
    parts = [part for part in shapely.get_parts(land) if isinstance(part, Polygon)]
    return [part for part in parts if part.area > _LEAST_AREA]


def _polygons(topology: dict[str, Any]) -> list[BaseGeometry]:
    """Return the outer rings: land without its inland seas, of which the region has none."""
    arcs = _arcs(topology)
    found = []
    for rings in topology["objects"]["land"]["arcs"]:
        shell = np.vstack([_arc(arcs, index) for index in rings[0]])
        if len(shell) >= _CORNERS:
            found.append(shapely.make_valid(Polygon(shell)))
    return found


def _arcs(topology: dict[str, Any]) -> list[np.ndarray]:
    """Return the arcs in degrees; the file holds differences of quantised coordinates."""
    scale, shift = (np.array(topology["transform"][name]) for name in ("scale", "translate"))
    return [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]


def _arc(arcs: list[np.ndarray], index: int) -> np.ndarray:
    """Return an arc; a negative index is the arc of its complement, backwards."""
    return arcs[index] if index >= 0 else arcs[~index][::-1]
