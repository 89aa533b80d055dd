"""Places in the columns and geometries of offices: one cell, swapped metres, zone numbers, old data."""

from pathlib import Path

import geopandas as gpd
import pytest
from pyproj import Transformer
from shapely.geometry import Point
from sqlalchemy import Engine

from app.errors import ImportRefused
from tests.builders import load, load_text, row

EAST, NORTH = 611365.275, 3324798.846
"""Of 121.1546, 30.0372 in EPSG:4549."""

ZONED = Transformer.from_crs(4326, 4528, always_xy=True)


def place(engine: Engine) -> tuple[float, float]:
    wkt = row(engine, "risk_points", code="P1")["wkt"]
    lon, lat = map(float, wkt.removeprefix("POINT(").removesuffix(")").split())
    return round(lon, 4), round(lat, 4)


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("经纬度", '"121.1546,30.0372"'), ("坐标", '"121.1546，30.0372"'),
        ("GPS坐标", "121.1546 30.0372"), ("经纬度", '"(30.0372, 121.1546)"'),
        ("经纬度(WGS84)", "北纬30°2′13.92″ 东经121°9′16.56″"),
        ("坐标", "经度：121.1546；纬度：30.0372"), ("坐标", "POINT (121.1546 30.0372)"),
        ("GPS经度,GPS纬度", "121.1546,30.0372"), ("东坐标,北坐标", f"{EAST},{NORTH}"),
        ("X坐标,Y坐标", f"{NORTH},{EAST}"), ("X坐标,Y坐标", "121.1546,30.0372"),
    ],
)  # fmt: skip
def test_a_place_is_found_under_the_headers_of_offices(
    empty_engine: Engine, tmp_path: Path, header: str, cell: str
) -> None:
    crs = "EPSG:4549" if str(EAST) in cell else "EPSG:4326"
    content = f"编号,名称,类别,{header}\nP1,a,01,{cell}\n"
    report = load_text(empty_engine, "risk_points", tmp_path, content, crs=crs)
    assert report.added == 1, report.rejects
    assert place(empty_engine) == (121.1546, 30.0372)


@pytest.mark.parametrize(("zone", "code"), [(40, 4528), (41, 4529), (21, 4499), (20, 4498)])
def test_metres_of_a_zone_are_refused_with_the_system_that_reads_them(
    empty_engine: Engine, tmp_path: Path, zone: int, code: int
) -> None:
    lon, lat = ZONED.transform(121.1546, 30.0372) if code == 4528 else (zone * 1e6 + 5e5, 3.3e6)
    content = f"编号,名称,类别,东坐标,北坐标\nP1,a,01,{lon},{lat}\n"
    [refused] = load_text(empty_engine, "risk_points", tmp_path, content).rejects
    assert f"EPSG:{code}" in refused.reason
    assert f"EPSG:{code}" in refused.reason_en
    if code == 4528:
        load_text(empty_engine, "risk_points", tmp_path, content, crs=f"EPSG:{code}")
        assert place(empty_engine) == (121.1546, 30.0372)


@pytest.mark.parametrize("cell", ["121.15", "1,2,3", "余姚市"])
def test_a_cell_that_is_no_pair_is_refused(empty_engine: Engine, tmp_path: Path, cell: str) -> None:
    content = f'编号,名称,类别,坐标\nP1,a,01,"{cell}"\n'
    report = load_text(empty_engine, "risk_points", tmp_path, content)
    assert (report.added, report.rejected) == (0, 1)
    assert report.rejects[0].field == "geometry"


@pytest.mark.parametrize("text", [f"4{0}{EAST} {NORTH}", f"{NORTH} {EAST}", f"{EAST} {NORTH}"])
def test_zone_numbers_and_swapped_metres_are_set_right_in_geometries(
    empty_engine: Engine, tmp_path: Path, text: str
) -> None:
    content = f"编号,名称,类别,WKT\nP1,a,01,POINT ({text})\n"
    report = load_text(empty_engine, "risk_points", tmp_path, content, crs="EPSG:4549")
    assert report.added == 1, report.rejects
    assert place(empty_engine) == (121.1546, 30.0372)
    odd = not text.startswith("611")
    assert any("对调" in each or "带号" in each for each in report.warnings) == odd


@pytest.mark.parametrize("code", [4214, 4610, 2437, 2385])
def test_a_file_that_says_it_is_in_an_old_system_is_refused_unless_one_is_declared(
    empty_engine: Engine, tmp_path: Path, code: int
) -> None:
    path = tmp_path / "old.gpkg"
    names = {"code": ["P1"], "name": ["a"], "category": ["01"]}
    gpd.GeoDataFrame(names, geometry=[Point(121.15, 30.04)], crs=f"EPSG:{code}").to_file(path)
    with pytest.raises(ImportRefused, match="坐标系"):
        load(empty_engine, "risk_points", path)
    assert load(empty_engine, "risk_points", path, crs="wgs84").added == 1
