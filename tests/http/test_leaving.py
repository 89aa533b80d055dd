"""A client that leaves in the middle: its query is cancelled, and nobody else notices."""

import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text
from structlog.testing import capture_logs

from app.db.caller import CALLER, Caller
from app.db.engine import reading, writing
from app.db.reader import Reader
from app.errors import ClientLeft
from app.exports import EXPORTS
from app.logs import configure_logs
from tests.builders import add, rows, sql
from tests.serving import listening

PATIENCE_S = 30.0
PAUSE = threading.Event()
"""Never set: leaves the processor to those who are waited for."""

LARGE = 4000
"""Rows of 30 kB each: far more than sockets and queues take in between."""

RUNNING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND state <> 'idle' AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
WAITING = f"{RUNNING} AND wait_event_type = 'Lock'"

ITEMS = "/api/collections/risk_points/items"
EXPORT = "/api/collections/risk_points/export?f="
NEARBY = json.dumps({"type": "Point", "coordinates": [121.1, 30.05]})

ASKED = [
    ("GET", f"{ITEMS}?limit=1000", ""),
    ("GET", f"{ITEMS}/1", ""),
    ("GET", "/api/summary?by=grade", ""),
    ("GET", "/api/tiles/risk_points/10/856/421.mvt", ""),
    ("GET", "/api/search?q=a", ""),
    ("POST", "/api/nearby?within_m=1000&layers=risk_points", NEARBY),
    *(("GET", EXPORT + form, "") for form in EXPORTS),
]


def until(happened: Callable[[], object]) -> None:
    """Return when something has happened; fail where it does not in good time."""
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < deadline, "waited in vain"
        PAUSE.wait(0.01)


@pytest.fixture(scope="module")
def engine(make_database: Callable[[str], str], template: str) -> Iterator[Engine]:
    made = writing(make_database(template))
    with made.begin() as connection:
        add(connection, "risk_points", "POINT(121.1 30.05)", code="P1", name="余姚", grade=1)
        add(connection, "vessels", "POINT(122 30)", name="浙余渔01")
        connection.execute(text(
            "INSERT INTO hidden_dangers (code, name, level, state, supervised, geom) "
            "SELECT n::text, repeat('余', 10000), '1', '0', false, ST_Point(121, 30, 4326) "
            "FROM generate_series(1, :many) n"
        ), {"many": LARGE})  # fmt: skip
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def address(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service with one connection for reading, whose statements may run for ten minutes."""
    url = engine.url.render_as_string(hide_password=False)
    home = tmp_path_factory.mktemp("home")
    with listening(url, connections=1, statement_timeout_ms=600_000, home=home) as told:
        yield told


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Iterator[list[Any]]:
    """What the service logs meanwhile; none of it may be a warning or worse."""
    configure_logs("INFO")
    with capture_logs() as lines:
        yield lines
    configure_logs("CRITICAL")
    assert [each for each in lines if each["log_level"] not in {"info", "debug"}] == []
    assert [each for each in caplog.records if each.levelno >= logging.WARNING] == []


@contextmanager
def held(engine: Engine, table: str) -> Iterator[None]:
    """Whoever reads or writes a table meanwhile waits for it."""
    with engine.begin() as gate:
        gate.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
        yield


def ask(address: str, method: str, path: str, body: str = "") -> socket.socket:
    """Send a request and read nothing."""
    place = urlsplit(address)
    opened = socket.create_connection((place.hostname, place.port), timeout=PATIENCE_S)
    content = body.encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: {place.netloc}\r\n"
    if content:
        head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
    opened.sendall(head.encode() + b"\r\n" + content)
    return opened


def ended_early(told: list[Any]) -> int:
    """How many requests were given up: before they were answered, or in the middle of an answer."""
    return sum(
        each["event"] == "client-left" or (each["event"] == "request" and each["status"] == 499)
        for each in told
    )


def answer(address: str, path: str) -> Any:
    with urlopen(address + path, timeout=PATIENCE_S) as told:  # noqa: S310 - this test names it
        return json.load(told)


@pytest.mark.parametrize(("method", "path", "body"), ASKED)
def test_statement_of_a_client_that_left_is_cancelled(
    address: str, engine: Engine, told: list[Any], method: str, path: str, body: str
) -> None:
    with held(engine, "risk_points"):
        client = ask(address, method, path, body)
        until(lambda: sql(engine, WAITING) == 1)
        client.close()
        # This test's own transaction holds the table and stands idle.
        until(lambda: sql(engine, RUNNING) == 1)
        until(lambda: ended_early(told) == 1)
        vessels = answer(address, "/api/collections/vessels/items")["features"]
        assert [each["properties"]["name"] for each in vessels] == ["浙余渔01"]
    points = answer(address, ITEMS)["features"]
    assert [each["properties"]["name"] for each in points] == ["余姚"]


def test_who_waits_for_the_same_tile_gets_it_although_the_first_left(
    address: str, engine: Engine, told: list[Any]
) -> None:
    path = "/api/tiles/risk_points/11/1712/844.mvt"
    with held(engine, "risk_points"):
        first = ask(address, "GET", path)
        until(lambda: sql(engine, WAITING) == 1)
        stays = [ask(address, "GET", path) for _ in range(3)]
        first.close()
        until(lambda: ended_early(told) == 1)
        until(lambda: sql(engine, WAITING) == 1)
    for each in stays:
        with each, each.makefile("rb") as content:
            assert content.readline() == b"HTTP/1.1 200 OK\r\n"


def test_who_waits_for_a_connection_and_leaves_asks_nothing_any_more(
    address: str, engine: Engine, told: list[Any]
) -> None:
    with held(engine, "risk_points"):
        stays = ask(address, "GET", ITEMS)
        until(lambda: sql(engine, WAITING) == 1)
        ask(address, "GET", "/api/collections/vessels/items").close()
        ask(address, "GET", f"{ITEMS}/1").close()
    with stays, stays.makefile("rb") as content:
        assert content.readline() == b"HTTP/1.1 200 OK\r\n"
    until(lambda: ended_early(told) == 2)


@pytest.mark.parametrize("form", [each for each in EXPORTS if EXPORTS[each].filled])
def test_file_whose_client_leaves_while_it_is_made_is_given_up(
    address: str, engine: Engine, told: list[Any], form: str
) -> None:
    client = ask(address, "GET", f"/api/collections/hidden_dangers/export?f={form}")
    until(lambda: sql(engine, RUNNING) == 1)
    client.close()
    until(lambda: [each for each in told if each["event"] == "request"])
    until(lambda: sql(engine, RUNNING) == 0)


@pytest.mark.parametrize("form", [each for each in EXPORTS if EXPORTS[each].streamed])
def test_stream_that_is_left_in_the_middle_is_cancelled(
    address: str, engine: Engine, told: list[Any], form: str
) -> None:
    client = ask(address, "GET", f"/api/collections/hidden_dangers/export?f={form}")
    assert client.recv(17) == b"HTTP/1.1 200 OK\r\n"
    until(lambda: sql(engine, RUNNING) == 1)
    client.close()
    until(lambda: sql(engine, RUNNING) == 0)


def test_capture_whose_phone_went_is_written(address: str, engine: Engine) -> None:
    body = json.dumps({
        "layer": "third_party_works", "seen_at": "2026-11-25T08:30:00+08:00",
        "geometry": {"type": "Point", "coordinates": [121.1, 30.05]},
        "properties": {"name": "挖掘机作业", "activity": "mechanical_excavation"},
    })  # fmt: skip
    for table in ("pipelines", "third_party_works"):  # while it is judged, while it is written
        before = rows(engine, "third_party_works")
        with held(engine, table):
            phone = ask(address, "PUT", f"/api/captures/{uuid4()}", body)
            until(lambda: sql(engine, WAITING) == 1)
            phone.close()
            assert answer(address, "/healthz")
        until(lambda: rows(engine, "third_party_works") == before + 1)  # noqa: B023


def test_document_that_comes_in_pieces_is_read_whole(address: str) -> None:
    place = urlsplit(address)
    words = NEARBY + " " * 300_000
    head = (
        "POST /api/nearby?within_m=1000&layers=risk_points HTTP/1.1\r\n"
        f"Host: {place.netloc}\r\nContent-Type: application/json\r\n"
        f"Connection: close\r\nContent-Length: {len(words)}\r\n\r\n"
    )
    with socket.create_connection((place.hostname, place.port), timeout=PATIENCE_S) as client:
        client.sendall(head.encode())
        for at in range(0, len(words), 50_000):
            client.sendall(words[at : at + 50_000].encode())
        with client.makefile("rb") as content:
            told = content.read()
    assert told.startswith(b"HTTP/1.1 200 OK\r\n")
    assert json.loads(told.partition(b"\r\n\r\n")[2])["features"][0]["properties"]["code"] == "P1"


def test_next_one_on_a_connection_is_never_interrupted(engine: Engine) -> None:
    narrow = reading(
        engine.url.render_as_string(hide_password=False), connections=1, timeout_ms=60_000
    )
    reader = Reader(narrow)

    def leaves(caller: Caller) -> None:
        CALLER.set(caller)
        with pytest.raises(ClientLeft):
            reader.all(text("SELECT pg_sleep(60)"))

    for _ in range(20):
        caller = Caller()
        with ThreadPoolExecutor(1) as pool:
            gone = pool.submit(leaves, caller)
            until(lambda: sql(engine, RUNNING) == 1)
            caller.leave()
            # Who comes next waits for the connection, and asks as soon as it is free.
            with ThreadPoolExecutor(1) as others:
                rows = [others.submit(reader.value, text("SELECT 7")) for _ in range(5)]
                until(lambda: caller.interrupt() or gone.done())  # noqa: B023
                assert [each.result() for each in rows] == [7] * 5
            gone.result()
    narrow.dispose()


def test_who_waits_long_for_a_connection_and_leaves_waits_no_longer(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.db.engine.LOOK_ROUND_S", 0.05)
    url = engine.url.render_as_string(hide_password=False)
    narrow = reading(url, connections=1, timeout_ms=60_000, wait_s=60)
    reader = Reader(narrow)

    def waits(caller: Caller) -> Any:
        CALLER.set(caller)
        return reader.value(text("SELECT 7"))

    leaves, stays = Caller(), Caller()
    with ThreadPoolExecutor(2) as pool:
        with narrow.connect():
            gone, kept = pool.submit(waits, leaves), pool.submit(waits, stays)
            leaves.leave()
            with pytest.raises(ClientLeft):
                gone.result(PATIENCE_S)
            assert not kept.done()
        assert kept.result(PATIENCE_S) == 7
    narrow.dispose()
