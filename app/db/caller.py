"""Who waits for an answer, and whether they still do: nothing is read for one who left."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy import Connection

from app.db.stopping import stop_of
from app.errors import ClientLeft


class Caller:
    """One who waits, and the connections on which is read for them.

    Attributes:
        left: They wait no longer: no further statement is begun for them.
        interrupted: Something was stopped or refused since they left, so that what fails now fails
            for that reason.
    """

    def __init__(self) -> None:
        """Nothing is read yet."""
        self.left = False
        self.interrupted = False
        self._lock = threading.Lock()
        self._held: dict[Callable[[], None], bool] = {}

    def leave(self) -> None:
        """They wait no longer. What runs may end by itself; `interrupt` stops it."""
        self.left = True

    def stay(self) -> None:
        """Return as long as they wait.

        Raises:
            ClientLeft: They left.
        """
        if self.left:
            self.interrupted = True
            raise ClientLeft("nobody waits for this answer any more 已无人等待该结果")

    @contextmanager
    def holding(self, connection: Connection) -> Iterator[None]:
        """Read on a connection, which may be interrupted from another thread meanwhile.

        Only meanwhile: giving it back and interrupting it exclude each other, so that whoever
        takes it next is never interrupted. One that was interrupted is not given to anybody: what
        was sent to stop a statement could reach it late.
        """
        stop = stop_of(connection)
        with self._lock:
            self._held[stop] = False
        try:
            yield
        finally:
            with self._lock:
                interrupted = self._held.pop(stop)
            if interrupted:
                connection.invalidate()

    def interrupt(self) -> None:
        """Cancel what runs in the database now; a connection on which nothing runs takes no harm.

        To be repeated until the work has ended: a statement that was about to begin is missed.
        """
        with self._lock:
            for stop in self._held:
                self._held[stop] = self.interrupted = True
                stop()


CALLER: ContextVar[Caller | None] = ContextVar("caller", default=None)
"""Who waits for what is done here; None where nobody can leave: commands, imports, analyses."""


def has_left() -> bool:
    """Whether there was somebody who waited for this, and left."""
    caller = CALLER.get()
    return caller is not None and caller.left
