"""A process that is killed, and two that import at once: whole imports or none."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

from app.db.engine import driver_url, writing
from app.errors import UndoRefused
from app.ingest.report import Report
from app.ingest.run import Order, run
from app.ingest.undo import undo
from app.settings import CHECKOUT
from layers.registry import LAYERS
from tests.builders import load, load_text, rows, sql, the_city

HEADER = "code,name,category,status,lon,lat\n"
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def until(engine: Engine, statement: str, wanted: int) -> None:
    """Ask until the answer is as wanted; the database's own pace."""
    with engine.connect() as connection:
        for _ in range(100_000):
            if connection.scalar(text(statement)) == wanted:
                return
            connection.execute(text("SELECT pg_sleep(0.01)"))
            connection.rollback()
    raise AssertionError(statement)


def test_process_killed_in_the_middle_leaves_the_state_before(
    empty_engine: Engine, empty_url: str, tmp_path: Path
) -> None:
    load_text(empty_engine, "risk_points", tmp_path, HEADER + "P1,a,01,在用,121.1,30.1\n")
    before = sql(empty_engine, "SELECT sum(version) FROM layer_versions")
    path = tmp_path / "more.csv"
    path.write_text(HEADER + "P1,b,01,在用,121.1,30.1\nP2,b,01,在用,121.1,30.1\n", encoding="utf-8")
    command = [sys.executable, "-m", "app.cli", "import", "risk_points", str(path)]
    watch = create_engine(driver_url(empty_url))
    with empty_engine.begin() as gate:
        # The import stops at its very end: when it records itself.
        gate.execute(text("LOCK TABLE imports IN SHARE MODE"))
        process = subprocess.Popen(
            command, cwd=CHECKOUT, env={**os.environ, "RISKMAP_DATABASE_URL": empty_url},
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        until(watch, WAITING, 1)
        written = (
            "SELECT count(*) FROM pg_locks WHERE mode = 'RowExclusiveLock' AND granted "
            "AND relation = 'risk_points'::regclass"
        )
        assert sql(watch, written) == 1
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
    until(watch, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'", 0)
    watch.dispose()

    assert rows(empty_engine, "risk_points") == 1
    assert sql(empty_engine, "SELECT name FROM risk_points") == "a"
    assert sql(empty_engine, "SELECT count(*) FROM risk_points_history") == 0
    assert sql(empty_engine, "SELECT sum(version) FROM layer_versions") == before
    assert sql(empty_engine, "SELECT sum(n) FROM cells WHERE level = 16") == 1
    assert sql(empty_engine, "SELECT count(*) FROM imports") == 1
    report = load(empty_engine, "risk_points", path)
    assert (report.added, report.changed) == (1, 1)


def test_database_that_goes_away_is_told_in_one_line_that_says_what_to_do(
    empty_engine: Engine, empty_url: str, tmp_path: Path
) -> None:
    """Nothing tries the command again by itself; the state before stays."""
    path = tmp_path / "one.csv"
    path.write_text(HEADER + "P1,a,01,在用,121.1,30.1\n", encoding="utf-8")
    watch = create_engine(driver_url(empty_url))
    with empty_engine.begin() as gate:
        gate.execute(text("LOCK TABLE imports IN SHARE MODE"))
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "import", "risk_points", str(path)],
            cwd=CHECKOUT, env={**os.environ, "RISKMAP_DATABASE_URL": empty_url},
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        until(watch, WAITING, 1)
        sql(watch, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted")
        _, told = process.communicate(timeout=60)
    watch.dispose()
    assert process.returncode == 1
    assert [line.split(";")[0] for line in told.splitlines()] == ["riskmap: the database went away"]
    assert "run the command again" in told
    assert rows(empty_engine, "risk_points") == 0


def test_import_that_waited_begins_after_what_it_waited_for_and_history_keeps_every_state(
    empty_engine: Engine, empty_url: str, tmp_path: Path
) -> None:
    """The one that waits must not stamp its rows with the instant at which it began to wait."""
    load_text(empty_engine, "risk_points", tmp_path, HEADER + "P1,a,01,在用,121.1,30.1\n")
    inside, free = threading.Event(), threading.Event()

    def hold(_read: int, _share: float | None) -> None:
        inside.set()
        assert free.wait(60)

    many = "".join(f"M{n},m,01,在用,121.1,30.1\n" for n in range(1000))
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text(HEADER + "P1,b,01,在用,121.1,30.1\n" + many, encoding="utf-8")
    second.write_text(HEADER + "P1,c,01,在用,121.1,30.1\n", encoding="utf-8")
    engines = [writing(empty_url), writing(empty_url)]
    order = Order(LAYERS["risk_points"], first)
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(run, engines[0], order, the_city(), LAYERS, hold)
        assert inside.wait(60)
        quick = pool.submit(load, engines[1], "risk_points", second)
        until(empty_engine, WAITING, 1)
        ended = sql(empty_engine, "SELECT clock_timestamp()")
        free.set()
        assert (slow.result(60).changed, quick.result(60).changed) == (1, 1)
    for engine in engines:
        engine.dispose()

    assert sql(empty_engine, "SELECT max(imported_at) FROM imports") > ended
    told = "SELECT string_agg(name, ' ' ORDER BY changed_at) FROM risk_points_history"
    assert sql(empty_engine, told) == "a b"
    assert sql(empty_engine, "SELECT name FROM risk_points WHERE code = 'P1'") == "c"
    gaps = "SELECT count(*) FROM risk_points_history WHERE changed_at >= replaced_at"
    assert sql(empty_engine, gaps) == 0


def test_imports_of_different_layers_run_side_by_side(
    empty_engine: Engine, empty_url: str, tmp_path: Path
) -> None:
    inside, free = threading.Event(), threading.Event()

    def hold(_read: int, _share: float | None) -> None:
        inside.set()
        assert free.wait(60)

    path = tmp_path / "points.csv"
    lines = "".join(f"M{n},m,01,在用,121.1,30.1\n" for n in range(1500))
    path.write_text(HEADER + lines, encoding="utf-8")
    slow_engine = writing(empty_url)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(
            run, slow_engine, Order(LAYERS["risk_points"], path), the_city(), LAYERS, hold
        )
        assert inside.wait(60)
        # Not after it: while it stands in the middle.
        vessels = load_text(empty_engine, "vessels", tmp_path, "mmsi,name\n412000001,甲\n", "v.csv")
        assert vessels.added == 1
        assert rows(empty_engine, "risk_points") == 0
        free.set()
        assert slow.result(60).added == 1500
    slow_engine.dispose()
    assert rows(empty_engine, "risk_points") == 1500
    assert rows(empty_engine, "vessels") == 1


def test_register_waits_for_positions_that_move_its_vessels_and_history_keeps_every_state(
    empty_engine: Engine, empty_url: str, tmp_path: Path
) -> None:
    load_text(empty_engine, "vessels", tmp_path, "mmsi,name\n412000001,甲\n412000002,乙\n", "v.csv")
    inside, free = threading.Event(), threading.Event()

    def hold(_read: int, _share: float | None) -> None:
        inside.set()
        assert free.wait(60)

    path = tmp_path / "positions.csv"
    seconds = ((n // 2, 412000001 + n % 2) for n in range(1500))
    lines = (f"{m},2026-11-03T01:{s // 60:02}:{s % 60:02}Z,121.5,30.5" for s, m in seconds)
    path.write_text("mmsi,seen_at,lon,lat\n" + "\n".join(lines), encoding="utf-8")
    engines = [writing(empty_url), writing(empty_url)]
    order = Order(LAYERS["vessel_positions"], path)
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(run, engines[0], order, the_city(), LAYERS, hold)
        assert inside.wait(60)
        register = "mmsi,name\n412000002,丙\n412000001,丁\n"
        quick = pool.submit(load_text, engines[1], "vessels", tmp_path, register, "w.csv")
        until(empty_engine, WAITING, 1)
        free.set()
        assert (slow.result(60).added, quick.result(60).changed) == (1500, 2)
    for engine in engines:
        engine.dispose()
    told = ("SELECT string_agg(name || CASE WHEN seen_at IS NULL THEN '-' ELSE '+' END, ' ' "
            "ORDER BY changed_at) FROM vessels_history WHERE mmsi = '412000001'")  # fmt: skip
    assert sql(empty_engine, told) == "甲- 甲+"
    named = "SELECT string_agg(DISTINCT name, ' ') FROM vessel_tracks"
    assert sql(empty_engine, named) == "丁 丙"


def test_same_file_imported_many_times_at_once_is_there_once(
    empty_engine: Engine, empty_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "points.csv"
    lines = "".join(f"M{n},m,01,在用,121.1,30.1\n" for n in range(500))
    path.write_text(HEADER + lines, encoding="utf-8")
    engines = [writing(empty_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        reports: list[Report] = list(pool.map(lambda e: load(e, "risk_points", path), engines))
    assert sorted(report.added for report in reports) == [0, 0, 0, 500]
    assert sorted(report.unchanged for report in reports) == [0, 500, 500, 500]
    assert rows(empty_engine, "risk_points") == 500
    assert sql(empty_engine, "SELECT count(*) FROM risk_points_history") == 0

    [number] = [report.id for report in reports if report.added]

    def undo_once(engine: Engine) -> int:
        try:
            return undo(engine, int(number or 0), the_city(), LAYERS).deleted
        except UndoRefused:
            return -1

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(undo_once, engines)) == [-1, -1, -1, 500]
    for engine in engines:
        engine.dispose()
    assert rows(empty_engine, "risk_points") == 0
