"""`python -m bench [--points N] [--rounds N]`: make a database, load it, measure, drop it."""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

from app.city import read_city
from app.commands.database import opened
from app.db.engine import driver_url, writing
from app.db.reader import Reader
from app.db.schema import migrate
from app.db.versions import Versions
from app.settings import Settings
from app.tiles.maker import Tiles
from bench.answers import HEAD, measure
from bench.importing import measure_import
from bench.pairs import POINTS, TILES, pairs
from data.demo import generate

NAME = "riskmap_bench"


def main() -> int:
    """Run every benchmark and print a table."""
    options = argparse.ArgumentParser(prog="riskmap bench")
    options.add_argument("--scale", type=int, default=1, help="times 5 000 points")
    options.add_argument("--rounds", type=int, default=30)
    asked = options.parse_args()
    settings = Settings()
    with opened(settings) as url, _database(url) as bench_url:
        engine = writing(bench_url)
        migrate(engine)
        _load(engine, asked.scale)
        _answers(engine, bench_url, asked.rounds)
        engine.dispose()
    return 0


def _load(engine: Engine, scale: int) -> None:
    city = read_city(Settings().city_folder)
    with tempfile.TemporaryDirectory() as folder:
        files = dict(generate(city.folder, Path(folder), scale=scale))
        print(measure_import(engine, city, files["risk_points"]))
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def _answers(engine: Engine, url: str, rounds: int) -> None:
    reader = Reader(engine)
    tiles = Tiles(reader, Versions(reader), budget=Settings().tile_budget, shelf_mb=0)
    cells_at = {place.z for place in TILES if tiles.as_cells(POINTS, place.z)}
    print(HEAD)
    with _service(url) as root:
        for pair in pairs(cells_at):
            print(measure(pair, root, engine, rounds).as_text())


@contextmanager
def _database(url: str) -> Iterator[str]:
    """An empty database beside the one of the program."""
    admin = create_engine(driver_url(url), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {NAME}"))
    try:
        yield driver_url(url).set(database=NAME).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)"))
        admin.dispose()


@contextmanager
def _service(url: str) -> Iterator[str]:
    """The service in a process of its own, without its shelf of tiles."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    variables = {"RISKMAP_DATABASE_URL": url, "RISKMAP_TILE_CACHE_MB": "0",
                 "RISKMAP_LOG_LEVEL": "ERROR"}  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve", "--port", str(port)],
        env={**os.environ, **variables}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    root = f"http://127.0.0.1:{port}"
    try:
        assert process.stderr is not None
        process.stderr.readline()
        with urllib.request.urlopen(f"{root}/healthz"):
            yield root
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
