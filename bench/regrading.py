"""`python -m bench.regrading --points N`: risk points graded again, all in one transaction.

Two rule sets: one whose LEC boundary moved, so that some rows change, and one of which the version
alone is new, so that every row does. Prints rows a second and peak memory on both sides.
"""

import argparse
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine, event, text

from app.city import read_city
from app.commands.database import opened
from app.commands.grade import Report, grade
from app.db.engine import writing
from app.db.schema import migrate
from app.ingest.run import Order, run
from app.settings import Settings
from bench.databases import own_database
from data.demo import city as demo_city
from data.demo import risk_points
from data.demo.generate import AS_OF
from layers.grading.rule_set import RULES, RuleSet, parse
from layers.registry import LAYERS

POINTS = LAYERS["risk_points"]

SEED = (330281, 2)
"""The one with which the demonstration city writes its risk points."""

SAMPLED_EVERY_S = 0.05


def main() -> int:
    """Load, grade twice, print."""
    options = argparse.ArgumentParser(prog="python -m bench.regrading")
    options.add_argument("--points", type=int, default=100_000)
    asked = options.parse_args()
    with opened(Settings()) as url, own_database(url, "riskmap_regrading") as own:
        engine = writing(own)
        migrate(engine)
        _load(engine, asked.points)
        memory = Memory(engine)
        _tell("shipped rule sets again", memory, engine, None)
        moved, renamed = _rules()
        _tell("boundary of LEC moved", memory, engine, moved)
        _tell("version alone is new", memory, engine, renamed)
        engine.dispose()
    return 0


def _rules() -> tuple[RuleSet, RuleSet]:
    words = (RULES / "lec.toml").read_text(encoding="utf-8")
    moved = words.replace("grade = 2, at_least = 160", "grade = 2, at_least = 150")
    renamed = words.replace('version = "', 'version = "next ')
    return parse(moved), parse(renamed)


def _load(engine: Engine, points: int) -> None:
    folder = Settings().city_folder
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "risk_points.csv"
        random = np.random.default_rng(SEED)
        risk_points.write(demo_city.read_city(folder), path, points, AS_OF, random)
        start = time.perf_counter()
        city = read_city(folder)
        townships = Order(LAYERS["townships"], folder / "townships.geojson", actor="bench")
        run(engine, townships, city, LAYERS)
        report = run(engine, Order(POINTS, path, actor="bench"), city, LAYERS)
    took = time.perf_counter() - start
    print(f"loaded {report.added} points in {took:.1f} s ({report.added / took:,.0f} rows/s)")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))


def _tell(name: str, memory: "Memory", engine: Engine, rules: RuleSet | None) -> None:
    with memory.watched():
        start = time.perf_counter()
        report = grade(engine, POINTS, rules)
        took = time.perf_counter() - start
    speed = report.layers[0].rows / took
    print(f"{name:26} {_counts(report)} in {took:6.2f} s, {speed:,.0f} rows/s; {memory.told()}")


def _counts(report: Report) -> str:
    (layer,) = report.layers
    return f"{layer.rows} rows, {layer.changed} assessed otherwise, {layer.moving} moved"


@dataclass
class Memory:
    """Peak memory of this process and of the database's backend, on this machine."""

    engine: Engine
    backend_mb: float = 0.0
    pid: int = 0

    def __post_init__(self) -> None:
        """Learn the process of the connection that is used."""
        event.listen(self.engine, "checkout", self._learn)

    def _learn(self, driver: Any, _record: Any, _proxy: Any) -> None:
        self.pid = driver.info.backend_pid

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look from time to time while the block runs."""
        self.backend_mb = 0.0
        ended = threading.Event()
        looking = threading.Thread(target=self._look, args=(ended,), daemon=True)
        looking.start()
        try:
            yield
        finally:
            ended.set()
            looking.join()

    def _look(self, ended: threading.Event) -> None:
        while not ended.wait(SAMPLED_EVERY_S):
            self.backend_mb = max(self.backend_mb, _private_mb(self.pid))

    def told(self) -> str:
        """This process by its highest mark ever, the backend by what it holds for itself alone."""
        own_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        backend = f"{self.backend_mb:.0f} MB" if self.backend_mb else "not on this machine"
        return f"peak memory {own_mb:.0f} MB here, backend {backend}"


def _private_mb(pid: int) -> float:
    """Memory that a process shares with none; nothing where it can't be seen."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    words = {line.partition(":")[0]: line.split()[1] for line in lines if line.startswith("Rss")}
    return int(words.get("RssAnon", 0)) / 1000


if __name__ == "__main__":
    sys.exit(main())
