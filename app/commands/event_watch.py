"""Events at sea found without anyone asking: a look every few minutes while the service runs.

The work is done by a process of its own, this module run as one, so that no answer waits for it;
the service only sees whether something came in. `riskmap analyse events --recent` does the same.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from app.analyses.analysis import Order
from app.analyses.carry_out import Run, carry_out
from app.analyses.looks import Looks
from app.analyses.recent_events import RECENT_EVENTS, worth_a_look
from app.city import City, read_city
from app.db.engine import writing
from app.errors import RiskMapError
from app.settings import CHECKOUT, Settings
from layers.registry import LAYERS

ACTOR = "riskmap"
STOP_S = 0.2
"""How soon a look ends when the service does."""

log = structlog.get_logger("riskmap.events")


def look_once(engine: Engine, city: City) -> Run | None:
    """Find what is new, unless another process is at it or nothing came in: then None.

    Raises:
        DatabaseAway: The database went away; nothing was written.
    """
    with engine.connect() as alone:
        # Of the session: it goes with the process, however that ends.
        if not alone.scalar(text("SELECT pg_try_advisory_lock(hashtext('riskmap events'))")):
            return None
        try:
            if not worth_a_look(alone, LAYERS, datetime.now(UTC)):
                return None
            alone.commit()
            return carry_out(engine, RECENT_EVENTS, Order(), (city, LAYERS), actor=ACTOR)
        finally:
            alone.execute(text("SELECT pg_advisory_unlock(hashtext('riskmap events'))"))


@contextmanager
def events_watched(url: str, settings: Settings, looks: Looks) -> Iterator[None]:
    """Look every `looks.every_s` seconds while the block runs, and say when; 0: never."""
    if not looks.every_s:
        yield
        return
    watcher = _Watcher(url, settings, looks)
    watcher.start()
    try:
        yield
    finally:
        watcher.stop()


class _Watcher(threading.Thread):
    """Sees whether something came in, and has it looked at."""

    def __init__(self, url: str, settings: Settings, looks: Looks) -> None:
        super().__init__(name="events", daemon=True)
        self._url, self._settings, self._looks = url, settings, looks
        self._engine = writing(url)
        self._ended = threading.Event()

    def stop(self) -> None:
        """End a look that runs: what it was doing is rolled back."""
        self._ended.set()
        self.join(timeout=10)
        self._engine.dispose()

    def run(self) -> None:
        wait_s = 0.0
        while not self._ended.wait(wait_s):
            begun = time.monotonic()
            self._looks.fault = self._look()
            # A look that takes long leaves as much time to others.
            took_s = time.monotonic() - begun
            wait_s = max(self._looks.every_s - took_s, took_s)
            self._looks.last_at = datetime.now(UTC)
            self._looks.next_at = self._looks.last_at + timedelta(seconds=wait_s)

    def _look(self) -> str | None:
        """Why it failed; None where it did not."""
        try:
            with self._engine.connect() as connection:
                if not worth_a_look(connection, LAYERS, datetime.now(UTC)):
                    return None
        except DBAPIError as fault:
            # Away, or not migrated yet: the map shows what was.
            log.warning("no look for events", reason=type(fault.orig).__name__)
            return "数据库不可用 the database is away"
        code, words = self._commanded()
        if code == 0 or self._ended.is_set():
            log.info("looked for events")
            return None
        log.warning("look for events failed", reason=words.strip()[-300:])
        return "未完成，原因见日志 it failed, the log says why"

    def _commanded(self) -> tuple[int, str]:
        """Exit code of the command, and what it said of faults."""
        environment = {
            **os.environ, "RISKMAP_DATABASE_URL": self._url, "RISKMAP_CITY": self._settings.city,
        }  # fmt: skip
        command = [sys.executable, "-m", __name__]
        with subprocess.Popen(  # noqa: S603 - its own words
            command, env=environment, cwd=CHECKOUT, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            while process.poll() is None:
                if self._ended.wait(STOP_S):
                    process.terminate()
                    process.wait()
            return process.returncode, process.stderr.read() if process.stderr else ""


def main() -> int:
    """Look once, by the settings of the environment; 0 done, 1 failed with one line."""
    settings = Settings()
    # Whoever asks the service goes first.
    os.nice(10)
    assert settings.database_url is not None
    engine = writing(settings.database_url)
    try:
        look_once(engine, read_city(settings.city_folder))
    except (RiskMapError, DBAPIError) as fault:
        sys.stderr.write(f"{type(fault).__name__}: {str(fault).strip().splitlines()[0]}\n")
        return 1
    finally:
        engine.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
