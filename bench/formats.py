"""`python -m bench.formats --points N`: risk points imported from CSV, Excel and GeoPackage.

Each is imported in a process and a database of its own; prints rows a second, the ratio to the
first, and the peak memory of the process.
"""

import argparse
import csv
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame, points_from_xy
from openpyxl import Workbook
from sqlalchemy.engine import make_url

from app.city import read_city
from app.commands.database import opened
from app.db.engine import writing
from app.db.schema import migrate
from app.ingest.run import Order, run
from app.settings import Settings
from bench.databases import own_database
from bench.regrading import SEED
from data.demo import city as demo_city
from data.demo import risk_points
from data.demo.generate import AS_OF
from layers.registry import LAYERS


def main() -> int:
    """Write the files, import each in a process of its own, print."""
    options = argparse.ArgumentParser(prog="python -m bench.formats")
    options.add_argument("--points", type=int, default=20_000)
    options.add_argument("--formats", default="csv,xlsx,gpkg")
    options.add_argument("--file", type=Path)
    options.add_argument("--url")
    asked = options.parse_args()
    if asked.file is not None:
        return _import(asked.file, asked.url)
    city = demo_city.read_city(read_city(Settings().city_folder).folder)
    with opened(Settings()) as url, tempfile.TemporaryDirectory() as made:
        path = Path(made) / "points.csv"
        risk_points.write(city, path, asked.points, AS_OF, np.random.default_rng(SEED))
        first_s = 0.0
        makers = {"csv": lambda path: path, "xlsx": _workbook, "gpkg": _geopackage}
        for file in (makers[name](path) for name in asked.formats.split(",")):
            with own_database(url, "riskmap_formats") as own:
                shown = make_url(own).render_as_string(hide_password=False)
                command = [sys.executable, "-m", "bench.formats", "--file", str(file)]
                ran = subprocess.run([*command, "--url", shown], check=True, capture_output=True,
                                     text=True)  # fmt: skip
            rows, took_s, peak_mb = map(float, ran.stdout.split())
            first_s = first_s or took_s
            print(f"{file.suffix}: {rows:,.0f} rows in {took_s:.1f} s, {rows / took_s:,.0f} rows/s "
                  f"({took_s / first_s:.2f} × the first), peak {peak_mb:.0f} MB")  # fmt: skip
    return 0


def _import(file: Path, url: str) -> int:
    engine = writing(url)
    migrate(engine)
    city = read_city(Settings().city_folder)
    start = time.perf_counter()
    report = run(engine, Order(LAYERS["risk_points"], file, actor="bench"), city, LAYERS)
    took_s = time.perf_counter() - start
    engine.dispose()
    print(report.added, took_s, _peak_mb())
    return 0


def _peak_mb() -> float:
    """The peak of this program alone; `getrusage` would tell that of the one that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(each for each in status.splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _workbook(path: Path) -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for line in csv.reader(stream):
            sheet.append(line)
    book.save(path.with_suffix(".xlsx"))
    return path.with_suffix(".xlsx")


def _geopackage(path: Path) -> Path:
    rows = pd.read_csv(path, dtype=str, encoding="utf-8-sig", keep_default_na=False)
    lon, lat = (pd.to_numeric(rows.pop(name), errors="coerce") for name in ("lon", "lat"))
    frame = GeoDataFrame(rows, geometry=points_from_xy(lon, lat), crs="EPSG:4326")
    frame.to_file(path.with_suffix(".gpkg"), driver="GPKG", engine="pyogrio")
    return path.with_suffix(".gpkg")


if __name__ == "__main__":
    sys.exit(main())
