"""Many exports at once: all are whole, more than there are places for are told to wait."""

import hashlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from app.db.engine import reading, writing
from app.exports import EXPORTS
from app.exports.form import Order
from app.http import exported
from app.queries.feature import Shape
from app.queries.where import Where
from app.state import EXPORTS_AT_ONCE
from layers.registry import LAYERS
from tests.builders import service

ROWS = 3000

ADDRESS = "/api/collections/risk_points/export"


@pytest.fixture(scope="module")
def engine(make_database: Callable[[str], str], template: str) -> Iterator[Engine]:
    made = writing(make_database(template))
    with made.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO risk_points (code, name, category, status, rule_set, rule_version, grade, geom) "
                "SELECT n::text, repeat('余', 200), '01', '在用', 'lec', '1', 1, ST_Point(121, 30, 4326) "
                "FROM generate_series(1, :rows) AS n"
            ),
            {"rows": ROWS},
        )
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def client(engine: Engine) -> Iterator[TestClient]:
    with service(engine.url.render_as_string(hide_password=False)) as opened:
        yield opened


def test_three_times_as_many_as_run_beside_each_other_are_all_whole(client: TestClient) -> None:
    asked = [f"{ADDRESS}?f={f}" for f in ("geojson", "kml", "csv")] * EXPORTS_AT_ONCE
    with ThreadPoolExecutor(len(asked)) as pool:
        answers = list(pool.map(client.get, asked))
    assert [each.status_code for each in answers] == [200] * len(asked)
    for answer in answers[::3]:
        told = answer.json()
        assert (told["numberReturned"], told["rule_sets"], told["complete"]) == (
            ROWS,
            ["lec 1"],
            True,
        )
    for f in (1, 2):
        assert len({hashlib.sha256(each.content).digest() for each in answers[f::3]}) == 1


def test_end_of_a_file_needs_no_connection_beside_its_own(engine: Engine) -> None:
    single = reading(engine.url.render_as_string(hide_password=False), connections=1,
                     timeout_ms=20_000, wait_s=0.1)  # fmt: skip
    streamed = EXPORTS["geojson"].streamed
    assert streamed is not None
    chunks = streamed(Order(single, LAYERS["risk_points"], Where(), Shape()))
    told = json.loads(b"".join(chunks))
    single.dispose()
    assert told["rule_sets"] == ["lec 1"]


@pytest.mark.parametrize("f", ["geojson", "geopackage"])
def test_export_without_a_place_is_told_to_come_again(client: TestClient, f: str) -> None:
    with ExitStack() as taken:
        for _ in range(exported.MOST_AT_ONCE):
            taken.enter_context(exported.place())
        for path in (f"{ADDRESS}?f={f}", f"{ADDRESS}/metadata?f={f}"):
            answer = client.get(path)
            assert answer.status_code == 503
            assert answer.json()["type"] == "/problems/busy"
            assert int(answer.headers["retry-after"]) >= 1
        assert client.get("/api/collections/risk_points/items").status_code == 200
    assert client.get(f"{ADDRESS}?f={f}").status_code == 200


def test_place_is_given_back_however_an_export_ends(client: TestClient) -> None:
    for _ in range(exported.MOST_AT_ONCE + 1):
        assert client.get(f"{ADDRESS}?f=kml&crs=EPSG:4549").status_code == 400
        with client.stream("GET", f"{ADDRESS}?f=geojsonseq") as left:
            next(left.iter_raw())
    assert client.get(f"{ADDRESS}?f=csv").status_code == 200
