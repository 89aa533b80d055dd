"""Features as typed columns: what files and frames that are no text are made of."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, null, select

from app.crs import Crs
from app.db.tables import LAYER_VERSIONS
from app.queries.feature import DEGREE_DIGITS
from app.queries.source import published, rows_of
from app.queries.where import Where, conditions
from layers.declare import Layer

WGS84 = 4326


def columns_of(layer: Layer, properties: tuple[str, ...] | None) -> tuple[str, ...]:
    """Names of the columns before the geometry, in order."""
    return ("fid", *(properties if properties is not None else published(layer)))


def table(
    layer: Layer, where: Where, crs: Crs, properties: tuple[str, ...] | None = None
) -> Select[Any]:
    """Every feature that the filter lets through, by id: `fid`, the properties, `geometry`.

    The geometry is WKB in two dimensions, x (east) before y (north) whatever the system's authority
    says, as file formats want it; NULL for what is not located.
    """

    def binary(geom: ColumnElement[Any]) -> ColumnElement[Any]:
        flat = func.ST_Force2D(geom)
        return func.ST_AsBinary(flat if crs.srid == WGS84 else func.ST_Transform(flat, crs.srid))

    return _selected(layer, where, properties, binary)


def table_in_kml(
    layer: Layer, where: Where, properties: tuple[str, ...] | None = None
) -> Select[Any]:
    """The same with the geometry as a KML element in WGS 84."""

    def element(geom: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.ST_AsKML(func.ST_Force2D(geom), DEGREE_DIGITS)

    return _selected(layer, where, properties, element)


def _selected(
    layer: Layer,
    where: Where,
    properties: tuple[str, ...] | None,
    written: Callable[[ColumnElement[Any]], ColumnElement[Any]],
) -> Select[Any]:
    rows = rows_of(layer, where.asof)
    names = columns_of(layer, properties)
    return (
        select(*(rows.c[name] for name in names), written(rows.c.geom).label("geometry"))
        .where(*conditions(where, layer, rows))
        .order_by(rows.c.fid)
    )


def tally(layer: Layer, where: Where) -> Select[Any]:
    """How many features the filter lets through: `rule_set`, `rule_version`, `n`.

    A row for every rule set by which they were graded, and one where both are NULL for the rest; a
    layer without grades has that row alone.
    """
    rows = rows_of(layer, where.asof)
    chosen = conditions(where, layer, rows)
    if not layer.graded:
        nothing = cast(null(), Text)
        told: list[ColumnElement[Any]] = [
            nothing.label("rule_set"), nothing.label("rule_version"), func.count().label("n"),
        ]  # fmt: skip
        return select(*told).select_from(rows).where(*chosen)
    by = (rows.c.rule_set, rows.c.rule_version)
    return select(*by, func.count().label("n")).where(*chosen).group_by(*by).order_by(*by)


def changed_at(layer: Layer) -> Select[Any]:
    """When the layer changed last."""
    return select(LAYER_VERSIONS.c.changed_at).where(LAYER_VERSIONS.c.layer == layer.id)
