"""What the law says, asked over HTTP with drawn geometries; and the sheet."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pyproj import Geod
from starlette.testclient import TestClient

from app.db.engine import writing
from tests.builders import add, service

GEOD = Geod(ellps="WGS84")

START = (121.0, 30.2)


def place(metres: float, aside: float) -> tuple[float, float]:
    """A place so many metres along the line that runs north, and so many east of it."""
    lon, lat, _ = GEOD.fwd(*START, 0, metres)
    lon, lat, _ = GEOD.fwd(lon, lat, 90, aside)
    return lon, lat


@pytest.fixture(scope="module")
def url(make_database: Callable[[str], str], template: str) -> str:
    made = make_database(template)
    engine = writing(made)
    end = place(3000, 0)
    line = f"MULTILINESTRING(({START[0]} {START[1]},{end[0]} {end[1]}))"
    valve, crossing, tunnel = place(2500, 300), place(6000, 0), place(9000, 0)
    with engine.begin() as connection:
        add(connection, "pipelines", line, code="A", name="甲线", medium="gas",
            outside_diameter_mm=711.0, maop_mpa=6.3, operator="公司")  # fmt: skip
        for code, kind, (lon, lat) in (("V", "阀室", valve), ("R", "河流穿越", crossing),
                                       ("T", "隧道", tunnel)):  # fmt: skip
            add(connection, "pipeline_facilities", f"POINT({lon} {lat})", code=code, name=code,
                kind=kind, pipeline_code="A")  # fmt: skip
        add(connection, "high_consequence_areas", line, code="H1", name="区", pipeline_code="A",
            medium="gas", severity="3", decided_by="气a", grade=1)  # fmt: skip
        add(connection, "pipelines", "MULTILINESTRING((121.3 30.0,121.3 30.05))", code="B",
            register_kind="城镇燃气")  # fmt: skip
    engine.dispose()
    return made


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[TestClient]:
    with service(url) as opened:
        yield opened


def ask(client: TestClient, activity: str, geometry: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = {"activity": activity, "geometry": geometry, **more}
    answer = client.post("/api/verdict", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def point(metres: float, aside: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": list(place(metres, aside))}


@pytest.mark.parametrize(
    ("activity", "aside", "rules"),
    [
        ("mechanical_excavation", 4.9, ["G30", "G35-3"]), ("mechanical_excavation", 5.0, ["G30", "G35-3"]),
        ("mechanical_excavation", 5.01, ["G35-3"]), ("buried_cable", 5.01, ["G35-2"]),
        ("buried_cable", 50.0, ["G35-2"]), ("buried_cable", 50.01, []), ("drilling", 199.9, ["G35-3"]),
        ("drilling", 200.0, ["G35-3"]), ("drilling", 200.1, []),
    ],
)  # fmt: skip
def test_reference_distances_drawn_on_the_ground(
    client: TestClient, activity: str, aside: float, rules: list[str]
) -> None:
    told = ask(client, activity, point(1000, aside))
    assert [each["rule"] for each in told["verdicts"]] == rules
    assert told["pipelines"][0]["distance_m"] == pytest.approx(aside, abs=0.011)
    assert told["verdict"] == (told["verdicts"][0]["verdict"] if rules else "none")


@pytest.mark.parametrize(
    ("activity", "metres", "aside", "rule"),
    [
        ("buried_cable", 2500, 300 - 99, "G35-2"), ("dredging", 6000, 450, "G32"),
        ("quarry", 9000, 990, "G33"),
    ],
)  # fmt: skip
def test_facilities_crossings_and_tunnels_have_their_own_bands(
    client: TestClient, activity: str, metres: float, aside: float, rule: str
) -> None:
    told = ask(client, activity, point(metres, aside))
    assert rule in [each["rule"] for each in told["verdicts"]]


def test_nearer_than_the_band_of_a_permit_is_not_silently_free(client: TestClient) -> None:
    told = ask(client, "buried_cable", point(1000, 3))
    assert told["verdicts"] == []
    assert any("第三十条" in note and "article 30" in note for note in told["notes"])
    assert ask(client, "buried_cable", point(1000, 6))["notes"] == []
    assert "摘要" in told["source"]


def test_polygon_is_measured_to_its_edge_and_a_cable_across_needs_a_permit(
    client: TestClient,
) -> None:
    ring = [place(1000, 20), place(1000, 60), place(1100, 60), place(1100, 20), place(1000, 20)]
    told = ask(client, "drilling", {"type": "Polygon", "coordinates": [ring]})
    pipe = told["pipelines"][0]
    assert pipe["distance_m"] == pytest.approx(20, abs=0.05)
    assert (pipe["from_m"], pipe["to_m"]) == pytest.approx((1000, 1100), abs=1)
    assert pipe["side"] == "right"
    cable = {"type": "LineString", "coordinates": [place(500, -20), place(500, 20)]}
    told = ask(client, "buried_cable", cable)
    assert [each["rule"] for each in told["verdicts"]] == ["G35-1"]
    assert told["verdicts"][0]["distance_m"] == 0


def test_impact_radius_and_area_are_told(client: TestClient) -> None:
    told = ask(client, "open_fire", point(1000, 150), **{"from": "2026-11-01", "to": "2026-11-30"})
    assert told["pir_m"] == pytest.approx(176.67, abs=0.01)
    assert told["within_pir"] is True
    assert told["hca"]["severity"] == "Ⅲ"
    assert (told["from"], told["to"]) == ("2026-11-01", "2026-11-30")
    assert ask(client, "open_fire", point(1000, 250))["within_pir"] is False
    assert ask(client, "open_fire", point(1000, 250))["hca"] is None


def test_town_gas_stands_outside_the_law_and_it_is_said(client: TestClient) -> None:
    told = ask(client, "building", {"type": "Point", "coordinates": [121.30001, 30.02]})
    assert told["verdicts"] == []
    assert "城镇燃气" in told["notes"][0]


def test_nothing_near_is_said(client: TestClient) -> None:
    for coordinates in ([122.9, 30.0], [3.0, 51.0]):
        told = ask(client, "building", {"type": "Point", "coordinates": coordinates})
        assert (told["verdict"], told["pipelines"], told["pir_m"]) == ("none", [], None)
        assert any("EPSG:4549" in note and "beyond the zone" in note for note in told["notes"])
    assert not any("EPSG:4549" in note for note in ask(client, "building", point(1000, 1))["notes"])


def test_sheet_is_a_pdf(client: TestClient) -> None:
    body = {"activity": "drilling", "geometry": point(1000, 3), "name": "勘察<script>"}
    answer = client.post("/api/verdict?f=pdf", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"geometry": {"type": "Point", "coordinates": [121, 30]}}, "/activity"),
        ({"activity": "singing", "geometry": {"type": "Point", "coordinates": [121, 30]}}, "/activity"),
        ({"activity": "drilling"}, "/geometry"),
        ({"activity": "drilling", "geometry": {"type": "Point"}}, "/geometry/type"),
        ({"activity": "drilling", "geometry": {"type": "Point", "coordinates": [1e9, 30]}},
         "/geometry/coordinates"),
        ({"activity": "drilling", "geometry": {"type": "Point", "coordinates": [121, 30]},
          "from": "2026-11-02", "to": "2026-11-01"}, "/to"),
        ({"activity": "drilling", "geometry": {"type": "Point", "coordinates": [121, 30]},
          "from": "soon"}, "/from"),
        ({"activity": "drilling", "geometry": {"type": "Point", "coordinates": [121, 30]},
          "colour": 1}, "/colour"),
    ],
)  # fmt: skip
def test_bad_body_is_refused_and_its_part_named(
    client: TestClient, body: dict[str, Any], pointer: str
) -> None:
    answer = client.post("/api/verdict", json=body)
    assert answer.status_code == 422, answer.text
    assert pointer in [each["pointer"] for each in answer.json()["errors"]]
