"""How crowded a layer of points was at an instant, for which no cells are kept."""

from datetime import datetime
from math import atan, degrees, exp, pi
from typing import Any

from sqlalchemy import Integer, Select, cast, func, select

from app.queries.source import rows_of
from app.queries.tile import BUFFER, COARSEST_CELLS, EXTENT, FINEST_CELLS, HALF_WORLD_M, Tile
from app.queries.where import Box
from layers.declare import Layer

MARGIN = 4 * BUFFER / EXTENT
"""How much more than a tile its box holds on every side, as a share of the tile."""


def crowded_then(layer: Layer, z: int, asof: datetime) -> Select[Any]:
    """How many features the fullest tile of a zoom held, at the zooms for which cells are kept."""
    level = min(max(z, COARSEST_CELLS), FINEST_CELLS)
    rows = rows_of(layer, asof)
    mercator = func.ST_Transform(rows.c.geom, 3857)
    size_m = HALF_WORLD_M * 2 / (1 << level)
    x = cast(func.floor((func.ST_X(mercator) + HALF_WORLD_M) / size_m), Integer).label("x")
    y = cast(func.floor((HALF_WORLD_M - func.ST_Y(mercator)) / size_m), Integer).label("y")
    counted = (
        select(x, y, func.count().label("n"))
        .where(rows.c.geom.is_not(None), ~func.ST_IsEmpty(rows.c.geom))
        .group_by(x, y)
        .subquery("counted")
    )
    return select(func.coalesce(func.max(counted.c.n), 0))


def box_of(place: Tile) -> Box:
    """A box in degrees that surely holds every point of a tile and of its buffer."""
    side = 1 << place.z
    west, east = (place.x - MARGIN) / side, (place.x + 1 + MARGIN) / side
    north, south = (place.y - MARGIN) / side, (place.y + 1 + MARGIN) / side
    return (max(west * 360 - 180, -180.0), _latitude(south), min(east * 360 - 180, 180.0),
            _latitude(north))  # fmt: skip


def _latitude(y: float) -> float:
    """Degrees north of a place down the grid, 0 at its upper edge; poles beyond the edges."""
    if not 0 < y < 1:
        return 90.0 if y <= 0 else -90.0
    return degrees(2 * atan(exp(pi * (1 - 2 * y))) - pi / 2)
