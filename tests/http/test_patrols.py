"""Patrols that were walked: counted from the track, written once, refused with the reason."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from pyproj import Geod
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.db.engine import writing
from tests.builders import add, row, rows, service, sql

GEOD = Geod(ellps="WGS84")
START = (121.1, 30.0)
FIRST_S = 1_795_000_000.0


def place(metres: float, aside: float = 0.0) -> tuple[float, float]:
    """So many metres along the line, which runs north, and so many east of it."""
    lon, lat, _ = GEOD.fwd(*START, 0, metres)
    return GEOD.fwd(lon, lat, 90, aside)[:2] if aside else (lon, lat)


@pytest.fixture(scope="module")
def url(make_database: Callable[[str], str], template: str) -> str:
    made = make_database(template)
    engine = writing(made)
    end = place(5000)
    with engine.begin() as connection:
        add(connection, "pipelines", f"MULTILINESTRING(({START[0]} {START[1]},{end[0]} {end[1]}))",
            code="A", name="甲线", medium="gas")  # fmt: skip
        for number in range(6):
            lon, lat = place(1000.0 * number, 10)
            add(connection, "pipeline_markers", f"POINT({lon} {lat})", marker_no=f"Z{number}",
                pipeline_code="A", measure_m=1000.0 * number, kind="里程桩")  # fmt: skip
    engine.dispose()
    return made


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = writing(url)
    yield made
    made.dispose()


@pytest.fixture
def client(url: str) -> Iterator[TestClient]:
    with service(url) as opened:
        opened.base_url = httpx2.URL("http://127.0.0.1:8000")
        yield opened


def walk(begin: int, end: int, aside: float = 5.0, accuracy: float | None = 8.0) -> list[Any]:
    """Positions every 20 m and 15 s."""
    return [[*place(metres, aside), FIRST_S + 0.75 * (metres - begin), accuracy]
            for metres in range(begin, end + 1, 20)]  # fmt: skip


def send(client: TestClient, key: Any = None, **changed: Any) -> Any:
    body = {"pipeline_code": "A", "from_m": 0, "to_m": 3000, "track": walk(0, 2500),
            "inspector": "王巡线", **changed}  # fmt: skip
    return client.put(f"/api/patrols/{key or uuid4()}", json=body)


def test_patrol_is_counted_from_its_track_and_written_once(
    client: TestClient, engine: Engine
) -> None:
    key = uuid4()
    first, again = send(client, key), send(client, key)
    assert (first.status_code, again.status_code) == (201, 200), first.text
    told = first.json()
    assert (told["points_required"], told["points_passed"], told["completion_percent"]) == (
        4,
        3,
        75.0,
    )
    assert [each["name"] for each in told["missed"]] == ["Z3"]
    stored = row(engine, "patrols", code=told["code"])
    assert (stored["completion_percent"], stored["missed"], stored["state"]) == (75, "Z3", "未完成")
    assert (stored["inspector"], stored["pipeline_code"], stored["to_m"]) == ("王巡线", "A", 3000)
    length = sql(engine, "SELECT max(ST_Length(geom::geography)) FROM patrols")
    assert length == pytest.approx(3000, abs=1)
    tracks = f"FROM patrol_tracks WHERE patrol_code = '{told['code']}'"
    assert sql(engine, f"SELECT count(*) {tracks}") == 1
    assert sql(engine, f"SELECT bool_and(ST_IsValidTrajectory(geom)) {tracks}") is True
    assert sql(engine, f"SELECT max(positions) {tracks}") == 126
    assert sql(engine, f"SELECT max(length_km) {tracks}") == pytest.approx(2.5, abs=0.01)


def test_whole_stretch_is_complete_and_a_pause_cuts_the_track(
    client: TestClient, engine: Engine
) -> None:
    track = walk(0, 3000)
    track = [[lon, lat, at + (300 if n > 60 else 0), sure]
             for n, (lon, lat, at, sure) in enumerate(track)]  # fmt: skip
    told = send(client, track=track).json()
    assert (told["completion_percent"], told["missed"]) == (100.0, [])
    assert row(engine, "patrols", code=told["code"])["state"] == "完成"
    many = f"SELECT count(*) FROM patrol_tracks WHERE patrol_code = '{told['code']}'"  # noqa: S608
    assert sql(engine, many) == 2


@pytest.mark.parametrize(
    ("aside", "accuracy", "passed"),
    [(59.9, 50.0, 4), (60.3, 8.0, 0), (5.0, 50.1, 0), (5.0, None, 4)],
    ids=["fifty metres", "beyond", "too vague", "accuracy unknown"],
)
def test_place_is_passed_within_fifty_metres_by_a_sure_position(
    client: TestClient, aside: float, accuracy: float | None, passed: int
) -> None:
    # The posts stand 10 m east of the line, so 60 m aside is 50 m from them.
    told = send(client, track=walk(0, 3000, aside, accuracy)).json()
    assert told["points_passed"] == passed


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"pipeline_code": "none"}, "/pipeline_code"), ({"to_m": 5002}, "/to_m"),
        ({"to_m": 0.5}, "/to_m"), ({"from_m": -1}, "/from_m"), ({"track": []}, "/track"),
        ({"track": walk(0, 100)[::-1]}, "/track"),
        ({"track": [[500, 0, 1, None], [1, 1, 2, None]]}, "/track/0/0"),
        ({"more": 1}, "/more"),
    ],
)  # fmt: skip
def test_what_is_no_patrol_is_refused_by_name(
    client: TestClient, engine: Engine, changed: dict[str, Any], pointer: str
) -> None:
    before = rows(engine, "patrols")
    answer = send(client, **changed)
    assert answer.status_code == 422, answer.text
    assert pointer in [each["pointer"] for each in answer.json()["errors"]]
    assert rows(engine, "patrols") == before


def test_key_of_a_patrol_is_of_no_other(client: TestClient) -> None:
    key = uuid4()
    send(client, key)
    assert send(client, key, inspector="另一人").status_code == 409
