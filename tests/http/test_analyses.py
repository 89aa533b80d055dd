"""The latest run of an analysis over HTTP: whole, cached until the next, refused where unknown."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from app.analyses.analysis import ANALYSES, Order
from app.analyses.carry_out import carry_out
from app.db.engine import writing
from layers.registry import LAYERS
from tests.analyses.roads import TO, add_crash, add_road
from tests.blackspots.crash_lists import REFERENCE
from tests.builders import service, sql, the_city

PATH = "/api/analyses/blackspots"


@pytest.fixture(scope="module")
def engine(make_database: Callable[[str], str], template: str) -> Iterator[Engine]:
    made = writing(make_database(template))
    with made.begin() as connection:
        add_road(connection)
        for stake, word in REFERENCE:
            add_crash(connection, stake, word)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def client(engine: Engine) -> Iterator[TestClient]:
    with service(engine.url.render_as_string(hide_password=False)) as opened:
        yield opened


def run(engine: Engine, last: date = TO) -> None:
    order, place = Order(last=last), (the_city(), LAYERS)
    carry_out(engine, ANALYSES["blackspots"], order, place, actor="li")


def listed_in(client: TestClient) -> dict[str, Any]:
    """What the list of analyses says of black spots."""
    told = client.get("/api/analyses").json()["analyses"]
    (listed,) = (each for each in told if each["name"] == "blackspots")
    return dict(listed)


def test_runs_are_told_with_what_changed_since_the_one_before(
    client: TestClient, engine: Engine
) -> None:
    assert client.get(PATH).status_code == 404
    assert "was never run 尚未运行" in client.get(PATH).json()["detail"]
    listed = listed_in(client)
    assert (listed["name"], listed["runs"], listed["run"]) == ("blackspots", 0, None)

    run(engine)
    answer = client.get(PATH)
    told = answer.json()
    assert (told["title"], told["title_en"], told["actor"]) == ("事故多发点段", "Black spots", "li")
    assert told["parameters"] == {"from": "2023-11-01", "to": "2026-10-31", "years": 3.0}
    assert [each["kind"] for each in told["rule_sets"]] == [
        "blackspot", "crash_weights", "crash_screening", "crash_area",
        "crash_ranking",
    ]  # fmt: skip
    assert told["previous"] is None
    assert len(told["changes"]["new"]) == 2
    _, second = told["result"]["blackspots"]
    assert second["name"] == "浒溪线(S213)2K+150M—2K+740M"
    assert (second["score"], len(second["crashes"])) == (576, 5)
    item = client.get(f"/api/collections/road_segments/items/{second['id']}").json()["properties"]
    assert item["crash_codes"].split() == second["crashes"]
    assert (item["name"], item["grade"]) == (second["name"], second["grade"])

    stamped = "SELECT count(*) FROM road_segments WHERE changed_by = 'li'"
    assert sql(engine, stamped) == 2


def test_a_run_is_kept_by_clients_until_the_next(client: TestClient, engine: Engine) -> None:
    run(engine)
    answer = client.get(PATH)
    told = answer.json()
    runs = listed_in(client)["runs"]
    tag = answer.headers["etag"]
    assert client.get(PATH, headers={"If-None-Match": tag}).status_code == 304
    other = f'"blackspots_{told["run"]}_1.5"'
    assert client.get(PATH, headers={"If-None-Match": other}).status_code == 200
    run(engine)
    again = client.get(PATH, headers={"If-None-Match": tag})
    assert again.status_code == 200
    assert again.json()["previous"]["run"] == told["run"]
    assert again.json()["changes"]["same"] == 2
    assert again.json()["result"] == told["result"]
    listed = listed_in(client)
    assert (listed["runs"], listed["run"], listed["actor"]) == (runs + 1, again.json()["run"], "li")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/analyses/nonsense", 404),
        ("/api/analyses/%00", 404),
        (f"{PATH}?rules=blackspot", 400),
        (f"{PATH}/1", 404),
    ],
)
def test_what_there_is_not_is_a_problem(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_run_waits_for_a_writer_of_its_layer(engine: Engine) -> None:
    """Somebody imports road segments: the run begins when that has ended."""
    with engine.connect() as other, ThreadPoolExecutor(1) as pool:
        lock = text(
            "SELECT pg_advisory_lock(hashtext('riskmap import'), hashtext('road_segments'))"
        )
        other.execute(lock)
        running = pool.submit(run, engine)
        waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        while not running.done() and not other.scalar(waiting):
            pass
        assert not running.done()
        other.execute(text("SELECT pg_advisory_unlock_all()"))
        running.result(timeout=60)
