"""How crowded a layer of points was at an instant, for which no cells are kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, cast, func, select

from app.queries.source import rows_of
from app.queries.tile import COARSEST_CELLS, FINEST_CELLS, HALF_WORLD_M
from layers.declare import Layer


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
