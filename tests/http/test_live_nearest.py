"""Who reaches a place at sea soonest: by the boat's own speed, with the age of its position told."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pyproj import Geod
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.db.engine import writing
from app.ingest.live_positions import write_positions
from app.ingest.nmea import Heard
from layers.registry import LAYERS
from tests.builders import service

AT_S = 1_790_000_000
AT = datetime.fromtimestamp(AT_S, UTC).isoformat().replace("+00:00", "Z")
PLACE = (122.5, 30.5)

SLOW, FAST, SILENT, LOST, DISTRESSED = (f"41200000{n}" for n in range(1, 6))


def heard(mmsi: str, minutes_ago: float, lon: float, speed: float | None) -> Heard:
    return Heard(mmsi, AT_S - int(60 * minutes_ago), lon, 30.5, speed, 90, None, 0, 1)


@pytest.fixture(scope="module")
def stored(make_database: Callable[[str], str], template: str) -> Iterator[Engine]:
    """Boats east of the place, and one that lies at it."""
    engine = writing(make_database(template))
    reports = [heard(SLOW, 10 + n, 122.6, 6) for n in range(40)]
    reports += [heard(FAST, 5 + n, 122.65, 12) for n in range(40)] + [heard(FAST, 60, 122.7, 50)]
    reports += [heard(SILENT, 90, 122.55, None), heard(LOST, 60 * 30, 122.51, 12)]
    reports += [heard(DISTRESSED, 3, PLACE[0], 0), heard(SLOW, -5, 130, 6)]
    write_positions(engine, LAYERS, reports)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def asking(stored: Engine) -> Iterator[TestClient]:
    with service(stored.url.render_as_string(hide_password=False)) as client:
        yield client


def told(client: TestClient, query: str) -> dict[str, Any]:
    answer = client.get(f"/api/live/nearest?{query}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_soonest_first_by_own_speed_and_the_lost_last(asking: TestClient) -> None:
    found = told(asking, f"mmsi={DISTRESSED}&at={AT}")
    assert (found["lon"], found["lat"], found["numberMatched"]) == (*PLACE, 4)
    assert [each["mmsi"] for each in found["vessels"]] == [SILENT, FAST, SLOW, LOST]
    silent, fast, slow, lost = found["vessels"]
    assert (silent["speed_kn"], silent["speed_assumed"], silent["standing"]) == (
        8,
        True,
        "uncertain",
    )
    # One report of 50 kn among many is not what the boat makes.
    assert (fast["speed_kn"], fast["speed_assumed"], fast["standing"]) == (12, False, "sure")
    assert (slow["age_min"], slow["lon"]) == (10, 122.6), "what comes later is not known then"
    assert (lost["standing"], lost["speed_kn"], lost["speed_assumed"]) == ("unknown", 12, False)
    distance = Geod(ellps="WGS84").line_length([122.65, PLACE[0]], [30.5, 30.5])
    assert fast["distance_m"] == pytest.approx(distance, abs=0.1)
    assert fast["minutes"] == pytest.approx(distance / 1852 / 12 * 60, abs=0.1)
    assert fast["latest_min"] - fast["minutes"] == pytest.approx(5, abs=0.2)
    assert fast["bearing_deg"] == pytest.approx(270, abs=0.2)


def test_place_behind_an_island_tells_of_the_land_between(asking: TestClient) -> None:
    behind = told(asking, f"lon=121.2&lat=30.15&at={AT}&limit=1")["vessels"][0]
    over_water = told(asking, f"lon=122.7&lat=30.5&at={AT}&limit=1")["vessels"][0]
    assert behind["land_m"] > 1000
    assert over_water["land_m"] == 0


def test_first_few_are_the_first_of_all(asking: TestClient) -> None:
    every = told(asking, f"lon=122.5&lat=30.5&at={AT}&limit=100")["vessels"]
    few = told(asking, f"lon=122.5&lat=30.5&at={AT}&limit=2")["vessels"]
    assert few == every[:2]


@pytest.mark.parametrize(
    ("query", "status", "parameter"),
    [
        ("lat=30", 400, "lon"), ("lon=122", 400, "lat"), ("lon=999&lat=0", 400, "lon"),
        (f"mmsi={SLOW}&lon=1&lat=1", 400, "mmsi"), ("mmsi=12", 400, "mmsi"),
        ("lon=1&lat=1&limit=0", 400, "limit"), ("lon=1&lat=1&at=soon", 400, "at"),
        ("mmsi=999999999", 404, None),
    ],
)  # fmt: skip
def test_bad_question_is_refused_by_name(
    asking: TestClient, query: str, status: int, parameter: str | None
) -> None:
    answer = asking.get(f"/api/live/nearest?{query}")
    assert answer.status_code == status
    if parameter:
        assert parameter in [each["parameter"] for each in answer.json()["errors"]]
