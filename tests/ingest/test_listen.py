"""Listening to AIS: nothing accepted is lost, whatever the sender or the database does."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, text

from app.db.live import tell
from app.errors import CommandFailed, DatabaseAway
from app.ingest.listen import Listener, Write
from app.ingest.live_positions import write_positions
from app.ingest.nmea import Heard
from layers.registry import LAYERS
from tests.builders import rows, service, sql
from tests.ingest.test_nmea import FIRST, IN_PARTS, sentences, tagged

PATIENCE_S = 30

CUT_OFF = b"!AIVDM,1,1,,A,4,x*5A"
"""A payload of one character with a checksum that is right."""


@contextmanager
def listening(listener: Listener) -> Iterator[threading.Thread]:
    thread = threading.Thread(target=listener.run)
    thread.start()
    try:
        yield thread
    finally:
        listener.stopping.set()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def until_written(listener: Listener, write: Write, many: int) -> threading.Event:
    """Set when so many reports were written."""
    done, total = threading.Event(), [0]

    def watched(batch: Sequence[Heard]) -> int:
        added = write(batch)
        total[0] += len(batch)
        if total[0] >= many:
            done.set()
        return added

    listener.write = watched
    return done


def fleet(many: int) -> list[bytes]:
    return [
        tagged(sentences(mmsi=412000000 + n, lon=122 + n / 1000)[0], "c:1700000000") + b"\n"
        for n in range(many)
    ]


@pytest.fixture
def source() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE_S)
        yield server


def write_to(engine: Engine) -> Write:
    return lambda batch: write_positions(engine, LAYERS, batch)


def test_source_that_breaks_off_is_connected_again_and_nothing_is_lost(
    empty_engine: Engine, source: socket.socket
) -> None:
    lines = fleet(40)
    listener = Listener(*source.getsockname(), tcp=True, write=write_to(empty_engine))
    done = until_written(listener, listener.write, 40)
    with listening(listener):
        first, _ = source.accept()
        first.sendall(b"\xff\xfe" * 600 + b"\n" + b"".join(lines[:20]) + lines[20][:15])
        first.close()
        second, _ = source.accept()
        second.sendall(b"x" * 1_000_000 + b"\n" + b"".join(lines[20:]))
        assert done.wait(PATIENCE_S)
        second.close()
    assert rows(empty_engine, "vessel_positions") == 40
    assert rows(empty_engine, "vessels") == 40
    counts = listener.counts
    assert (counts["accepted"], counts["written"], counts["added"]) == (40, 40, 40)
    assert (counts["too_long"], counts["connections"]) == (2, 2)


def test_datagrams_are_written_once_and_told_to_open_maps(empty_engine: Engine) -> None:
    listener = Listener("127.0.0.1", 0, tcp=False, write=write_to(empty_engine))
    done = until_written(listener, listener.write, 11)
    url = empty_engine.url.render_as_string(hide_password=False)
    with service(url) as client, listening(listener):
        ready = client.get("/api/live")
        assert ready.headers["content-type"].startswith("text/event-stream")
        assert "id: 0\nevent: ready" in ready.text
        assert listener.bound.wait(PATIENCE_S)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for line in [*fleet(10), fleet(1)[0]]:
                sender.sendto(line, ("127.0.0.1", listener.port))
        assert done.wait(PATIENCE_S)
        told = client.get("/api/live", headers={"Last-Event-ID": "0"}).text
        last = told.rpartition("id: ")[2].partition("\n")[0]
        nothing = client.get("/api/live", headers={"Last-Event-ID": last}).text
        refused = client.get("/api/live", headers={"Last-Event-ID": "-1; x"})
    assert rows(empty_engine, "vessel_positions") == 10
    assert "event: positions" in told
    assert '"412000009"' in told
    assert nothing == "retry: 500\n\n"
    assert refused.status_code == 400
    vessel = "SELECT ST_X(geom) FROM vessels WHERE mmsi = '412000009'"
    assert sql(empty_engine, vessel) == pytest.approx(122.009)


def test_batch_waits_for_a_database_that_is_away(empty_engine: Engine) -> None:
    listener = Listener("127.0.0.1", 0, tcp=False, write=write_to(empty_engine))
    away = [True]

    def write(batch: Sequence[Heard]) -> int:
        if away.pop():
            away.append(False)
            raise DatabaseAway("away")
        away.append(False)
        return write_positions(empty_engine, LAYERS, batch)

    done = until_written(listener, write, 1)
    with listening(listener):
        assert listener.bound.wait(PATIENCE_S)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(FIRST, ("127.0.0.1", listener.port))
        assert done.wait(PATIENCE_S)
    assert rows(empty_engine, "vessel_positions") == 1
    assert listener.counts["written"] == 1


def test_whatever_comes_is_counted_and_the_listener_lives(
    empty_engine: Engine, source: socket.socket
) -> None:
    lines = fleet(30)
    half = lines[3][: len(lines[3]) // 2] + b"\n"
    listener = Listener(*source.getsockname(), tcp=True, write=write_to(empty_engine))
    done = until_written(listener, listener.write, 30)
    with listening(listener):
        sender, _ = source.accept()
        sender.sendall(bytes(range(256)).replace(b"\n", b"") + b"\n" + b"".join(lines[:10]))
        sender.sendall(half + b"".join(lines[10:20]) + IN_PARTS[0] + b"\n" + CUT_OFF + b"\n")
        sender.sendall(b"y" * 1_000_000)
        sender.sendall(b"\n" + b"".join(lines[20:]))
        assert done.wait(PATIENCE_S)
        sender.close()
    counts = listener.counts
    assert (counts["accepted"], counts["written"]) == (30, 30)
    assert (counts["too_long"], counts["unfinished"], counts["overflow"]) == (1, 1, 0)
    assert counts["garbage"] + counts["checksum"] + counts["undecodable"] == 3, counts


def test_report_that_the_database_refuses_is_found_and_alone_is_lost(empty_engine: Engine) -> None:
    def write(batch: Sequence[Heard]) -> int:
        if any(each.mmsi == "412000005" for each in batch):
            raise ValueError
        return write_positions(empty_engine, LAYERS, batch)

    listener = Listener("127.0.0.1", 0, tcp=False, write=write)
    done = until_written(listener, write, 9)
    with listening(listener):
        assert listener.bound.wait(PATIENCE_S)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"".join(fleet(10)), ("127.0.0.1", listener.port))
        assert done.wait(PATIENCE_S)
    assert rows(empty_engine, "vessel_positions") == 9
    assert (listener.counts["written"], listener.counts["refused"]) == (9, 1)


def test_port_that_is_taken_is_told() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        listener = Listener("127.0.0.1", port, tcp=False, write=len)
        with pytest.raises(CommandFailed, match=f"127.0.0.1:{port}"):
            listener.run()


@pytest.mark.parametrize("fault", [DatabaseAway("away"), ValueError("a fault of ours")])
def test_tracks_that_fail_never_stop_the_positions(empty_engine: Engine, fault: Exception) -> None:
    def away() -> None:
        raise fault

    listener = Listener("127.0.0.1", 0, tcp=False, write=write_to(empty_engine), between=away)
    done = until_written(listener, listener.write, 1)
    with listening(listener):
        assert listener.bound.wait(PATIENCE_S)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(FIRST, ("127.0.0.1", listener.port))
        assert done.wait(PATIENCE_S)
    assert rows(empty_engine, "vessel_positions") == 1


def test_older_report_does_not_move_a_vessel_back(empty_engine: Engine) -> None:
    newer = Heard("412000001", 1_700_000_060, 123, 30, 5, 90, None, 0, 1)
    older = Heard("412000001", 1_700_000_000, 122, 30, 5, 90, None, 0, 1)
    assert write_positions(empty_engine, LAYERS, [newer]) == 1
    assert write_positions(empty_engine, LAYERS, [older, newer]) == 1
    assert sql(empty_engine, "SELECT ST_X(geom) FROM vessels") == 123


def test_map_that_slept_reads_anew_and_gets_the_events_that_it_missed(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        for kind in ("positions", "events", "positions"):
            tell(connection, kind, [{"a": kind}])
        first = int(connection.scalar(text("SELECT min(id) FROM live_messages")) or 0)
        connection.execute(text("UPDATE live_messages SET at = now() - interval '20 minutes'"))
        tell(connection, "positions", [{"a": "new"}])
    with service(empty_engine.url.render_as_string(hide_password=False)) as client:
        slept = client.get("/api/live", headers={"Last-Event-ID": str(first)}).text
        awake = client.get("/api/live", headers={"Last-Event-ID": str(first + 1)}).text
    kinds = [line for line in slept.splitlines() if line.startswith(("id", "event"))]
    assert kinds == [
        "event: ready", f"id: {first + 1}", "event: events", f"id: {first + 3}", "event: positions",
    ]  # fmt: skip
    assert "ready" not in awake


def test_map_of_a_database_that_was_made_anew_begins_anew(empty_engine: Engine) -> None:
    with service(empty_engine.url.render_as_string(hide_password=False)) as client:
        told = client.get("/api/live", headers={"Last-Event-ID": "7"}).text
    assert told == "retry: 500\n\nid: 0\nevent: ready\ndata: {}\n\n"
