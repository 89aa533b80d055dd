"""What a layer with mixed geometry holds; returns one Select and runs nothing."""

from typing import Any

from sqlalchemy import Select, func, select

from app.db.tables import table_of
from layers.declare import Layer


def dimensions(layer: Layer) -> Select[Any]:
    """Dimensions of the located features, each once: 0 point, 1 line, 2 area; no row: none."""
    table = table_of(layer)
    found = func.ST_Dimension(table.c.geom).label("dimension")
    return select(found).where(table.c.geom.is_not(None)).distinct().order_by(found)
