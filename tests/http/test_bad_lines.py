"""What is wrong with a stake, a line or a place is answered by saying so, never by a silent guess."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.db.engine import writing
from tests.builders import add, service

STRAIGHT = "MULTILINESTRING((121.0 30.2, 121.05 30.2))"

LOOP = "MULTILINESTRING((121.1 30.2,121.12 30.2,121.12 30.21,121.11 30.21,121.11 30.19))"

AT_CROSSING = "lon=121.11&lat=30.2"


@pytest.fixture(scope="module")
def client(make_database: Callable[[str], str], template: str) -> Iterator[TestClient]:
    url = make_database(template)
    engine = writing(url)
    with engine.begin() as connection:
        add(connection, "pipelines", STRAIGHT, code="BARE", name="无桩线")
        add(connection, "pipelines", LOOP, code="LOOP", name="自交线")
        add(connection, "risk_points", "POINT(121.1101 30.2002)", code="P", name="示意点")
    engine.dispose()
    with service(url) as opened:
        yield opened


def told(client: TestClient, path: str) -> dict[str, Any]:
    answer = client.get(f"/api/{path}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def refused(client: TestClient, path: str) -> tuple[str, str]:
    """The parameter that is named, and what is said of it."""
    answer = client.get(f"/api/{path}")
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    (error,) = answer.json()["errors"]
    return error["parameter"], error["detail"]


def test_stake_beyond_the_line_is_told_or_refused(client: TestClient) -> None:
    (place,) = told(client, "collections/pipelines/items/1/locate?stake=K9")["places"]
    assert place["beyond"] == "end"
    assert place["beyond_m"] == pytest.approx(9000 - 4814.61, abs=0.1)
    parameter, detail = refused(client, "nearby?line=pipelines/1&stake=K9&within_m=10")
    assert parameter == "stake"
    assert "4814.6" in detail
    assert "超出" in detail
    parameter, detail = refused(client, "collections/pipelines/items/1/nearby?from=K8&to=K9")
    assert parameter == "from"
    assert "K4+814.6" in detail
    half = told(client, "collections/pipelines/items/1/nearby?from=K4&to=K9")
    assert half["to"] == "K4+814.6"
    assert any("cut" in note and "截取" in note for note in half["notes"])


@pytest.mark.parametrize(
    "stake",
    ["K", "K+", "K12%2B", "K1%2B1000", "K-1%2B200", "K1%2B2%2B3", "1e3", "桩号", "K１２３４５６７８９", "NaN", "+"],
)  # fmt: skip
@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("collections/pipelines/items/1/locate?stake={}", "stake"),
        ("collections/pipelines/items/1/nearby?from={}", "from"),
        ("nearby?line=pipelines/1&stake={}", "stake"),
    ],
)
def test_text_that_is_no_stake_is_named_and_the_way_to_write_it_told(
    client: TestClient, stake: str, path: str, parameter: str
) -> None:
    named, detail = refused(client, path.format(stake))
    assert named == parameter
    assert "stake" in detail or "metres" in detail or "longer" in detail
    assert any("一" <= sign <= "鿿" for sign in detail), "also in Chinese"


def test_pipe_without_markers_has_true_metres_and_it_is_said(client: TestClient) -> None:
    found = told(client, "collections/pipelines/items/1/locate?lon=121.02&lat=30.201")
    assert (found["origin"], found["markers"]) == ("true_metres", 0)
    assert "无桩牌" in found["origin_text"]
    beside = told(client, "collections/pipelines/items/1/nearby")["line"]
    assert (beside["origin"], beside["origin_text"]) == ("true_metres", found["origin_text"])
    (pipe,) = told(client, "nearby?lon=121.02&lat=30.201&within_m=200&layers=pipelines")["features"]
    assert (pipe["stake"], pipe["origin"]) == ("K1+926", "true_metres")


def test_line_that_crosses_itself_has_every_stake_of_the_place(client: TestClient) -> None:
    found = told(client, f"collections/pipelines/items/2/locate?{AT_CROSSING}")
    stakes = [each["stake"] for each in found["places"]]
    assert len(stakes) == len(set(stakes)) == 2
    assert any("2 times" in note and "多次" in note for note in found["notes"])
    (pipe,) = told(client, f"nearby?{AT_CROSSING}&within_m=5&layers=pipelines")["features"]
    assert sorted(pipe["stakes"]) == sorted(stakes)
    (point,) = told(client, "collections/pipelines/items/2/nearby?layers=risk_points")["features"]
    assert point["stake"].startswith("K5+"), "nearer to the second branch"


@pytest.mark.parametrize("accuracy", ["NaN", "nan", "inf", "-inf", "-1", "1e9", "ten"])
@pytest.mark.parametrize(
    "path", ["nearby?lon=121.02&lat=30.2&within_m=50", "collections/pipelines/items/1/locate?lon=121.02&lat=30.2"]
)  # fmt: skip
def test_accuracy_that_is_no_radius_is_refused(
    client: TestClient, path: str, accuracy: str
) -> None:
    assert refused(client, f"{path}&accuracy_m={accuracy}")[0] == "accuracy_m"


@pytest.mark.parametrize("place", [(117.0, 30.2), (122.5, 30.2), (-70.0, -30.0)])
def test_place_outside_the_zone_is_measured_on_the_ellipsoid_and_it_is_said(
    client: TestClient, place: tuple[float, float]
) -> None:
    lon, lat = place
    point = {"type": "Point", "coordinates": place}
    verdict = client.post("/api/verdict", json={"activity": "building", "geometry": point}).json()
    drawn = client.post("/api/nearby?within_m=50", json=point).json()
    phone = told(client, f"nearby?lon={lon}&lat={lat}&within_m=50")
    beside = told(client, f"collections/pipelines/items/1/locate?lon={lon}&lat={lat}")
    for answer in (verdict, drawn, phone, beside):
        assert any("EPSG:4549" in note and "椭球面" in note for note in answer["notes"])
    assert beside["places"][0]["beyond"] is not None
    inside = told(client, "nearby?lon=121.02&lat=30.2&within_m=50")
    assert inside["notes"] == []


@pytest.mark.parametrize(
    ("geometry", "detail"),
    [
        ({"type": "Point", "coordinates": [611365.275, 3324798.846]}, "longitude comes first"),
        ({"type": "Point", "coordinates": [30.2, 121.0]}, "longitude comes first"),
        ({"type": "Point", "coordinates": []}, "empty"),
        ({"type": "Polygon", "coordinates": [[[121, 30], [122, 30]]]}, "no GeoJSON"),
    ],
)
def test_geometry_outside_the_world_is_refused(
    client: TestClient, geometry: dict[str, Any], detail: str
) -> None:
    for path, body in (
        ("nearby?within_m=5", geometry),
        ("verdict", {"activity": "building", "geometry": geometry}),
    ):
        answer = client.post(f"/api/{path}", json=body)
        assert answer.status_code == 422, answer.text
        assert detail in str(answer.json()["errors"])
