"""`python -m bench [--points N] [--rounds N]`: make a database, load it, measure, drop it."""

import argparse
import sys
import tempfile
from pathlib import Path

from sqlalchemy import Engine, text

from app.city import read_city
from app.commands.database import opened
from app.db.engine import writing
from app.db.reader import Reader
from app.db.schema import migrate
from app.db.versions import Versions
from app.settings import Settings
from app.tiles.maker import Tiles
from bench.answers import HEAD, measure
from bench.databases import own_database
from bench.importing import measure_import
from bench.pairs import POINTS, TILES, pairs
from bench.serving import serving
from data.demo import generate


def main() -> int:
    """Run every benchmark and print a table."""
    options = argparse.ArgumentParser(prog="riskmap bench")
    options.add_argument("--scale", type=int, default=1, help="times 5 000 points")
    options.add_argument("--rounds", type=int, default=30)
    asked = options.parse_args()
    settings = Settings()
    with opened(settings) as url, own_database(url) as bench_url:
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
    with serving(url) as (root, _):
        for pair in pairs(cells_at):
            print(measure(pair, root, engine, rounds).as_text())


if __name__ == "__main__":
    sys.exit(main())
