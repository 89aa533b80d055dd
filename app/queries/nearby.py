"""What is near: a box in degrees finds candidates by index, the ellipsoid measures them.

Distances are geodesic metres to the nearest part of a feature, 0 inside a polygon; "within" is
inclusive.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import asin, cos, degrees, radians, sin
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Numeric,
    Select,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)

from app.crs import WGS84_LON_LAT
from app.db.tables import table_of
from app.queries.feature import geojson_of
from app.queries.filters.conditions import condition
from app.queries.filters.cql2 import Filter
from app.queries.prepared import KEPT_AT_MOST, Prepared
from app.queries.source import published
from layers.declare import Layer

CLOSE_M = 500_000.0
"""Up to here a metric system of the place serves to find the nearest point of a line."""

WIDEST_LOCAL_DEG, UTM_LIMIT_DEG = 4.0, 80.0
"""Places for which one UTM zone serves."""

SLACK_M = 0.01
"""The index may round; the exact distance decides."""

LEAST_RADIUS_M = 6_335_000.0
"""Below the smallest radius of curvature of WGS 84, so that the box never is too small."""


@dataclass(frozen=True)
class Around:
    """A place and a distance.

    Attributes:
        geometry: GeoJSON text of the place, lon lat.
        box: West, south, east, north of the place, degrees.
        within_m: Radius in metres, inclusive.
        local_srid: A metric system that is good round the place, for the nearest point of a line;
            None where the place is too wide for one.
        grade_max: Only features of this grade or worse; None for all.
        limit: Features at most.
        filter: A CQL2 filter; None for none.
    """

    geometry: str
    box: tuple[float, float, float, float]
    within_m: float
    local_srid: int | None
    grade_max: int | None
    limit: int
    filter: Filter | None = None


def local_srid(box: tuple[float, float, float, float]) -> int | None:
    """The UTM zone of a place, good to find the nearest point of a line; None for a wide place.

    >>> local_srid((121.15, 30.04, 121.15, 30.04)), local_srid((-0.1, -51.5, -0.1, -51.5))
    (32651, 32730)
    >>> local_srid((0, 0, 121, 30)) is None
    True
    """
    west, south, east, north = box
    lon, lat = (west + east) / 2, (south + north) / 2
    if max(east - west, north - south) > WIDEST_LOCAL_DEG or abs(lat) > UTM_LIMIT_DEG:
        return None
    zone = min(int((lon + 180) // 6) + 1, 60)
    return (32600 if lat >= 0 else 32700) + zone


@dataclass(frozen=True)
class _Form:
    """What of a question shapes the statement.

    Attributes:
        layers: Those that are asked.
        boxes: How many boxes hold the circle.
        metric: Whether a metric system is good round the place.
        by_grade: Whether only some grades are wanted.
    """

    layers: tuple[Layer, ...]
    boxes: int
    metric: bool
    by_grade: bool


PLACE = func.ST_SetSRID(func.ST_GeomFromGeoJSON(bindparam("place", type_=Text)), 4326)

WITHIN_M = bindparam("within_m", type_=Float)

LIMIT = bindparam("at_most", type_=Integer)

EDGES = ("west", "south", "east", "north")


def nearby(layers: Sequence[Layer], around: Around) -> Prepared:
    """Features of the layers round a place, nearest first: layer, fid, feature, distance_m."""
    asked = tuple(layer for layer in layers if layer.graded or around.grade_max is None)
    if not asked:
        return Prepared(select(literal("").label("feature")).where(literal(False)), {})
    boxes = widened(around.box, around.within_m)
    given = {
        "place": around.geometry,
        "within_m": around.within_m,
        "at_most": around.limit,
        "grade_max": around.grade_max,
        "local_srid": around.local_srid,
        **{f"{name}{n}": edge for n, box in enumerate(boxes)
           for name, edge in zip(EDGES, box, strict=True)},
    }  # fmt: skip
    form = _Form(asked, len(boxes), around.local_srid is not None, around.grade_max is not None)
    statement = _kept(form) if around.filter is None else _statement(form, around.filter)
    return Prepared(statement, given)


@lru_cache(maxsize=KEPT_AT_MOST)
def _kept(form: _Form) -> Select[Any]:
    return _statement(form, None)


def _statement(form: _Form, wanted: Filter | None) -> Select[Any]:
    parts = (_near(layer, form, wanted) for layer in form.layers)
    found = union_all(*parts).subquery("found")
    return (
        select(found.c.layer, found.c.fid, found.c.feature, found.c.distance_m)
        .order_by(found.c.distance_m, found.c.layer, found.c.fid)
        .limit(LIMIT)
    )


def _near(layer: Layer, form: _Form, wanted: Filter | None) -> Select[Any]:
    table = table_of(layer)
    distance = func.ST_Distance(func.geography(table.c.geom), func.geography(PLACE))
    worst = bindparam("grade_max", type_=Integer)
    candidates = (
        select(*table.c, distance.label("distance_m"))
        .where(_may_be_near(layer, table.c.geom, form))
        .where(*([table.c.grade <= worst] if form.by_grade else []))
        .where(*([condition(wanted, layer, table)] if wanted else []))
        .subquery("candidates")
    )
    nearest = (
        select(*candidates.c)
        .where(candidates.c.distance_m <= WITHIN_M)
        .order_by(candidates.c.distance_m, candidates.c.fid)
        .limit(LIMIT)
        .subquery("c")
    )
    properties = select(*properties_of(layer, nearest)).correlate(nearest).lateral("p")
    text = func.concat(
        '{"type":"Feature","id":', nearest.c.fid,
        ',"layer":"', layer.id,
        '","distance_m":', func.round(cast(nearest.c.distance_m, Numeric), 2),
        ',"bearing_deg":', _text_or_null(_bearing(layer, nearest, form)),
        ',"grade":', _text_or_null(nearest.c.grade) if layer.graded else "null",
        ',"geometry":', geojson_of(nearest.c.geom, WGS84_LON_LAT),
        ',"properties":', cast(func.row_to_json(literal_column("p")), Text), "}",
    )  # fmt: skip
    return (
        select(
            literal(layer.id).label("layer"),
            nearest.c.fid,
            nearest.c.distance_m,
            text.label("feature"),
        )
        .select_from(nearest)
        .join(properties, literal(True))
    )


def properties_of(layer: Layer, nearest: Any) -> list[ColumnElement[Any]]:
    """Columns that become the properties of a feature of an answer about many layers."""
    columns = [literal(layer.id).label("layer")]
    if "name" not in layer.fields:
        columns.append(nearest.c[layer.label].label("name"))
    return [*columns, *(nearest.c[name] for name in published(layer))]


def _text_or_null(column: ColumnElement[Any]) -> ColumnElement[str]:
    return func.coalesce(cast(column, Text), "null")


def _bearing(layer: Layer, near: Any, form: _Form) -> ColumnElement[Any]:
    """Degrees clockwise from north to the nearest part of a feature; NULL where it touches."""
    nearest = near.c.geom if layer.geometry == "Point" else _nearest(near, form)
    azimuth = func.ST_Azimuth(func.geography(func.ST_Centroid(PLACE)), func.geography(nearest))
    return func.round(cast(func.degrees(azimuth), Numeric), 1)


def _nearest(near: Any, form: _Form) -> ColumnElement[Any]:
    """The nearest point of a line or area: in metres nearby, in degrees where no zone serves."""
    flat = func.ST_Force2D(near.c.geom)
    in_degrees = func.ST_ClosestPoint(flat, PLACE)
    if not form.metric:
        return in_degrees
    srid = bindparam("local_srid", type_=Integer)
    metric = func.ST_ClosestPoint(func.ST_Transform(flat, srid), func.ST_Transform(PLACE, srid))
    close = near.c.distance_m < CLOSE_M
    return case((close, func.ST_Transform(metric, 4326)), else_=in_degrees)


def _may_be_near(layer: Layer, geom: Any, form: _Form) -> ColumnElement[bool]:
    """A condition that an index serves and that holds for everything within the distance.

    A box in degrees holds every point; a long edge is a geodesic that bulges out of its box, so
    lines and areas have an index on the ellipsoid.
    """
    if layer.geometry == "Point":
        return or_(*(geom.op("&&")(_box(number)) for number in range(form.boxes)))
    return func.ST_DWithin(func.geography(geom), func.geography(PLACE), WITHIN_M + SLACK_M)


def _box(number: int) -> ColumnElement[Any]:
    edges = (bindparam(f"{name}{number}", type_=Float) for name in EDGES)
    return func.ST_MakeEnvelope(*edges, 4326)


def widened(
    box: tuple[float, float, float, float], within_m: float
) -> list[tuple[float, float, float, float]]:
    """A box in degrees that holds all within a distance of it; two where it crosses 180°.

    >>> [round(edge, 4) for edge in widened((121.0, 30.0, 121.0, 30.0), 1000.0)[0]]
    [120.9896, 29.991, 121.0104, 30.009]
    """
    west, south, east, north = box
    reach = within_m / LEAST_RADIUS_M
    south, north = south - degrees(reach), north + degrees(reach)
    steepest = max(abs(south), abs(north))
    if steepest >= 90 or reach >= 1:  # noqa: PLR2004
        return [(-180.0, max(south, -90.0), 180.0, min(north, 90.0))]
    spread = degrees(asin(min(1.0, sin(reach) / cos(radians(steepest)))))
    west, east = west - spread, east + spread
    if east - west >= 360:  # noqa: PLR2004
        return [(-180.0, south, 180.0, north)]
    if west < -180:  # noqa: PLR2004
        return [(west + 360, south, 180.0, north), (-180.0, south, east, north)]
    if east > 180:  # noqa: PLR2004
        return [(west, south, 180.0, north), (-180.0, south, east - 360, north)]
    return [(west, south, east, north)]
