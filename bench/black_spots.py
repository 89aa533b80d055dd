"""`python -m bench.black_spots [--crashes N]`: the search for black spots beside SQL's own windows.

The peer counts, in one SQL statement, the crashes in the window of 500 m that begins at each crash,
and the best of each route; the search does the same, and everything else that a run tells.
"""

import argparse
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
from sqlalchemy import Engine, text

from app.analyses.blackspot_period import Asked
from app.analyses.blackspots import find_blackspots
from app.city import City, read_city
from app.commands.database import opened
from app.db.engine import writing
from app.db.schema import migrate
from app.ingest.run import Order, run
from app.settings import Settings
from bench.databases import own_database
from data.demo import generate
from layers.blackspots.areas import CrashAreaRules
from layers.blackspots.rules import BlackspotRules
from layers.blackspots.screening import CrashScreening
from layers.blackspots.severity import CrashWeights
from layers.registry import LAYERS

CRASHES = """
INSERT INTO crashes (code, occurred_at, route_code, measure_m, deaths, serious, slight, procedure,
                     placed_by_stake)
SELECT 'B' || n, '2023-11-02'::timestamptz + random() * interval '1093 days', r.code,
       r.from_m + random() * (r.to_m - r.from_m), (random() < 0.02)::int, (random() < 0.1)::int,
       (random() < 0.3)::int, CASE WHEN random() < 0.3 THEN '一般程序' ELSE '简易程序' END, false
  FROM generate_series(1, :n) AS n
  JOIN LATERAL (SELECT code, from_m, to_m FROM roads ORDER BY random() * n LIMIT 1) r ON true
"""

WINDOWS = """
SELECT max(n) FROM (
  SELECT count(*) OVER (PARTITION BY route_code ORDER BY measure_m
                        RANGE BETWEEN CURRENT ROW AND 499.999999 FOLLOWING) AS n
    FROM crashes WHERE procedure = '一般程序') AS windows
"""


def main() -> int:
    """Load the routes, throw crashes on them, search, and print a table."""
    options = argparse.ArgumentParser(prog="bench.black_spots")
    options.add_argument("--crashes", type=int, nargs="+", default=[1000, 10_000])
    asked = options.parse_args()
    settings = Settings()
    city = read_city(settings.city_folder)
    with opened(settings) as url, own_database(url) as bench_url:
        engine = writing(bench_url)
        migrate(engine)
        _load(engine, city)
        print("crashes  search, s  SQL windows alone, s  black spots  best window  peak MB")
        for crashes in asked.crashes:
            _measure(engine, city, crashes)
        engine.dispose()
    return 0


def _load(engine: Engine, city: City) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = dict(generate(city.folder, Path(folder)))
        for name in ("townships", "roads", "road_markers"):
            run(engine, Order(LAYERS[name], files[name], actor="bench"), city, LAYERS)


def _measure(engine: Engine, city: City, crashes: int) -> None:
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE crashes, road_segments"))
        connection.execute(text("SELECT setseed(0.5)"))
        connection.execute(text(CRASHES), {"n": crashes})
        connection.execute(text("ANALYZE crashes"))
    asked = Asked(BlackspotRules.shipped(), CrashWeights.shipped(), CrashScreening.shipped(),
                  CrashAreaRules.shipped(), last=date(2026, 10, 31))  # fmt: skip
    with engine.connect() as connection, connection.begin() as transaction:
        start = time.perf_counter()
        found = find_blackspots(connection, LAYERS, city, asked)
        search_s = time.perf_counter() - start
        start = time.perf_counter()
        best = connection.scalar(text(WINDOWS))
        sql_s = time.perf_counter() - start
        transaction.rollback()
    counts = [met["count"] for spot in found["blackspots"] for met in spot["criteria"]
              if met["criterion"] == "④" and met["window"] == "点"]  # fmt: skip
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    agrees = "=" if int(np.max(counts, initial=0)) == best else "≠"
    print(f"{crashes:7}  {search_s:9.2f}  {sql_s:20.3f}  {len(found['blackspots']):11}  "
          f"{int(np.max(counts, initial=0)):5} {agrees} {best:3}  {peak_mb:7.0f}")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
