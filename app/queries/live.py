"""Messages for open maps: those after one, and the newest there is."""

from typing import Any

from sqlalchemy import Select, func, select

from app.db.tables import LIVE_MESSAGES

MESSAGES = LIVE_MESSAGES.c


def messages_after(last: int, limit: int) -> Select[Any]:
    """Messages with a higher id, the oldest first."""
    return (
        select(MESSAGES.id, MESSAGES.kind, MESSAGES.content)
        .where(MESSAGES.id > last)
        .order_by(MESSAGES.id)
        .limit(limit)
    )


def newest_message() -> Select[Any]:
    """The highest id; 0 where there is none."""
    return select(func.coalesce(func.max(MESSAGES.id), 0))
