"""The box of a layer: how far its features reach to the west, the south, the east and the north."""

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


def extent(layer: Layer) -> Select[Any]:
    """One row `west`, `south`, `east`, `north`: degrees, EPSG:4326; null where nothing is located.

    Four look-ups in the index of the geometry, however many features the layer has.
    """
    geom = table_of(layer).c.geom
    sides: list[Any] = [_reach(geom, side, edge).label(side) for side, edge in EDGES]
    return select(*sides)


def _reach(
    geom: ColumnElement[Any], side: str, edge: tuple[float, float, float, float]
) -> ColumnElement[float]:
    measured = {
        "west": func.ST_XMin, "south": func.ST_YMin, "east": func.ST_XMax, "north": func.ST_YMax,
    }[side]  # fmt: skip
    nearest = (
        select(measured(geom))
        .where(geom.is_not(None))
        .order_by(geom.op("<#>")(func.ST_MakeEnvelope(*edge, 4326)))
        .limit(1)
        .scalar_subquery()
    )
    # The index keeps boxes in single precision, a metre here: the nearest may be one of several.
    west, south, east, north = edge
    strip = {
        "west": (west, south, nearest, north), "south": (west, south, east, nearest),
        "east": (nearest, south, east, north), "north": (west, nearest, east, north),
    }[side]  # fmt: skip
    furthest = func.min if side in {"west", "south"} else func.max
    return (
        select(furthest(measured(geom)))
        .where(geom.op("&&")(func.ST_MakeEnvelope(*strip, 4326)))
        .scalar_subquery()
    )
