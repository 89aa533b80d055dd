"""Files of several layers, and letters that a cut falls into: nothing is lost or spoilt untold."""

import json
import zipfile
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet
from shapely.geometry import Point
from sqlalchemy import Engine

from app.errors import ImportRefused
from app.ingest.naming import known_words
from app.ingest.read import read
from layers.registry import LAYERS
from tests.builders import load, load_text, rows
from tests.ingest.sheets import frame, zipped_shapefile

KNOWN = known_words(LAYERS["risk_points"])

LETTERS = 79
"""Of three bytes each, in a line of a .dbf; a width of 237 is no letter of UTF-8, and the end of
the first 4 MiB falls into a letter."""

PLACEMARK = """<Placemark><name>{0}号罐区</name><ExtendedData><Data name="code"><value>P{0}</value>
</Data><Data name="category"><value>01</value></Data></ExtendedData>
<Point><coordinates>121.{0},30.1</coordinates></Point></Placemark>"""


def test_every_folder_of_a_kml_is_read(empty_engine: Engine, tmp_path: Path) -> None:
    """As Google Earth saves: folders of the same name, in each other, and a mark beside them."""
    one, two, three, four = (PLACEMARK.format(number) for number in range(1, 5))
    path = tmp_path / "标注.kml"
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document><Folder><name>罐区</name>{one}<Folder><name>里</name>{two}</Folder></Folder>"
        f"<Folder><name>罐区</name>{three}</Folder><Folder><name>空</name></Folder>{four}"
        "</Document></kml>",
        encoding="utf-8",
    )
    report = load(empty_engine, "risk_points", path)
    assert (report.read, report.added, report.rejected) == (4, 4, 0), report.rejects
    assert rows(empty_engine, "risk_points") == 4


def test_kml_that_is_packed_with_its_pictures_is_read(empty_engine: Engine, tmp_path: Path) -> None:
    marks = "".join(PLACEMARK.format(number) for number in range(1, 4))
    content = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{marks}</Document></kml>'
    path = tmp_path / "标注.kmz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("files/a.png", b"x")
        archive.writestr("doc.kml", content)
    report = load(empty_engine, "risk_points", path)
    assert (report.read, report.added, report.rejected) == (3, 3, 0), report.rejects
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("files/a.png", b"x")
    with pytest.raises(ImportRefused, match=r"holds no \.kml"), read(path, KNOWN):
        pass


def test_layer_of_a_geopackage_that_fits_is_read_and_the_others_are_told(
    empty_engine: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "a.gpkg"
    other = gpd.GeoDataFrame({"width": [1.0, 2.0]}, geometry=[Point(0, 0)] * 2, crs="EPSG:4549")
    other.to_file(path, layer="roads", driver="GPKG")
    frame().to_file(path, layer="风险点", driver="GPKG")
    frame(5).to_file(path, layer="风险点旧", driver="GPKG")

    report = load(empty_engine, "risk_points", path)

    assert (report.added, report.rejected) == (3, 0), report.rejects
    told = next(each for each in report.warnings if "not read" in each)
    assert told == (
        "读取图层 read layer 风险点；未读（要素数） not read (features): roads（2）、风险点旧（5）"
    )


def test_file_of_one_layer_is_told_nothing(tmp_path: Path) -> None:
    frame().to_file(tmp_path / "a.gpkg", driver="GPKG")
    with read(tmp_path / "a.gpkg", KNOWN) as table:
        assert len(list(table.records)) == 3
    assert table.notes == []


def test_letter_that_lies_across_the_pieces_of_a_long_dbf_is_a_letter(tmp_path: Path) -> None:
    many = 4 * 2**20 // (3 * LETTERS)
    long = gpd.GeoDataFrame({"name": ["罐" * LETTERS] * many}, geometry=[Point(121, 30)] * many)
    path = zipped_shapefile(tmp_path / "a.zip", long.set_crs(4326), "UTF-8", ".cpg")
    content = next(tmp_path.rglob("*.dbf")).read_bytes()
    begin = int.from_bytes(content[8:10], "little")
    with pytest.raises(UnicodeDecodeError, match="unexpected end"):
        content[begin : begin + 4 * 2**20].decode()
    with read(path, KNOWN) as table:
        assert next(table.records).values["name"] == "罐" * LETTERS


@pytest.mark.parametrize(
    "geo",
    ["[]", '"x"', "{", "[" * 20_000, {"primary_column": []}, {"primary_column": "absent"},
     {"primary_column": "geometry", "columns": []},
     {"primary_column": "geometry", "columns": {"geometry": "x"}},
     {"primary_column": "geometry", "columns": {"geometry": {"crs": "x"}}},
     {"primary_column": "geometry", "columns": {"geometry": {"crs": {"id": 7}}}}],
)  # fmt: skip
def test_odd_metadata_of_a_parquet_is_refused_by_name(tmp_path: Path, geo: object) -> None:
    text = geo if isinstance(geo, str) else json.dumps(geo)
    table = pa.table({"code": ["P1"], "geometry": [b""]}).replace_schema_metadata({"geo": text})
    path = tmp_path / "odd.parquet"
    parquet.write_table(table, path)
    with pytest.raises(ImportRefused, match=r"odd\.parquet.*`geo` metadata"), read(path):
        pass


def test_single_feature_is_a_file_of_one(empty_engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "one.geojson"
    path.write_text(
        json.dumps(json.loads(frame(1).to_json())["features"][0], ensure_ascii=False), "utf-8"
    )
    report = load(empty_engine, "risk_points", path)
    assert (report.read, report.added) == (1, 1), report.rejects


GOOD, SHIFTED, PLACELESS, WRONG, FAR = (
    "P{0},罐区,01,121.15,30.04", "P{0},罐区,01,121.15,30.04,多", "P{0},罐区,01,,",
    "P{0},罐区,没有,121.15,30.04", "P{0},罐区,01,10,10",
)  # fmt: skip


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.sampled_from([GOOD, SHIFTED, PLACELESS, WRONG, FAR]), st.integers(0, 5)),
             max_size=25)
)  # fmt: skip
def test_every_row_is_added_changed_unchanged_or_rejected(
    empty_engine: Engine, tmp_path: Path, lines: list[tuple[str, int]]
) -> None:
    """Whatever stands in the file and in the register already, and twice in the file."""
    content = "\n".join(("编号,名称,类别,经度,纬度", *(text.format(key) for text, key in lines)))
    report = load_text(empty_engine, "risk_points", tmp_path, content)
    kept = report.added + report.changed + report.unchanged
    assert report.read == len(lines) == kept + report.rejected
    assert report.unlocated <= kept
    assert rows(empty_engine, "risk_points") >= kept


def test_columns_without_a_header_are_told(empty_engine: Engine, tmp_path: Path) -> None:
    content = "编号,,名称,类别,,经度,纬度\nP1,甲,罐区,01,,121.15,30.04\nP2,,罐区,01,,121.15,30.04\n"
    report = load_text(empty_engine, "risk_points", tmp_path, content)
    assert (report.added, report.rejected) == (2, 0), report.rejects
    assert [each for each in report.warnings if "没有表头" in each] == [
        "没有表头的列，内容未导入 columns without a header, not imported (rows): B（1）"
    ]
