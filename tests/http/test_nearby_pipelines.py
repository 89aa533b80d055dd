"""Near a phone's position, near a stake, near a stretch: what is told, in which order."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pyproj import Geod
from starlette.testclient import TestClient

from app.db.engine import writing
from tests.builders import add, service

GEOD = Geod(ellps="WGS84")

START = (121.0, 30.2)


def east(metres: float, aside: float = 0.0) -> tuple[float, float]:
    """A place along the test line, so many metres left of it."""
    lon, lat, _ = GEOD.fwd(*START, 90, metres)
    lon, lat, _ = GEOD.fwd(lon, lat, 0 if aside >= 0 else 180, abs(aside))
    return lon, lat


def box(low: float, high: float, near: float, far: float) -> str:
    corners = [east(low, near), east(high, near), east(high, far), east(low, far), east(low, near)]
    return "POLYGON((" + ",".join(f"{lon} {lat}" for lon, lat in corners) + "))"


def point(metres: float, aside: float) -> str:
    lon, lat = east(metres, aside)
    return f"POINT({lon} {lat})"


@pytest.fixture(scope="module")
def url(make_database: Callable[[str], str], template: str) -> str:
    made = make_database(template)
    engine = writing(made)
    line = ",".join(f"{lon} {lat}" for lon, lat in (east(m) for m in range(0, 5001, 100)))
    with engine.begin() as connection:
        add(connection, "pipelines", f"MULTILINESTRING(({line}))", code="A", name="甲线")
        for code, metres, aside, grade in (("near", 1000, 40, 3), ("far", 400, -180, 1),
                                           ("late", 3000, 90, None), ("out", 2000, 230, 2)):  # fmt: skip
            add(connection, "risk_points", point(metres, aside), code=code, name=code, grade=grade,
                responsible_person="王示意", responsible_phone="0574-5550-1")  # fmt: skip
        add(connection, "protection_targets", box(1500, 1700, 20, 60), code="village", name="村")
        add(connection, "encroachments", box(2400, 2420, -5, 5), code="shed", name="棚")
        for code, metres in (("V1", 500), ("V2", 4000), ("V3", 4900)):
            add(connection, "pipeline_facilities", point(metres, 10), code=code, name=code,
                kind="阀室", pipeline_code="A")  # fmt: skip
    engine.dispose()
    return made


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[TestClient]:
    with service(url) as opened:
        yield opened


LAYERS = "layers=risk_points,protection_targets,encroachments"


def along(client: TestClient, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/api/collections/pipelines/items/1/nearby?{LAYERS}&{query}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def names(told: dict[str, Any]) -> list[str]:
    return [each["properties"]["code"] for each in told["features"]]


def by_name(told: dict[str, Any]) -> dict[str, Any]:
    return {each["properties"]["code"]: each for each in told["features"]}


def test_features_along_the_line_come_in_the_order_of_stakes(client: TestClient) -> None:
    told = along(client)
    assert names(told) == ["far", "near", "village", "shed", "late"]
    stakes = [each["measure_m"] for each in told["features"]]
    assert stakes == sorted(stakes)
    assert told["numberReturned"] == 5


def test_each_has_distance_side_bearing_grade_and_contact(client: TestClient) -> None:
    near = by_name(along(client))["near"]
    assert near["distance_m"] == pytest.approx(40, abs=0.1)
    assert near["stake"] == "K1+000"
    assert (near["side"], near["grade"]) == ("left", 3)
    assert near["bearing_deg"] == pytest.approx(0, abs=0.2) or near["bearing_deg"] > 359
    assert near["contact"]["responsible_person"] == "王示意"
    assert by_name(along(client))["far"]["side"] == "right"


def test_polygon_is_measured_to_its_edge_and_has_an_interval(client: TestClient) -> None:
    village = by_name(along(client))["village"]
    assert village["distance_m"] == pytest.approx(20, abs=0.1)
    assert (village["from_m"], village["to_m"]) == pytest.approx((1500, 1700), abs=1)


def test_line_that_runs_through_has_distance_nothing(client: TestClient) -> None:
    shed = by_name(along(client))["shed"]
    assert shed["distance_m"] == 0
    assert shed["side"] == "on"
    assert (shed["from_m"], shed["to_m"]) == pytest.approx((2400, 2420), abs=0.5)


def test_order_by_distance_and_by_severity(client: TestClient) -> None:
    assert names(along(client, "order=distance")) == ["shed", "village", "near", "late", "far"]
    assert names(along(client, "order=severity"))[:2] == ["far", "near"]


def test_stretch_without_length_is_one_place(client: TestClient) -> None:
    told = along(client, "from=K1+600&to=K1+600")
    assert names(told) == ["village"]
    village = told["features"][0]
    assert (village["stake"], village["side"]) == ("K1+600", "left")
    (shed,) = along(client, "from=K2+410&to=K2+410")["features"]
    assert (shed["stake"], shed["distance_m"], shed["side"]) == ("K2+410", 0, "on")


def test_stretch_between_two_stakes(client: TestClient) -> None:
    told = along(client, "from=K0+900&to=K1+750")
    assert names(told) == ["near", "village"]
    assert (told["from"], told["to"]) == ("K0+900", "K1+750")
    assert names(along(client, "from=1750m&to=K0 900")) == ["near", "village"]


def test_limit_keeps_the_first_by_the_order(client: TestClient) -> None:
    assert names(along(client, "limit=2")) == ["far", "near"]
    assert names(along(client, "limit=1&order=distance")) == ["shed"]


def test_distance_is_inclusive(client: TestClient) -> None:
    told = along(client, "within_m=1000")
    exact = by_name(told)["out"]["distance_m"]
    assert "out" in names(along(client, f"within_m={exact + 0.01}"))
    assert "out" not in names(along(client, f"within_m={exact - 0.01}"))


def test_valve_rooms_upstream_and_downstream(client: TestClient) -> None:
    rooms = along(client, "from=K1&to=K2")["valve_rooms"]
    assert rooms["upstream"]["code"] == "V1"
    assert rooms["upstream"]["along_m"] == pytest.approx(500, abs=1)
    assert rooms["downstream"]["code"] == "V2"
    assert rooms["downstream"]["straight_m"] == pytest.approx(2000, abs=2)
    assert along(client, "from=K0&to=K0+100")["valve_rooms"]["upstream"] is None


def test_grade_max_leaves_out_what_has_no_grade(client: TestClient) -> None:
    assert names(along(client, "grade_max=3")) == ["far", "near"]


def test_stretch_beyond_the_line_is_cut_and_it_is_said(client: TestClient) -> None:
    told = along(client, "from=K4&to=K9")
    assert told["to"] == "K5+000"
    assert told["notes"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("from=abc", "from"), ("to=K1+1000", "to"), ("from=K8&to=K9", "from"),
        ("within_m=nan", "within_m"), ("within_m=-1", "within_m"), ("order=colour", "order"),
        ("limit=0", "limit"), ("within_m=30000", "within_m"),
    ],
)  # fmt: skip
def test_bad_value_along_is_refused(client: TestClient, query: str, parameter: str) -> None:
    answer = client.get(f"/api/collections/pipelines/items/1/nearby?{query}")
    assert answer.status_code == 400, answer.text
    assert [each["parameter"] for each in answer.json()["errors"]] == [parameter]


def test_layer_without_stakes_is_not_found(client: TestClient) -> None:
    assert client.get("/api/collections/risk_points/items/1/nearby").status_code == 404


def nearby(client: TestClient, query: str) -> dict[str, Any]:
    answer = client.get(f"/api/nearby?{query}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_phone_position_tells_what_is_certain_and_what_is_possible(client: TestClient) -> None:
    lon, lat = east(1000)
    told = nearby(
        client, f"lon={lon}&lat={lat}&within_m=50&accuracy_m=15&layers=risk_points,pipelines"
    )
    words = {each["layer"]: each["certainty"] for each in told["features"]}
    assert words == {"risk_points": "possible", "pipelines": "certain"}
    assert (told["certain"], told["possible"]) == (1, 1)
    assert (told["certain_within_m"], told["excluded_beyond_m"]) == (35, 65)


def test_pipeline_found_near_a_point_tells_stake_and_side(client: TestClient) -> None:
    lon, lat = east(1234, -30)
    (pipe,) = nearby(client, f"lon={lon}&lat={lat}&within_m=50&layers=pipelines")["features"]
    assert (pipe["stake"], pipe["side"], pipe["origin"]) == ("K1+234", "right", "true_metres")


def test_near_a_stake(client: TestClient) -> None:
    told = nearby(client, "line=pipelines/1&stake=K1+000&within_m=50&layers=risk_points")
    assert names(told) == ["near"]
    assert told["at"]["stake"] == "K1+000"


def test_drawn_geometry_has_an_interval_of_stakes_on_the_line(client: TestClient) -> None:
    body = {"type": "LineString", "coordinates": [east(800, 20), east(1200, 20)]}
    answer = client.post("/api/nearby?within_m=50&layers=pipelines", json=body)
    (pipe,) = answer.json()["features"]
    assert (pipe["from_m"], pipe["to_m"]) == pytest.approx((800, 1200), abs=1)
    assert pipe["side"] == "left"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "lon"), ("lon=121", "lat"), ("lon=121&lat=30&accuracy_m=5", "accuracy_m"),
        ("lon=121&lat=30&within_m=5&accuracy_m=nan", "accuracy_m"), ("line=pipelines/1", "stake"),
        ("stake=K1", "line"), ("line=risk_points/1&stake=K1", "line"),
        ("line=pipelines/x&stake=K1", "line"), ("line=pipelines/1&stake=K99", "stake"),
        ("line=pipelines/1&stake=K1&lon=121&lat=30", "stake"), ("line=pipelines/1&stake=x", "stake"),
    ],
)  # fmt: skip
def test_bad_position_is_refused(client: TestClient, query: str, parameter: str) -> None:
    answer = client.get(f"/api/nearby?{query}")
    assert answer.status_code == 400, answer.text
    assert [each["parameter"] for each in answer.json()["errors"]] == [parameter]
