"""`python -m bench.along --hazards N --kilometres N`: near a long pipeline among many hazards.

Three answers beside their bare SQL in one run: along the whole pipeline at 500 m on each side,
along one kilometre of it, and round a point at 1 km. The pipeline winds, with a corner every 100 m
and a marker every kilometre; hazards are strewn evenly over the city.
"""

import argparse
import json
import sys
from typing import Any

import numpy as np
from sqlalchemy import Engine, text

from app.commands.database import opened
from app.db.engine import writing
from app.db.reader import Reader
from app.db.schema import migrate
from app.lines.pieces import pieces_of
from app.lines.plane import Plane
from app.lines.read import read_line
from app.queries.along import Strip, along
from app.queries.nearby import Around, nearby
from app.settings import Settings
from bench.answers import HEAD, measure
from bench.databases import own_database
from bench.pairs import PLACE, POINTS, Pair
from bench.serving import serving
from layers.registry import LAYERS

WITHIN_M = 500.0

SPAN = (120.87, 29.75, 121.40, 30.30)
"""Where hazards lie: about 51 km by 61 km."""


def main() -> int:
    """Load, measure, print."""
    options = argparse.ArgumentParser(prog="python -m bench.along")
    options.add_argument("--hazards", type=int, default=50_000)
    options.add_argument("--kilometres", type=int, default=100)
    options.add_argument("--rounds", type=int, default=20)
    asked = options.parse_args()
    with opened(Settings()) as url, own_database(url) as own:
        engine = writing(own)
        migrate(engine)
        _hazards(engine, asked.hazards)
        fid = _pipeline(engine, asked.kilometres)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        print(f"{asked.hazards} hazards, {asked.kilometres} km, medians of {asked.rounds} rounds")
        print(HEAD)
        with serving(own) as (root, _):
            for pair in _pairs(engine, fid):
                print(measure(pair, root, engine, asked.rounds).as_text())
        engine.dispose()
    return 0


def _hazards(engine: Engine, many: int) -> None:
    west, south, east, north = SPAN
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO risk_points (code, name, category, status, grade, grade_method, geom) "
                "SELECT 'B' || n, '示意 ' || n, '01', '在用', 1 + n % 4, 'LEC', "
                "ST_SetSRID(ST_MakePoint(:west + random() * (:east - :west), "
                ":south + random() * (:north - :south)), 4326) "
                "FROM generate_series(1, :many) n"
            ),
            {"west": west, "east": east, "south": south, "north": north, "many": many},
        )


def _pipeline(engine: Engine, kilometres: int) -> int:
    """Lay a line to and fro across the city, as long as is asked."""
    plane = Plane.at(*PLACE)
    step = np.arange(0, kilometres * 1000 + 1, 100.0)
    row, along_row = np.divmod(step, 30_000.0)
    x = np.where(row % 2 == 0, along_row, 30_000.0 - along_row)
    y = row * 9_000.0 + 400 * np.sin(step / 1500)
    corner = plane.metres(np.array([[120.95, 29.85]]))[0]
    degrees = plane.degrees(np.column_stack([corner[0] + x, corner[1] + y]))
    wkt = "MULTILINESTRING((" + ",".join(f"{lon} {lat}" for lon, lat in degrees) + "))"
    with engine.begin() as connection:
        fid = connection.scalar(
            text("INSERT INTO pipelines (code, name, medium, geom) "
                 "VALUES ('BENCH', '示意长线', 'gas', ST_GeomFromText(:wkt, 4326)) RETURNING fid"),
            {"wkt": wkt},
        )  # fmt: skip
        markers = [
            {"no": f"K{number}", "stake": number * 1003.0, "lon": lon, "lat": lat}
            for number, (lon, lat) in enumerate(degrees[::10].tolist())
        ]
        connection.execute(
            text(
                "INSERT INTO pipeline_markers (pipeline_code, marker_no, kind, measure_m, geom) "
                "VALUES ('BENCH', :no, '里程桩', :stake, "
                "ST_SetSRID(ST_MakePoint(:lon, :lat), 4326))"
            ),
            markers,
        )
    return int(fid or 0)


def _pairs(engine: Engine, fid: int) -> list[Pair]:
    line = read_line(Reader(engine).all, LAYERS, "pipelines", fid)
    whole = _along_pair("along all of it, 500 m, first 100", line, (0.0, line.length_m), "")
    part = (line.along(40_000.0), line.along(41_000.0))
    one = _along_pair("along 1 km, 500 m, first 100", line, part, "&from=40000&to=41000")
    lon, lat = PLACE
    around = Around(json.dumps({"type": "Point", "coordinates": [lon, lat]}),
                    (lon, lat, lon, lat), 1000.0, 32651, None, 100)  # fmt: skip
    question = nearby([POINTS], around)
    point = Pair(
        "round a point, 1 km, first 100",
        f"/api/nearby?lon={lon}&lat={lat}&within_m=1000&layers=risk_points&limit=100",
        question.statement,
        question.values,
    )
    return [whole, one, point]


def _along_pair(name: str, line: Any, window: tuple[float, float], query: str) -> Pair:
    itself = (line.name[0], line.name[1])
    strip = Strip(pieces_of(line, *window), itself, WITHIN_M, None, "stake", 100)
    address = (
        f"/api/collections/pipelines/items/{line.name[1]}/nearby?within_m={WITHIN_M:.0f}"
        f"&layers=risk_points&limit=100{query}"
    )
    question = along([POINTS], strip)
    return Pair(name, address, question.statement, question.values)


if __name__ == "__main__":
    sys.exit(main())
