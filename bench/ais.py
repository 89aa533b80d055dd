"""AIS beside what pyais alone decodes, in one run, on a database that may be written to.

`RISKMAP_DATABASE_URL=… python -m bench.ais [MESSAGES]`: batches as the
listener writes them, and the file imported with its tracks. The rows that it wrote
are taken out again.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from pyais import encode_dict
from pyais.messages import NMEASentenceFactory
from sqlalchemy import Engine, delete

from app.city import read_city
from app.db.engine import writing
from app.db.tables import table_of
from app.db.vessel_stays import VESSEL_STAYS
from app.ingest.live_positions import write_positions
from app.ingest.nmea import Decoder, Heard
from app.ingest.run import Order, run
from app.settings import Settings
from layers.registry import LAYERS

VESSELS = 500
FIRST_S = 1_600_000_000
PREFIX = "2459"
"""Numbers of vessels that nothing else has here."""


def messages(many: int) -> list[bytes]:
    """Tagged sentences of a fleet under way, a minute apart for each vessel."""
    found = []
    for number in range(many):
        vessel, step = number % VESSELS, number // VESSELS
        told = {"type": 1, "mmsi": int(PREFIX) * 100_000 + vessel, "speed": 6.0, "course": 90,
                "lon": 122 + vessel / 500 + step % 500 / 600, "lat": 29 + vessel / 500}  # fmt: skip
        block = f"c:{FIRST_S + 60 * step + vessel % 60}"
        total = 0
        for byte in block.encode():
            total ^= byte
        found.append(f"\\{block}*{total:02X}\\{encode_dict(told)[0]}".encode())
    return found


def main(many: int) -> None:
    """Print messages a second of each, and the ratio to pyais alone."""
    lines = messages(many)
    engine = writing(os.environ["RISKMAP_DATABASE_URL"])
    start = time.perf_counter()
    for line in lines:
        NMEASentenceFactory.produce(line).decode()
    alone_s = time.perf_counter() - start
    decoder = Decoder()
    start = time.perf_counter()
    heard: list[Heard] = [each for line in lines if (each := decoder.take(line))]
    decoded_s = time.perf_counter() - start
    start = time.perf_counter()
    for begin in range(0, len(heard), 5000):
        write_positions(engine, LAYERS, heard[begin : begin + 5000])
    written_s = time.perf_counter() - start
    _clear(engine)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.nmea"
        path.write_bytes(b"\n".join(lines))
        start = time.perf_counter()
        order = Order(LAYERS["vessel_positions"], path, actor="bench")
        report = run(engine, order, read_city(Settings().city_folder), LAYERS)
        loaded_s = time.perf_counter() - start
    _clear(engine)
    figures = {
        "pyais alone": alone_s,
        "decoded and judged": decoded_s,
        "written as the listener does": written_s,
        f"file decoded, loaded ({report.added}), tracked": loaded_s,
    }
    for name, seconds in figures.items():
        print(f"{name}: {many / seconds:,.0f}/s (ratio {seconds / alone_s:.2f})")


def _clear(engine: Engine) -> None:
    with engine.begin() as connection:
        for layer in ("vessel_positions", "vessel_tracks", "vessels"):
            table = table_of(LAYERS[layer])
            connection.execute(delete(table).where(table.c.mmsi.startswith(PREFIX)))
        connection.execute(delete(VESSEL_STAYS).where(VESSEL_STAYS.c.mmsi.startswith(PREFIX)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
