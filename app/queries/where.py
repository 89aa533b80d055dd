"""Filters that every query shares: box, time, fields."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, FromClause, and_, cast, func, or_

from app.queries.filters.conditions import condition
from app.queries.filters.cql2 import Filter
from app.queries.source import is_any_of
from layers.declare import Layer

Box = tuple[float, float, float, float]
"""west, south, east, north in the axes of its reference system, x first."""


@dataclass(frozen=True)
class Span:
    """A stretch of time; both ends belong to it, None is open.

    Fields that hold days are compared with the days of the ends in the zone.
    """

    start: datetime | None
    end: datetime | None
    zone: str = "UTC"


@dataclass(frozen=True)
class Where:
    """What is let through; an empty one lets everything through.

    Attributes:
        box: Only features that touch it.
        box_srid: EPSG code of the box.
        span: Only features whose instant lies in it.
        fields: Name to accepted values; None among them accepts an empty field.
        asof: State of the layer at an instant; None for now.
        filter: A CQL2 filter; None for none.
        after: Only features with a larger id; None for all.
    """

    box: Box | None = None
    box_srid: int = 4326
    span: Span | None = None
    fields: dict[str, list[Any]] = field(default_factory=dict)
    asof: datetime | None = None
    filter: Filter | None = None
    after: int | None = None


def conditions(where: Where, layer: Layer, rows: FromClause) -> list[ColumnElement[bool]]:
    """The filter as conditions on the rows of a layer."""
    parts: list[ColumnElement[bool]] = []
    if where.box:
        parts.append(in_box(rows.c.geom, where.box, where.box_srid))
    if where.span and layer.instant:
        parts.extend(_within(rows.c[layer.instant], where.span))
    parts.extend(is_any_of(rows.c[name], values) for name, values in where.fields.items())
    if where.filter:
        parts.append(condition(where.filter, layer, rows))
    if where.after is not None:
        parts.append(rows.c.fid > where.after)
    return parts


def in_box(geom: ColumnElement[Any], box: Box, srid: int = 4326) -> ColumnElement[bool]:
    """Whether a geometry in EPSG:4326 touches a box; a box with west > east crosses 180°.

    The box is brought to the column's system, never the column to the box's: so the index serves.
    """
    west, south, east, north = box
    if west > east:
        return or_(
            in_box(geom, (west, south, 180.0, north), srid),
            in_box(geom, (-180.0, south, east, north), srid),
        )
    envelope = func.ST_MakeEnvelope(west, south, east, north, srid)
    if srid != 4326:  # noqa: PLR2004
        # The edges of a projected box are curves in degrees: densify before transforming.
        step = max(abs(east - west), abs(north - south)) / 16 or 1.0
        envelope = func.ST_Transform(func.ST_Segmentize(envelope, step), 4326)
    return and_(geom.op("&&")(envelope), func.ST_Intersects(geom, envelope))


def _within(column: ColumnElement[Any], span: Span) -> Sequence[ColumnElement[bool]]:
    days = isinstance(column.type, Date)
    parts = []
    if span.start is not None:
        parts.append(column >= _edge(span.start, span.zone, days=days))
    if span.end is not None:
        parts.append(column <= _edge(span.end, span.zone, days=days))
    return parts or [cast(column, column.type).is_not(None)]


def _edge(instant: datetime, zone: str, *, days: bool) -> date | datetime:
    if not days:
        return instant
    try:
        return instant.astimezone(ZoneInfo(zone)).date()
    except OverflowError:
        # The first or the last day of the calendar.
        return instant.date()
