"""What a new day changes by itself: deadlines pass at midnight although nobody writes anything."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from app.analyses.raising import raise_again
from app.city import City
from app.db.engine import writing
from app.db.turn import Turn, in_turn
from layers.declare import Layer

RETRY_S = 60.0
"""How long after a failure it is tried again."""

log = structlog.get_logger("riskmap.midnight")


def begin_day(engine: Engine, layers: dict[str, Layer], today: date) -> int:
    """Hold every deadline against a day, in one transaction; returns how many features changed.

    Imports wait meanwhile, and it waits for those that run.
    """
    turn = Turn("riskmap", f"deadlines on {today.isoformat()}", alone=True)
    with in_turn(engine, turn) as connection:
        return raise_again(connection, layers, today)


def seconds_to_midnight(now: datetime) -> float:
    """Seconds from a local instant to the next midnight of its zone; more than zero.

    >>> seconds_to_midnight(datetime(2026, 11, 3, 23, 59, 30, tzinfo=ZoneInfo("Asia/Shanghai")))
    30.0
    """
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time.min, now.tzinfo)
    return (tomorrow - now).total_seconds()


@contextmanager
def days_kept(url: str, city: City, layers: dict[str, Layer]) -> Iterator[None]:
    """Begin the day now and every midnight of the city while the block runs."""
    ended = threading.Event()
    engine = writing(url)
    keeper = threading.Thread(
        target=_keep, args=(engine, city, layers, ended), name="midnight", daemon=True
    )
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join(timeout=5)
        engine.dispose()


def _keep(engine: Engine, city: City, layers: dict[str, Layer], ended: threading.Event) -> None:
    wait_s = 0.0
    while not ended.wait(wait_s):
        try:
            changed = begin_day(engine, layers, city.today())
        except DBAPIError as fault:
            # Away, not migrated yet, or a user that may not write: the map shows what was.
            log.warning("day not begun", reason=type(fault.orig).__name__)
            wait_s = RETRY_S
            continue
        log.info("day begun", changed=changed)
        wait_s = seconds_to_midnight(datetime.now(ZoneInfo(city.time_zone))) + 1
