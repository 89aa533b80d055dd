"""The database killed in the middle of an import: the state before, and the import works again."""

import os
import signal
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from app.cluster.server import recorded_pid
from app.db.engine import writing
from app.db.schema import migrate
from app.errors import DatabaseAway
from app.ingest.run import Order, run
from layers.registry import LAYERS
from tests.builders import rows, service, the_city
from tests.builders import sql as value
from tests.cluster.homes import cluster_in, quiet, until

HEADER = "code,name,category,status,lon,lat\n"
FIRST = HEADER + "P1,a,01,在用,121.1,30.05\n"
MANY = HEADER + "".join(f"P{n},b,01,在用,121.1,30.05\n" for n in range(1, 20_001))


def send(client: TestClient, content: str) -> Any:
    files = {"file": ("points.csv", content)}
    return client.post("/api/imports", data={"layer": "risk_points"}, files=files).json()


def test_database_killed_in_the_middle_leaves_the_state_before_and_the_service_heals(
    home: Path, tmp_path: Path
) -> None:
    cluster = cluster_in(home)
    path = tmp_path / "many.csv"
    path.write_text(MANY, encoding="utf-8")
    with cluster.serving(quiet) as url:
        engine = writing(url)
        migrate(engine)
        with service(url, home=tmp_path) as client:
            client.base_url = httpx2.URL("http://127.0.0.1:8000")
            assert send(client, FIRST)["added"] == 1
            killed = recorded_pid(cluster.site.data)
            assert killed is not None

            def tick(read: int, _share: float | None) -> None:
                if read == 10_000:
                    os.kill(killed, signal.SIGKILL)

            with pytest.raises(DatabaseAway):
                run(engine, Order(LAYERS["risk_points"], path), the_city(), LAYERS, tick)
            until(
                lambda: recorded_pid(cluster.site.data) not in (killed, None) and cluster.running()
            )

            engine.dispose()
            assert rows(engine, "risk_points") == 1
            assert value(engine, "SELECT name FROM risk_points") == "a"
            assert value(engine, "SELECT count(*) FROM imports") == 1
            assert value(engine, "SELECT count(*) FROM risk_points_history") == 0
            assert value(engine, "SELECT sum(n) FROM cells WHERE level = 16") == 1
            number = send(client, MANY)["id"]
            job = client.app.state.riskmap.imports.find(number)  # type: ignore[attr-defined]
            assert job.finished.wait(60)
            told = client.get(f"/api/imports/{number}").json()
            assert (told["added"], told["changed"]) == (19_999, 1), told["problem"]
        engine.dispose()
