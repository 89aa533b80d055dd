"""The database goes away and comes back: 503 meanwhile, healed without a restart."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError
from starlette.testclient import TestClient

from app.cluster import Cluster
from app.db.engine import reading, writing
from app.db.reader import Reader
from app.db.schema import migrate
from app.errors import DatabaseAway, StatementTooSlow
from app.settings import CHECKOUT
from tests.builders import add, clear, service, sql

PATHS = (
    "/api/collections/vessels/items", "/api/tiles/vessels/3/6/3.mvt", "/readyz",
    "/api/nearby?lon=122&lat=30&within_m=1000", "/api/summary", "/api/search?q=a",
    "/api/collections/vessels/export", "/api/collections",
)  # fmt: skip


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A cluster of its own, which a test may stop."""
    home = Path(tempfile.mkdtemp(prefix="riskmap-heal-"))
    home.chmod(0o755)
    made = Cluster(home, durable=False, postgis_folder=CHECKOUT / ".riskmap" / "postgis")
    yield made
    made.stop()
    shutil.rmtree(home, ignore_errors=True)


def quiet(_words: str) -> None:
    """Say nothing."""


def statuses(client: TestClient) -> set[int]:
    return {client.get(path).status_code for path in PATHS}


def test_service_heals_by_itself_when_the_database_comes_back(cluster: Cluster) -> None:
    with cluster.serving(quiet) as url:
        engine = writing(url)
        migrate(engine)
        with engine.begin() as connection:
            add(connection, "vessels", "POINT(122 30)")
        engine.dispose()
        started = service(url)
        client = started.__enter__()
        assert statuses(client) == {200}

    # A tile that was kept within the last half second is still right, and may be served.
    assert statuses(client) <= {200, 503}
    assert client.get("/api/summary").status_code == 503
    assert client.get("/api/collections/vessels/items").status_code == 503
    assert client.get("/healthz").status_code == 200

    with cluster.serving(quiet):
        assert statuses(client) == {200}
        started.__exit__(None, None, None)


@pytest.fixture
def engine(make_database: Callable[[str], str], template: str) -> Iterator[Engine]:
    made = writing(make_database(template))
    yield made
    made.dispose()


def cut_off(engine: Engine) -> None:
    """End every session of the database but this one."""
    sql(engine, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND backend_type = 'client backend'")  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_request_after_all_sessions_were_ended_is_answered(engine: Engine, path: str) -> None:
    url = engine.url.render_as_string(hide_password=False)
    with service(url) as client:
        assert client.get(path).status_code in {200, 204}
        assert client.get(path).status_code in {200, 204}
        cut_off(engine)
        assert client.get(path).status_code in {200, 204}


def test_statement_that_runs_into_its_limit_is_told_with_retry_after(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    with engine.begin() as connection:
        for number in range(300):
            add(connection, "vessels", f"POINT({number / 10} 30)")
    with service(url, statement_timeout_ms=1) as client:
        answer = client.get("/api/nearby?lon=1&lat=30&within_m=20000000&limit=10000")
        assert answer.status_code == 503
        assert answer.json()["type"] == "/problems/statement-too-slow"
        assert int(answer.headers["retry-after"]) >= 1
    clear(engine)


def test_slow_statement_is_not_tried_twice(engine: Engine) -> None:
    limited = reading(
        engine.url.render_as_string(hide_password=False), connections=1, timeout_ms=50
    )
    tried: list[str] = []
    event.listen(
        limited, "before_cursor_execute",
        lambda _c, _cursor, statement, *_rest: tried.append(statement),
    )  # fmt: skip
    with pytest.raises(StatementTooSlow):
        Reader(limited).all(text("SELECT pg_sleep(2)"))
    limited.dispose()
    assert len(tried) == 1


def test_service_reads_as_one_who_can_not_write(engine: Engine) -> None:
    limited = reading(
        engine.url.render_as_string(hide_password=False), connections=1, timeout_ms=1000
    )
    for statement in (
        "INSERT INTO cells VALUES ('x', 1, 1, 1, 1, 1, 1, 1, 1, 1)", "DELETE FROM risk_points",
        "CREATE TABLE mine (a int)", "SET default_transaction_read_only = off; DELETE FROM vessels",
    ):  # fmt: skip
        with pytest.raises(DBAPIError, match=r"read-only|denied"), limited.connect() as connection:
            connection.execute(text(statement))
    limited.dispose()


def test_busy_connections_are_told_as_503(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    narrow = reading(url, connections=1, timeout_ms=1000, wait_s=0.05)
    reader, question = Reader(narrow), text("SELECT 1")
    with narrow.connect(), pytest.raises(DatabaseAway, match="busy"):
        reader.all(question)
    narrow.dispose()
