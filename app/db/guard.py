"""Errors of the driver become errors of the program, once, at the database's door."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg2 import Error as DriverError
from psycopg2 import InterfaceError
from psycopg2 import OperationalError as DriverOperationalError
from psycopg2 import errors as driver
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.db.caller import has_left
from app.errors import ClientLeft, DatabaseAway, Misplaced, NotMigrated, StatementTooSlow


@contextmanager
def guarded() -> Iterator[None]:
    """Translate what the driver raises; SQL and hosts stay in the log.

    Raises:
        StatementTooSlow: The statement ran into its limit.
        NotMigrated: A table or column is not there.
        DatabaseAway: The database does not answer, or is shutting down.
        ClientLeft: Who asked is gone; then every fault is a consequence of it.
    """
    try:
        yield
    except PoolTimeout as fault:
        raise _told(DatabaseAway("all connections are busy; try again")) from fault
    except DBAPIError as fault:
        raise _told(_translated(fault.orig, fault)) from fault
    except DriverError as fault:
        raise _told(_translated(fault, fault)) from fault


def _told(fault: Exception) -> Exception:
    return ClientLeft("nobody waits for it any more 已无人等待该结果") if has_left() else fault


def _translated(cause: BaseException | None, fault: Exception) -> Exception:
    if isinstance(cause, driver.QueryCanceled):
        return StatementTooSlow("ask for a smaller area or a narrower filter")
    if isinstance(cause, driver.UndefinedTable | driver.UndefinedColumn):
        return NotMigrated("run `riskmap db migrate`")
    if isinstance(cause, driver.InternalError_):
        return _misplaced(str(cause)) or fault
    if isinstance(cause, DriverOperationalError | InterfaceError):
        return DatabaseAway("it is tried again by itself")
    return fault


def is_lost(fault: DBAPIError) -> bool:
    """Whether the connection is gone rather than the statement wrong."""
    if isinstance(fault.orig, driver.QueryCanceled):
        return False
    return fault.connection_invalidated or isinstance(fault, OperationalError)


UNKNOWN = re.compile(r"SRID \((\d+)\)")
"""How PostGIS names a system that its table of them lacks."""


def _misplaced(words: str) -> Misplaced | None:
    """What PostGIS says of a reference system that it lacks, or of a place beyond its domain."""
    if "SRID" in words:
        named = UNKNOWN.search(words)
        return Misplaced(
            "the database does not know this system 数据库不支持该坐标系",
            int(named[1]) if named else None,
        )
    if "transform" in words or "projection" in words:
        return Misplaced(
            "the place lies outside the domain of this system 位置超出该坐标系适用范围"
        )
    return None
