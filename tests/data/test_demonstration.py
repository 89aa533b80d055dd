"""Every file of the demonstration: counts, places, codes, and that the import takes it."""

import csv
import gzip
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from app.city import read_city as read_profile
from app.ingest.locate import Locator
from app.ingest.naming import name_columns
from app.ingest.parse import parse
from app.ingest.read import read
from app.ingest.record import GradedRow, Rejection
from layers.registry import LAYERS
from tests.data.demonstration import PROFILE, Demo

COUNTS = {
    "townships": 21,
    "protection_targets": 900,
    "risk_points": 5000,
    "pipelines": 40,
    "road_segments": 300,
    "vessels": 60,
    "sea_zones": 10,
    "roads": 56,
    "major_hazards": 17,
    "hidden_dangers": 488,
    "third_party_works": 90,
    "encroachments": 120,
    "patrols": 60,
}


def outcomes(layer_id: str, path: Path) -> list[GradedRow | Rejection]:
    layer, city = LAYERS[layer_id], read_profile(PROFILE)
    with read(path) as table:
        naming = name_columns(table, layer, path.name)
        assert not naming.unread
        return list(parse(table.records, layer, naming, Locator(layer, city.extent, "EPSG:4326")))


def grades(layer_id: str, path: Path) -> Counter[int | None]:
    rows = [row for row in outcomes(layer_id, path) if isinstance(row, GradedRow)]
    return Counter(row.assessment.grade for row in rows if row.assessment)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def places(path: Path) -> np.ndarray:
    return np.array([(float(row["lon"]), float(row["lat"])) for row in table(path)])


def features(path: Path) -> list[dict[str, Any]]:
    return list(json.loads(path.read_text(encoding="utf-8"))["features"])


def test_townships_come_first_and_positions_last(demo: Demo) -> None:
    assert demo.order[0] == "townships"
    assert demo.order.index("pipelines") < demo.order.index("pipeline_markers")
    assert demo.order[-1] == "vessel_positions"


def test_every_crash_and_stone_is_taken(demo: Demo) -> None:
    for layer in ("road_markers", "crashes"):
        found = outcomes(layer, demo.files[layer])
        assert [row for row in found if isinstance(row, Rejection)] == []


@pytest.mark.parametrize("layer", COUNTS)
def test_every_row_is_taken(demo: Demo, layer: str) -> None:
    found = outcomes(layer, demo.files[layer])
    assert [row for row in found if isinstance(row, Rejection)] == []
    assert len(found) == COUNTS[layer]


def test_stones_stand_on_their_route_and_rise_by_a_thousand(demo: Demo) -> None:
    routes = {
        one["properties"]["code"]: demo.city.plane.flat(shape(one["geometry"]))
        for one in features(demo.files["roads"])
    }
    rows = table(demo.files["road_markers"])
    metres = demo.city.plane.metres(places(demo.files["road_markers"]))
    assert {row["route_code"] for row in rows} == set(routes)
    for row, place in zip(rows, shapely.points(metres), strict=True):
        assert routes[row["route_code"]].distance(place) < 0.5
    for row, after in pairwise(rows):
        if row["route_code"] == after["route_code"]:
            step = float(after["measure_m"]) - float(row["measure_m"])
            assert step == 1000 or (after["kind"] == "界碑" and 0 < step < 1300)


def test_crashes_are_of_five_years_and_hold_the_faults_of_real_files(demo: Demo) -> None:
    rows = table(demo.files["crashes"])
    assert len({row["code"] for row in rows}) == len(rows) > 900
    assert min(row["occurred_at"] for row in rows) > "2021-11-01"
    assert max(row["occurred_at"] for row in rows) < "2026-11-01"
    assert any(not row["route_code"] for row in rows)
    by_stake = sum(bool(row["measure_m"]) for row in rows)
    assert 0.3 < by_stake / len(rows) < 0.4
    assert all(bool(row["measure_m"]) != bool(row["lon"]) for row in rows)
    assert any(int(row["deaths"]) >= 3 for row in rows)


@pytest.mark.parametrize("layer", ["risk_points", "protection_targets", "pipeline_markers"])
def test_every_point_stands_on_the_ground_of_the_city(demo: Demo, layer: str) -> None:
    degrees = places(demo.files[layer])
    ground = demo.city.ground.buffer(3000 if layer == "pipeline_markers" else 0.2)
    shapely.prepare(ground)
    metres = demo.city.plane.metres(degrees)
    assert shapely.contains_xy(ground, metres[:, 0], metres[:, 1]).all()
    land = demo.city.land.buffer(1e-5)
    shapely.prepare(land)
    assert shapely.contains_xy(land, degrees[:, 0], degrees[:, 1]).all()


def test_a_risk_point_stands_in_the_township_of_its_code(demo: Demo) -> None:
    rows = table(demo.files["risk_points"])
    metres = demo.city.plane.metres(places(demo.files["risk_points"]))
    found = demo.city.township_of(metres)
    codes = [demo.city.areas[i].code for i in found.tolist()]
    named = [row["code"][:6] + row["code"][7:10] for row in rows]
    # Rounding to six decimals may carry a point a decimetre over a border.
    assert sum(a != b for a, b in zip(codes, named, strict=True)) <= 2


def test_no_two_risk_points_are_one_spot(demo: Demo) -> None:
    degrees = places(demo.files["risk_points"])
    assert len(np.unique(degrees, axis=0)) == len(degrees)


def test_risk_points_are_clustered(demo: Demo) -> None:
    """The median neighbour is far nearer than were the same points spread evenly."""
    metres = demo.city.plane.metres(places(demo.files["risk_points"]))
    points = shapely.points(metres)
    tree = shapely.STRtree(points)
    _, gaps = tree.query_nearest(points, exclusive=True, return_distance=True)
    even = 0.5 * float(np.sqrt(demo.city.ground.area / len(metres)))
    assert np.median(gaps) < even / 2


@pytest.mark.parametrize(
    ("layer", "key"),
    [("risk_points", "code"), ("protection_targets", "code"), ("vessels", "mmsi")],
)
def test_codes_are_unique(demo: Demo, layer: str, key: str) -> None:
    codes = [row[key] for row in table(demo.files[layer])]
    assert len(set(codes)) == len(codes)


def test_the_grades_are_those_of_a_real_city(demo: Demo) -> None:
    counted = grades("risk_points", demo.files["risk_points"])
    shares = {grade: count / counted.total() for grade, count in counted.items()}
    assert 0.010 <= shares[1] <= 0.015
    assert 0.06 <= shares[2] <= 0.08
    assert 0.25 <= shares[3] <= 0.30
    assert 0.035 <= shares[None] <= 0.045
    methods = Counter(row["grading_method"] for row in table(demo.files["risk_points"]))
    assert min(methods[name] for name in ("LEC", "LS", "EXPERT", "")) > 50


def test_the_red_points_tell_where_the_chemistry_is(demo: Demo) -> None:
    rows = outcomes("risk_points", demo.files["risk_points"])
    graded = [row for row in rows if isinstance(row, GradedRow) and row.assessment]
    red = [row.row for row in graded if row.assessment and row.assessment.grade == 1]
    towns = Counter(row.township_department[:2] for row in red)
    assert towns["小曹"] + towns["泗门"] > len(red) * 0.6
    assert 2 <= towns["凤山"] + towns["兰江"] <= 14
    assert any(row.direct_rule for row in red)


def test_some_assessments_are_past_their_day_and_few_lack_an_owner(demo: Demo) -> None:
    rows = table(demo.files["risk_points"])
    late = sum("" < row["valid_until"] < "2026-11-01" for row in rows)
    assert 0.04 < late / len(rows) < 0.12
    owned = sum(bool(row["responsible_person"]) for row in rows)
    assert 0.95 < owned / len(rows) < 0.99


def test_nobody_and_no_telephone_is_real(demo: Demo) -> None:
    for row in table(demo.files["risk_points"]):
        assert "（示意）" in row["enterprise"] or not row["enterprise"]
        assert row["responsible_phone"].startswith("0574-5550-") or not row["responsible_phone"]


def test_pipelines_come_in_all_colours(demo: Demo) -> None:
    assert grades("pipelines", demo.files["pipelines"]) == {1: 3, 2: 7, 3: 15, 4: 13, None: 2}
    for one in features(demo.files["pipelines"]):
        line = demo.city.plane.flat(shape(one["geometry"]))
        assert 1_000 <= line.length <= 35_000
        assert line.is_simple, one["properties"]["name"]


def test_markers_stand_on_their_line_with_rising_stakes(demo: Demo) -> None:
    lines = {
        one["properties"]["code"]: demo.city.plane.flat(shape(one["geometry"]))
        for one in features(demo.files["pipelines"])
    }
    rows = table(demo.files["pipeline_markers"])
    metres = demo.city.plane.metres(places(demo.files["pipeline_markers"]))
    assert {row["pipeline_code"] for row in rows} == set(lines)
    last: dict[str, tuple[float, float]] = {}
    drift = []
    for row, place in zip(rows, shapely.points(metres), strict=True):
        line, stake = lines[row["pipeline_code"]], float(row["measure_m"])
        true = float(line.project(place))
        assert line.distance(place) < 0.5
        before = last.get(row["pipeline_code"], (-1.0, -1.0))
        assert stake > before[0]
        assert true > before[1]
        last[row["pipeline_code"]] = (stake, true)
        drift.append(abs(stake - true))
    assert 1 < np.mean(drift) < 60


def test_road_segments_lie_on_roads_and_are_short(demo: Demo) -> None:
    lines = [*demo.city.roads, *(line for _, line in demo.city.lanes)]
    roads = shapely.union_all([line.buffer(12, quad_segs=2) for line in lines])
    shapely.prepare(roads)
    ground = demo.city.ground.buffer(5)
    for one in features(demo.files["road_segments"]):
        line = demo.city.plane.flat(shape(one["geometry"]))
        facts = one["properties"]
        assert 195 <= line.length <= 2_005
        # Stakes are those of the stones, which drifted from true metres.
        assert abs(line.length - (facts["to_m"] - facts["from_m"])) < 2 + 0.015 * line.length
        assert roads.covers(line)
        assert ground.covers(line)


def test_road_segments_spread_over_the_grades_and_cliffs_are_in_the_hills(demo: Demo) -> None:
    counted = grades("road_segments", demo.files["road_segments"])
    assert min(counted[grade] for grade in (1, 2, 3, 4, None)) >= 4
    drops = [one for one in features(demo.files["road_segments"])
             if one["properties"]["kind"] in ("高落差", "长下坡")]  # fmt: skip
    assert len(drops) > 10
    assert all(shape(one["geometry"]).centroid.y < 29.98 for one in drops)


def test_vessels_are_of_all_gears_and_grades(demo: Demo) -> None:
    rows = table(demo.files["vessels"])
    assert len({row["gear"] for row in rows}) == 10
    assert all(row["mmsi"].startswith(("412", "413")) for row in rows)
    counted = grades("vessels", demo.files["vessels"])
    assert all(counted[grade] for grade in (1, 2, 3, 4, None))


def test_boats_keep_off_the_land(demo: Demo) -> None:
    with gzip.open(demo.files["vessel_positions"], "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert 80_000 <= len(rows) <= 140_000
    assert len({(row["mmsi"], row["timestamp"]) for row in rows}) == len(rows)
    degrees = np.array([(float(row["lon"]), float(row["lat"])) for row in rows])
    lost = (degrees == (181.0, 91.0)).all(axis=1)
    assert lost.sum() == 3
    sea = degrees[~lost]
    shapely.prepare(demo.city.land)
    assert not shapely.contains_xy(demo.city.land, sea[:, 0], sea[:, 1]).any()
    assert (sea[:, 0] > 122.5).mean() > 0.3


def test_boats_fish_slowly_and_fall_silent(demo: Demo) -> None:
    with gzip.open(demo.files["vessel_positions"], "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    fishing = [float(row["speed"]) for row in rows if row["status"] == "7"]
    steaming = [float(row["speed"]) for row in rows if row["status"] == "0"]
    assert 2.0 < np.median(fishing) < 4.2
    assert 8.0 < np.median(steaming) < 10.0
    instants = np.array([row["timestamp"][:-1] for row in rows], dtype="datetime64[s]")
    same = np.array([a["mmsi"] == b["mmsi"] for a, b in pairwise(rows)])
    gaps = np.diff(instants).astype(int)[same]
    assert (gaps > 0).all()
    assert (gaps > 6 * 3600).sum() >= 2


@pytest.mark.parametrize("layer", list(LAYERS))
def test_every_layer_has_a_sample_of_which_one_row_is_refused(layer: str) -> None:
    (path,) = (PROFILE.parents[1] / "samples").glob(f"{layer}.*")
    found = outcomes(layer, path)
    assert path.stat().st_size < 20_000
    assert len(found) == 13
    assert [isinstance(row, Rejection) for row in found] == [False] * 12 + [True]


def test_no_boat_sails_through_an_island_between_two_reports(demo: Demo) -> None:
    with gzip.open(demo.files["vessel_positions"], "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    instants = np.array([row["timestamp"][:-1] for row in rows], dtype="datetime64[s]")
    degrees = np.array([(float(row["lon"]), float(row["lat"])) for row in rows])
    same = np.array([a["mmsi"] == b["mmsi"] for a, b in pairwise(rows)])
    soon = np.diff(instants).astype(int) < 3600
    near = np.abs(np.diff(degrees, axis=0)).max(axis=1) < 0.2
    pairs = np.stack([degrees[:-1], degrees[1:]], axis=1)[same & soon & near]
    shapely.prepare(demo.city.land)
    assert not shapely.intersects(demo.city.land, shapely.linestrings(pairs)).any()


def test_zones_at_sea_are_of_every_kind_in_the_water_and_told_as_invented(demo: Demo) -> None:
    zones = [each["properties"] for each in features(demo.files["sea_zones"])]
    assert {each["kind"] for each in zones} == {
        "moratorium", "closed_line", "protected", "collision_warning", "port", "anchorage",
    }  # fmt: skip
    assert all("示意" in each["name"] and "示意" in each["document"] for each in zones)
    shapes = [shape(each["geometry"]) for each in features(demo.files["sea_zones"])]
    assert all(each.is_valid and not each.is_empty for each in shapes)
    land = demo.city.land.buffer(-0.004)
    for properties, area in zip(zones, shapes, strict=True):
        if properties["kind"] != "port":
            assert area.intersection(land).area < 0.01 * area.area, properties["name"]


def test_boats_have_skippers_groups_and_wind_limits_but_for_the_unknown(demo: Demo) -> None:
    rows = table(demo.files["vessels"])
    for row in rows:
        known = [
            bool(row[name]) for name in ("skipper", "skipper_phone", "vessel_group", "length_m")
        ]
        assert all(known) or not any(known)
        if row["length_m"]:
            assert 6 <= int(row["wind_limit"]) <= 9
    assert 0.9 < sum(bool(row["skipper"]) for row in rows) / len(rows) < 1
