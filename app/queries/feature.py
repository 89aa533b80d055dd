"""Features as GeoJSON text, made by the database: a page, one, all.

Python never takes a feature apart: the text goes through.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Numeric,
    Select,
    Text,
    and_,
    case,
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
        before: The same of the first feature of the page that follows.
    """

    limit: int
    order: tuple[Order, ...] = ()
    after: tuple[Any, ...] | None = None
    before: tuple[Any, ...] | None = None


LARGEST_WHOLE = 1e15
"""Whole numbers beyond are written with an exponent, which shows that they may have fractions."""


def page(layer: Layer, where: Where, shape: Shape, part: Page) -> Select[Any]:
    """A page of features: columns `feature` (GeoJSON text) and `place` (JSON array for `after`).

    One feature more than the limit is asked, at the far end, so that the caller knows whether there
    is a further page. The order is the same whichever way pages are turned.
    """
    rows = rows_of(layer, where.asof)
    backward = part.before is not None
    edge = _before(rows, part) if backward else _after(rows, part)
    order = _backward(rows, part.order) if backward else (*_order(rows, part.order), rows.c.fid)
    chosen = (
        select(*rows.c)
        .where(*conditions(where, layer, rows), *edge)
        .order_by(*order)
        .limit(part.limit + 1)
        .subquery("f")
    )
    place = func.json_build_array(*(chosen.c[each.name] for each in part.order), chosen.c.fid)
    return _texts(layer, chosen, shape, cast(place, Text).label("place"), typed=True).order_by(
        *_order(chosen, part.order), chosen.c.fid
    )


def one(layer: Layer, fid: int, shape: Shape, asof: Any = None) -> Select[Any]:
    """One feature by its id: column `feature`."""
    rows = rows_of(layer, asof)
    return _texts(layer, select(*rows.c).where(rows.c.fid == fid).subquery("f"), shape, typed=True)


def every(layer: Layer, where: Where, shape: Shape) -> Select[Any]:
    """Every feature that the filter lets through, by id: column `feature`.

    This is for files, whose readers take x (east) before y (north) whatever the system's authority
    says; pages and single features keep the authority's order.
    """
    rows = rows_of(layer, where.asof)
    chosen = select(*rows.c).where(*conditions(where, layer, rows)).subquery("f")
    return _texts(layer, chosen, replace(shape, crs=shape.crs.east_first)).order_by(chosen.c.fid)


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


def _texts(
    layer: Layer, chosen: FromClause, shape: Shape, *more: Any, typed: bool = False
) -> Select[Any]:
    names = shape.properties if shape.properties is not None else published(layer)
    # Without the word "correlate" the row of properties would come from a copy of its own.
    columns = (_typed(chosen, name, layer) if typed else chosen.c[name] for name in names)
    chosen_fields = select(*columns).correlate(chosen)
    properties = chosen_fields.lateral("p") if names else None
    written = cast(func.row_to_json(literal_column("p")), Text) if names else literal("{}")
    text = func.concat(
        '{"type":"Feature","id":', chosen.c.fid,
        ',"geometry":', geojson_of(chosen.c.geom, shape.crs),
        ',"properties":', written, "}",
    )  # fmt: skip
    statement = select(text.label("feature"), *more).select_from(chosen)
    return statement.join(properties, literal(True)) if properties is not None else statement


def _typed(chosen: FromClause, name: str, layer: Layer) -> ColumnElement[Any]:
    """A column whose whole numbers show that they may have fractions: 3.0, not 3.

    Clients that see only a page take the type of a field from it; GDAL would cut what follows.
    """
    column = chosen.c[name]
    if name not in layer.fields or layer.fields[name].kind is not float:
        return column
    whole = and_(column == func.trunc(column), func.abs(column) < LARGEST_WHOLE)
    written = case((whole, func.to_json(cast(column, Numeric(20, 1)))), else_=func.to_json(column))
    return written.label(name)


def _order(rows: FromClause, order: Sequence[Order]) -> list[ColumnElement[Any]]:
    return [
        rows.c[each.name].desc().nulls_last()
        if each.descending
        else rows.c[each.name].asc().nulls_last()
        for each in order
    ]


def _backward(rows: FromClause, order: Sequence[Order]) -> list[ColumnElement[Any]]:
    """The same order from its end."""
    turned = [
        rows.c[each.name].asc().nulls_first()
        if each.descending
        else rows.c[each.name].desc().nulls_first()
        for each in order
    ]
    return [*turned, rows.c.fid.desc()]


def _after(rows: FromClause, part: Page) -> list[ColumnElement[bool]]:
    """Rows behind a place: behind in the first field, or level there and behind in the next."""
    if part.after is None:
        return []
    ways = _beyond(rows, part.order, part.after, _behind)
    return [or_(*ways, and_(*_level(rows, part.order, part.after), rows.c.fid > part.after[-1]))]


def _before(rows: FromClause, part: Page) -> list[ColumnElement[bool]]:
    """Rows ahead of a place, likewise."""
    if part.before is None:
        return []
    ways = _beyond(rows, part.order, part.before, _ahead)
    return [or_(*ways, and_(*_level(rows, part.order, part.before), rows.c.fid < part.before[-1]))]


Beside = Callable[[ColumnElement[Any], Any, Order], ColumnElement[bool]]
"""Whether a column stands on one side of a value in an order."""


def _beyond(
    rows: FromClause, order: Sequence[Order], place: Sequence[Any], beside: Beside
) -> list[ColumnElement[bool]]:
    return [
        and_(*_level(rows, order[:number], place), beside(rows.c[each.name], place[number], each))
        for number, each in enumerate(order)
    ]


def _level(
    rows: FromClause, order: Sequence[Order], place: Sequence[Any]
) -> list[ColumnElement[bool]]:
    pairs = ((rows.c[each.name], value) for each, value in zip(order, place, strict=False))
    return [column.is_(None) if value is None else column == value for column, value in pairs]


def _behind(column: ColumnElement[Any], value: Any, each: Order) -> ColumnElement[bool]:
    if value is None:
        return false()
    # SQLAlchemy compares booleans by equality only; PostgreSQL orders them.
    further = column.op("<" if each.descending else ">", is_comparison=True)(value)
    return or_(further, column.is_(None))


def _ahead(column: ColumnElement[Any], value: Any, each: Order) -> ColumnElement[bool]:
    """Every value is ahead of none, since empty ones come last."""
    if value is None:
        return column.is_not(None)
    return column.op(">" if each.descending else "<", is_comparison=True)(value)
