"""What open maps are told: written with the change itself, in order, and kept for a while."""

from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, or_, text

from app.db.tables import LIVE_MESSAGES

KEPT = text("now() - interval '1 day'")
POSITIONS_KEPT = text("now() - interval '15 minutes'")
"""Positions are the bulk, and the newest of each vessel stand in its row anyway."""

OUTDATED = or_(
    LIVE_MESSAGES.c.at < KEPT,
    and_(LIVE_MESSAGES.c.kind == "positions", LIVE_MESSAGES.c.at < POSITIONS_KEPT),
)


def tell(connection: Connection, kind: str, content: list[dict[str, Any]]) -> None:
    """Write one message at the end of a transaction; nothing is written for nothing.

    Who tells waits for the others: ids rise in the order of the commits, so that a reader who
    knows the last id misses none.
    """
    if not content:
        return
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('riskmap live'))"))
    connection.execute(delete(LIVE_MESSAGES).where(OUTDATED))
    connection.execute(insert(LIVE_MESSAGES).values(kind=kind, content=content))
    connection.execute(func.pg_notify("live", kind).select())
