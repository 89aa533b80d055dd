"""Rows out by COPY: text that the database made, in chunks, at constant memory."""

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

from psycopg2 import Error as DriverError
from sqlalchemy import Connection, Engine, Select, TextClause
from sqlalchemy.dialects import postgresql

from app.db.borrow import borrowed
from app.db.guard import guarded
from app.db.stopping import stop_of

CHUNK_BYTES = 1 << 16

CHUNKS_AHEAD = 8
"""Chunks made before the reader takes them; then COPY waits."""

LINES = rb"FORMAT csv, QUOTE e'\x01', DELIMITER e'\x02'"
"""The text of one column as it is: quotes and delimiters that JSON can't hold, since COPY's own
text format doubles backslashes."""

CELLS = b"FORMAT csv"
"""Columns as CSV, RFC 4180: what is empty without quotes is NULL, with quotes an empty text."""

_END = object()


def copied(
    engine: Engine,
    statement: Select[Any],
    afterwards: Callable[[Connection], None] | None = None,
    form: bytes = LINES,
) -> Iterator[bytes]:
    """The rows of a statement as text, one row a line, in chunks that end anywhere.

    One statement, so one state of the data; what `afterwards` asks may see a later one. When the
    reader stops early, the query is cancelled.

    Args:
        engine: Where rows are read.
        statement: Of one text column, or of several with `CELLS`.
        afterwards: Asks more on the same connection once the last row is out, so that the end of a
            file never waits for another.
        form: `LINES`, or `CELLS`.

    Raises:
        ClientLeft: Nobody reads any more.
        DatabaseAway: The database does not answer; at the first chunk or in the middle.
        StatementTooSlow: It ran into its limit.
    """
    with guarded(), borrowed(engine) as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        stream = Stream(driver, copy_command(driver, statement, form), stop_of(connection))
        try:
            yield from stream.chunks()
        finally:
            stream.stop()
            if stream.broken:
                connection.invalidate()
        if afterwards is not None:
            afterwards(connection)


def copy_command(driver: Any, statement: Select[Any], form: bytes = LINES) -> bytes:
    """The COPY command of a statement, values quoted by the driver."""
    return b"COPY (" + quoted(driver, statement) + b") TO STDOUT (" + form + b")"


def quoted(driver: Any, statement: Select[Any] | TextClause) -> bytes:
    """The text of a statement with its values, quoted by the driver."""
    compiled = statement.compile(
        dialect=postgresql.dialect(paramstyle="pyformat"),  # type: ignore[no-untyped-call]
        compile_kwargs={"render_postcompile": True},
    )
    with driver.cursor() as cursor:
        query: bytes = cursor.mogrify(str(compiled), compiled.params)
    return query


class _Stopped(Exception):
    pass


class Stream:
    """A COPY that runs in a thread and is read chunk by chunk.

    Args:
        driver: Connection of psycopg2.
        command: COPY … TO STDOUT.
        cancel: Cancels it in the database.
    """

    def __init__(self, driver: Any, command: bytes, cancel: Callable[[], None]) -> None:
        """Begin at once."""
        self.broken = False
        self._driver = driver
        self._command = command
        self._cancel = cancel
        self._parts: queue.Queue[Any] = queue.Queue(CHUNKS_AHEAD)
        self._gathered = bytearray()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="copy", daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> int:
        """Take what the driver received; it calls this for every row."""
        self._gathered += data
        if len(self._gathered) >= CHUNK_BYTES:
            self._put(bytes(self._gathered))
            self._gathered.clear()
        return len(data)

    def chunks(self) -> Iterator[bytes]:
        """Chunks until the end; raises what COPY raised."""
        while (part := self._parts.get()) is not _END:
            if isinstance(part, BaseException):
                raise part
            yield part

    def stop(self) -> None:
        """End the COPY, cancelling its query if it still runs."""
        self._stopped.set()
        if self._thread.is_alive():
            self.broken = True
            self._cancel()
        while self._thread.is_alive():
            with contextlib.suppress(queue.Empty):
                self._parts.get(timeout=0.05)

    def _put(self, part: Any) -> None:
        while not self._stopped.is_set():
            with contextlib.suppress(queue.Full):
                self._parts.put(part, timeout=0.2)
                return
        raise _Stopped

    def _run(self) -> None:
        last: Any = _END
        try:
            with self._driver.cursor() as cursor:
                cursor.copy_expert(self._command, self)
            if self._gathered:
                self._put(bytes(self._gathered))
        except (_Stopped, DriverError) as fault:
            self.broken = True
            last = fault
        with contextlib.suppress(_Stopped):
            self._put(last)
