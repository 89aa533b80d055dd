"""Every layer in every format: read back by an independent reader, nothing is lost or changed."""

import json
import sqlite3
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyogrio
import pytest
from shapely import count_coordinates, get_parts
from shapely.geometry.base import BaseGeometry
from starlette.testclient import TestClient

from app.db.engine import writing
from app.exports import EXPORTS
from app.exports.shapefile import short_names
from layers.declare import Layer
from layers.registry import LAYERS
from tests.builders import add, service
from tests.exports.conftest import ROWS

EXACT = 1e-7


def read_back(f: str, content: bytes, folder: Path) -> pd.DataFrame:
    """What a reader of the field finds in a file, indexed by `fid`; geometry None where none is."""
    path = folder / f"file.{EXPORTS[f].ending}"
    path.write_bytes(content)
    if f == "geoparquet":
        found = gpd.read_parquet(path)
    elif f == "arrow":
        found = gpd.GeoDataFrame.from_arrow(pa.ipc.open_stream(content).read_all())
    elif f == "shapefile":
        found = _shapes(path)
    elif f == "xlsx":
        found = _sheet(path)
    else:
        layer = pyogrio.list_layers(path)[0][0]
        found = pyogrio.read_dataframe(path, layer=layer, fid_as_index=f.startswith("geojson"))
        found = found.reset_index() if "fid" not in found else found
        # GDAL reads a property `name` of KML from the element of that name.
        found = found if "name" in found else found.rename(columns={"Name": "name"})
    found["fid"] = found["fid"].astype("int64") if "fid" in found else found["id"].astype("int64")
    return found.set_index("fid").sort_index()


def _shapes(path: Path) -> gpd.GeoDataFrame:
    with zipfile.ZipFile(path) as archive:
        members = [name for name in archive.namelist() if name.endswith(".shp")]
        assert {"fields.csv", "metadata.json"} < set(archive.namelist())
    frames = [pyogrio.read_dataframe(f"/vsizip/{path}/{name}") for name in members]
    return gpd.GeoDataFrame(pd.concat(frames), geometry="geometry")


def _sheet(path: Path) -> gpd.GeoDataFrame:
    found = pyogrio.read_dataframe(path, layer="数据 data", read_geometry=False)
    places = gpd.GeoSeries.from_wkt(found["WKT"].replace("", None))
    return gpd.GeoDataFrame(found, geometry=places)


def near(first: BaseGeometry | None, second: BaseGeometry | None) -> bool:
    if first is None or second is None:
        return first is second
    # A format may know only many where there is one, but loses no corner and no part.
    same_kind = first.geom_type.removeprefix("Multi") == second.geom_type.removeprefix("Multi")
    if not same_kind or count_coordinates(first) != count_coordinates(second):
        return False
    if len(get_parts(first)) != len(get_parts(second)) or abs(first.area - second.area) > EXACT:
        return False
    return bool(first.normalize().hausdorff_distance(second.normalize()) <= EXACT)


def same_value(expected: Any, found: Any) -> bool:
    """The same value as far as a format has types for it."""
    if expected is None:
        return bool(pd.isna(found)) or found == ""
    if isinstance(expected, bool):
        return str(found).lower() in {
            str(expected).lower(),
            str(int(expected)),
            f"{int(expected)}.0",
        }
    if isinstance(expected, int | float):
        return float(found) == pytest.approx(float(expected))
    if isinstance(expected, str) and expected[:4].isdigit() and "T" in expected:
        return pd.Timestamp(found).tz_localize(None) == pd.Timestamp(expected).tz_localize(None)
    if isinstance(expected, str) and len(expected) == len("2026-11-03") and expected[4] == "-":
        return str(found)[:10].replace("/", "-") == expected
    return str(found) == str(expected)


@pytest.mark.parametrize("f", EXPORTS)
@pytest.mark.parametrize("layer", LAYERS.values(), ids=list(LAYERS))
def test_every_export_reads_back_whole(
    stocked: TestClient, layer: Layer, f: str, tmp_path: Path
) -> None:
    answer = stocked.get(f"/api/collections/{layer.id}/export?f={f}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith(EXPORTS[f].media_type)
    found = read_back(f, answer.content, tmp_path)
    items = stocked.get(f"/api/collections/{layer.id}/items?limit=100").json()["features"]
    expected = {each["id"]: each for each in items}
    assert list(found.index) == sorted(expected)
    places = gpd.GeoDataFrame.from_features(items).set_index(pd.Index(list(expected))).geometry
    names = tuple(items[0]["properties"])
    column = short_names(("fid", *names)) if f == "shapefile" else {name: name for name in names}
    assert (
        f in {"arrow", "geoparquet"}
        or pyogrio.list_layers(tmp_path / f"file.{EXPORTS[f].ending}").size
    )
    for fid, each in expected.items():
        assert near(found.geometry[fid], places[fid]), (fid, found.geometry[fid])
        for name in names:
            value = found[column[name]][fid] if column[name] in found else None
            assert same_value(each["properties"][name], value), (name, value)


@pytest.mark.parametrize("f", [f for f, form in EXPORTS.items() if form.filled])
def test_same_data_give_the_same_file_so_that_a_download_can_be_resumed(
    stocked: TestClient, f: str
) -> None:
    address = f"/api/collections/risk_points/export?f={f}"
    whole = stocked.get(address)
    rest = stocked.get(address, headers={"Range": "bytes=100-", "If-Range": whole.headers["etag"]})
    assert rest.status_code == 206
    assert whole.content[:100] + rest.content == whole.content


def test_geopackage_carries_styles_and_where_it_comes_from(
    stocked: TestClient, tmp_path: Path
) -> None:
    path = tmp_path / "x.gpkg"
    path.write_bytes(stocked.get("/api/collections/risk_points/export?f=geopackage").content)
    database = sqlite3.connect(path)
    (style,) = database.execute("SELECT styleQML FROM layer_styles WHERE useAsDefault").fetchone()
    assert "200,16,46,255" in style
    (told,) = database.execute("SELECT metadata FROM gpkg_metadata").fetchone()
    assert json.loads(told)["count"] == ROWS + 2
    assert json.loads(told)["licence"] == LAYERS["risk_points"].source.licence
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


PLACELESS = {"csv", "geojsonseq", "xlsx"}
"""Formats that have no place for the reference system, which is told beside them."""


@pytest.mark.parametrize("code", [4549, 4326, 32651])
@pytest.mark.parametrize("f", [f for f in EXPORTS if f != "kml"])
def test_any_reference_system_comes_out_east_before_north(
    stocked: TestClient, f: str, code: int, tmp_path: Path
) -> None:
    """EPSG puts north first in the first two; KML knows one system."""
    address = "/api/collections/pipelines/export?f="
    found = read_back(f, stocked.get(f"{address}{f}&crs=EPSG:{code}").content, tmp_path)
    if f not in PLACELESS:
        assert found.crs.to_epsg() == code
    plain = stocked.get(f"{address}arrow").content
    expected = read_back("arrow", plain, tmp_path).geometry.to_crs(code)
    apart = found.bounds - expected.bounds
    assert len(apart) == ROWS + 1
    assert apart.abs().to_numpy().max() < (EXACT if code == 4326 else 0.001)


def test_geojson_names_its_system_unless_it_is_the_one_that_all_take(stocked: TestClient) -> None:
    address = "/api/collections/pipelines/export?f=geojson"
    told = stocked.get(f"{address}&crs=EPSG:4549").json()
    assert told["crs"] == {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}
    assert "crs" not in stocked.get(address).json()
    assert "crs" not in stocked.get(f"{address}&crs=CRS84").json()


@pytest.mark.parametrize("f", EXPORTS)
def test_filters_hold_and_nothing_found_is_an_empty_file(
    stocked: TestClient, f: str, tmp_path: Path
) -> None:
    address = f"/api/collections/risk_points/export?f={f}"
    some = stocked.get(f"{address}&grade=1,2")
    assert len(read_back(f, some.content, tmp_path)) == 2
    none = stocked.get(f"{address}&bbox=0,0,1,1")
    assert none.status_code == 200
    assert none.content or f == "geojsonseq"


def test_cell_that_a_spreadsheet_would_carry_out_is_guarded(
    make_database: Callable[[str], str], template: str
) -> None:
    url = make_database(template)
    engine = writing(url)
    with engine.begin() as connection:
        add(connection, "risk_points", "POINT(121 30)", name="=cmd|' /C calc'!A0")
    engine.dispose()
    with service(url) as client:
        told = client.get("/api/collections/risk_points/export?f=csv").text
        book = client.get("/api/collections/risk_points/export?f=xlsx").content
    assert "'=cmd" in told
    with zipfile.ZipFile(BytesIO(book)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_kml_refuses_another_reference_system(stocked: TestClient) -> None:
    answer = stocked.get("/api/collections/risk_points/export?f=kml&crs=EPSG:4549")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "crs"


def test_items_as_arrow_are_all_that_the_filters_let_through(stocked: TestClient) -> None:
    answer = stocked.get(
        "/api/collections/risk_points/items?grade=1,2&limit=1",
        headers={"Accept": "application/vnd.apache.arrow.stream"},
    )
    found = gpd.GeoDataFrame.from_arrow(pa.ipc.open_stream(answer.content).read_all())
    assert sorted(found["grade"]) == [1, 2]
    assert found.crs.equals("OGC:CRS84")
    assert found["name"].str.len().all()
