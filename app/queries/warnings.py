"""Open warnings: events at sea that last, the gravest first."""

from typing import Any

from sqlalchemy import Select, func, select

from app.db.tables import table_of
from layers.declare import Layer


def open_warnings(events: Layer, limit: int) -> Select[Any]:
    """Events without an end that have a grade, the gravest and then the newest first."""
    columns = table_of(events).c
    return (
        select(
            columns.fid, columns.kind, columns.grade, columns.mmsi, columns.name,
            columns.other_mmsi, columns.started_at, columns.evidence,
            func.ST_X(columns.geom).label("lon"), func.ST_Y(columns.geom).label("lat"),
            func.count().over().label("matched"),
        )
        .where(columns.ended_at.is_(None), columns.grade.is_not(None))
        .order_by(columns.grade, columns.started_at.desc(), columns.fid)
        .limit(limit)
    )  # fmt: skip
