"""Which share of a file has been read is told for every format, and sentences by their content."""

import gzip
import itertools
from pathlib import Path

import pytest

from app.errors import ImportRefused
from app.ingest.read import read
from tests.ingest.bombs import bomb
from tests.ingest.sheets import HEADERS, ROW, frame, workbook, zipped_shapefile

MANY = 12_000

SENTENCE = rb"\c:1593561600*5F\!AIVDM,1,1,,A,15MgK45P3@G?fl0E`JbR0OwT0@MS,0*4E" + b"\r\n"


def _made(folder: Path, ending: str) -> Path:
    path = folder / f"a{ending}"
    if ending == ".xlsx":
        return workbook(path, [HEADERS, *[ROW] * 3000])
    if ending == ".zip":
        return zipped_shapefile(path, frame(MANY), "UTF-8")
    if ending == ".parquet":
        frame(MANY).to_parquet(path)
    else:
        driver = {".gpkg": "GPKG", ".fgb": "FlatGeobuf", ".kml": "KML", ".geojson": "GeoJSON"}
        frame(MANY).to_file(path, driver=driver[ending])
    return path


@pytest.mark.parametrize(
    "ending", [".xlsx", ".zip", ".gpkg", ".fgb", ".kml", ".parquet", ".geojson"]
)
def test_share_grows_from_nothing_to_all(tmp_path: Path, ending: str) -> None:
    with read(_made(tmp_path, ending)) as table:
        assert table.progress is not None
        shares = [table.progress() for _ in table.records]
        shares.append(table.progress())
    assert all(before <= after for before, after in itertools.pairwise(shares))
    assert shares[0] < 0.5 < shares[-1]
    assert shares[-1] == 1
    assert len({round(share, 1) for share in shares}) > 2, "it is told on the way"


@pytest.mark.parametrize("name", ["a.txt", "a.log", "a.txt.gz", "a.log.gz", "a.csv"])
def test_sentences_are_told_by_what_they_are(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    content = SENTENCE * 3
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    with read(path) as table:
        assert table.positions is not None
        assert "mmsi" in table.headers


def test_log_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text("2026-11-26 INFO started\n" * 3, encoding="utf-8")
    with pytest.raises(ImportRefused, match=r"a\.log: .*NMEA"), read(path):
        pass


def test_rows_that_a_sheet_claims_beyond_its_last_are_refused(tmp_path: Path) -> None:
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">\
<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="2000000000"><c><v>1</v></c></row>\
</sheetData></worksheet>'
    path = bomb(tmp_path / "far.xlsx", "xl/worksheets/sheet1.xml", [sheet])
    with pytest.raises(ImportRefused, match="beyond 1,048,576"), read(path) as table:
        list(table.records)
