"""A shifted file is told with the command that sets it right; a true one is left in peace."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import prcoords
import pytest
import shapely
from sqlalchemy import Engine

from app.city import City
from app.ingest.suspicion import on_ground
from tests.builders import load, rows, sql

MANY = 40


def shifted(lon: float, lat: float, datum: str) -> tuple[float, float]:
    gcj = prcoords.wgs_gcj((lat, lon), check_china=False)
    y, x = gcj if datum == "gcj02" else prcoords.gcj_bd(gcj)
    return float(x), float(y)


def write_all_over(path: Path, city: City, datum: str | None) -> Path:
    """400 points all over the townships."""
    ground = shapely.union_all(
        shapely.get_parts(shapely.from_geojson((city.folder / "townships.geojson").read_text()))
    )
    west, south, east, north = ground.bounds
    tried = np.random.default_rng(7).uniform((west, south), (east, north), (3000, 2))
    lines = ["code,name,category,lon,lat"]
    for lon, lat in tried[shapely.contains_xy(ground, *tried.T)][:400].tolist():
        x, y = shifted(lon, lat, datum) if datum else (lon, lat)
        lines.append(f"P{len(lines)},a,01,{x!r},{y!r}")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def write_points(path: Path, datum: str | None) -> Path:
    random = np.random.default_rng(7)
    places = np.column_stack((random.uniform(121.0, 121.2, MANY), random.uniform(30.0, 30.1, MANY)))
    lines = ["code,name,category,lon,lat"]
    for number, (lon, lat) in enumerate(places.tolist()):
        x, y = shifted(lon, lat, datum) if datum else (lon, lat)
        lines.append(f"P{number},a,01,{x!r},{y!r}")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_points_off_by_the_shift_from_what_is_stored_are_told(
    empty_engine: Engine, tmp_path: Path, datum: str
) -> None:
    load(empty_engine, "risk_points", write_points(tmp_path / "true.csv", None))
    doubted = write_points(tmp_path / "odd.csv", datum)
    report = load(empty_engine, "risk_points", doubted, dry_run=True)
    told = [each for each in report.warnings if datum.upper() in each]
    assert len(told) == 1, report.warnings
    assert f"--crs {datum}" in told[0]
    assert "north-west" in told[0] or "west" in told[0]
    declared = load(empty_engine, "risk_points", doubted, crs="EPSG:4326", dry_run=True)
    assert told[0] in declared.warnings, "a label proves nothing"
    again = load(empty_engine, "risk_points", doubted, crs=datum)
    assert again.warnings == []
    far = sql(empty_engine, "SELECT count(*) FROM risk_points_history")
    assert far <= MANY
    assert rows(empty_engine, "risk_points") == MANY


def test_true_file_is_left_in_peace(empty_engine: Engine, tmp_path: Path) -> None:
    path = write_points(tmp_path / "true.csv", None)
    assert load(empty_engine, "risk_points", path).warnings == []
    assert load(empty_engine, "risk_points", path).warnings == []


def test_segments_beside_the_roads_are_told(
    empty_engine: Engine, tmp_path: Path, city: object
) -> None:
    roads = json.loads((city.folder / "base" / "roads.geojson").read_text("utf-8"))  # type: ignore[attr-defined]
    pieces = [
        part for each in roads["features"]
        for part in (each["geometry"]["coordinates"]
                     if each["geometry"]["type"] == "MultiLineString"
                     else [each["geometry"]["coordinates"]])
    ]  # fmt: skip
    near = [part for part in pieces if all(121.0 < x < 121.3 and 29.9 < y < 30.2 for x, y in part)]
    features = [
        {"type": "Feature", "properties": {"code": f"R{at}", "name": "a", "kind": "急弯",
                                           "route_code": "S1"},
         "geometry": {"type": "LineString",
                      "coordinates": [shifted(x, y, "gcj02") for x, y in part]}}
        for at, part in enumerate(near[:60])
    ]  # fmt: skip
    assert len(features) >= 20
    path = tmp_path / "segments.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    report = load(empty_engine, "road_segments", path, dry_run=True)
    assert any("GCJ02" in each and "公路" in each for each in report.warnings), report.warnings


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_first_file_of_an_empty_city_is_told_by_what_lies_off_its_townships(
    empty_engine: Engine, tmp_path: Path, city: City, datum: str
) -> None:
    """Nothing is stored to compare with: a few points beyond the border must do."""
    path = write_all_over(tmp_path / "first file.csv", city, datum)
    report = load(empty_engine, "risk_points", path, dry_run=True)
    [told] = [each for each in report.warnings if datum.upper() in each]
    assert "outside the townships" in told
    assert f"riskmap import risk_points 'first file.csv' --crs {datum}" in told
    assert load(empty_engine, "risk_points", path, crs=datum, dry_run=True).warnings == []
    true = write_all_over(tmp_path / "true.csv", city, None)
    assert load(empty_engine, "risk_points", true, dry_run=True).warnings == []


def test_points_that_lie_off_the_coast_are_told_where_no_township_is_known(
    city: City, tmp_path: Path
) -> None:
    (tmp_path / "base").mkdir()
    land = shapely.box(121.0, 30.0, 121.1, 30.1)
    (tmp_path / "base" / "land.geojson").write_text(shapely.to_geojson(land), encoding="utf-8")
    true = np.random.default_rng(7).uniform((121.0, 30.0), (121.1, 30.1), (400, 2))
    island = replace(city, folder=tmp_path)
    declared = np.array([shifted(lon, lat, "gcj02") for lon, lat in true.tolist()])
    told = on_ground(declared, island)
    assert told is not None
    assert told.datum == "gcj02"
    assert "off the coast" in told.why
    assert on_ground(true, island) is None
