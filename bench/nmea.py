"""`python -m bench.nmea --messages N`: a file of AIS sentences imported, beside its parts alone.

In a database of its own: pyais alone reads and decodes the file, kept in no list; bare COPY writes
the same positions into the table with its indexes and triggers; the import decodes, judges and
writes them, then makes tracks of all.
"""

import argparse
import io
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pyais import FileReaderStream
from sqlalchemy import Engine, text

from app.city import read_city
from app.commands.database import opened
from app.db.engine import writing
from app.db.schema import migrate
from app.ingest.nmea import Decoder
from app.ingest.read import endings
from app.ingest.run import Order, run
from app.settings import Settings
from bench.ais import messages
from bench.databases import own_database
from layers.registry import LAYERS

COPY = (
    "COPY vessel_positions (mmsi, seen_at, speed_kn, course_deg, heading_deg, status, "
    "message_type, geom) FROM STDIN (FORMAT csv)"
)


def main() -> int:
    """Print messages a second of each, and how the import compares."""
    options = argparse.ArgumentParser(prog="python -m bench.nmea")
    options.add_argument("--messages", type=int, default=200_000)
    many = options.parse_args().messages
    lines = messages(many)
    with (
        tempfile.TemporaryDirectory() as folder,
        opened(Settings()) as url,
        own_database(url, "riskmap_nmea") as own,
    ):
        path = Path(folder) / "bench.nmea"
        path.write_bytes(b"\n".join(lines))
        engine = writing(own)
        migrate(engine)
        endings()  # loads every reader, which an import does once a process
        alone_s = _timed(lambda: _decode(path))
        rows = _rows(lines)
        loaded_s, imported_s = _import(engine, path, many)
        with engine.begin() as connection:
            connection.execute(text("TRUNCATE vessel_positions"))
        copied_s = _timed(lambda: _copy(engine, rows))
        engine.dispose()
    for name, seconds in (("pyais alone", alone_s), ("bare COPY, table with its indexes", copied_s),
                          ("import, until all are in the table", loaded_s),
                          ("import with tracks", imported_s)):  # fmt: skip
        print(f"{name}: {many / seconds:,.0f}/s, {seconds / alone_s:.2f} times pyais alone")
    return 0


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _decode(path: Path) -> None:
    for message in FileReaderStream(str(path)):
        message.decode()


def _import(engine: Engine, path: Path, many: int) -> tuple[float, float]:
    """Seconds until every position is in the table, and until the tracks of all are too."""
    order = Order(LAYERS["vessel_positions"], path, actor="bench")
    told: list[float] = []
    start = time.perf_counter()
    report = run(
        engine, order, read_city(Settings().city_folder), LAYERS,
        lambda _rows, _share: told.append(time.perf_counter()),
    )  # fmt: skip
    end = time.perf_counter()
    assert report.added == many, report.as_text()
    return told[-1] - start, end - start


def _rows(lines: list[bytes]) -> str:
    decoder = Decoder()
    found = [each for line in lines if (each := decoder.take(line))]
    return "".join(
        f"{each.mmsi},{each.seen_at},{each.speed_kn},{each.course_deg},{each.heading_deg},"
        f"{each.status},{each.message_type},SRID=4326;POINT({each.lon} {each.lat})\n"
        for each in found
    )


def _copy(engine: Engine, rows: str) -> None:
    with engine.begin() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        with driver.cursor() as cursor:
            cursor.copy_expert(COPY, io.StringIO(rows), size=1 << 18)


if __name__ == "__main__":
    sys.exit(main())
