"""The city profile: files that agree with each other, small, with their attribution."""

import csv
import json
from pathlib import Path

import pytest
import shapely
from pyproj import Geod
from shapely.geometry import Point, shape

from data.cities import distant, lanes
from data.demo.city import read_city
from tests.data.demonstration import PROFILE

SIZES = {
    "base/land.geojson": 300_000,
    "base/roads.geojson": 700_000,
    "townships.geojson": 60_000,
    "outline.geojson": 20_000,
    "places.geojson": 30_000,
}


@pytest.mark.parametrize("name", SIZES)
def test_a_file_is_small_valid_and_says_whose_it_is(name: str) -> None:
    path = PROFILE / name
    content = json.loads(path.read_text(encoding="utf-8"))
    assert path.stat().st_size < SIZES[name]
    assert content["attribution"]
    assert all(shape(one["geometry"]).is_valid for one in content["features"])


def test_townships_fill_the_land_of_the_outline_and_do_not_overlap() -> None:
    city = read_city(PROFILE)
    land = city.plane.flat(shapely.intersection(city.plane.round_earth(city.outline), city.land))
    together = sum(area.ground.area for area in city.areas)
    assert len(city.areas) == 21
    assert city.ground.area == pytest.approx(together, rel=1e-4)
    assert city.ground.area == pytest.approx(land.area, rel=0.002)
    assert 1_230_000 < sum(area.population for area in city.areas) < 1_270_000


def test_every_seat_and_village_is_in_its_township() -> None:
    city = read_city(PROFILE)
    grounds = {area.code: area.ground for area in city.areas}
    for area in city.areas:
        assert area.ground.covers(Point(area.seat)), area.name
    assert len(city.villages) == 326
    for village in city.villages:
        assert village.code.startswith(village.township_code)
        assert grounds[village.township_code].covers(Point(village.place)), village.name


def test_villages_keep_apart() -> None:
    city = read_city(PROFILE)
    points = shapely.points([village.place for village in city.villages])
    _, gaps = shapely.STRtree(points).query_nearest(points, exclusive=True, return_distance=True)
    assert gaps.min() > 100


def test_the_lanes_stay_on_the_land_of_the_city() -> None:
    city = read_city(PROFILE)
    assert len(city.lanes) == len(lanes.LANES)
    for name, line in city.lanes:
        assert name.startswith("示意")
        assert city.ground.buffer(20).covers(line), name


def test_the_outline_is_as_large_as_the_chronicle_says() -> None:
    city = read_city(PROFILE)
    area, _ = Geod(ellps="WGS84").geometry_area_perimeter(city.plane.round_earth(city.outline))
    assert abs(area) / 1e6 == pytest.approx(1526.86, rel=0.01)


def test_places_have_a_chinese_name_and_a_rank() -> None:
    content = json.loads((PROFILE / "places.geojson").read_text(encoding="utf-8"))
    names = [one["properties"]["name"] for one in content["features"]]
    assert len(set(names)) == len(names)
    assert {"余姚", "宁波", "小曹娥镇"} <= set(names)
    assert all(1 <= one["properties"]["rank"] <= 4 for one in content["features"])


def test_a_topology_becomes_land_beyond_the_detailed_box(tmp_path: Path) -> None:
    square = [[0, 0], [4, 0], [0, 4], [-4, 0], [0, -4]]
    topology = {
        "transform": {"scale": [1, 1], "translate": [118, 28]},
        "objects": {"land": {"type": "MultiPolygon", "arcs": [[[0]], [[~0]]]}},
        "arcs": [square],
    }
    path = tmp_path / "land.json"
    path.write_text(json.dumps(topology), encoding="utf-8")
    (part,) = distant.beyond(path, (120.0, 28.0, 122.0, 32.0))
    assert part.bounds == pytest.approx((118, 28, 122, 32), abs=0.01)
    assert part.area == pytest.approx(8, rel=0.02)


def test_every_file_stands_in_the_readme() -> None:
    told = (PROFILE.parents[1] / "README.md").read_text(encoding="utf-8")
    for path in sorted(PROFILE.rglob("*")):
        if path.is_file():
            assert path.name in told, path.name


def test_the_seats_are_those_of_the_statistics_bureau() -> None:
    with (PROFILE / "seats.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["code"] for row in rows] == sorted(row["code"] for row in rows)
    assert {row["kind"] for row in rows} == {"街道", "镇", "乡"}
