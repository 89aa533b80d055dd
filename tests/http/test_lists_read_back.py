"""The inspection list in each form, read back by GDAL as a receiver, a desk or QGIS would."""

from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely
from pyproj import Geod
from shapely.geometry import shape as shape_of
from sqlalchemy import Engine
from starlette.testclient import TestClient

from tests.builders import sql

GEOD = Geod(ellps="WGS84")

QUERY = "from=K1&to=K6&within_m=300"

GRADES = {1: "重大", 2: "较大", 3: "一般", 4: "低", None: ""}

SIDES = {"left": "左", "right": "右", "on": "管上"}


class Lists:
    """The list of one stretch in every form."""

    def __init__(self, client: TestClient, fid: int, folder: Path) -> None:
        self._client, self._folder = client, folder
        self._pipe = f"/api/collections/pipelines/items/{fid}"
        self._address = f"{self._pipe}/nearby?{QUERY}"
        self.told: dict[str, Any] = self._get("geojson").json()
        self.features: list[dict[str, Any]] = self.told["features"]
        assert len(self.features) > 3

    def _get(self, form: str) -> Any:
        answer = self._client.get(f"{self._address}&f={form}")
        assert answer.status_code == 200, answer.text
        return answer

    def place(self, stake: str) -> tuple[float, float]:
        """Lon, lat of a stake."""
        (found,) = self._client.get(f"{self._pipe}/locate?stake={stake}").json()["places"]
        return found["lon"], found["lat"]

    def read(self, form: str, **words: Any) -> Any:
        """The file as a frame."""
        path = self._folder / f"list.{form}"
        path.write_bytes(self._get(form).content)
        return pyogrio.read_dataframe(path, **words)


@pytest.fixture
def lists(client: TestClient, demo_engine: Engine, tmp_path: Path) -> Lists:
    fid = int(sql(demo_engine, "SELECT fid FROM pipelines WHERE code = 'SY-001'"))
    return Lists(client, fid, tmp_path)


def test_geojson_keeps_geometry_and_place_beside_the_line(lists: Lists) -> None:
    frame = lists.read("geojson")
    assert frame.crs.to_epsg() == 4326
    assert len(frame) == len(lists.features)
    for geometry, name, each in zip(frame.geometry, frame["name"], lists.features, strict=True):
        assert shapely.equals(geometry, shape_of(each["geometry"]))
        assert name == each["properties"]["name"]


def test_gpx_has_a_waypoint_a_feature_and_the_stretch_as_a_track(lists: Lists) -> None:
    points = lists.read("gpx", layer="waypoints")
    assert list(points["name"]) == [str(each["properties"]["name"]) for each in lists.features]
    for place, told, kind, each in zip(
        points.geometry, points["desc"], points["type"], lists.features, strict=True
    ):
        shape = shape_of(each["geometry"])
        assert shapely.distance(place, shape) < 1e-7
        assert told.startswith(each["stake"])
        assert SIDES[each["side"]] in told
        assert kind == each["layer"]
    (track,) = lists.read("gpx", layer="tracks").geometry
    ends = track.geoms[0].coords[0], track.geoms[-1].coords[-1]
    for vertex, name in zip(ends, ("from", "to"), strict=True):
        assert GEOD.inv(*vertex, *lists.place(lists.told[name]))[2] < 0.05


def test_workbook_has_stake_side_distance_and_grade_of_each(lists: Lists) -> None:
    frame = lists.read("xlsx")
    table = [[str(value) for value in row] for row in frame.itertuples(index=False)]
    top = next(number for number, row in enumerate(table) if "桩号" in row)
    columns = {name: number for number, name in enumerate(table[top])}
    rows = table[top + 1 :]
    assert len(rows) == len(lists.features)
    for row, each in zip(rows, lists.features, strict=True):
        assert row[columns["桩号"]] == each["stake"]
        assert row[columns["侧"]] == SIDES[each["side"]]
        assert float(row[columns["距离 m"]]) == pytest.approx(each["distance_m"])
        grade = row[columns["风险等级"]]
        assert (grade if grade not in {"None", "nan"} else "") == GRADES[each["grade"]]
        place = shapely.Point(float(row[columns["经度"]]), float(row[columns["纬度"]]))
        assert shapely.distance(place, shape_of(each["geometry"])) < 1e-7
