"""Spatial operators of CQL2 and the geometries that filters bring.

Source: OGC 21-065r2, 7.9 and 7.10.
"""

import json
from typing import Any

from shapely import MultiPolygon, box, get_coordinates, transform, unary_union
from shapely.errors import ShapelyError
from shapely.geometry import shape
from sqlalchemy import ColumnElement, func

from app.crs import Crs
from app.queries.filters.cql2 import refused

SPATIAL = {
    f"s_{name.lower()}": f"ST_{name}"
    for name in (
        "Intersects", "Equals", "Disjoint", "Touches", "Within", "Overlaps", "Crosses", "Contains",
    )
}  # fmt: skip
"""Operator to the database's function."""

KINDS = {
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
    "GeometryCollection",
}  # fmt: skip

FARTHEST = {True: (180.0, 90.0), False: (1e8, 1e8)}
"""Largest x and y in degrees and in metres."""


def literal_shape(node: dict[str, Any], crs: Crs) -> ColumnElement[Any]:
    """The geometry of GeoJSON or `{"bbox": …}` in a system, brought to EPSG:4326.

    Raises:
        BadParameter: It is no geometry, not valid, or lies outside its system.
    """
    made = _boxed(node["bbox"], crs) if "bbox" in node else _drawn(node)
    if crs.north_first and "bbox" not in node:
        made = transform(made, lambda places: places[:, ::-1])
    if made.is_empty or not made.is_valid:
        raise refused("holds a geometry that is empty or crosses itself 几何无效")
    farthest_x, farthest_y = FARTHEST[crs.degrees]
    if any(abs(x) > farthest_x or abs(y) > farthest_y for x, y in get_coordinates(made)):
        raise refused("holds a geometry outside its system; degrees come longitude first in CRS84")
    if made.geom_type == "GeometryCollection":
        # A place is of a collection once, however many of its parts lie there.
        made = unary_union(made)
    geom = func.ST_GeomFromText(made.wkt, crs.srid)
    if crs.srid == 4326:  # noqa: PLR2004
        return geom
    west, south, east, north = made.bounds
    step = max(east - west, north - south) / 16 or 1.0
    return func.ST_Transform(func.ST_Segmentize(geom, step), 4326)


def _drawn(node: dict[str, Any]) -> Any:
    if str(node.get("type")) not in KINDS:
        raise refused(f"a geometry is one of {', '.join(sorted(KINDS))}")
    try:
        return shape(json.loads(json.dumps(node)))
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        raise refused("holds something that is no geometry 几何无效") from None


def _boxed(numbers: Any, crs: Crs) -> Any:
    """The polygon of a box; in degrees west > east crosses 180°."""
    if not isinstance(numbers, list) or not all(type(each) in {int, float} for each in numbers):
        raise refused("a bbox is four numbers")
    if len(numbers) == 6:  # noqa: PLR2004
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4:  # noqa: PLR2004
        raise refused("a bbox is four numbers")
    if crs.north_first:
        numbers = [numbers[1], numbers[0], numbers[3], numbers[2]]
    west, south, east, north = numbers
    if west > east and crs.degrees:
        return MultiPolygon([box(west, south, 180, north), box(-180, south, east, north)])
    if west >= east or south >= north:
        raise refused("a bbox is west,south,east,north and has an area")
    return box(west, south, east, north)
