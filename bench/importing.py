"""Times the import of risk points beside the bare COPY and INSERT of the same rows."""

import csv
import io
import time
from pathlib import Path

from sqlalchemy import Engine, text

from app.city import City
from app.ingest.run import Order, run
from layers.registry import LAYERS


def measure_import(engine: Engine, city: City, file: Path) -> str:
    """Import a CSV of risk points, then copy its code, name and place into a bare table.

    Returns:
        Two lines: rows a second of each, and their ratio.
    """
    start = time.perf_counter()
    report = run(engine, Order(LAYERS["risk_points"], file, actor="bench"), city, LAYERS)
    service_s = time.perf_counter() - start
    rows = report.added
    start = time.perf_counter()
    _bare(engine, file)
    bare_s = time.perf_counter() - start
    return (
        f"import, validated, graded, indexed, {rows} rows: {rows / service_s:,.0f} rows/s\n"
        f"bare COPY of text and point, no index:   {rows / bare_s:,.0f} rows/s "
        f"(ratio {service_s / bare_s:.1f})"
    )


def _bare(engine: Engine, file: Path) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    with file.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["lon"]:
                writer.writerow([*row.values(), f"SRID=4326;POINT({row['lon']} {row['lat']})"])
    buffer.seek(0)
    width = len(next(csv.reader(io.StringIO(buffer.getvalue()))))
    columns = ", ".join(f"c{number} text" for number in range(width - 1))
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TEMP TABLE bare ({columns}, geom geometry(Point, 4326))"))
        driver = connection.connection.driver_connection
        assert driver is not None
        with driver.cursor() as cursor:
            cursor.copy_expert("COPY bare FROM STDIN (FORMAT csv)", buffer)
        connection.execute(text("DROP TABLE bare"))
