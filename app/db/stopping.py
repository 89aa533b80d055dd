"""Cancelling what a session runs, from another session.

psycopg2's own `cancel` keeps the interpreter's lock until the server answers: a server that is away
would hold up every thread of the process, and with it the whole service. A statement does not.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from psycopg2 import Error as DriverError
from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import SQLAlchemyError

WAIT_S = 5
"""How long the server may take; what asks for a stop asks again."""

KEY = "stop"

CANCEL = text("SELECT pg_cancel_backend(:pid)")


def stoppable(engine: Engine, url: URL) -> None:
    """Let what runs on connections of an engine be stopped by `stop_of`.

    Args:
        engine: One whose connections are sessions of their own.
        url: Under which it connects, for the one connection that stops.
    """
    stopper = create_engine(
        url,
        pool_size=1,
        max_overflow=0,
        pool_timeout=WAIT_S,
        pool_pre_ping=True,
        isolation_level="AUTOCOMMIT",
        connect_args={
            "connect_timeout": WAIT_S, "options": f"-c statement_timeout={WAIT_S * 1000}"
        },
    )  # fmt: skip

    def connected(connection: Any, record: Any) -> None:
        # As the server tells it: a pooler before it has numbers of its own.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            record.info[KEY] = partial(_stop, stopper, cursor.fetchone()[0])
        connection.commit()

    event.listen(engine, "connect", connected)
    event.listen(engine, "engine_disposed", lambda _engine: stopper.dispose())


def stop_of(connection: Connection) -> Callable[[], None]:
    """What cancels the statement that a connection runs, to be called from another thread.

    It does nothing where no statement runs, and raises nothing where the server is away.
    """
    known: Callable[[], None] | None = connection.info.get(KEY)
    return known or partial(_cancel, connection.connection.driver_connection)


def _stop(stopper: Engine, pid: int) -> None:
    with suppress(SQLAlchemyError), stopper.connect() as connection:
        connection.execute(CANCEL, {"pid": pid})


def _cancel(driver: Any) -> None:
    with suppress(DriverError):
        driver.cancel()
