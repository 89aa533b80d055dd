"""The client gives the same answer over a running service and straight from the database."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal
from pandas.testing import assert_frame_equal
from shapely.geometry import shape
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


GRAVE = {"grade": [1, 2]}

CQL2 = [
    None,
    GRAVE,
    "grade IN (1, 2)",
    {"op": "in", "args": [{"property": "grade"}, [1, 2]]},
]
"""Every way in which a filter may be written; all but the first let the same through."""

PLACE = {"type": "LineString", "coordinates": [[121.14, 30.04], [121.16, 30.05]]}


def stake_of(city: CityData) -> dict[str, str]:
    """A stake in the middle of a pipeline."""
    fid = int(city.read("pipelines", {"code": "SY-001"}).index[0])
    return {"line": f"pipelines/{fid}", "stake": "K2+300"}


def asked_of(city: CityData) -> dict[str, Callable[[CityData], Any]]:
    """Every question that the client takes."""
    fid = int(city.read("risk_points").index[0])
    at_stake = stake_of(city)
    questions: dict[str, Callable[[CityData], Any]] = {
        "layers": lambda city: city.layers(),
        "nearby, nearest": lambda city: city.nearby(121.15, 30.04, limit=7),
        "nearby, sure": lambda city: city.nearby(121.15, 30.04, 500, accuracy_m=50),
        "nearby, stake": lambda city: city.nearby(within_m=900, **at_stake),
        "nearby, GeoJSON": lambda city: city.nearby(geometry=PLACE, within_m=300),
        "nearby, shapely": lambda city: city.nearby(geometry=shape(PLACE), within_m=300),
        "grade of": lambda city: city.grade_of("risk_points", fid),
        "check": lambda city: city.check(shape(PLACE), "transport"),
        "read, as it was": lambda city: city.read("risk_points", asof="2026-11-01"),
        "map": lambda city: len(city.map("townships", "pipelines").get_root().render()) > 1000,
    }
    for number, each in enumerate(CQL2):
        questions |= {
            f"read {number}": lambda city, each=each: city.read("risk_points", each, bbox=BOX),
            f"nearby {number}": lambda city, each=each: city.nearby(
                121.15, 30.04, 900, each, layers=["risk_points", "pipelines"]
            ),
            f"summary {number}": lambda city, each=each: without_now(city.summary("grade", each)),
        }
    return questions


def without_now(frame: pd.DataFrame) -> pd.DataFrame:
    """A summary with its total as a row, since frames are compared without `attrs`."""
    return pd.concat([frame, pd.json_normalize([frame.attrs["total"]])], ignore_index=True)


def same(one: Any, other: Any) -> None:
    if isinstance(one, gpd.GeoDataFrame):
        assert_geodataframe_equal(one, other)
        assert one.attrs == other.attrs
    elif isinstance(one, pd.DataFrame):
        assert_frame_equal(one, other)
    else:
        assert one == other


def test_every_question_has_the_same_answer_through_both_doors(
    direct: CityData, over_http: CityData
) -> None:
    for name, question in asked_of(direct).items():
        answer = question(direct)
        assert answer is not None, name
        same(answer, question(over_http))


@pytest.mark.parametrize("written", CQL2[1:], ids=["fields", "text", "json"])
def test_filter_means_the_same_however_it_is_written(written: Any, direct: CityData) -> None:
    same(direct.read("risk_points", written), direct.read("risk_points", GRAVE))
    layers = ["risk_points", "road_segments"]
    same(direct.nearby(121.15, 30.04, 2000, written, layers=layers),
         direct.nearby(121.15, 30.04, 2000, GRAVE, layers=layers))  # fmt: skip
    found = direct.summary("township", written)
    assert found.attrs["total"]["counts"]["3"] == found.attrs["total"]["counts"]["unassessed"] == 0
    assert found.attrs["total"]["counts"]["1"] > 0
    same(without_now(found), without_now(direct.summary("township", GRAVE)))


def test_empty_field_and_day_are_filters_too(direct: CityData) -> None:
    blank = direct.read("risk_points", {"grade": None})
    assert len(blank) > 0
    assert blank["grade"].isna().all()
    day = date(2026, 1, 1)
    some = direct.nearby(121.15, 30.04, 5000, {"grade": [None, 1]}, layers=["risk_points"])
    assert set(some["grade"].dropna()) <= {1}
    late = direct.nearby(121.15, 30.04, 5000, {"assessed_at": [day]}, layers=["risk_points"])
    assert set(late["assessed_at"]) <= {"2026-01-01"}


def test_stake_is_the_place_that_it_names(direct: CityData) -> None:
    at_stake = stake_of(direct)
    found = direct.nearby(within_m=900, **at_stake)
    own = found[found["id"] == int(at_stake["line"].split("/")[1])]
    own = own[own["layer"] == "pipelines"]
    assert own["distance_m"].iloc[0] == pytest.approx(0, abs=0.01)
    assert own["stake"].iloc[0].startswith("K2+300")
    assert found.attrs["at"]["stake"].startswith("K2+300")


@pytest.mark.parametrize(
    ("question", "parameter"),
    [
        (lambda city: city.nearby(), "lon"), (lambda city: city.nearby(121.15), "lat"),
        (lambda city: city.nearby(line="pipelines/1"), "stake"),
        (lambda city: city.nearby(121, 30, 100, "colour = 1"), "filter"),
        (lambda city: city.summary("grade", "grade ="), "filter"),
        (lambda city: city.summary("grade", {"colour": 1}), "filter"),
        (lambda city: city.nearby(geometry=PLACE, line="pipelines/1", stake="K1"), "line"),
    ],
)  # fmt: skip
def test_question_that_lacks_something_is_refused_alike(
    question: Callable[[CityData], Any], parameter: str, direct: CityData, over_http: CityData
) -> None:
    for door in (direct, over_http):
        with pytest.raises(RequestRefused) as refusal:
            question(door)
        assert parameter in [each["parameter"] for each in refusal.value.problem["errors"]]


def test_nothing_near_is_an_empty_frame(direct: CityData) -> None:
    found = direct.nearby(0, 0, 1)
    assert len(found) == 0
    assert "distance_m" in found


@pytest.mark.parametrize("f", EXPORTS)
def test_export_is_the_same_file(
    f: str, direct: CityData, over_http: CityData, tmp_path: Path
) -> None:
    ending = EXPORTS[f].ending
    one = direct.export("townships", tmp_path / f"one.{ending}")
    other = over_http.export("townships", tmp_path / f"other.{ending}")
    assert one.read_bytes() == other.read_bytes()
    beside = [each.with_name(f"{each.name}-metadata.json") for each in (one, other)]
    told = [json.loads(each.read_text(encoding="utf-8")) for each in beside]
    assert told[0] == told[1]
    assert told[0]["sha256"] == hashlib.sha256(one.read_bytes()).hexdigest()
    assert told[0]["bytes"] == one.stat().st_size
    assert sorted(tmp_path.iterdir()) == sorted([one, other, *beside])


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
