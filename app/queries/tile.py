"""Vector tiles: one statement a request, whatever the number of layers.

Where a layer holds more features than a tile can carry, its points are counted by cells instead:
n of every grade, the worst grade winning the cell, so that no point is lost to thinning. A line
shorter than a unit of the tile is left out, which happens below zoom 6 only.
"""

from dataclasses import dataclass
from math import atan, degrees, exp, pi
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    LargeBinary,
    Select,
    SmallInteger,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
)

from app.db.tables import CELLS
from app.queries.source import rows_of
from app.queries.stale import stale_from
from app.queries.where import Box, Where, conditions, in_box
from layers.declare import Layer

EXTENT = 4096
"""Units along a tile's edge."""

BUFFER = 64
"""Units beyond the edge that a tile carries too, so that symbols and lines meet."""

MARGIN = 4 * BUFFER / EXTENT
"""How much more than a tile its box holds on every side, as a share of the tile."""

CELL_DEPTH = 6
"""A tile is cut into 2 ** CELL_DEPTH cells a side."""

FINEST_CELLS, COARSEST_CELLS = 16, 6
"""Levels of the cells that the database keeps."""

DEEPEST_ZOOM = 22

HALF_WORLD_M = 20037508.342789244


@dataclass(frozen=True)
class Tile:
    """One tile of WebMercatorQuad, x from the west, y from the north."""

    z: int
    x: int
    y: int

    def exists(self) -> bool:
        """Whether the grid has such a tile."""
        side = 1 << self.z if 0 <= self.z <= DEEPEST_ZOOM else 0
        return 0 <= self.x < side and 0 <= self.y < side


def box_of(place: Tile) -> Box:
    """A box in degrees that surely holds every point of a tile and of its buffer."""
    side = 1 << place.z
    west, east = (place.x - MARGIN) / side, (place.x + 1 + MARGIN) / side
    north, south = (place.y - MARGIN) / side, (place.y + 1 + MARGIN) / side
    return (max(west * 360 - 180, -180.0), _latitude(south), min(east * 360 - 180, 180.0),
            _latitude(north))  # fmt: skip


def _latitude(y: float) -> float:
    """Degrees north of a place down the grid, 0 at its upper edge; poles beyond the edges."""
    if not 0 < y < 1:
        return 90.0 if y <= 0 else -90.0
    return degrees(2 * atan(exp(pi * (1 - 2 * y))) - pi / 2)


def tile(parts: list[tuple[Layer, bool]], place: Tile, where: Where) -> Select[Any]:
    """The tile of one or several layers, each as features or, where marked, as cells."""
    pieces = [
        _encoded(layer, _cells(layer, place, where) if as_cells else _features(layer, place, where),
                 has_id=not as_cells)
        for layer, as_cells in parts
    ]  # fmt: skip
    joined = pieces[0]
    for piece in pieces[1:]:
        joined = joined.op("||", return_type=LargeBinary())(piece)
    return select(joined.label("mvt"))


def crowded(layer: Layer, z: int) -> Select[Any]:
    """How many features the fullest tile of a zoom holds, by the cells that are kept."""
    level = min(max(z, COARSEST_CELLS), FINEST_CELLS)
    return select(func.coalesce(func.max(CELLS.c.n), 0)).where(
        CELLS.c.layer == layer.id, CELLS.c.level == level
    )


def _encoded(layer: Layer, rows: FromClause, *, has_id: bool) -> ColumnElement[bytes]:
    arguments: list[Any] = [literal_column("q"), layer.id, EXTENT, "geom"]
    if has_id:
        arguments.append("fid")
    encoded = func.ST_AsMVT(*arguments, type_=LargeBinary())
    statement = (
        select(encoded).select_from(rows.alias("q")).where(literal_column("q.geom IS NOT NULL"))
    )
    return func.coalesce(statement.scalar_subquery(), literal(b"", LargeBinary()))


def _features(layer: Layer, place: Tile, where: Where) -> FromClause:
    rows = rows_of(layer, where.asof)
    mercator = _mercator(layer, rows)
    bounds = func.ST_TileEnvelope(place.z, place.x, place.y)
    grade = [rows.c.grade, *_marks(layer, rows)] if layer.graded else []
    # Red last: who draws in the tile's order draws it on top.
    order = [rows.c.grade.desc().nulls_first()] if layer.graded else []
    return (
        select(
            rows.c.fid,
            *grade,
            *(_tile_value(rows.c[name]) for name in layer.tile_fields),
            func.ST_AsMVTGeom(_thinned(layer, mercator, place.z), bounds, EXTENT, BUFFER, True)
            .label("geom"),
        )
        .where(*_touching(layer, rows, place), *conditions(where, layer, rows))
        .order_by(*order, rows.c.fid)
        .subquery()
    )  # fmt: skip


def _marks(layer: Layer, rows: FromClause) -> list[ColumnElement[Any]]:
    """What is drawn beside the colour: the displayed grade where it differs, and when it is old."""
    raised = func.nullif(rows.c.displayed_grade, rows.c.grade).label("displayed_grade")
    first_day = stale_from(layer, rows)
    if first_day is None:
        return [raised]
    seconds = cast(func.extract("epoch", first_day), Integer)
    return [raised, case((rows.c.grade.is_not(None), seconds)).label("stale_from")]


def _touching(layer: Layer, rows: FromClause, place: Tile) -> list[ColumnElement[bool]]:
    """That a feature meets the tile with its buffer, in a way that an index serves.

    Earlier states and layers that keep no Mercator geometry find their points by degrees.
    """
    found = _mercator(layer, rows).op("&&")(_buffered(place))
    if "geom_3857" in rows.c or layer.geometry != "Point":
        return [found]
    return [in_box(rows.c.geom, box_of(place)), found]


def _mercator(layer: Layer, rows: FromClause) -> ColumnElement[Any]:
    if "geom_3857" in rows.c:
        return rows.c.geom_3857
    flat = func.ST_Force2D(rows.c.geom) if layer.geometry == "LineStringM" else rows.c.geom
    return func.ST_Transform(flat, 3857)


def _thinned(layer: Layer, geom: ColumnElement[Any], z: int) -> ColumnElement[Any]:
    """Lines without the vertices that no screen shows; points and areas as they are."""
    if "LineString" not in layer.geometry:
        return geom
    return func.ST_Simplify(geom, HALF_WORLD_M * 2 / (1 << z) / EXTENT * 4, True)


def _tile_value(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """MVT knows text, numbers and booleans: instants travel as epoch seconds."""
    kind = column.type.python_type
    if kind.__name__ in {"date", "datetime"}:
        return cast(func.extract("epoch", column), Integer).label(column.key)
    return column


def _buffered(place: Tile) -> ColumnElement[Any]:
    side = HALF_WORLD_M
    whole = func.ST_MakeEnvelope(-side, -side, side, side, 3857)
    return func.ST_TileEnvelope(place.z, place.x, place.y, whole, BUFFER / EXTENT)


def _cells(layer: Layer, place: Tile, where: Where) -> FromClause:
    level = place.z + CELL_DEPTH
    kept = level <= FINEST_CELLS and not layer.partitioned and where == Where()
    counted = _kept_cells(layer, place, level) if kept else _counted_cells(layer, place, where)
    bounds = func.ST_TileEnvelope(place.z, place.x, place.y)
    centre = func.ST_Centroid(func.ST_TileEnvelope(level, counted.c.x, counted.c.y))
    worst = case(
        *((counted.c[f"n{grade}"] > 0, grade) for grade in (1, 2, 3, 4)),
        else_=cast(null(), SmallInteger),
    )
    return (
        select(
            worst.label("grade"),
            *(counted.c[name] for name in ("n", "n0", "n1", "n2", "n3", "n4")),
            func.ST_AsMVTGeom(centre, bounds, EXTENT, BUFFER, True).label("geom"),
        )
        .order_by(worst.desc().nulls_first(), counted.c.x, counted.c.y)
        .subquery()
    )


def _kept_cells(layer: Layer, place: Tile, level: int) -> FromClause:
    side = 1 << CELL_DEPTH
    return (
        select(CELLS)
        .where(
            CELLS.c.layer == layer.id,
            CELLS.c.level == level,
            CELLS.c.x.between(place.x * side - 1, place.x * side + side),
            CELLS.c.y.between(place.y * side - 1, place.y * side + side),
            CELLS.c.n > 0,
        )
        .subquery("counted")
    )


def _counted_cells(layer: Layer, place: Tile, where: Where) -> FromClause:
    """Cells counted on the spot: finer than those kept, or with a filter."""
    rows = rows_of(layer, where.asof)
    mercator = _mercator(layer, rows)
    size_m = HALF_WORLD_M * 2 / (1 << (place.z + CELL_DEPTH))
    grade = rows.c.grade if layer.graded else cast(null(), SmallInteger)
    x = cast(func.floor((func.ST_X(mercator) + HALF_WORLD_M) / size_m), Integer).label("x")
    y = cast(func.floor((HALF_WORLD_M - func.ST_Y(mercator)) / size_m), Integer).label("y")
    shares = [func.count().filter(grade == each).label(f"n{each}") for each in (1, 2, 3, 4)]
    return (
        select(x, y, func.count().label("n"), func.count().filter(grade.is_(None)).label("n0"),
               *shares)
        .where(*_touching(layer, rows, place), *conditions(where, layer, rows))
        .group_by(x, y)
        .subquery("counted")
    )  # fmt: skip
