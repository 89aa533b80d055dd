"""What lies along a line: short pieces find candidates by index, the ellipsoid measures them.

A hundred kilometres of pipe have a box as large as the city; its pieces have not. Distances are
geodesic metres to the nearest part of a feature, 0 where the line runs through it; "within" is
inclusive.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    CTE,
    ColumnElement,
    Float,
    Integer,
    Numeric,
    Select,
    Subquery,
    Text,
    case,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    union_all,
    values,
)
from sqlalchemy.dialects.postgresql import distinct_on

from app.crs import WGS84_LON_LAT
from app.db.tables import table_of
from app.queries.feature import geojson_of
from app.queries.nearby import SLACK_M, properties_of, widened
from layers.declare import Layer

Order = Literal["stake", "distance", "severity"]

UNGRADED = 9
"""Where a feature without a grade stands when the gravest come first."""


@dataclass(frozen=True)
class Piece:
    """A short piece of the line: well-known text of lon, lat, and its box in degrees."""

    wkt: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Strip:
    """A stretch of a line and what is asked of its surroundings.

    Attributes:
        pieces: The stretch, in order.
        itself: Layer and id of the line, which is no neighbour of itself.
        within_m: Half width in metres, inclusive.
        grade_max: Only features of this grade or worse; None for all.
        order: What comes first.
        limit: Features at most.
    """

    pieces: Sequence[Piece]
    itself: tuple[str, int]
    within_m: float
    grade_max: int | None
    order: Order
    limit: int


def along(layers: Sequence[Layer], strip: Strip) -> Select[Any]:
    """Features beside a stretch: columns layer, fid, distance_m, shape (WKB), feature (text)."""
    pieces = _pieces(strip)
    asked = [each for each in layers if each.graded or strip.grade_max is None]
    if not asked:
        return select(literal("").label("feature")).where(literal(False))
    found = union_all(*(_beside(layer, pieces, strip) for layer in asked)).subquery("found")
    return (
        select(found.c.layer, found.c.fid, found.c.distance_m, found.c.shape, found.c.feature)
        .order_by(*_first(found.c, strip.order), found.c.layer, found.c.fid)
        .limit(strip.limit)
    )


def _pieces(strip: Strip) -> CTE:
    rows = [
        (number, piece.wkt, *widened(piece.box, strip.within_m + SLACK_M)[0])
        for number, piece in enumerate(strip.pieces)
    ]
    given = values(
        column("n", Integer), column("wkt", Text), column("west", Float), column("south", Float),
        column("east", Float), column("north", Float), name="given",
    ).data(rows)  # fmt: skip
    line = func.ST_GeomFromText(given.c.wkt, 4326)
    box = func.ST_MakeEnvelope(given.c.west, given.c.south, given.c.east, given.c.north, 4326)
    return select(
        given.c.n, line.label("line"), func.geography(line).label("round"), box.label("box")
    ).cte("pieces").prefix_with("MATERIALIZED", dialect="postgresql")  # fmt: skip


def _beside(layer: Layer, pieces: CTE, strip: Strip) -> Select[Any]:
    nearest = _nearest(layer, pieces, strip)
    table = table_of(layer)
    chosen = (
        select(*table.c, nearest.c.distance_m, nearest.c.along)
        .join_from(nearest, table, nearest.c.fid == table.c.fid)
        .subquery("c")
    )
    told = select(*properties_of(layer, chosen)).correlate(chosen).lateral("p")
    grade = cast(chosen.c.grade, Text) if layer.graded else literal("null")
    text = func.concat(
        '"type":"Feature","id":', chosen.c.fid,
        ',"layer":"', layer.id,
        '","distance_m":', func.round(cast(chosen.c.distance_m, Numeric), 2),
        ',"grade":', func.coalesce(grade, "null"),
        ',"contact":', _contact(layer, chosen),
        ',"geometry":', geojson_of(chosen.c.geom, WGS84_LON_LAT),
        ',"properties":', cast(func.row_to_json(literal_column("p")), Text), "}",
    )  # fmt: skip
    return (
        select(
            literal(layer.id).label("layer"),
            chosen.c.fid,
            chosen.c.distance_m,
            chosen.c.along,
            (chosen.c.grade if layer.graded else cast(literal(None), Integer)).label("grade"),
            func.ST_AsBinary(func.ST_Force2D(chosen.c.geom)).label("shape"),
            text.label("feature"),
        )
        .select_from(chosen)
        .join(told, literal(True))
    )


def _nearest(layer: Layer, pieces: CTE, strip: Strip) -> Subquery:
    """The features within the strip, each with its distance and roughly where it lies."""
    table = table_of(layer)
    distance = func.ST_Distance(func.geography(table.c.geom), pieces.c.round)
    place = func.ST_LineLocatePoint(
        pieces.c.line, func.ST_ClosestPoint(pieces.c.line, func.ST_Force2D(table.c.geom))
    )
    graded = [table.c.grade <= strip.grade_max] if strip.grade_max else []
    others = [table.c.fid != strip.itself[1]] if strip.itself[0] == layer.id else []
    each = (
        select(table.c.fid, distance.label("distance_m"), (pieces.c.n + place).label("along"),
               (table.c.grade if layer.graded else cast(literal(None), Integer)).label("grade"))
        .join_from(pieces, table, _may_be_near(layer, table.c.geom, pieces, strip))
        .where(*graded, *others)
        .subquery("each")
    )  # fmt: skip
    once = (
        select(*each.c)
        .where(each.c.distance_m <= strip.within_m)
        .ext(distinct_on(each.c.fid))
        .order_by(each.c.fid, each.c.distance_m)
        .subquery("once")
    )
    return (
        select(*once.c)
        .order_by(*_first(once.c, strip.order), once.c.fid)
        .limit(strip.limit)
        .subquery("nearest")
    )


def _may_be_near(
    layer: Layer, geom: ColumnElement[Any], pieces: CTE, strip: Strip
) -> ColumnElement[bool]:
    if layer.geometry == "Point":
        return geom.op("&&")(pieces.c.box)
    return func.ST_DWithin(func.geography(geom), pieces.c.round, strip.within_m + SLACK_M)


def _first(columns: Any, order: Order) -> list[Any]:
    if order == "stake":
        return [columns.along, columns.distance_m]
    if order == "distance":
        return [columns.distance_m, columns.along]
    grade = case((columns.grade.is_(None), UNGRADED), else_=columns.grade)
    return [grade, columns.distance_m]


def _contact(layer: Layer, chosen: Subquery) -> ColumnElement[Any]:
    """Who answers, by the fields of the declaration, as JSON."""
    if not layer.owner_fields:
        return literal("null")
    pairs = [part for name in layer.owner_fields for part in (literal(name), chosen.c[name])]
    return cast(func.json_build_object(*pairs), Text)
