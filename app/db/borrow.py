"""A connection for reading, for as long as somebody waits for what is read."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from app.db.caller import CALLER


@contextmanager
def borrowed(engine: Engine) -> Iterator[Connection]:
    """A connection of an engine that reads; what the driver raises is raised as it is.

    Raises:
        ClientLeft: Who asked is gone before the connection is free.
    """
    caller = CALLER.get()
    if caller is None:
        with engine.connect() as connection:
            yield connection
        return
    caller.stay()
    with engine.connect() as connection:
        # The wait for a free connection may have been long.
        caller.stay()
        with caller.holding(connection):
            yield connection
