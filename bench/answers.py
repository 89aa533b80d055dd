"""Times answers of a running service and their bare statements in turn, A B A B."""

import http.client
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Engine

from bench.pairs import Pair


@dataclass(frozen=True)
class Timing:
    """Medians of one pair in milliseconds, and the size of the answer in kilobytes."""

    name: str
    service_ms: float
    bare_ms: float
    size_kb: float

    def as_text(self) -> str:
        """One line of the table."""
        ratio = self.service_ms / self.bare_ms
        return (
            f"{self.name:28} {self.service_ms:9.2f} {self.bare_ms:9.2f} {ratio:7.2f} "
            f"{self.service_ms - self.bare_ms:8.2f} {self.size_kb:9.1f}"
        )


HEAD = f"{'answer':28} {'service':>9} {'bare SQL':>9} {'ratio':>7} {'more':>8} {'kB':>9}   (ms)"


def measure(pair: Pair, root: str, engine: Engine, rounds: int) -> Timing:
    """Ask the service and the database in turn; the first round does not count.

    The service keeps tiles: every request asks past its shelf by a header that it ignores, so the
    caller must run it with RISKMAP_TILE_CACHE_MB=0.
    """
    connection = http.client.HTTPConnection(urlsplit(root).netloc)
    sizes: list[int] = []

    def ask() -> None:
        connection.request("GET", pair.address, headers={"Accept-Encoding": "identity"})
        answer = connection.getresponse()
        sizes.append(len(answer.read()))
        if answer.status not in {200, 204}:
            raise RuntimeError(f"{pair.address}: {answer.status}")

    with engine.connect() as database:
        cursor, query = _prepared(database.connection.driver_connection, pair)

        def bare() -> None:
            cursor.execute(query)
            cursor.fetchall()

        service, plain = _in_turn(ask, bare, rounds)
    return Timing(pair.name, service, plain, sizes[-1] / 1000)


def _prepared(driver: Any, pair: Pair) -> tuple[Any, bytes]:
    from sqlalchemy.dialects import postgresql

    compiled = pair.statement.compile(dialect=postgresql.dialect(paramstyle="pyformat"))  # type: ignore[no-untyped-call]
    cursor = driver.cursor()
    cursor.execute("SET jit = off; SET max_parallel_workers_per_gather = 0")
    return cursor, cursor.mogrify(str(compiled), compiled.construct_params(pair.values))


def _in_turn(
    one: Callable[[], None], other: Callable[[], None], rounds: int
) -> tuple[float, float]:
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds + 1):
        for call, kept in zip((one, other), times, strict=True):
            start = time.perf_counter()
            call()
            kept.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[0][1:]), statistics.median(times[1][1:])
