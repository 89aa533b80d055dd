"""Geometry as well-known text, for tables of cells."""

from collections.abc import Iterator
from typing import Any

import shapely

from app.db.batches import batches
from app.exports.form import Order
from app.queries.feature import DEGREE_DIGITS, METRE_DIGITS
from app.queries.table import table


def rows_with_text(order: Order) -> Iterator[list[tuple[Any, ...]]]:
    """The features in batches of rows; the last cell is WKT, x before y, or None."""
    crs = order.shape.crs
    digits = DEGREE_DIGITS if crs.degrees else METRE_DIGITS
    for rows in batches(order.engine, table(order.layer, order.where, crs, order.shape.properties)):
        shapes = shapely.from_wkb([None if row[-1] is None else bytes(row[-1]) for row in rows])
        places = shapely.to_wkt(shapes, rounding_precision=digits)
        yield [(*row[:-1], place) for row, place in zip(rows, places, strict=True)]
