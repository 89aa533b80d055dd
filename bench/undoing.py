"""`python -m bench.undoing --points N`: imports of risk points undone, beside their imports.

One import adds every point, another changes a column of every point; the second is undone, then the
first. Prints seconds of each and the ratio of undoing to importing, and the bare UPDATE of the same
column beside the undo that restores it.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine, text

from app.city import City, read_city
from app.commands.database import opened
from app.db.engine import writing
from app.db.schema import migrate
from app.ingest.run import Order, run
from app.ingest.undo import undo
from app.settings import Settings
from bench.databases import own_database
from bench.regrading import SEED
from data.demo import city as demo_city
from data.demo import risk_points
from data.demo.generate import AS_OF
from layers.registry import LAYERS

POINTS = LAYERS["risk_points"]


def main() -> int:
    """Load, change, undo both, print."""
    options = argparse.ArgumentParser(prog="python -m bench.undoing")
    options.add_argument("--points", type=int, default=20_000)
    asked = options.parse_args()
    with opened(Settings()) as url, own_database(url, "riskmap_undoing") as own:
        engine = writing(own)
        migrate(engine)
        _measure(engine, read_city(Settings().city_folder), asked.points)
        engine.dispose()
    return 0


def _measure(engine: Engine, city: City, points: int) -> None:
    with tempfile.TemporaryDirectory() as made:
        path, changed = Path(made) / "points.csv", Path(made) / "changed.csv"
        random = np.random.default_rng(SEED)
        risk_points.write(demo_city.read_city(city.folder), path, points, AS_OF, random)
        words = path.read_text(encoding="utf-8-sig").replace("在用", "停用")
        changed.write_text(words, encoding="utf-8")
        adding = Order(POINTS, path, actor="bench")
        changing = Order(POINTS, changed, actor="bench")
        first, added_s = _timed(lambda: run(engine, adding, city, LAYERS))
        second, changed_s = _timed(lambda: run(engine, changing, city, LAYERS))
    back, back_s = _timed(lambda: undo(engine, second.id, city, LAYERS, "bench"))
    _, bare_s = _timed(lambda: _bare(engine))
    gone, gone_s = _timed(lambda: undo(engine, first.id, city, LAYERS, "bench"))
    print(f"import adds {first.added}: {added_s:.1f} s; undone ({gone.deleted} deleted): "
          f"{gone_s:.1f} s (ratio {gone_s / added_s:.2f})")  # fmt: skip
    print(f"import changes {second.changed}: {changed_s:.1f} s; undone ({back.restored} restored): "
          f"{back_s:.1f} s (ratio {back_s / changed_s:.2f}); the bare UPDATE of that column: "
          f"{bare_s:.1f} s (ratio {back_s / bare_s:.2f})")  # fmt: skip


def _bare(engine: Engine) -> None:
    """Update the column of every row as plain SQL, triggers included; rolled back."""
    with engine.connect() as connection:
        connection.execute(text("UPDATE risk_points SET status = '停用'"))
        connection.rollback()


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    done = work()
    return done, time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
