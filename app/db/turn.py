"""Whose turn it is to write: a transaction begins when what it must wait for has ended.

`now()` is the instant at which a transaction began. One that began, waited for another and then
wrote would stamp its rows as older than those that it replaces, and history would lose a state. So
the locks belong to the session, are taken first, and the transaction begins when all are there.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError


@dataclass(frozen=True)
class Turn:
    """What a writing transaction excludes, and what history says of it.

    Attributes:
        actor: Who writes.
        reason: Why.
        layer: Id of the layer that one writes at a time; None for no single layer.
        also: Ids of other layers that it writes, because they follow from that one.
        alone: Whether it waits for every other writer, and every other for it.
        raising: Whether it may change by how much features of other layers are raised.
    """

    actor: str
    reason: str
    layer: str | None = None
    alone: bool = False
    raising: bool = False
    also: tuple[str, ...] = ()


@contextmanager
def in_turn(engine: Engine, turn: Turn) -> Iterator[Connection]:
    """A connection in a transaction that began after the locks were there; they go with it.

    The transaction is committed after the block, and rolled back where the block raises. A process
    that is killed loses its session, and with it both the transaction and the locks.
    """
    with engine.connect() as connection:
        try:
            _wait(connection, turn)
            with connection.begin():
                connection.execute(
                    text(
                        "SELECT set_config('riskmap.actor', :actor, true), "
                        "set_config('riskmap.reason', :reason, true)"
                    ),
                    {"actor": turn.actor, "reason": turn.reason},
                )
                yield connection
        finally:
            _release(connection)


def _wait(connection: Connection, turn: Turn) -> None:
    # Always in the same order, so that no two wait for each other.
    shared = "" if turn.alone else "_shared"
    connection.execute(text(f"SELECT pg_advisory_lock{shared}(hashtext('riskmap townships'))"))
    for layer in sorted({*turn.also, *([turn.layer] if turn.layer else [])}):
        connection.execute(
            text("SELECT pg_advisory_lock(hashtext('riskmap import'), hashtext(:layer))"),
            {"layer": layer},
        )
    if turn.raising:
        connection.execute(text("SELECT pg_advisory_lock(hashtext('riskmap raising'))"))
    connection.commit()


def _release(connection: Connection) -> None:
    """Give the locks back; a session that is lost has given them back already."""
    with suppress(DBAPIError):
        if not connection.closed and not connection.invalidated:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock_all()"))
            connection.commit()
            return
    connection.invalidate()
