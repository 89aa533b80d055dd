"""What lies along a line: short pieces find candidates by index, the ellipsoid measures them.

A hundred kilometres of pipe have a box as large as the city; its pieces have not. Distances are
geodesic metres to the nearest part of a feature, 0 where the line runs through it; "within" is
inclusive.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Float,
    Integer,
    Numeric,
    Select,
    Subquery,
    Text,
    bindparam,
    case,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on

from app.crs import WGS84_LON_LAT
from app.db.tables import table_of
from app.queries.feature import geojson_of
from app.queries.nearby import EDGES, LIMIT, SLACK_M, WITHIN_M, properties_of, widened
from app.queries.prepared import KEPT_AT_MOST, Prepared
from layers.declare import Layer

Order = Literal["stake", "distance", "severity"]

UNGRADED = 9
"""Where a feature without a grade stands when the gravest come first."""


@dataclass(frozen=True)
class Piece:
    """A short piece of the line: well-known binary of lon, lat, in hexadecimal, and its box."""

    wkb: str
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


@dataclass(frozen=True)
class _Form:
    """What of a question shapes the statement.

    Attributes:
        layers: Those that are asked.
        own: Id of the layer of the line itself.
        by_grade: Whether only some grades are wanted.
        order: What comes first.
    """

    layers: tuple[Layer, ...]
    own: str
    by_grade: bool
    order: Order


def along(layers: Sequence[Layer], strip: Strip) -> Prepared:
    """Features beside a stretch: columns layer, fid, distance_m, shape (WKB), feature (text)."""
    asked = tuple(each for each in layers if each.graded or strip.grade_max is None)
    if not asked:
        return Prepared(select(literal("").label("feature")).where(literal(False)), {})
    boxes = [widened(piece.box, strip.within_m + SLACK_M)[0] for piece in strip.pieces]
    given = {
        "lines": [piece.wkb for piece in strip.pieces],
        **dict(zip(EDGES, map(list, zip(*boxes, strict=True)), strict=True)),
        "within_m": strip.within_m,
        "grade_max": strip.grade_max,
        "itself": strip.itself[1],
        "at_most": strip.limit,
    }
    form = _Form(asked, strip.itself[0], strip.grade_max is not None, strip.order)
    return Prepared(_statement(form), given)


@lru_cache(maxsize=KEPT_AT_MOST)
def _statement(form: _Form) -> Select[Any]:
    pieces = _pieces()
    found = union_all(*(_beside(layer, pieces, form) for layer in form.layers)).subquery("found")
    return (
        select(found.c.layer, found.c.fid, found.c.distance_m, found.c.shape, found.c.feature)
        .order_by(*_first(found.c, form.order), found.c.layer, found.c.fid)
        .limit(LIMIT)
    )


def _pieces() -> CTE:
    """The pieces, numbered: one array a column, so that one statement serves any number of them."""
    arrays = [bindparam(name, type_=ARRAY(Float)) for name in EDGES]
    given = func.unnest(bindparam("lines", type_=ARRAY(Text)), *arrays).table_valued(
        column("wkb", Text), *(column(name, Float) for name in EDGES), with_ordinality="n",
        name="given",
    ).render_derived()  # fmt: skip
    line = func.ST_GeomFromWKB(func.decode(given.c.wkb, "hex"), 4326)
    box = func.ST_MakeEnvelope(*(given.c[name] for name in EDGES), 4326)
    return select(
        given.c.n, line.label("line"), func.geography(line).label("round"), box.label("box")
    ).cte("pieces").prefix_with("MATERIALIZED", dialect="postgresql")  # fmt: skip


def _beside(layer: Layer, pieces: CTE, form: _Form) -> Select[Any]:
    nearest = _nearest(layer, pieces, form)
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


def _nearest(layer: Layer, pieces: CTE, form: _Form) -> Subquery:
    """The features within the strip, each with its distance and roughly where it lies."""
    table = table_of(layer)
    distance = func.ST_Distance(func.geography(table.c.geom), pieces.c.round)
    place = func.ST_LineLocatePoint(
        pieces.c.line, func.ST_ClosestPoint(pieces.c.line, func.ST_Force2D(table.c.geom))
    )
    worst = bindparam("grade_max", type_=Integer)
    graded = [table.c.grade <= worst] if form.by_grade else []
    itself = bindparam("itself", type_=BigInteger)
    others = [table.c.fid != itself] if form.own == layer.id else []
    each = (
        select(table.c.fid, distance.label("distance_m"), (pieces.c.n + place).label("along"),
               (table.c.grade if layer.graded else cast(literal(None), Integer)).label("grade"))
        .join_from(pieces, table, _may_be_near(layer, table.c.geom, pieces))
        .where(*graded, *others)
        .subquery("each")
    )  # fmt: skip
    once = (
        select(*each.c)
        .where(each.c.distance_m <= WITHIN_M)
        .ext(distinct_on(each.c.fid))
        .order_by(each.c.fid, each.c.distance_m, each.c.along)
        .subquery("once")
    )
    return (
        select(*once.c)
        .order_by(*_first(once.c, form.order), once.c.fid)
        .limit(LIMIT)
        .subquery("nearest")
    )


def _may_be_near(layer: Layer, geom: ColumnElement[Any], pieces: CTE) -> ColumnElement[bool]:
    if layer.geometry == "Point":
        return geom.op("&&")(pieces.c.box)
    return func.ST_DWithin(func.geography(geom), pieces.c.round, WITHIN_M + SLACK_M)


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
