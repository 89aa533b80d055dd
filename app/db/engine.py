"""Engines: one that reads with a role that can't write, one that writes."""

from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from app.db.borrow import WAIT_S
from app.db.stopping import stoppable
from app.errors import CommandFailed

LOOK_ROUND_S = 10
"""Who waits for a connection longer looks after such a time whether anybody waits for them."""


def writing(url: str) -> Engine:
    """An engine for imports, migrations and analyses; every use is a transaction.

    A connection that was lost while it lay idle is replaced before it is used.
    """
    return create_engine(
        driver_url(url),
        pool_size=2,
        pool_pre_ping=True,
        connect_args={"options": "-c timezone=UTC -c jit=off"},
    )


def reading(
    url: str, *, connections: int, timeout_ms: int, careful: bool = False, wait_s: float = 10
) -> Engine:
    """An engine for queries: read-only, no JIT, no parallel workers, each statement limited.

    JIT and workers cost more than they bring on statements of milliseconds.

    Args:
        url: Of the database.
        connections: At most.
        timeout_ms: Of a statement.
        careful: Ask each connection whether it lives before it is used, for work that can't be
            begun twice.
        wait_s: How long who finds all connections in use waits for one.
    """
    options = (
        "-c timezone=UTC -c jit=off -c max_parallel_workers_per_gather=0 "
        f"-c default_transaction_read_only=on -c statement_timeout={timeout_ms} "
        # COPY writes days and bytes as the session says, whatever the server's configuration.
        "-c datestyle=ISO -c bytea_output=hex"
    )
    engine = create_engine(
        driver_url(url),
        pool_size=connections,
        max_overflow=0,
        pool_timeout=min(wait_s, LOOK_ROUND_S),
        pool_pre_ping=careful,
        isolation_level="AUTOCOMMIT",
        execution_options={WAIT_S: wait_s},
        connect_args={"options": options, "connect_timeout": 5},
    )
    event.listen(engine, "connect", _become_reader)
    stoppable(engine, driver_url(url))
    return engine


def _become_reader(connection: Any, _record: Any) -> None:
    """Give up the right to write, where the migrations could make the role for it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', rolname, false) FROM pg_roles "
            "WHERE rolname = 'riskmap_reader' AND pg_has_role(rolname, 'MEMBER')"
        )
    connection.commit()


def driver_url(url: str) -> URL:
    """A database URL in any spelling, for the driver that this program uses.

    Raises:
        CommandFailed: It is no URL, or not that of a PostgreSQL.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise CommandFailed(
            "RISKMAP_DATABASE_URL can't be read: write postgresql://user:password@host:5432/name"
        ) from None
    if parsed.get_backend_name() not in {"postgresql", "postgres"}:
        raise CommandFailed(f"{parsed.get_backend_name()} is no PostGIS: use a postgresql:// URL")
    return parsed.set(drivername="postgresql+psycopg2")
