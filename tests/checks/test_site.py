"""The planner's check over HTTP: drawn places, distances on the ground, refusals, sheets."""

import json
import math
import re
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pyproj import Geod, Transformer
from starlette.testclient import TestClient

from app.db.engine import writing
from tests.builders import add, feature, service

GEOD = Geod(ellps="WGS84")

START = (121.0, 30.1)


def place(north_m: float, east_m: float) -> tuple[float, float]:
    """A place so many metres north and east of the start."""
    lon, lat, _ = GEOD.fwd(*START, 0, north_m)
    lon, lat, _ = GEOD.fwd(lon, lat, 90, east_m)
    return lon, lat


def ring(north_m: float, east_m: float, size_m: float) -> list[tuple[float, float]]:
    """A square whose lower left corner is at a place."""
    return [place(north_m, east_m), place(north_m, east_m + size_m),
            place(north_m + size_m, east_m + size_m), place(north_m + size_m, east_m),
            place(north_m, east_m)]  # fmt: skip


def square(north_m: float, east_m: float, size_m: float = 60) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring(north_m, east_m, size_m)]}


def point(north_m: float, east_m: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": place(north_m, east_m)}


def wkt(corners: list[tuple[float, float]]) -> str:
    return ", ".join(f"{x} {y}" for x, y in corners)


@pytest.fixture(scope="module")
def url(make_database: Callable[[str], str], template: str) -> str:
    made = make_database(template)
    engine = writing(made)
    line = wkt([place(0, 0), place(3000, 0)])
    with engine.begin() as connection:
        add(connection, "pipelines", f"MULTILINESTRING(({line}))", code="A", name="甲线", medium="gas",
            outside_diameter_mm=711.0, maop_mpa=6.3, operator="公司")  # fmt: skip
        add(connection, "high_consequence_areas", f"MULTILINESTRING(({line}))", code="H1", name="区",
            pipeline_code="A", medium="gas", severity="2", decided_by="气b", grade=2)  # fmt: skip
        add(connection, "major_hazards", f"POLYGON(({wkt(ring(0, 3000, 100))}))", code="M1", name="罐区",
            inventory="汽油 1500 t;甲醇 1000 t", population=0, grade=2)  # fmt: skip
        add(connection, "road_segments", f"MULTILINESTRING(({wkt([place(0, 6000), place(500, 6000)])}))",
            code="R1", name="路段", kind="事故多发", grade=2)  # fmt: skip
        x, y = place(0, 9000)
        add(
            connection,
            "risk_points",
            f"POINT({x} {y})",
            code="P1",
            name="氨站",
            category="05",
            grade=1,
        )
        add(
            connection,
            "risk_points",
            f"POINT({x} {y})",
            code="P2",
            name="桥",
            category="18",
            grade=1,
        )
        x, y = place(0, 12000)
        add(
            connection, "protection_targets", f"POINT({x} {y})", code="T1", name="学校", kind="学校"
        )
        add(connection, "pipelines", "MULTILINESTRING((121.3 30.0,121.3 30.05))", code="B",
            register_kind="城镇燃气", medium="gas", outside_diameter_mm=300.0, maop_mpa=0.4)  # fmt: skip
    engine.dispose()
    return made


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[TestClient]:
    with service(url) as opened:
        yield opened


def ask(client: TestClient, use: str, geometry: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = client.post("/api/check", json={"use": use, "geometry": geometry, **more})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def fired(told: dict[str, Any]) -> list[str]:
    return [each["rule"] for each in told["reasons"]]


def test_pipeline_under_a_school_is_advised_against_and_every_source_is_told(
    client: TestClient,
) -> None:
    told = ask(client, "school", square(1000, -30), persons=800)
    assert told["advice"] == "against"
    assert fired(told)[0] == "G30"
    assert set(fired(told)) == {"G30", "G31", "G35-3", "PIR", "HCA", "HCA-NEW"}
    assert all(each["source"] and each["distance_m"] == 0 for each in told["reasons"])
    assert told["pipelines"][0]["crosses"] is True
    assert told["criterion"]["limit_per_year"] == 3e-7
    assert told["area_m2"] == pytest.approx(3600, rel=0.001)


@pytest.mark.parametrize(
    ("east", "rules"),
    [
        (5.0, {"G30", "G35-3", "PIR", "HCA"}), (5.02, {"G35-3", "PIR", "HCA"}),
        (176.66, {"G35-3", "PIR", "HCA"}), (176.69, {"G35-3", "HCA"}),
        (199.99, {"G35-3", "HCA"}), (200.02, set()),
    ],
)  # fmt: skip
def test_distances_of_pipelines_are_closed(
    client: TestClient, east: float, rules: set[str]
) -> None:
    told = ask(client, "industry", square(1000, east))
    assert set(fired(told)) - {"HCA-NEW"} == rules
    assert ("HCA-NEW" in fired(told)) is (east <= 200)


@pytest.mark.parametrize(
    ("use", "north", "east", "fires", "rule"),
    [
        ("school", 0, 3100 + 499.97, True, "MH-500"), ("school", 0, 3100 + 500.03, False, "MH-500"),
        ("industry", 0, 6000 + 99.98, True, "BS-100"), ("industry", 0, 6000 + 100.03, False, "BS-100"),
        ("school", 0, 9000 + 499.97, True, "RP-500"), ("school", 0, 9000 + 500.03, False, "RP-500"),
        ("chemical", 0, 12000 + 499.97, True, "PT-500"), ("chemical", 0, 12000 + 500.03, False, "PT-500"),
        ("open_land", 0, 3000, False, "MH-500"),
    ],
)  # fmt: skip
def test_consultation_distances_are_closed(
    client: TestClient, use: str, north: float, east: float, fires: bool, rule: str
) -> None:
    told = ask(client, use, point(north, east))
    assert (rule in fired(told)) is fires
    if fires:
        reason = next(each for each in told["reasons"] if each["rule"] == rule)
        assert reason["distance_m"] == pytest.approx(reason["limit_m"], abs=0.06)
        assert reason["advice"] == told["advice"] == "consult"


@pytest.mark.parametrize(
    "geometry", [point(50, 3050), square(20, 3020, 20), square(-500, 2500, 1100)],
    ids=["point inside", "polygon inside", "round it"],
)  # fmt: skip
def test_inside_and_outside_are_at_distance_nothing(
    client: TestClient, geometry: dict[str, Any]
) -> None:
    told = ask(client, "residential", geometry, persons=30)
    reasons = {each["rule"]: each for each in told["reasons"]}
    assert reasons["MH-500"]["distance_m"] == 0
    assert told["around"][0]["distance_m"] == 0
    assert reasons["ALPHA"]["detail"] == "常住人口 0 → 30,α 0.5 → 1.2,级别 四级 → 三级"


def test_route_and_file_of_features_are_sites_too(client: TestClient) -> None:
    route = {"type": "LineString", "coordinates": [place(500, -50), place(500, 50)]}
    assert set(fired(ask(client, "power", route))) == {"G35-1"}
    file = json.loads(json.dumps({"type": "FeatureCollection", "features": [
        feature(square(1000, 300)), feature(square(1000, 20)), feature(None),
    ]}))  # fmt: skip
    told = ask(client, "industry", file)
    assert told["pipelines"][0]["distance_m"] == pytest.approx(20, abs=0.02)
    assert told["area_m2"] == pytest.approx(7200, rel=0.001)
    assert fired(ask(client, "industry", feature(square(1000, 20)))) == fired(told)


def test_metric_coordinates_are_east_before_north(client: TestClient) -> None:
    way = Transformer.from_crs(4326, 4549, always_xy=True)
    corners = [way.transform(*each) for each in ring(1000, 20, 60)]
    told = ask(client, "industry", {"type": "Polygon", "coordinates": [corners]}, crs="EPSG:4549")
    assert told["pipelines"][0]["distance_m"] == pytest.approx(20, abs=0.02)


def test_site_outside_the_city_is_told(client: TestClient) -> None:
    told = ask(client, "school", {"type": "Point", "coordinates": [122.9, 30.0]})
    assert (told["inside_city"], told["advice"], told["around"]) == ("outside", "none", [])
    assert any("范围以外" in note and "outside the city" in note for note in told["notes"])
    edge = {"type": "LineString", "coordinates": [[121.15, 30.03], [121.55, 30.03]]}
    answer = client.post("/api/check", json={"use": "power", "geometry": edge})
    assert answer.status_code == 422, "40 km is no site"
    near = {"type": "LineString", "coordinates": [[121.39, 30.0], [121.47, 30.0]]}
    assert ask(client, "power", near)["inside_city"] == "partly"
    assert ask(client, "power", point(0, 0))["inside_city"] == "inside"


def test_town_gas_gives_no_reason_and_it_is_said(client: TestClient) -> None:
    told = ask(client, "school", {"type": "Point", "coordinates": [121.30001, 30.02]})
    assert told["reasons"] == []
    assert any("城镇燃气" in note for note in told["notes"])


def test_given_risk_is_judged_and_compared(client: TestClient) -> None:
    told = ask(client, "school", point(0, 20000), risk_per_year=2e-6)
    assert (told["advice"], fired(told)) == ("against", ["RISK"])
    assert told["comparison"]["zone_en"] == "middle zone"
    assert "comparison only" in told["comparison"]["title_en"]
    assert ask(client, "school", point(0, 20000))["comparison"] is None


def good(**changed: Any) -> dict[str, Any]:
    return {"use": "school", "geometry": point(0, 0), **changed}


BOW = {
    "type": "Polygon",
    "coordinates": [[[121, 30], [121.01, 30.01], [121.01, 30], [121, 30.01], [121, 30]]],
}
MANY = {"type": "LineString", "coordinates": [[121 + n / 1e7, 30] for n in range(10_001)]}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (good(use="castle"), "/use"), ({"geometry": point(0, 0)}, "/use"), ({"use": "school"}, "/geometry"),
        (good(geometry={"type": "Point"}), "/geometry/type"), (good(geometry={"type": "Point", "coordinates": []}),
         "/geometry/coordinates"),
        (good(geometry={"type": "Point", "coordinates": [121, math.nan]}), "/geometry/coordinates"),
        (good(geometry={"type": "Point", "coordinates": [121, 1e9]}), "/geometry/coordinates"),
        (good(geometry={"type": "Circle", "coordinates": [121, 30]}), "/geometry"),
        (good(geometry=BOW), "/geometry"), (good(geometry=MANY), "/geometry"),
        (good(geometry={"type": "LineString", "coordinates": [[121, 30], [121.2, 30]]}), "/geometry"),
        (good(geometry={"type": "FeatureCollection", "features": []}), "/geometry/features"),
        (good(geometry={"type": "FeatureCollection", "features": {}}), "/geometry/features"),
        (good(geometry={"type": "FeatureCollection", "features": [feature({"type": "Point"})]}),
         "/geometry/features/0/geometry/type"),
        (good(crs="EPSG:4214"), "/crs"), (good(crs="EPSG:99999"), "/crs"),
        (good(geometry={"type": "Point", "coordinates": [1e300, 1e300]}, crs="EPSG:4549"), "/geometry/coordinates"),
        (good(persons=-1), "/persons"), (good(persons=1.5), "/persons"), (good(risk_per_year=math.nan), "/risk_per_year"),
        (good(risk_per_year=2), "/risk_per_year"), (good(storeys=900), "/storeys"), (good(colour=1), "/colour"),
    ],
)  # fmt: skip
def test_bad_site_is_refused_and_its_part_named(
    client: TestClient, body: dict[str, Any], pointer: str
) -> None:
    answer = client.post(
        "/api/check", content=json.dumps(body), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422, answer.text
    assert pointer in [each["pointer"] for each in answer.json()["errors"]]


def test_collection_within_a_collection_holds_nothing(client: TestClient) -> None:
    inner = {"type": "FeatureCollection", "features": [feature(point(0, 0))]}
    body = good(geometry={"type": "FeatureCollection", "features": [inner]})
    assert client.post("/api/check", json=body).status_code == 422


def test_kinds_of_use_and_rules_are_listed(client: TestClient) -> None:
    told = client.get("/api/check/uses").json()
    assert {"school", "residential", "hospital", "industry"} <= {
        each["id"] for each in told["uses"]
    }
    assert all(each["source"] for each in told["rules"])


def test_sheets_hold_the_advice_in_chinese_and_escape_what_was_typed(client: TestClient) -> None:
    body = good(geometry=square(1000, 2), name="<script>新校区")
    page = client.post("/api/check?f=html", json=body)
    assert page.headers["content-type"].startswith("text/html")
    assert "不建议选址" in page.text
    assert "&lt;script&gt;新校区" in page.text
    assert "<script>" not in page.text
    answer = client.post("/api/check?f=pdf", json=body)
    assert answer.headers["content-type"] == "application/pdf"
    parts = re.findall(rb"stream\r?\n(x.+?)\r?\nendstream", answer.content, re.DOTALL)
    content = b"".join(map(zlib.decompress, parts)).lower()
    assert b"/fontfile" in content, "no font is embedded"
    for letter in "不建议选址":
        assert f"{ord(letter):04x}".encode() in content, letter
    assert client.post("/api/check?f=exe", json=body).status_code == 400
