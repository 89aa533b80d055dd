"""From stakes to places and back, over HTTP."""

from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from app.db.engine import writing
from tests.builders import add, service

LINE = "MULTILINESTRING((121.0 30.2, 121.05 30.2))"


@pytest.fixture(scope="module")
def url(make_database: Callable[[str], str], template: str) -> str:
    made = make_database(template)
    engine = writing(made)
    with engine.begin() as connection:
        add(connection, "pipelines", LINE, code="A")
        add(connection, "pipelines", LINE, code="B")
        add(connection, "pipelines", None, code="C")
        add(connection, "roads", LINE, code="S1", name="路", from_m=10_000.0)
        for lon, stake in ((121.0, 0.0), (121.02, 2000.0), (121.05, 4900.0)):
            add(connection, "pipeline_markers", f"POINT({lon} 30.2)", pipeline_code="A",
                marker_no=f"{stake}", measure_m=stake)  # fmt: skip
    engine.dispose()
    return made


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[TestClient]:
    with service(url) as opened:
        yield opened


def locate(client: TestClient, query: str, line: str = "pipelines/items/1") -> dict[str, object]:
    answer = client.get(f"/api/collections/{line}/locate?{query}")
    assert answer.status_code == 200, answer.text
    told: dict[str, object] = answer.json()
    return told


@pytest.mark.parametrize("stake", ["K2+000", "K2 000", "2%2B000", "2km", "2公里"])
def test_stake_has_its_place(client: TestClient, stake: str) -> None:
    told = locate(client, f"stake={stake}")
    assert told["origin"] == "markers"
    (place,) = told["places"]  # type: ignore[misc]
    assert place["lon"] == pytest.approx(121.02, abs=2e-6)
    assert place["beyond"] is None


def test_place_has_its_stake_side_and_distance(client: TestClient) -> None:
    (place,) = locate(client, "lon=121.02&lat=30.201")["places"]  # type: ignore[misc]
    assert place["stake"] == "K2+000"
    assert place["side"] == "left"
    assert place["distance_m"] == pytest.approx(110.6, abs=0.1)


def test_without_markers_it_is_said_that_stakes_are_true_metres(client: TestClient) -> None:
    told = locate(client, "lon=121.02&lat=30.201", "pipelines/items/2")
    assert told["origin"] == "true_metres"
    assert "true metres" in str(told["origin_text"])


def test_road_begins_at_its_first_stake(client: TestClient) -> None:
    (place,) = locate(client, "lon=121.0&lat=30.2", "roads/items/1")["places"]  # type: ignore[misc]
    assert place["stake"] == "K10+000"


def test_stake_beyond_the_line_is_told(client: TestClient) -> None:
    (place,) = locate(client, "stake=K99")["places"]  # type: ignore[misc]
    assert place["beyond"] == "end"
    assert place["beyond_m"] == pytest.approx(99_000 - 4900)
    assert place["lon"] == pytest.approx(121.05, abs=1e-6)


def test_place_beyond_the_line_is_told(client: TestClient) -> None:
    told = locate(client, "lon=121.06&lat=30.2")
    assert told["places"][0]["beyond"] == "end"  # type: ignore[index]
    assert told["notes"]


def test_inaccurate_position_has_no_certain_side(client: TestClient) -> None:
    (place,) = locate(client, "lon=121.02&lat=30.2001&accuracy_m=30")["places"]  # type: ignore[misc]
    assert place["side_certain"] is False


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "stake"), ("stake=K-1", "stake"), ("stake=abc", "stake"), ("stake=K1+2000", "stake"),
        ("stake=K1&lon=121&lat=30", "stake"), ("lon=121", "lat"), ("lat=30", "lon"),
        ("lon=121&lat=nan", "lat"), ("lon=121&lat=30&accuracy_m=nan", "accuracy_m"),
        ("lon=121&lat=30&accuracy_m=-1", "accuracy_m"),
    ],
)  # fmt: skip
def test_bad_value_is_refused_and_named(client: TestClient, query: str, parameter: str) -> None:
    answer = client.get(f"/api/collections/pipelines/items/1/locate?{query}")
    assert answer.status_code == 400
    assert [each["parameter"] for each in answer.json()["errors"]] == [parameter]


@pytest.mark.parametrize("path", ["pipelines/items/3", "pipelines/items/99", "risk_points/items/1"])
def test_what_has_no_line_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(f"/api/collections/{path}/locate?stake=K0").status_code == 404
