"""Playback: every position where there is room, else one a vessel and step, and told so."""

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
    return Heard(mmsi, FIRST_S + 60 * minute, 122 + minute / 1000, 30, 5, 90, None, 0, 1)


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
    assert (found["step_s"], found["numberMatched"], found["numberReturned"]) == (None, 1440, 1440)
    first = found["vessels"][0]
    assert (first["mmsi"], first["seconds"][:3]) == ("412000001", [0, 60, 120])
    assert (first["lon"][1], first["lat"][1]) == (122.001, 30)


@pytest.mark.parametrize(("points", "step_s"), [(500, 300), (200, 600), (100, 900)])
def test_more_than_asked_for_are_thinned_by_a_step_and_told_so(
    stored: Engine, points: int, step_s: int
) -> None:
    found = told(stored, f"{PERIOD}&points={points}")
    assert found["step_s"] == step_s
    assert found["numberMatched"] == 1440
    assert found["numberReturned"] <= points
    for vessel in found["vessels"]:
        assert vessel["seconds"] == list(range(0, 12 * 3600, step_s))
        # What is told was heard: nothing is averaged.
        assert vessel["lon"] == [pytest.approx(122 + each / 60_000) for each in vessel["seconds"]]


def test_one_vessel_and_a_day_of_the_city(stored: Engine) -> None:
    found = told(stored, "datetime=2026-09-21&mmsi=412000002")
    assert (found["from"], found["numberMatched"]) == ("2026-09-20T16:00:00+00:00", 720)
    assert [each["mmsi"] for each in found["vessels"]] == ["412000002"]


def test_without_a_period_it_is_the_last_day_with_positions(stored: Engine) -> None:
    assert told(stored, "")["from"] == "2026-09-20T16:00:00+00:00"
    assert told(stored, "datetime=2026-09-25")["vessels"] == []


@pytest.mark.parametrize(
    "query",
    ["datetime=2026-01-01/2026-03-01", "datetime=2026-01-01/..", "mmsi=abc", "points=1",
     "datetime=soon"],
)  # fmt: skip
def test_bad_question_is_refused_by_name(stored: Engine, query: str) -> None:
    with service(stored.url.render_as_string(hide_password=False)) as client:
        answer = client.get(f"/api/live/tracks?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == query.partition("=")[0]
