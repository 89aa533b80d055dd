"""A fleet at sea: how loading, tracking and scanning grow from one million positions to ten.

`python -m bench.fleet [MANY …]`: for each number a database of its own and a process of its own,
that loads a CSV file of a fleet, makes its tracks anew and finds its events. Prints rows a second
of each step and the peak memory of the program and of the database's process.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import text

from app.analyses.analysis import ANALYSES
from app.analyses.analysis import Order as Asked
from app.analyses.carry_out import carry_out
from app.analyses.tracks import tracks_of
from app.city import read_city
from app.commands.database import opened
from app.db.engine import writing
from app.db.schema import migrate
from app.ingest.run import Order, run
from app.settings import Settings
from bench.databases import own_database
from bench.regrading import Memory
from layers.registry import LAYERS

VESSELS = 500
EVERY_S = 60
FIRST = datetime(2026, 6, 1, tzinfo=UTC)


def main() -> None:
    """Measure each number in a process of its own."""
    options = argparse.ArgumentParser(prog="bench.fleet")
    options.add_argument("many", type=int, nargs="*", default=[1_000_000])
    options.add_argument("--alone", action="store_true", help="measure here")
    asked = options.parse_args()
    if asked.alone:
        _measure(asked.many[0])
        return
    for many in asked.many:
        command = [sys.executable, "-m", "bench.fleet", str(many), "--alone"]
        subprocess.run(command, check=True)


def fleet(many: int, path: Path) -> None:
    """A CSV file of vessels that report every minute, in the order in which reports come.

    They go out and come back along their own meridian, and lie still for a part of every half day,
    each second one beside its neighbour.
    """
    numbers = np.arange(VESSELS)
    steps = max(many // VESSELS, 2)
    with path.open("w", encoding="ascii") as stream:
        stream.write("mmsi,seen_at,lon,lat,speed_kn,course_deg,status\n")
        for step in range(steps):
            at = FIRST + timedelta(seconds=step * EVERY_S)
            phase = (step + numbers // 2 * 7) % 720
            still = phase >= 540  # noqa: PLR2004 - three quarters of half a day
            out = np.where(phase < 270, phase, 540 - np.minimum(phase, 540))  # noqa: PLR2004
            lon = 122.3 + numbers // 2 / 100 + numbers % 2 * 0.002
            lat = 29.2 + out * 0.0016
            speed, course = np.where(still, 0.2, 5.8), np.where(phase < 270, 0, 180)  # noqa: PLR2004
            for number in range(VESSELS):
                stream.write(
                    f"{412_000_000 + number},{at:%Y-%m-%dT%H:%M:%SZ},{lon[number]:.5f},"
                    f"{lat[number]:.5f},{speed[number]},{course[number]},0\n"
                )


def _measure(many: int) -> None:
    city = read_city(Settings().city_folder)
    with (
        opened(Settings()) as url,
        own_database(url) as bench_url,
        tempfile.TemporaryDirectory() as folder,
    ):
        engine = writing(bench_url)
        migrate(engine)
        memory = Memory(engine)
        path = Path(folder) / "fleet.csv"
        fleet(many, path)

        def load() -> str:
            order = Order(LAYERS["vessel_positions"], path, actor="bench")
            return f"{run(engine, order, city, LAYERS).added} added"

        def track() -> str:
            mmsis = [f"{412_000_000 + number}" for number in range(VESSELS)]
            with engine.begin() as connection:
                return tracks_of(connection, LAYERS, city, dict.fromkeys(mmsis)).lines()[0]

        def scan() -> str:
            days = many // VESSELS * EVERY_S // 86400
            order = Asked(first=FIRST.date(), last=FIRST.date() + timedelta(days=days))
            done = carry_out(engine, ANALYSES["events"], order, (city, LAYERS), actor="bench")
            return str(done.outcome.result["kinds"])

        for name, step in (
            ("loaded and tracked", load),
            ("tracked anew", track),
            ("scanned", scan),
        ):
            _told(memory, many, name, step)
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("ANALYZE"))
        engine.dispose()


def _told(memory: Memory, many: int, name: str, step: Callable[[], str]) -> None:
    start = time.perf_counter()
    with memory.watched():
        told = step()
    took_s = time.perf_counter() - start
    print(f"{many:,} {name}: {took_s:.1f} s, {many / took_s:,.0f}/s, {memory.told()} ({told})",
          flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
