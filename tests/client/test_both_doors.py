"""The client gives the same answer over a running service and straight from the database."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from geopandas.testing import assert_geodataframe_equal
from pandas.testing import assert_frame_equal
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.client import CityData, RequestRefused, connect
from app.errors import CommandFailed
from app.exports import EXPORTS
from app.frames import frame
from layers.registry import LAYERS

BOX = (121.1, 30.0, 121.3, 30.1)


@pytest.fixture(scope="module")
def over_http(served: str) -> CityData:
    return connect(served)


@pytest.fixture(scope="module")
def direct(demo_url: str) -> Iterator[CityData]:
    opened = connect(demo_url)
    yield opened
    opened.close()


def test_layers_are_the_same(direct: CityData, over_http: CityData) -> None:
    assert_frame_equal(direct.layers(), over_http.layers())
    assert list(direct.layers().index) == list(LAYERS)


@pytest.mark.parametrize("layer", [each for each in LAYERS if each != "vessel_positions"])
def test_read_is_the_same_and_what_the_database_holds(
    layer: str, direct: CityData, over_http: CityData, demo_engine: Engine
) -> None:
    found = direct.read(layer)
    assert_geodataframe_equal(found, over_http.read(layer))
    plain = frame(demo_engine, LAYERS[layer])
    assert list(found.index) == list(plain.index)


def test_filters_are_the_same_set_as_items(
    direct: CityData, over_http: CityData, client: TestClient
) -> None:
    asked = {"filter": {"grade": [1, 2]}, "bbox": BOX}
    found = direct.read("risk_points", **asked)
    assert_geodataframe_equal(found, over_http.read("risk_points", **asked))
    asked_items = "grade=1,2&bbox=121.1,30.0,121.3,30.1&limit=10000"
    items = client.get(f"/api/collections/risk_points/items?{asked_items}").json()["features"]
    assert sorted(found.index) == sorted(each["id"] for each in items)
    assert len(found) > 0


def test_reference_system_is_that_asked_for(direct: CityData) -> None:
    found = direct.read("townships", crs="EPSG:4549")
    assert found.crs.to_epsg() == 4549
    assert found.total_bounds[1] > 3_000_000


def test_nearby_summary_and_grade_are_the_same(direct: CityData, over_http: CityData) -> None:
    assert_geodataframe_equal(
        direct.nearby(121.15, 30.04, 800), over_http.nearby(121.15, 30.04, 800)
    )
    one, other = direct.summary(), over_http.summary()
    assert_frame_equal(one, other)
    assert one.attrs["total"] == other.attrs["total"]
    fid = int(direct.read("risk_points").index[0])
    assert direct.grade_of("risk_points", fid) == over_http.grade_of("risk_points", fid)


def test_nothing_near_is_an_empty_frame(direct: CityData) -> None:
    found = direct.nearby(0, 0, 1)
    assert len(found) == 0
    assert "distance_m" in found


@pytest.mark.parametrize("f", [f for f, form in EXPORTS.items() if form.filled or f == "csv"])
def test_export_is_the_same_file(
    f: str, direct: CityData, over_http: CityData, tmp_path: Path
) -> None:
    ending = EXPORTS[f].ending
    one = direct.export("townships", tmp_path / f"one.{ending}")
    other = over_http.export("townships", tmp_path / f"other.{ending}")
    assert one.read_bytes() == other.read_bytes()
    assert sorted(tmp_path.iterdir()) == [one, other]


def test_ending_that_no_format_has_is_refused(direct: CityData, tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="dwg"):
        direct.export("townships", tmp_path / "x.dwg")


def test_question_that_is_refused_says_why_through_both_doors(
    direct: CityData, over_http: CityData
) -> None:
    told = []
    for door in (direct, over_http):
        with pytest.raises(RequestRefused) as refusal:
            door.read("risk_points", {"colour": "red"})
        told.append((refusal.value.status, refusal.value.problem["errors"]))
    assert told[0] == told[1]
    assert told[0][0] == 400


def test_map_draws_what_is_read(direct: CityData) -> None:
    page = direct.map("townships").get_root().render()
    assert json.dumps(LAYERS["townships"].title)[1:-1] in page
