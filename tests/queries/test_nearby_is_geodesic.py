"""What is near equals a brute-force answer of pyproj, everywhere on the Earth."""

from collections.abc import Callable, Iterator
from math import ceil
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from shapely import wkt
from starlette.testclient import TestClient

from app.db.engine import writing
from app.queries.nearby import widened
from tests.builders import add, service
from tests.queries.spread import WGS84, Placed, spread, true_distance_m

SPREAD = spread()

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
"""No shrinking: every example asks a database."""

ASKED = "vessels,road_segments,townships"


@pytest.fixture(scope="module")
def world(make_database: Callable[[str], str], template: str) -> Iterator[TestClient]:
    url = make_database(template)
    engine = writing(url)
    with engine.begin() as connection:
        for placed in SPREAD:
            number = SPREAD.index(placed)
            # What a name says is which feature of SPREAD it is.
            add(connection, placed.layer, placed.text, name=str(number))
    engine.dispose()
    with service(url) as client:
        yield client


def tolerance_m(distance: float, placed: Placed) -> float:
    """PostGIS finds the nearest part of an edge on the sphere: the longer the edge, the rougher."""
    return 0.02 + (0.0 if placed.layer == "vessels" else 0.003 * distance + 1e-5 * placed.longest_m)


def ask(world: TestClient, lon: float, lat: float, **more: Any) -> dict[int, float]:
    """Number in SPREAD → distance, in the order of the answer."""
    answer = world.get("/api/nearby", params={"lon": lon, "lat": lat, "layers": ASKED, **more})
    assert answer.status_code == 200, answer.text[:300]
    features = answer.json()["features"]
    distances = [each["distance_m"] for each in features]
    assert distances == sorted(distances)
    found = {int(each["properties"]["name"]): each["distance_m"] for each in features}
    assert len(found) == len(features), "a feature came twice"
    return found


def truth(lon: float, lat: float) -> dict[int, float]:
    return {n: true_distance_m(lon, lat, each.shape) for n, each in enumerate(SPREAD)}


places = st.one_of(
    st.tuples(st.floats(-180, 180), st.floats(-85, 85)),
    st.tuples(
        st.sampled_from(SPREAD), st.floats(-0.01, 0.01), st.floats(-0.01, 0.01)
    ).map(lambda drawn: moved(*drawn)),
    st.sampled_from([(180.0, 10.0), (-180.0, 10.0), (10.0, 85.0), (-60.0, -85.0), (0.0, 90.0)]),
)  # fmt: skip


def moved(placed: Placed, east: float, north: float) -> tuple[float, float]:
    """A place beside a feature."""
    centre = placed.shape.centroid
    lon = (centre.x + east + 540) % 360 - 180
    return lon, max(-90.0, min(90.0, centre.y + north))


@settings(max_examples=60, deadline=None, phases=QUICK)
@given(place=places, exponent=st.floats(0, 6.5))
def test_radius_finds_what_brute_force_finds(
    world: TestClient, place: tuple[float, float], exponent: float
) -> None:
    within_m = 10**exponent
    found = ask(world, *place, within_m=within_m, limit=10_000)
    for number, distance in truth(*place).items():
        rough = tolerance_m(distance, SPREAD[number])
        if distance <= within_m - rough:
            assert number in found, (SPREAD[number], distance, within_m)
        if number in found:
            assert abs(found[number] - distance) <= rough, SPREAD[number]
            assert distance <= within_m + rough


@settings(max_examples=25, deadline=None, phases=QUICK)
@given(place=places, limit=st.integers(1, 200))
def test_nearest_few_are_the_nearest(
    world: TestClient, place: tuple[float, float], limit: int
) -> None:
    found = ask(world, *place, limit=limit)
    expected = truth(*place)
    assert len(found) == min(limit, len(SPREAD))
    furthest = max(found.values())
    for number, distance in expected.items():
        rough = tolerance_m(distance, SPREAD[number])
        assert number in found or distance >= furthest - rough, SPREAD[number]
        assert number not in found or abs(found[number] - distance) <= rough, SPREAD[number]


def test_long_edge_is_found_where_the_geodesic_runs_not_where_the_map_draws_it(
    make_database: Callable[[str], str], template: str
) -> None:
    url = make_database(template)
    engine = writing(url)
    with engine.begin() as connection:
        add(connection, "road_segments", "MULTILINESTRING((120.0 30.0, 121.0 30.0))", name="0")
    engine.dispose()
    way = wkt.loads("LINESTRING(120 30, 121 30)")
    lon, lat, within_m = 120.5, 30.0011, 60.0
    assert 10 < true_distance_m(lon, lat, way) < within_m - 5
    with service(url) as client:
        assert set(ask(client, lon, lat, within_m=within_m)) == {0}


@pytest.mark.parametrize("placed", [SPREAD[0], SPREAD[12], SPREAD[40]])
def test_edge_of_the_radius_belongs_to_it(world: TestClient, placed: Placed) -> None:
    lon, lat = 121.2, 30.1
    distance = true_distance_m(lon, lat, placed.shape)
    number = SPREAD.index(placed)
    upwards = ceil(distance * 1e4) / 1e4
    assert number in ask(world, lon, lat, within_m=upwards, limit=10_000)
    assert number not in ask(world, lon, lat, within_m=upwards - 0.01, limit=10_000)


def test_place_itself_is_at_distance_nothing(world: TestClient) -> None:
    found = ask(world, 121.15, 30.04, within_m=0)
    assert found[0] == 0


@pytest.mark.parametrize(
    "lonlat", [(121.15, 30.04), (-58.85, -30.04), (0.0, 90.0), (180.0, 0.0), (-180.0, -89.9)]
)
def test_everything_is_within_half_the_way_round_the_earth(
    world: TestClient, lonlat: tuple[float, float]
) -> None:
    found = ask(world, *lonlat, within_m=20_040_000, limit=10_000)
    assert set(found) == set(range(len(SPREAD)))


def test_bearing_is_that_of_the_geodesic(world: TestClient) -> None:
    lon, lat = 121.2, 30.1
    answer = world.get(f"/api/nearby?lon={lon}&lat={lat}&within_m=100000&layers=vessels").json()
    assert len(answer["features"]) > 5
    for each in answer["features"]:
        azimuth = WGS84.inv(lon, lat, *each["geometry"]["coordinates"])[0] % 360
        off = abs(each["bearing_deg"] - azimuth)
        assert min(off, 360 - off) <= 0.1


def test_bearing_across_the_date_line_is_the_short_way(world: TestClient) -> None:
    answer = world.get("/api/nearby?lon=-179.999&lat=10&within_m=20000&layers=vessels").json()
    west = [each for each in answer["features"] if each["geometry"]["coordinates"][0] > 179]
    assert west
    assert all(180 < each["bearing_deg"] < 360 for each in west)


@pytest.mark.parametrize(
    "shape",
    [
        {"type": "LineString", "coordinates": [[121.0, 30.0], [121.3, 30.1]]},
        {"type": "Polygon",
         "coordinates": [[[121.0, 30.0], [121.3, 30.0], [121.3, 30.3], [121.0, 30.0]]]},
        {"type": "MultiPoint", "coordinates": [[121.15, 30.04], [0.0, 0.0]]},
        {"type": "Point", "coordinates": [121.15, 30.04, 12]},
        {"type": "GeometryCollection",
         "geometries": [{"type": "Point", "coordinates": [121.15, 30.04]}]},
    ],
    ids=lambda shape: shape["type"],
)  # fmt: skip
def test_any_geometry_may_be_asked_round(world: TestClient, shape: dict[str, Any]) -> None:
    answer = world.post(f"/api/nearby?within_m=30000&layers={ASKED}", json=shape)
    assert answer.status_code == 200, answer.text
    found = {int(each["properties"]["name"]) for each in answer.json()["features"]}
    assert 0 in found


@settings(max_examples=200, deadline=None)
@given(
    lon=st.floats(-180, 180), lat=st.floats(-90, 90), azimuth=st.floats(0, 360),
    exponent=st.floats(0, 7.3),
)  # fmt: skip
def test_box_of_candidates_never_is_too_small(
    lon: float, lat: float, azimuth: float, exponent: float
) -> None:
    within_m = min(10**exponent, 20_000_000)
    x, y, _ = WGS84.fwd(lon, lat, azimuth, within_m)
    boxes = widened((lon, lat, lon, lat), within_m)
    assert any(
        west - 1e-9 <= turn <= east + 1e-9 and south - 1e-9 <= y <= north + 1e-9
        for west, south, east, north in boxes
        for turn in (x, x - 360, x + 360)
    )
