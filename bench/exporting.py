"""`python -m bench.exporting [--points N]`: export as GeoJSON beside bare COPY, in one run.

Prints time as a ratio, milliseconds to the first byte, the service's peak memory before and after,
and what a map tile costs while ten exports run.
"""

import argparse
import os
import statistics
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import Engine, text

from app.commands.database import opened
from app.db.copy import copy_command
from app.db.engine import writing
from app.db.schema import migrate
from app.queries.feature import Shape, every
from app.queries.where import Where
from app.settings import Settings
from bench.databases import own_database
from bench.serving import peak_mb, serving
from layers.registry import LAYERS

CHUNK_BYTES = 1 << 16

AT_ONCE, TILES = 10, 10

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
    with opened(Settings()) as url, own_database(url, "riskmap_exporting") as bench_url:
        engine = writing(bench_url)
        migrate(engine)
        with engine.begin() as connection:
            connection.execute(text(POINTS), {"many": many})
        with engine.begin() as connection:
            connection.execute(text("ANALYZE risk_points"))
        with serving(bench_url) as (root, pid):
            _measure(engine, root, pid)
        engine.dispose()
    return 0


def _measure(engine: Engine, root: str, pid: int) -> None:
    address = f"{root}/api/collections/risk_points/export?f=geojson"
    # Libraries are loaded by an export of one point, which is not what is measured.
    _fetch(f"{address}&code=B1")
    before = peak_mb(pid)
    pairs = [(_fetch(address), _bare_s(engine)) for _ in range(3)]
    whole = statistics.median(took[1] for took, _ in pairs)
    bare = statistics.median(took for _, took in pairs)
    first = statistics.median(took[0] for took, _ in pairs)
    print(f"export {whole:.2f} s, bare COPY {bare:.2f} s, ratio {whole / bare:.2f}")
    print(f"first byte after {1000 * first:.0f} ms; {_grown(before, pid)}")
    alone = statistics.median(_fetch(root + TILE)[1] for _ in range(TILES))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = [pool.submit(_fetch, address) for _ in range(AT_ONCE)]
        beside = sorted(_fetch(root + TILE)[1] for _ in range(TILES))
        told = [each.result() for each in running]
    slowest = max(took for _, took in told)
    print(f"a tile alone {1000 * alone:.0f} ms, beside {AT_ONCE} exports "
          f"{1000 * statistics.median(beside):.0f} ms, the slowest of {TILES} "
          f"{1000 * beside[-1]:.0f} ms; the exports took {slowest:.1f} s; "
          f"{_grown(before, pid)}")  # fmt: skip


def _grown(before: float, pid: int) -> str:
    """Memory of the service at its highest, and how much more that is than before."""
    now = peak_mb(pid)
    return f"peak memory {now:.0f} MB, {now - before:.0f} MB more than before"


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
            cursor.copy_expert(copy_command(driver, statement), nowhere)
    return time.perf_counter() - begin


if __name__ == "__main__":
    sys.exit(main())
