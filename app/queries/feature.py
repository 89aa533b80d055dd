"""Features as GeoJSON text, made by the database: a page, one, all.

Python never takes a feature apart: the text goes through.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    cast,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from app.crs import WGS84_LON_LAT, Crs
from app.queries.source import published, rows_of
from app.queries.where import Where, conditions
from layers.declare import Layer

DEGREE_DIGITS = 7
"""Decimals of a degree: a centimetre."""

METRE_DIGITS = 3


@dataclass(frozen=True)
class Order:
    """One field to sort by; empty values come last whatever the direction."""

    name: str
    descending: bool = False


@dataclass(frozen=True)
class Shape:
    """How features are written.

    Attributes:
        properties: Names of the properties; None for all.
        crs: Reference system and axis order of coordinates.
    """

    properties: tuple[str, ...] | None = None
    crs: Crs = WGS84_LON_LAT


@dataclass(frozen=True)
class Page:
    """Which part of the answer.

    Attributes:
        limit: Features at most.
        order: Fields to sort by before the feature id.
        after: Values of the order's fields and the id of the last feature of the page before.
    """

    limit: int
    order: tuple[Order, ...] = ()
    after: tuple[Any, ...] | None = None


def page(layer: Layer, where: Where, shape: Shape, part: Page) -> Select[Any]:
    """A page of features: columns `feature` (GeoJSON text) and `place` (JSON array for `after`).

    One feature more than the limit is asked, so that the caller knows whether there is a next page.
    """
    rows = rows_of(layer, where.asof)
    chosen = (
        select(*rows.c)
        .where(*conditions(where, layer, rows), *_after(rows, part))
        .order_by(*_order(rows, part.order), rows.c.fid)
        .limit(part.limit + 1)
        .subquery("f")
    )
    place = func.json_build_array(*(chosen.c[each.name] for each in part.order), chosen.c.fid)
    return _texts(layer, chosen, shape, cast(place, Text).label("place")).order_by(
        *_order(chosen, part.order), chosen.c.fid
    )


def one(layer: Layer, fid: int, shape: Shape, asof: Any = None) -> Select[Any]:
    """One feature by its id: column `feature`."""
    rows = rows_of(layer, asof)
    return _texts(layer, select(*rows.c).where(rows.c.fid == fid).subquery("f"), shape)


def every(layer: Layer, where: Where, shape: Shape) -> Select[Any]:
    """Every feature that the filter lets through, by id: column `feature`."""
    rows = rows_of(layer, where.asof)
    chosen = select(*rows.c).where(*conditions(where, layer, rows)).subquery("f")
    return _texts(layer, chosen, shape).order_by(chosen.c.fid)


def count(layer: Layer, where: Where, bound: int) -> Select[Any]:
    """How many features the filter lets through, counted up to a bound."""
    rows = rows_of(layer, where.asof)
    some = select(literal(1)).select_from(rows).where(*conditions(where, layer, rows))
    return select(func.count()).select_from(some.limit(bound).subquery())


def geometry_of(geom: ColumnElement[Any], crs: Crs) -> ColumnElement[Any]:
    """A geometry in EPSG:4326 brought to a reference system, axes in the authority's order."""
    if crs.srid != 4326:  # noqa: PLR2004
        geom = func.ST_Transform(geom, crs.srid)
    return func.ST_FlipCoordinates(geom) if crs.north_first else geom


def geojson_of(geom: ColumnElement[Any], crs: Crs) -> ColumnElement[str]:
    """The geometry as GeoJSON text; `null` for a feature that is not located."""
    digits = DEGREE_DIGITS if crs.degrees else METRE_DIGITS
    # Option 0: no bbox and no crs member, which RFC 7946 does not know.
    return func.coalesce(func.ST_AsGeoJSON(geometry_of(geom, crs), digits, 0), "null")


def _texts(layer: Layer, chosen: FromClause, shape: Shape, *more: Any) -> Select[Any]:
    names = shape.properties if shape.properties is not None else published(layer)
    # Without the word "correlate" the row of properties would come from a copy of its own.
    chosen_fields = select(*(chosen.c[name] for name in names)).correlate(chosen)
    properties = chosen_fields.lateral("p") if names else None
    written = cast(func.row_to_json(literal_column("p")), Text) if names else literal("{}")
    text = func.concat(
        '{"type":"Feature","id":', chosen.c.fid,
        ',"geometry":', geojson_of(chosen.c.geom, shape.crs),
        ',"properties":', written, "}",
    )  # fmt: skip
    statement = select(text.label("feature"), *more).select_from(chosen)
    return statement.join(properties, literal(True)) if properties is not None else statement


def _order(rows: FromClause, order: Sequence[Order]) -> list[ColumnElement[Any]]:
    return [
        rows.c[each.name].desc().nulls_last()
        if each.descending
        else rows.c[each.name].asc().nulls_last()
        for each in order
    ]


def _after(rows: FromClause, part: Page) -> list[ColumnElement[bool]]:
    """Rows behind a place: behind in the first field, or level there and behind in the next."""
    if part.after is None:
        return []
    columns = [rows.c[each.name] for each in part.order]
    level: list[ColumnElement[bool]] = []
    ways: list[ColumnElement[bool]] = []
    for each, column, value in zip(part.order, columns, part.after, strict=False):
        ways.append(and_(*level, _behind(column, value, descending=each.descending)))
        level.append(column.is_(None) if value is None else column == value)
    ways.append(and_(*level, rows.c.fid > part.after[-1]))
    return [or_(*ways)]


def _behind(column: ColumnElement[Any], value: Any, *, descending: bool) -> ColumnElement[bool]:
    if value is None:
        return false()
    # SQLAlchemy compares booleans by equality only; PostgreSQL orders them.
    further = column.op("<" if descending else ">", is_comparison=True)(value)
    return or_(further, column.is_(None))
