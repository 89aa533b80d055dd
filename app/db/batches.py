"""Typed rows out by a cursor on the server: some thousands at a time, at constant memory."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Engine, Select

from app.db.borrow import borrowed
from app.db.guard import guarded

BATCH_ROWS = 4096


def batches(engine: Engine, statement: Select[Any]) -> Iterator[Sequence[Any]]:
    """The rows of a statement in batches; one repeatable, read-only transaction.

    The database makes rows only as they are fetched, so a reader that stops early stops the query.

    Raises:
        DatabaseAway: The database does not answer; at the first batch or in the middle.
        StatementTooSlow: A fetch ran into its limit.
    """
    with guarded(), borrowed(engine) as plain:
        connection = plain.execution_options(
            isolation_level="REPEATABLE READ", yield_per=BATCH_ROWS
        )
        with connection.begin():
            yield from connection.execute(statement).partitions()
