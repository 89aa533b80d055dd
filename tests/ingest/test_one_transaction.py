"""An import is one transaction: all or nothing, one of a layer at a time, none lost."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from app.db.engine import writing
from app.errors import DatabaseAway, ImportRefused
from app.ingest.report import Report
from app.ingest.run import Order, run
from layers.registry import LAYERS
from tests.builders import load, rows, sql, the_city

MANY = 30_000


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of many points."""
    path = tmp_path_factory.mktemp("many") / "many.csv"
    lines = (f"P{n},a,01,在用,{121 + n / 1e6},30.1" for n in range(MANY))
    path.write_text("code,name,category,status,lon,lat\n" + "\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """A file of one of those points, under another name, and a new one."""
    path = tmp_path / "few.csv"
    path.write_text(
        "code,name,category,status,lon,lat\nP1,b,01,在用,121,30\nQ1,b,01,在用,121,30\n",
        encoding="utf-8",
    )
    return path


def others(engine: Engine) -> Callable[[], int]:
    """Ends every other session of the database; returns how many there were."""

    def end() -> int:
        return int(
            sql(engine, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                        "WHERE datname = current_database() AND pid <> pg_backend_pid() "
                        "AND backend_type = 'client backend'")
        )  # fmt: skip

    return end


def test_session_that_dies_in_the_middle_leaves_the_state_before(
    empty_engine: Engine, empty_url: str, many: Path, few: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load(empty_engine, "risk_points", few)
    before = sql(empty_engine, "SELECT sum(version) FROM layer_versions")
    end, ended = others(empty_engine), []
    victim = writing(empty_url)

    def tick(read: int, _share: float | None) -> None:
        if read == MANY // 2:
            ended.append(end())

    order = Order(LAYERS["risk_points"], many)
    with pytest.raises(DatabaseAway):
        run(victim, order, the_city(), LAYERS, tick)
    victim.dispose()

    assert capsys.readouterr().err == "", "told by what is raised, not by traces of the driver"
    assert ended == [1] or ended[0] >= 1
    assert rows(empty_engine, "risk_points") == 2
    assert sql(empty_engine, "SELECT sum(version) FROM layer_versions") == before
    assert sql(empty_engine, "SELECT count(*) FROM imports") == 1
    assert load(empty_engine, "risk_points", many).added == MANY - 1


def test_person_who_interrupts_leaves_the_state_before(empty_engine: Engine, many: Path) -> None:
    def tick(read: int, _share: float | None) -> None:
        if read == MANY // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(empty_engine, Order(LAYERS["risk_points"], many), the_city(), LAYERS, tick)
    assert rows(empty_engine, "risk_points") == 0


def test_two_imports_at_once_wait_for_each_other_and_none_is_lost(
    empty_engine: Engine, empty_url: str, many: Path, few: Path
) -> None:
    reports: list[Report] = []
    started = threading.Event()

    def slow() -> None:
        engine = writing(empty_url)
        order = Order(LAYERS["risk_points"], many)
        reports.append(run(engine, order, the_city(), LAYERS, lambda _read, _share: started.set()))
        engine.dispose()

    thread = threading.Thread(target=slow)
    thread.start()
    assert started.wait(30)
    second = load(empty_engine, "risk_points", few)
    thread.join(60)

    assert [report.added for report in reports] == [MANY]
    assert (second.added, second.changed) == (1, 1)
    assert rows(empty_engine, "risk_points") == MANY + 1
    assert sql(empty_engine, "SELECT name FROM risk_points WHERE code = 'P1'") == "b"
    assert sql(empty_engine, "SELECT sum(n) FROM cells WHERE level = 16") == MANY + 1
    assert sql(empty_engine, "SELECT count(*) FROM imports") == 2


def test_town_and_points_imported_at_once_both_arrive(
    empty_engine: Engine, empty_url: str, many: Path, tmp_path: Path
) -> None:
    area = tmp_path / "t.csv"
    square = '"POLYGON ((121 30, 122 30, 122 31, 121 31, 121 30))"'
    area.write_text(f"code,name,wkt\nT1,a,{square}\n", encoding="utf-8")
    started, reports = threading.Event(), []

    def slow() -> None:
        engine = writing(empty_url)
        order = Order(LAYERS["risk_points"], many)
        reports.append(run(engine, order, the_city(), LAYERS, lambda _read, _share: started.set()))
        engine.dispose()

    thread = threading.Thread(target=slow)
    thread.start()
    assert started.wait(30)
    load(empty_engine, "townships", area)
    thread.join(60)

    assert len(reports) == 1
    lost = "SELECT count(*) FROM risk_points WHERE township_code IS DISTINCT FROM 'T1'"
    assert sql(empty_engine, lost) == 0


def test_refusal_in_the_transaction_leaves_a_usable_connection(
    empty_engine: Engine, tmp_path: Path, few: Path
) -> None:
    spoilt = tmp_path / "spoilt.csv"
    spoilt.write_bytes(few.read_bytes() + b"x" * 200_000 + b"\xff\xff\n")
    with pytest.raises(ImportRefused):
        load(empty_engine, "risk_points", spoilt)
    assert load(empty_engine, "risk_points", few).added == 2


@pytest.fixture
def table_that_refuses(empty_engine: Engine) -> Iterator[None]:
    """A database that fails at the very end of an import."""
    with empty_engine.begin() as connection:
        connection.execute(text("ALTER TABLE imports ADD CONSTRAINT never CHECK (false) NOT VALID"))
    yield
    with empty_engine.begin() as connection:
        connection.execute(text("ALTER TABLE imports DROP CONSTRAINT never"))


@pytest.mark.usefixtures("table_that_refuses")
def test_failure_at_the_very_end_leaves_nothing(empty_engine: Engine, few: Path) -> None:
    with pytest.raises(Exception, match="never"):
        load(empty_engine, "risk_points", few)
    assert rows(empty_engine, "risk_points") == 0
    assert sql(empty_engine, "SELECT count(*) FROM cells WHERE layer = 'risk_points'") == 0
