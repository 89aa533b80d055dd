"""A connection for reading, for as long as somebody waits for what is read."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.db.caller import CALLER, Caller

WAIT_S = "wait_s"
"""Option of an engine: how long who finds all connections in use waits for one, where that is
longer than its pool waits at a time."""


@contextmanager
def borrowed(engine: Engine) -> Iterator[Connection]:
    """A connection of an engine that reads; what the driver raises is raised as it is.

    Raises:
        ClientLeft: Who asked is gone before the connection is free.
    """
    caller = CALLER.get()
    if caller is None:
        with _connected(engine, None) as connection:
            yield connection
        return
    caller.stay()
    with _connected(engine, caller) as connection:
        # The wait for a free connection may have been long.
        caller.stay()
        with caller.holding(connection):
            yield connection


def _connected(engine: Engine, caller: Caller | None) -> Connection:
    until = time.monotonic() + engine.get_execution_options().get(WAIT_S, 0)
    while True:
        try:
            return engine.connect()
        except PoolTimeout:
            if time.monotonic() >= until:
                raise
            if caller is not None:
                caller.stay()
