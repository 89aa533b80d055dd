"""`python -m bench.exporting [--points N]`: export as GeoJSON beside bare COPY, in one run.

Prints time as a ratio, milliseconds to the first byte, the service's peak memory before and after,
and what a map tile costs while ten exports run.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from app.commands.database import opened
from app.db.copy import _command
from app.db.engine import writing
from app.db.schema import migrate
from app.queries.feature import Shape, every
from app.queries.where import Where
from app.settings import Settings
from bench.__main__ import _database
from layers.registry import LAYERS

CHUNK_BYTES = 1 << 16

TILE = "/api/tiles/risk_points/11/1713/841.mvt"

POINTS = """INSERT INTO risk_points (code, name, category, status, grade, geom)
SELECT 'B' || n, '点' || n, 'other', '在用', 1 + n % 4,
  ST_Point(121 + n % 1000 / 5000.0, 30 + n / 1000 / 5000.0, 4326)
  FROM generate_series(1, :many) AS n"""


def main() -> int:
    """Make a database, fill it, measure, drop it."""
    options = argparse.ArgumentParser(prog="python -m bench.exporting")
    options.add_argument("--points", type=int, default=50_000)
    many = options.parse_args().points
    with opened(Settings()) as url, _database(url) as bench_url:
        engine = writing(bench_url)
        migrate(engine)
        with engine.begin() as connection:
            connection.execute(text(POINTS), {"many": many})
        with engine.begin() as connection:
            connection.execute(text("ANALYZE risk_points"))
        with _service(bench_url) as (root, pid):
            _measure(engine, root, pid)
        engine.dispose()
    return 0


def _measure(engine: Engine, root: str, pid: int) -> None:
    address = f"{root}/api/collections/risk_points/export?f=geojson"
    _fetch(address)
    before = _peak_mb(pid)
    pairs = [(_fetch(address), _bare_s(engine)) for _ in range(3)]
    whole = statistics.median(took[1] for took, _ in pairs)
    bare = statistics.median(took for _, took in pairs)
    first = statistics.median(took[0] for took, _ in pairs)
    print(f"export {whole:.2f} s, bare COPY {bare:.2f} s, ratio {whole / bare:.2f}")
    print(f"first byte after {1000 * first:.0f} ms; peak memory {_peak_mb(pid):.0f} MB, "
          f"before {before:.0f} MB")  # fmt: skip
    alone = statistics.median(_fetch(root + TILE)[1] for _ in range(10))
    with ThreadPoolExecutor(10) as pool:
        running = [pool.submit(_fetch, address) for _ in range(10)]
        beside = statistics.median(_fetch(root + TILE)[1] for _ in range(10))
        for each in running:
            each.result()
    print(f"a tile alone {1000 * alone:.0f} ms, beside ten exports {1000 * beside:.0f} ms")


def _fetch(address: str) -> tuple[float, float]:
    """Seconds to the first byte and to the last."""
    begin = time.perf_counter()
    with urllib.request.urlopen(address) as answer:
        answer.read(1)
        first = time.perf_counter() - begin
        while answer.read(CHUNK_BYTES):
            pass
    return first, time.perf_counter() - begin


def _bare_s(engine: Engine) -> float:
    """Seconds that the driver takes for COPY of the same statement, to nowhere."""
    statement = every(LAYERS["risk_points"], Where(), Shape())
    begin = time.perf_counter()
    with engine.connect() as connection, Path(os.devnull).open("wb") as nowhere:
        driver = connection.connection.driver_connection
        assert driver is not None
        with driver.cursor() as cursor:
            cursor.copy_expert(_command(driver, statement), nowhere)
    return time.perf_counter() - begin


def _peak_mb(pid: int) -> float:
    """Peak memory of a process, megabytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(each for each in status.splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) / 1000


@contextmanager
def _service(url: str) -> Iterator[tuple[str, int]]:
    """The service in a process of its own: its address and process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    variables = {"RISKMAP_DATABASE_URL": url, "RISKMAP_TILE_CACHE_MB": "0",
                 "RISKMAP_LOG_LEVEL": "ERROR"}  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve", "--port", str(port)],
        env={**os.environ, **variables}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stderr is not None
        process.stderr.readline()
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
