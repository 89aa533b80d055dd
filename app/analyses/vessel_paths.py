"""Positions of the database as paths, one vessel after the other, never all in memory."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.analyses.trips import reachable, trip_rules
from app.db.tables import table_of
from layers.declare import Layer
from layers.sea.path import Path

ROWS_AHEAD = 20_000
"""Rows fetched at once."""


def vessel_paths(
    connection: Connection, layers: dict[str, Layer], first: datetime, end: datetime
) -> Iterator[Path]:
    """Every vessel with its positions in a period, begin closed, end open; impossible ones out."""
    rows = connection.execute(
        _rows(layers, first, end), execution_options={"yield_per": ROWS_AHEAD}
    )
    for mmsi, group in groupby(rows, itemgetter(0)):
        path = _path(mmsi, np.array([tuple(row)[1:] for row in group], dtype=np.float64))
        if len(path.seconds):
            yield path


def _rows(layers: dict[str, Layer], first: datetime, end: datetime) -> Select[Any]:
    positions = table_of(layers["vessel_positions"])
    columns = positions.c
    return (
        select(
            columns.mmsi, func.extract("epoch", columns.seen_at), func.ST_X(columns.geom),
            func.ST_Y(columns.geom), columns.speed_kn, func.coalesce(columns.status, -1),
        )
        .where(columns.seen_at >= first, columns.seen_at < end, columns.geom.is_not(None))
        .order_by(columns.mmsi, columns.seen_at)
    )  # fmt: skip


def _path(mmsi: str, table: Any) -> Path:
    seconds, lon, lat, speed, status = table.T
    kept = reachable(seconds, lon, lat, trip_rules().fastest_kn)
    return Path(mmsi, seconds[kept], lon[kept], lat[kept], speed[kept],
                status[kept].astype(np.int64))  # fmt: skip


def last_states(
    connection: Connection, layers: dict[str, Layer], first: datetime, end: datetime
) -> list[tuple[str, float, float, float, float, float]]:
    """The last position of every vessel in a period: MMSI, seconds, lon, lat, knots, course.

    What a report did not tell is not a number.
    """
    columns = table_of(layers["vessel_positions"]).c
    rows = connection.execute(
        select(
            columns.mmsi, func.extract("epoch", columns.seen_at), func.ST_X(columns.geom),
            func.ST_Y(columns.geom), columns.speed_kn, columns.course_deg,
        )
        .ext(distinct_on(columns.mmsi))
        .where(columns.seen_at >= first, columns.seen_at <= end, columns.geom.is_not(None))
        .order_by(columns.mmsi, columns.seen_at.desc())
    )  # fmt: skip
    return [
        (row[0], *(float("nan") if each is None else float(each) for each in row[1:]))
        for row in rows
    ]
