"""Run one read statement on a borrowed connection."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Executable
from sqlalchemy.exc import DBAPIError

from app.db.borrow import borrowed
from app.db.guard import guarded, is_lost

Values = Mapping[str, Any] | None
"""Of a statement's parameters by their names."""


class Reader:
    """Reads; takes a connection only while a statement runs, never before a request is valid."""

    def __init__(self, engine: Engine) -> None:
        """Keep the engine; nothing is opened yet."""
        self._engine = engine

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def all(self, statement: Executable, values: Values = None) -> Sequence[Mapping[str, Any]]:
        """Every row; `values` are those of the statement's parameters."""
        return self._run(statement, values)

    def one(self, statement: Executable) -> Mapping[str, Any] | None:
        """The first row; None where there is none."""
        rows = self._run(statement, None)
        return rows[0] if rows else None

    def value(self, statement: Executable) -> Any:
        """The first column of the first row; None where there is no row."""
        row = self.one(statement)
        return next(iter(row.values())) if row else None

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection for more than one statement, as one repeatable, read-only transaction."""
        with guarded(), borrowed(self._engine) as plain:
            connection = plain.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    def _run(self, statement: Executable, values: Values) -> Sequence[Mapping[str, Any]]:
        with guarded():
            try:
                return self._once(statement, values)
            except DBAPIError as fault:
                # A server that came back left dead connections in the pool: one fresh try.
                if not is_lost(fault):
                    raise
            return self._once(statement, values)

    def _once(self, statement: Executable, values: Values) -> Sequence[Mapping[str, Any]]:
        with borrowed(self._engine) as connection:
            found = connection.execute(statement, dict(values) if values else None)
            return found.mappings().all()  # type: ignore[return-value]
