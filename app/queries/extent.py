"""How far the features of a layer reach: west, south, east, north, and in time."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app.db.tables import table_of
from layers.declare import Layer

WEST, SOUTH, EAST, NORTH = -180, -90, 180, 90

EDGES = (
    ("west", (WEST, SOUTH, WEST, NORTH)),
    ("south", (WEST, SOUTH, EAST, SOUTH)),
    ("east", (EAST, SOUTH, EAST, NORTH)),
    ("north", (WEST, NORTH, EAST, NORTH)),
)
"""The borders of the world, each as a box of no width."""

FUNCTIONS = {
    "west": func.ST_XMin, "south": func.ST_YMin, "east": func.ST_XMax, "north": func.ST_YMax,
}  # fmt: skip
"""What measures how far a geometry reaches to a side."""


def extent(layer: Layer) -> Select[Any]:
    """One row `west`, `south`, `east`, `north`: degrees, EPSG:4326; null where nothing is located.

    A layer with an instant has `first` and `last` beside them: the least and the greatest, null
    where no feature has one. The box costs four look-ups in the index of the geometry, however
    many features there are; the instants and a partitioned layer, whose index finds no nearest,
    are read through once.
    """
    geom = table_of(layer).c.geom
    if layer.partitioned:
        sides = [_furthest(side)(FUNCTIONS[side](geom)).label(side) for side, _ in EDGES]
        return select(*sides, *_instants(layer))
    found: list[Any] = [_reach(geom, side, edge).label(side) for side, edge in EDGES]
    if layer.instant:
        held = select(*_instants(layer)).subquery()
        found += [held.c.first, held.c.last]
    return select(*found)


def extent_beyond(layer: Layer, known: dict[str, Any]) -> Select[Any]:
    """The row of `extent` of a partitioned layer, from that which it was.

    Looks only at what lies at a known end or beyond it, by the indexes. Null at an end says that
    nothing does so any more: then `extent` tells.

    Args:
        layer: A layer with partitions, and so with an instant.
        known: The row as it was, without nulls.
    """
    assert layer.instant
    columns = table_of(layer).c
    ends: list[Any] = []
    for side, _ in EDGES:
        strip = columns.geom.op("&&")(func.ST_MakeEnvelope(*_strip(side, known[side]), 4326))
        measured = _furthest(side)(FUNCTIONS[side](columns.geom))
        ends.append(select(measured).where(strip).scalar_subquery().label(side))
    when = columns[layer.instant]
    first = select(func.min(when)).where(when <= known["first"])
    last = select(func.max(when)).where(when >= known["last"])
    return select(
        *ends, first.scalar_subquery().label("first"), last.scalar_subquery().label("last")
    )


def _instants(layer: Layer) -> tuple[ColumnElement[Any], ...]:
    if not layer.instant:
        return ()
    when = table_of(layer).c[layer.instant]
    return func.min(when).label("first"), func.max(when).label("last")


def _furthest(side: str) -> Any:
    return func.min if side in {"west", "south"} else func.max


def _strip(side: str, end: Any) -> tuple[Any, Any, Any, Any]:
    """From a place to the border of the world: west, south, east, north."""
    return {
        "west": (WEST, SOUTH, end, NORTH), "south": (WEST, SOUTH, EAST, end),
        "east": (end, SOUTH, EAST, NORTH), "north": (WEST, end, EAST, NORTH),
    }[side]  # fmt: skip


def _reach(
    geom: ColumnElement[Any], side: str, edge: tuple[float, float, float, float]
) -> ColumnElement[float]:
    measured = FUNCTIONS[side]
    nearest = (
        select(measured(geom))
        .where(geom.is_not(None))
        .order_by(geom.op("<#>")(func.ST_MakeEnvelope(*edge, 4326)))
        .limit(1)
        .scalar_subquery()
    )
    # The index keeps boxes in single precision, a metre here: the nearest may be one of several.
    strip = func.ST_MakeEnvelope(*_strip(side, nearest), 4326)
    return select(_furthest(side)(measured(geom))).where(geom.op("&&")(strip)).scalar_subquery()
