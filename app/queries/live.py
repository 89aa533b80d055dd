"""For open maps: messages after one, and the newest position of every vessel."""

from typing import Any

from sqlalchemy import Select, func, literal, select

from app.db.tables import LIVE_MESSAGES, table_of
from layers.declare import Layer

MESSAGES = LIVE_MESSAGES.c


def messages_after(last: int, limit: int) -> Select[Any]:
    """Messages with a higher id, the oldest first."""
    return (
        select(MESSAGES.id, MESSAGES.kind, MESSAGES.content)
        .where(MESSAGES.id > last)
        .order_by(MESSAGES.id)
        .limit(limit)
    )


def message(number: int) -> Select[Any]:
    """The id of one message, where it is still kept."""
    return select(MESSAGES.id).where(MESSAGES.id == number)


def newest_message() -> Select[Any]:
    """The highest id; 0 where there is none."""
    return select(func.coalesce(func.max(MESSAGES.id), 0))


def newest_positions(vessels: Layer, positions: Layer, limit: int) -> Select[Any]:
    """Every vessel that was heard, the one heard last first, with what its last report told.

    Speed and course are NULL where the report is not stored, or did not tell them.
    """
    boat, heard = table_of(vessels).c, table_of(positions).c
    last = (
        select(heard.speed_kn, heard.course_deg, heard.status)
        .where(heard.mmsi == boat.mmsi, heard.seen_at == boat.seen_at)
        .limit(1)
        .lateral("last")
    )
    return (
        select(
            boat.fid, boat.mmsi, boat.name, boat.gear, boat.displayed_grade.label("grade"),
            boat.seen_at, func.ST_X(boat.geom).label("lon"), func.ST_Y(boat.geom).label("lat"),
            last.c.speed_kn, last.c.course_deg, last.c.status,
            func.count().over().label("matched"),
        )
        .join(last, literal(True), isouter=True)
        .where(boat.geom.is_not(None), boat.seen_at.is_not(None))
        .order_by(boat.seen_at.desc(), boat.fid)
        .limit(limit)
    )  # fmt: skip
