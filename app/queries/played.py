"""Stored positions of a period for playback: one a vessel and step, for display only."""

from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import ColumnElement, Double, Numeric, Select, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on

from app.db.tables import table_of
from layers.declare import Layer

STEPS_S = (10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400)
"""Lengths of a step that a person can name; each divides a day."""

DEGREE_DIGITS = 5
"""About a metre."""


def step_of(positions: int, vessels: int, lasts: timedelta, most: int) -> int | None:
    """Seconds of the shortest step by which no more than `most` positions remain.

    None: they are no more than that as they are. The longest step is taken where none suffices.

    >>> step_of(9000, 60, timedelta(days=1), 10_000) is None
    True
    >>> step_of(9000, 60, timedelta(days=1), 6000)
    900
    """
    if positions <= most:
        return None
    seconds = lasts.total_seconds()
    # A step that is cut by the begin of the period counts as one.
    return next(
        (step for step in STEPS_S if vessels * (ceil(seconds / step) + 1) <= most), STEPS_S[-1]
    )


def _within(
    positions: Layer, first: datetime, last: datetime, mmsi: str | None
) -> list[ColumnElement[bool]]:
    columns = table_of(positions).c
    found = [columns.seen_at >= first, columns.seen_at <= last, columns.geom.is_not(None)]
    return [*found, columns.mmsi == mmsi] if mmsi else found


def period_counts(
    positions: Layer, first: datetime, last: datetime, mmsi: str | None
) -> Select[int, int]:
    """Positions and vessels of a period, both ends closed; of one vessel, or of all."""
    columns = table_of(positions).c
    return select(
        func.count().label("positions"), func.count(columns.mmsi.distinct()).label("vessels")
    ).where(*_within(positions, first, last, mmsi))


def newest_instant(positions: Layer) -> Select[Any]:
    """When a position came last; NULL where there is none."""
    return select(func.max(table_of(positions).c.seen_at))


def played(
    layers: dict[str, Layer], first: datetime, last: datetime, mmsi: str | None, step_s: int | None
) -> Select[Any]:
    """Of each vessel its positions in order of time, as arrays: seconds from `first`, lon, lat.

    With a step the first position of each, aligned with midnight UTC.
    """
    positions, register = table_of(layers["vessel_positions"]).c, table_of(layers["vessels"])
    vessels = register.c
    seconds = cast(func.extract("epoch", positions.seen_at), Double)
    kept = select(
        positions.mmsi,
        (seconds - first.timestamp()).label("seconds"),
        func.ST_X(positions.geom).label("lon"),
        func.ST_Y(positions.geom).label("lat"),
    ).where(*_within(layers["vessel_positions"], first, last, mmsi))
    if step_s is not None:
        slot = func.floor(seconds / step_s)
        kept = kept.ext(distinct_on(positions.mmsi, slot))
        kept = kept.order_by(positions.mmsi, slot, positions.seen_at)
    part = kept.subquery("kept")

    def listed(column: ColumnElement[Any], digits: int) -> ColumnElement[Any]:
        rounded = cast(func.round(cast(column, Numeric), digits), Double)
        return func.array_agg(aggregate_order_by(rounded, part.c.seconds))

    return (
        select(
            part.c.mmsi,
            func.min(vessels.name).label("name"),
            func.min(vessels.displayed_grade).label("grade"),
            func.min(vessels.fid).label("fid"),
            listed(part.c.seconds, 0).label("seconds"),
            listed(part.c.lon, DEGREE_DIGITS).label("lon"),
            listed(part.c.lat, DEGREE_DIGITS).label("lat"),
        )
        .select_from(part)
        .join(register, vessels.mmsi == part.c.mmsi, isouter=True)
        .group_by(part.c.mmsi)
        .order_by(part.c.mmsi)
    )
