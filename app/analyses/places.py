"""In which township every point lies, found anew when the townships change."""

from sqlalchemy import Connection, func, select, update

from app.db.tables import table_of
from layers.declare import Layer


def place_again(connection: Connection, layers: dict[str, Layer]) -> list[str]:
    """Find the township of every stored point; on a border the lowest code wins."""
    areas = table_of(layers["townships"])
    for layer in layers.values():
        if layer.geometry not in {"Point", "Geometry"} or layer.partitioned:
            continue
        table = table_of(layer)
        code = (
            select(func.min(areas.c.code))
            .where(func.ST_Intersects(areas.c.geom, table.c.geom))
            .scalar_subquery()
        )
        connection.execute(
            update(table)
            .values(township_code=code)
            .where(table.c.township_code.is_distinct_from(code))
        )
    return []
