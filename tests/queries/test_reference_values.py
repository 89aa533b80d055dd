"""Reference values of coordinates, distances and linear referencing, held by every way to them."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyproj import CRS, Geod, Proj
from shapely import LineString, Point
from sqlalchemy import Connection, text
from starlette.testclient import TestClient

from app.db.engine import writing
from app.ingest.datum import unshifted
from app.lines.line import Line, make_line
from app.lines.plane import Plane
from tests.builders import add, service

REFERENCE: Any = json.loads(Path(__file__).with_name("reference.json").read_text("utf-8"))
"""Computed for this project outside of it, with pyproj, PostGIS and published anchors."""

GEOD = Geod(ellps="WGS84")

SYSTEMS = ("4549", "4528", "4510", "32651", "3857")

PROJECTED = [
    (row["lonlat"], srid, row[srid]) for row in REFERENCE["crs"] for srid in SYSTEMS if srid in row
]

SHIFTED = [
    (row["lonlat"], datum, row[datum]) for row in REFERENCE["crs"] for datum in ("gcj02", "bd09") if datum in row
]  # fmt: skip


def tolerance_m(degrees: list[float]) -> float:
    """Corners of the city were written with six digits of a degree after their metres were made."""
    return 0.001 if len(str(degrees[0]).split(".")[1]) <= 4 else 0.06


@pytest.fixture(scope="module")
def client(make_database: Callable[[str], str], template: str) -> Iterator[TestClient]:
    url = make_database(template)
    engine = writing(url)
    with engine.begin() as connection:
        for number, row in enumerate(REFERENCE["crs"]):
            lon, lat = row["lonlat"]
            add(connection, "risk_points", f"POINT({lon} {lat})", code=f"C{number}")
        for number, row in enumerate(REFERENCE["distance"]):
            lon, lat = row["b"]
            add(connection, "risk_points", f"POINT({lon} {lat})", code=f"B{number}")
    engine.dispose()
    with service(url) as opened:
        yield opened


@pytest.mark.parametrize(("degrees", "srid", "metres"), PROJECTED)
def test_items_are_told_in_the_metres_of_each_system(
    client: TestClient, degrees: list[float], srid: str, metres: list[float]
) -> None:
    number = [row["lonlat"] for row in REFERENCE["crs"]].index(degrees)
    address = f"/api/collections/risk_points/items?code=C{number}&crs=EPSG:{srid}"
    (feature,) = client.get(address).json()["features"]
    found = feature["geometry"]["coordinates"]
    # Axes of the answer are those of the authority; in Gauss-Krüger systems north comes first.
    if CRS.from_epsg(int(srid)).axis_info[0].direction == "north":
        found = found[::-1]
    assert found == pytest.approx(metres, abs=2 * tolerance_m(degrees))


@pytest.mark.parametrize(("degrees", "srid", "metres"), PROJECTED)
def test_database_projects_alike(
    connection: Connection, degrees: list[float], srid: str, metres: list[float]
) -> None:
    place = "ST_Transform(ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), :srid)"
    statement = text(f"SELECT ST_X(p), ST_Y(p) FROM (SELECT {place} AS p) AS q")  # noqa: S608
    given = {"lon": degrees[0], "lat": degrees[1], "srid": int(srid)}
    found = tuple(connection.execute(statement, given).one())
    assert found == pytest.approx(metres, abs=tolerance_m(degrees))


@pytest.mark.parametrize(("degrees", "datum", "shifted"), SHIFTED)
def test_shifted_points_come_back(degrees: list[float], datum: str, shifted: list[float]) -> None:
    found = unshifted(np.array([shifted]), datum)[0]
    digits = len(str(shifted[0]).split(".")[1])
    # Six digits of a degree are eleven centimetres.
    assert GEOD.inv(*degrees, *found)[2] < (0.12 if digits <= 6 else 0.01)


def test_shift_is_as_large_as_published_and_none_outside_of_china() -> None:
    for row in REFERENCE["shift_m"]:
        known = next(each for each in REFERENCE["crs"] if each["lonlat"] == row["at"])
        for datum in ("gcj02", "bd09"):
            assert GEOD.inv(*row["at"], *known[datum])[2] == pytest.approx(row[f"{datum}_m"], abs=0.01)  # fmt: skip
    outside = np.array([REFERENCE["outside_china"]])
    assert unshifted(outside, "gcj02")[0] == pytest.approx(outside[0])


@pytest.mark.parametrize("number", range(len(REFERENCE["distance"])))
def test_distance_is_geodesic_by_every_way(
    client: TestClient, connection: Connection, number: int
) -> None:
    row = REFERENCE["distance"][number]
    (lon, lat), other = row["a"], row["b"]
    address = f"/api/nearby?lon={lon}&lat={lat}&within_m=60000&layers=risk_points"
    found = client.get(address).json()["features"]
    feature = next(each for each in found if each["properties"]["code"] == f"B{number}")
    assert feature["distance_m"] == pytest.approx(row["geodesic_m"], abs=0.006)
    azimuth, _, metres = GEOD.inv(lon, lat, *other)
    assert metres == pytest.approx(row["geodesic_m"], abs=0.001)
    assert feature["bearing_deg"] == pytest.approx(azimuth % 360, abs=0.06)
    if "azimuth_deg" in row:
        assert azimuth == pytest.approx(row["azimuth_deg"], abs=1e-6)
    tip = (other[0], other[1] + 1e-9)
    pipe = make_line(("pipelines", 1, "X", None), LineString([other, tip]))
    assert pipe.foot(lon, lat, (0, 1)).offset_m == pytest.approx(row["geodesic_m"], abs=0.01)
    for srid in SYSTEMS:
        if srid in row:
            assert _planar(connection, row, int(srid)) == pytest.approx(row[srid], abs=0.005)


def _planar(connection: Connection, row: dict[str, Any], srid: int) -> float:
    places = [f"ST_Transform(ST_SetSRID(ST_MakePoint({p[0]}, {p[1]}), 4326), {srid})"
              for p in (row["a"], row["b"])]  # fmt: skip
    return float(connection.scalar(text(f"SELECT ST_Distance({', '.join(places)})")) or 0)


def test_scales_are_those_that_forbid_web_mercator() -> None:
    scale = REFERENCE["scale"]
    for srid in ("4549", "32651", "3857"):
        factors = Proj(CRS.from_epsg(int(srid))).get_factors(*scale["at"])
        assert factors.meridional_scale == pytest.approx(scale[srid], abs=0.006)
    assert Proj(CRS.from_epsg(4549)).get_factors(*scale["at"]).meridional_scale == pytest.approx(
        scale["4549"], abs=1e-6
    )


SCALED = 100.0
"""The reference line is ten units long a side; here a unit is a hundred metres."""


def _plane_line(markers: bool = False) -> tuple[Line, Plane, np.ndarray[Any, Any]]:
    plane = Plane.at(121.1, 30.1)
    corner = plane.metres(np.array([[121.1, 30.1]]))[0]
    linear = REFERENCE["linear"]

    def degrees(points: list[list[float]]) -> list[list[float]]:
        return plane.degrees(corner + SCALED * np.array(points, dtype=float)).tolist()

    ends = linear["line"][0], linear["line"][-1]
    stones = [(*degrees([end])[0], measure)
              for end, measure in zip(ends, linear["measures"], strict=True)]  # fmt: skip
    shape = LineString(degrees(linear["line"]))
    line = make_line(("pipelines", 1, "X", None), shape, markers=stones if markers else ())
    return line, plane, corner


def test_place_of_a_point_and_point_of_a_place() -> None:
    linear = REFERENCE["linear"]
    line, plane, corner = _plane_line()
    at = plane.degrees(corner + SCALED * np.array([linear["point"]], dtype=float))[0]
    foot = line.foot(*at, (0.0, line.length_m))
    assert foot.along_m / line.length_m == pytest.approx(linear["share"], abs=1e-6)
    flat = (np.array(foot.flat) - corner) / SCALED
    assert flat == pytest.approx(np.array(linear["place"]), abs=1e-4)
    place = plane.metres(np.array([line.place(linear["share"] * line.length_m)]))[0]
    assert (place - corner) / SCALED == pytest.approx(np.array(linear["place"]), abs=1e-4)
    left = plane.degrees(corner + SCALED * np.array([linear["left"]], dtype=float))[0]
    assert line.foot(*left, (0.0, line.length_m)).side == "left"


def test_piece_between_two_places_and_calibrated_measures() -> None:
    linear = REFERENCE["linear"]
    line, _, corner = _plane_line()
    (piece,) = line.cut(0.25 * line.length_m, 0.75 * line.length_m).geoms
    found = (shapely.get_coordinates(piece) - corner) / SCALED
    assert found == pytest.approx(np.array(linear["piece"]), abs=1e-4)
    calibrated, plane, corner = _plane_line(markers=True)
    lon, lat = calibrated.place(calibrated.along(linear["along"]))
    flat = (np.array(plane.flat(Point(lon, lat)).coords[0]) - corner) / SCALED
    assert flat == pytest.approx(np.array(linear["place"]), abs=1e-3)
    assert calibrated.stake(0.75 * calibrated.length_m) == pytest.approx(linear["along"], abs=0.2)
