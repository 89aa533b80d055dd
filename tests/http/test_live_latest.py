"""What an open map begins with: every vessel at its newest position."""

from collections.abc import Sequence

from sqlalchemy import Engine

from app.ingest.live_positions import write_positions
from app.ingest.nmea import Heard
from layers.registry import LAYERS
from tests.builders import add, service


def heard(mmsi: str, seen_s: int, lon: float, course: float | None = 90) -> Heard:
    return Heard(mmsi, seen_s, lon, 30, 5.5, course, None, 0, 1)


def told(engine: Engine, reports: Sequence[Heard], query: str = "") -> dict[str, object]:
    write_positions(engine, LAYERS, reports)
    with service(engine.url.render_as_string(hide_password=False)) as client:
        return dict(client.get(f"/api/live/latest{query}").json())


def test_every_vessel_stands_once_where_it_was_heard_last(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        add(connection, "vessels", mmsi="412000009", name="没有位置")
        add(connection, "vessels", "POINT(121 30)", mmsi="412000008", name="没有时间")
        add(connection, "vessels", mmsi="412000001", name="浙余渔示1", grade=2)
    reports = [
        heard("412000001", 1_700_000_000, 122.0), heard("412000001", 1_700_000_060, 122.1, 180),
        heard("412000002", 1_700_000_030, 123.0, None),
    ]  # fmt: skip
    found = told(empty_engine, reports)
    assert found["newest"] == "2023-11-14T22:14:20+00:00"
    assert (found["numberMatched"], found["numberReturned"]) == (2, 2)
    vessels = found["vessels"]
    assert isinstance(vessels, list)
    first, second = vessels
    assert {name: first[name] for name in ("mmsi", "name", "grade", "lon", "speed_kn")} == {
        "mmsi": "412000001", "name": "浙余渔示1", "grade": 2, "lon": 122.1, "speed_kn": 5.5,
    }  # fmt: skip
    assert (first["course_deg"], second["course_deg"]) == (180, None)
    assert second["mmsi"] == "412000002"


def test_no_more_than_asked_and_told_so(empty_engine: Engine) -> None:
    reports = [heard(f"41200000{n}", 1_700_000_000 + n, 122) for n in range(5)]
    found = told(empty_engine, reports, "?limit=2")
    assert (found["numberMatched"], found["numberReturned"]) == (5, 2)


def test_nothing_heard_is_an_empty_answer(empty_engine: Engine) -> None:
    found = told(empty_engine, [])
    assert (found["newest"], found["numberMatched"], found["vessels"]) == (None, 0, [])
