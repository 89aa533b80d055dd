"""What a layer with mixed geometry holds; returns one Select and runs nothing."""

from typing import Any

from sqlalchemy import Select, func, select

from app.db.tables import table_of
from layers.declare import Layer


def first_dimension(layer: Layer) -> Select[Any]:
    """Dimension of the located feature with the lowest id: 0 point, 1 line, 2 area; no row: none.

    A client that reads items by id meets this feature first.
    """
    table = table_of(layer)
    located = table.c.geom.is_not(None)
    return select(func.ST_Dimension(table.c.geom)).where(located).order_by(table.c.fid).limit(1)
