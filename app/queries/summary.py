"""Counts by grade: by township, grade, category or industry, over any layers.

A point counts once, in its township; a line counts once in every township that it crosses, with
the length that lies there; what lies in none counts under `off`.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from geoalchemy2 import Geography
from sqlalchemy import (
    FromClause,
    Select,
    Text,
    cast,
    false,
    func,
    literal,
    literal_column,
    select,
    union_all,
)

from app.db.tables import table_of
from app.queries.source import rows_of
from app.queries.stale import is_stale
from app.queries.where import Where, conditions
from layers.declare import Layer

By = Literal["township", "grade", "category", "industry"]

OFF = "off"
"""Key of what lies in no township."""


def summary(
    layers: Sequence[Layer], townships: Layer, by: By, where: Where, today: date
) -> Select[Any]:
    """Rows key, n, n1 … n4, n0 (unassessed), stale (graded, but past its day), length_m."""
    parts = [_counted(layer, townships, by, where, today) for layer in layers]
    figures = _figures(union_all(*parts).subquery("every"))
    return figures.order_by(literal_column("key"))


def total(layers: Sequence[Layer], where: Where, today: date) -> Select[Any]:
    """The same figures over everything, each feature counted once."""
    keyed = [_keyed(layer, _chosen(layer, where, today), literal("all")) for layer in layers]
    return _figures(union_all(*keyed).subquery("every"))


def areas(townships: Layer) -> Select[Any]:
    """Townships with name, area, population and enterprises, which weigh an index."""
    table = table_of(townships)
    return select(
        table.c.code.label("key"),
        table.c.name,
        table.c.population,
        table.c.enterprises,
        (func.ST_Area(cast(table.c.geom, Geography)) / 1e6).label("area_km2"),
    ).order_by(table.c.code)


def _counted(layer: Layer, townships: Layer, by: By, where: Where, today: date) -> Select[Any]:
    chosen = _chosen(layer, where, today)
    if by == "township" and layer.geometry == "MultiLineString":
        return _lines_by_township(layer, townships, chosen)
    return _keyed(layer, chosen, func.coalesce(_key(layer, chosen, by), OFF))


def _chosen(layer: Layer, where: Where, today: date) -> FromClause:
    rows = rows_of(layer, where.asof)
    stale = is_stale(layer, rows, today)
    marked = false() if stale is None else func.coalesce(stale, false())
    return (
        select(*rows.c, marked.label("stale"))
        .where(*conditions(where, layer, rows))
        .subquery("chosen")
    )


def _key(layer: Layer, chosen: FromClause, by: By) -> Any:
    if by == "township":
        return chosen.c.township_code
    if by == "grade":
        return func.coalesce(cast(chosen.c.grade, Text), "unassessed")
    return chosen.c[by] if by in layer.fields else literal(layer.id)


def _keyed(layer: Layer, chosen: FromClause, key: Any) -> Select[Any]:
    return select(
        cast(key, Text).label("key"),
        chosen.c.grade,
        chosen.c.stale,
        _length(layer, chosen.c.geom).label("length_m"),
    )


def _figures(keyed: FromClause) -> Select[Any]:
    return select(
        keyed.c.key,
        func.count().label("n"),
        *(func.count().filter(keyed.c.grade == each).label(f"n{each}") for each in (1, 2, 3, 4)),
        func.count().filter(keyed.c.grade.is_(None)).label("n0"),
        func.count().filter(keyed.c.stale).label("stale"),
        func.coalesce(func.sum(keyed.c.length_m), 0.0).label("length_m"),
    ).group_by(keyed.c.key)


def _length(layer: Layer, geom: Any) -> Any:
    if layer.geometry != "MultiLineString":
        return literal(0.0)
    return func.ST_Length(cast(geom, Geography))


def _lines_by_township(layer: Layer, townships: Layer, chosen: FromClause) -> Select[Any]:
    areas = table_of(townships)
    part = func.ST_Intersection(chosen.c.geom, areas.c.geom)
    inside = (
        select(areas.c.code.label("key"), chosen.c.grade, chosen.c.stale,
               func.ST_Length(cast(part, Geography)).label("length_m"))
        .select_from(chosen)
        .join(areas, func.ST_Intersects(chosen.c.geom, areas.c.geom))
    )  # fmt: skip
    covered = select(func.ST_Union(areas.c.geom)).scalar_subquery()
    rest = func.ST_Length(cast(func.ST_Difference(chosen.c.geom, covered), Geography))
    length = func.coalesce(rest, _length(layer, chosen.c.geom)).label("length_m")
    outside = select(literal(OFF).label("key"), chosen.c.grade, chosen.c.stale, length)
    pieces = union_all(inside, outside).subquery("pieces")
    return select(*pieces.c).where(pieces.c.length_m > 0)
