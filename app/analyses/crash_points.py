"""Points of crashes that have a stake but no coordinates, so that the map shows them."""

from collections.abc import Sequence
from typing import Any

from pyproj import Transformer
from sqlalchemy import Connection, and_, bindparam, func, select, update

from app.analyses.routes import Route, key_of, read_routes
from app.db.tables import history_of, table_of
from layers.declare import Layer

MOVED = 0.5
"""Metres by which a point must move to be written again."""

UTM_ZONE_DEG = 6


def place_new_crashes(connection: Connection, layers: dict[str, Layer]) -> list[str]:
    """Place the crashes that this transaction changed; coordinates that a file brought stay."""
    table, past = table_of(layers["crashes"]), history_of(layers["crashes"])
    moved = select(past.c.fid).where(
        past.c.replaced_at == func.now(),
        past.c.fid == table.c.fid,
        past.c.geom.is_distinct_from(table.c.geom),
    )
    connection.execute(
        update(table)
        .values(placed_by_stake=False)
        .where(table.c.placed_by_stake, table.c.changed_at == func.now(), moved.exists())
    )
    return _place(connection, layers, table.c.changed_at == func.now())


def place_crashes_again(connection: Connection, layers: dict[str, Layer]) -> list[str]:
    """Place every crash that is placed by its stake anew, since routes or stones changed."""
    return _place(connection, layers, True)


def _place(connection: Connection, layers: dict[str, Layer], which: Any) -> list[str]:
    table = table_of(layers["crashes"])
    rows = connection.execute(
        select(table.c.fid, table.c.route_code, table.c.measure_m,
               func.ST_X(table.c.geom).label("lon"), func.ST_Y(table.c.geom).label("lat"))
        .where(
            which,
            table.c.measure_m.is_not(None),
            table.c.route_code.is_not(None),
            table.c.geom.is_(None) | table.c.placed_by_stake,
        )
    ).all()  # fmt: skip
    srid = _metric_srid(connection, layers)
    if not rows or srid is None:
        return []
    routes = read_routes(connection, layers, srid)
    found = _points(rows, routes, srid)
    if not found:
        return []
    _write(connection, layers, found)
    return [f"{len(found)} 起事故按桩号定位 crashes placed by their stake"]


def _metric_srid(connection: Connection, layers: dict[str, Layer]) -> int | None:
    """Return the UTM zone of the roads; None where there are none.

    Stakes are shared out along a line, so that its scale does not matter.
    """
    roads = table_of(layers["roads"])
    middle = func.ST_Centroid(func.ST_Extent(roads.c.geom))
    lon, lat = connection.execute(select(func.ST_X(middle), func.ST_Y(middle))).one()
    if lon is None:
        return None
    zone = int((lon + 180) // UTM_ZONE_DEG) % 60 + 1
    return (32600 if lat >= 0 else 32700) + zone


def _points(rows: Sequence[Any], routes: dict[str, Route], srid: int) -> list[dict[str, Any]]:
    """Return the rows whose stake lies on their route, with its place, where that is another."""
    back = Transformer.from_crs(srid, 4326, always_xy=True)
    there = Transformer.from_crs(4326, srid, always_xy=True)
    found = []
    for row in rows:
        route = routes.get(key_of(row.route_code))
        if route is None or not route.span[0] <= row.measure_m <= route.span[1]:
            continue
        point = route.point(float(route.stationing.position(row.measure_m)))
        if row.lon is not None:
            x, y = there.transform(row.lon, row.lat)
            if abs(x - point.x) < MOVED and abs(y - point.y) < MOVED:
                continue
        lon, lat = back.transform(point.x, point.y)
        found.append({"id": row.fid, "lon": round(lon, 7), "lat": round(lat, 7)})
    return found


def _write(connection: Connection, layers: dict[str, Layer], found: list[dict[str, Any]]) -> None:
    table, areas = table_of(layers["crashes"]), table_of(layers["townships"])
    point = func.ST_SetSRID(func.ST_MakePoint(bindparam("lon"), bindparam("lat")), 4326)
    connection.execute(
        update(table)
        .values(geom=point, placed_by_stake=True)
        .where(table.c.fid == bindparam("id")),
        found,
    )
    code = (
        select(func.min(areas.c.code))
        .where(func.ST_Intersects(areas.c.geom, table.c.geom))
        .scalar_subquery()
    )
    placed = and_(table.c.placed_by_stake, table.c.changed_at == func.now())
    connection.execute(
        update(table)
        .values(township_code=code)
        .where(placed, table.c.township_code.is_distinct_from(code))
    )
