"""Playback: cleaned like for the analyses, simplified where there is no room, and told so."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from app.db.engine import writing
from app.ingest.live_positions import write_positions
from app.ingest.nmea import Heard
from layers.registry import LAYERS
from tests.builders import service

FIRST_S = 1_790_000_000 // 86_400 * 86_400
"""A midnight in UTC."""

MINUTES = 12 * 60


def heard(mmsi: str, minute: int) -> Heard:
    return Heard(mmsi, FIRST_S + 60 * minute, 123 + minute / 1000, 30, 5, 90, None, 0, 1)


@pytest.fixture(scope="module")
def stored(make_database: Callable[[str], str], template: str) -> Iterator[Engine]:
    """Two vessels heard every minute of half a day, one of them a day before too."""
    engine = writing(make_database(template))
    reports = [heard(mmsi, each) for mmsi in ("412000001", "412000002") for each in range(MINUTES)]
    write_positions(engine, LAYERS, [*reports, heard("412000001", -1440)])
    yield engine
    engine.dispose()


def told(engine: Engine, query: str) -> dict[str, Any]:
    with service(engine.url.render_as_string(hide_password=False)) as client:
        return dict(client.get(f"/api/live/tracks?{query}").json())


PERIOD = "datetime=2026-09-21T00:00:00Z/2026-09-21T12:00:00Z"


def test_every_position_is_told_where_there_is_room(stored: Engine) -> None:
    found = told(stored, PERIOD)
    assert (found["within_m"], found["numberMatched"], found["numberReturned"]) == (0, 1440, 1440)
    assert (found["cleaned"], found["left_out"]) == (True, {})
    first = found["vessels"][0]
    assert (first["mmsi"], first["seconds"][:3], first["silences"]) == (
        "412000001",
        [0, 60, 120],
        [],
    )
    assert (first["lon"][1], first["lat"][1]) == (123.001, 30)


@pytest.mark.parametrize("query", ["points=500", "points=100", "within_m=10"])
def test_more_than_asked_for_are_simplified_and_told_so(stored: Engine, query: str) -> None:
    found = told(stored, f"{PERIOD}&{query}")
    assert (found["within_m"], found["numberMatched"], found["numberReturned"]) == (10, 1440, 4)
    for vessel in found["vessels"]:
        # A straight way at one speed is its ends.
        assert vessel["seconds"] == [0, 60 * (MINUTES - 1)]
        assert vessel["lon"] == [123, pytest.approx(123 + (MINUTES - 1) / 1000)]


def test_what_no_analysis_reads_is_not_drawn_unless_asked_for(
    make_database: Callable[[str], str], template: str
) -> None:
    engine = writing(make_database(template))
    ways = [heard("412000001", each) for each in range(60)]
    ways[30] = Heard("412000001", FIRST_S + 60 * 30, 125, 32, 5, 90, None, 0, 1)
    buoy = [
        Heard("990001234", FIRST_S + 60 * each, 124, 30, 0, 0, None, 0, 1) for each in range(30)
    ]
    write_positions(engine, LAYERS, [*ways, *buoy])
    found = told(engine, PERIOD)
    assert found["left_out"] == {"unreachable": 1, "net_beacon": 30}
    (boat,) = found["vessels"]
    assert (boat["mmsi"], len(boat["seconds"]), max(boat["lon"])) == ("412000001", 59, 123.059)
    assert 30 * 60 not in boat["seconds"]
    assert (found["numberMatched"], found["numberReturned"]) == (90, 59)
    raw = told(engine, f"{PERIOD}&cleaned=false")
    assert (raw["cleaned"], raw["left_out"], raw["numberReturned"]) == (False, {}, 90)
    assert [max(each["lon"]) for each in raw["vessels"]] == [125, 124]
    engine.dispose()


def test_two_vessels_on_one_number_are_two_ways(
    make_database: Callable[[str], str], template: str
) -> None:
    engine = writing(make_database(template))
    far = [Heard("412000001", FIRST_S + 60 * each + 30, 125, 32, 5, 90, None, 0, 1)
           for each in range(20)]  # fmt: skip
    write_positions(engine, LAYERS, [*(heard("412000001", each) for each in range(60)), *far])
    first, second = told(engine, PERIOD)["vessels"]
    assert (first["mmsi"], first["vessel"], len(first["seconds"])) == ("412000001", 0, 60)
    assert (second["mmsi"], second["vessel"], set(second["lon"])) == ("412000001", 1, {125})
    engine.dispose()


def test_one_vessel_and_a_day_of_the_city(stored: Engine) -> None:
    found = told(stored, "datetime=2026-09-21&mmsi=412000002")
    assert (found["from"], found["numberMatched"]) == ("2026-09-20T16:00:00+00:00", 720)
    assert [each["mmsi"] for each in found["vessels"]] == ["412000002"]


def test_without_a_period_it_is_the_last_day_with_positions(stored: Engine) -> None:
    assert told(stored, "")["from"] == "2026-09-20T16:00:00+00:00"
    assert told(stored, "datetime=2026-09-25")["vessels"] == []


@pytest.mark.parametrize(
    "query",
    ["datetime=2026-01-01/2026-03-01", "datetime=2026-01-01/..", "mmsi=abc", "points=1", "within_m=-1",
     "datetime=soon"],
)  # fmt: skip
def test_bad_question_is_refused_by_name(stored: Engine, query: str) -> None:
    with service(stored.url.render_as_string(hide_password=False)) as client:
        answer = client.get(f"/api/live/tracks?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == query.partition("=")[0]
