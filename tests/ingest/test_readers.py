"""Files as they come: encodings, headers, delimiters, and files that are not what they say."""

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.errors import ImportRefused
from app.ingest.read import read
from tests.builders import collection, feature, load, load_text, row, rows

HEADER = "code,name,category,lon,lat,status"
POINT = "P1,一号罐区,01,121.15,30.04,在用"
HERE = {"type": "Point", "coordinates": [121.15, 30.04]}


def _xlsx() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return stream.getvalue()


def _name(part: object) -> str | None:
    """The name of a file names its case; its content does not."""
    return part if isinstance(part, str) else ""


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("utf8.csv", f"{HEADER}\n{POINT}\n".encode()),
        ("bom.csv", f"{HEADER}\n{POINT}\n".encode("utf-8-sig")),
        ("office.csv", f"{HEADER}\n{POINT}\n".encode("gb18030")),
        ("utf16.csv", f"{HEADER}\n{POINT}\n".encode("utf-16")),
        ("crlf.csv", f"{HEADER}\r\n{POINT}\r\n".encode()),
        ("no_end.csv", f"{HEADER}\n{POINT}".encode()),
        ("blank_lines.csv", f"{HEADER}\n\n{POINT}\n\n".encode()),
        ("tabs.tsv", f"{HEADER}\n{POINT}\n".replace(",", "\t").encode()),
        ("semicolons.csv", f"{HEADER}\n{POINT}\n".replace(",", ";").encode()),
        ("packed.csv.gz", gzip.compress(f"{HEADER}\n{POINT}\n".encode())),
        ("UPPER.CSV", f"{HEADER}\n{POINT}\n".encode()),
        ("quoted.csv", f'{HEADER}\n"P1","一号罐区",01,"121.15","30.04",在用\n'.encode()),
        ("blanks.csv", f"{HEADER}\n P1 , 一号罐区 ,01, 121.15 , 30.04 ,在用\n".encode()),
        ("chinese.csv", f"编号,风险点名称,类别,经度,纬度,状态\n{POINT}\n".encode()),
        ("meaning.csv", f"编号,名称,类别,经度,纬度,状态\n{POINT}\n".replace("01", "危险化学品").encode()),
        ("wkt.csv", 'code,name,category,wkt,status\nP1,一号罐区,01,"POINT (121.15 30.04)",在用\n'.encode()),
        ("f.geojson", collection(feature(HERE, code="P1", name="一号罐区", category="01", status="在用")).encode()),
        ("f.json", collection(feature(HERE, 编号="P1", 名称="一号罐区", 类别="01", 状态="在用")).encode()),
    ],
    ids=_name,
)  # fmt: skip
def test_one_point_arrives_whatever_the_file_looks_like(
    empty_engine: Engine, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    report = load(empty_engine, "risk_points", path)

    assert (report.read, report.added, report.rejected) == (1, 1, 0), report.rejects
    stored = row(empty_engine, "risk_points", code="P1")
    assert (stored["name"], stored["category"]) == ("一号罐区", "01")
    assert stored["wkt"] == "POINT(121.15 30.04)"


def test_trailing_commas_of_a_spreadsheet_are_no_columns(
    empty_engine: Engine, tmp_path: Path
) -> None:
    content = f"{HEADER},,\n{POINT},,\n"
    assert load_text(empty_engine, "risk_points", tmp_path, content).added == 1


def test_short_line_is_filled_up_with_nothing(empty_engine: Engine, tmp_path: Path) -> None:
    content = "code,name,category,status,lon,lat,address\nP1,a,01,在用,121.15,30.04\n"
    assert load_text(empty_engine, "risk_points", tmp_path, content).added == 1
    assert row(empty_engine, "risk_points", code="P1")["address"] is None


def test_line_with_more_cells_than_columns_is_rejected(
    empty_engine: Engine, tmp_path: Path
) -> None:
    content = (
        "code,name,category,status,address,lon,lat\nP1,a,01,在用,河姆渡路 1 号, 后门,121.15,30.04\n"
    )
    report = load_text(empty_engine, "risk_points", tmp_path, content)
    assert (report.added, report.rejected) == (0, 1)
    assert report.rejects[0].row == 2
    assert "column" in report.rejects[0].reason_en or "cell" in report.rejects[0].reason_en


def test_text_with_commas_quotes_and_line_ends_stays_text(
    empty_engine: Engine, tmp_path: Path
) -> None:
    name = 'a "b", c\n\\.\nd\t\\N;'
    quoted = '"' + name.replace('"', '""') + '"'
    report = load_text(
        empty_engine, "risk_points", tmp_path, f"{HEADER}\nP1,{quoted},01,121,30,在用\n"
    )
    assert report.added == 1, report.rejects
    assert row(empty_engine, "risk_points", code="P1")["name"] == name


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("nothing.csv", b"", "empty"),
        ("nothing.geojson", b"", "empty"),
        ("nothing.csv.gz", gzip.compress(b""), "empty"),
        ("only_bom.csv", b"\xef\xbb\xbf", "header"),
        ("line_ends.csv", b"\n\n\n", ""),
        ("sheet.csv", _xlsx(), ""),
        ("picture.geojson", PNG, "JSON"),
        ("picture.csv", PNG, "text"),
        ("noise.csv", bytes(range(0x80, 0x100)) * 3, ""),
        ("plain.csv.gz", f"{HEADER}\n{POINT}\n".encode(), "read"),
        ("cut.csv.gz", gzip.compress((f"{HEADER}\n" + f"{POINT}\n" * 5000).encode())[:60], "read"),
        ("cut_early.csv.gz", gzip.compress(f"{HEADER}\n".encode())[:12], "read"),
        ("spoilt.csv.gz", gzip.compress(f"{HEADER}\n{POINT}\n".encode())[:10] + b"\xff" * 40, "read"),
        ("list.geojson", b"[1, 2]", "FeatureCollection"),
        ("text.geojson", b'"features"', "FeatureCollection"),
        ("one.geojson", b'{"type":"Feature","geometry":null,"properties":{}}', "编号"),
        ("half.geojson", b'{"type":"FeatureCollection","features":[', "JSON"),
        ("deep.geojson", b"[" * 200_000, "JSON"),
        ("deep_object.json", b'{"features":' * 100_000, "JSON"),
        ("wrong.csv", b"a,b,c\n1,2,3\n", "编号"),
        ("no_key.csv", "名称,类别,经度,纬度\nx,01,121,30\n".encode(), "code"),
        ("twice.csv", b"code,code,name,category\n1,2,3,01\n", "twice"),
        ("map.pdf", b"%PDF-1.7", "reader"),
        ("plain", b"code", "reader"),
        ("crs.geojson", b'{"crs":{"type":"name","properties":null},"features":[]}', ""),
    ],
    ids=_name,
)  # fmt: skip
def test_file_that_is_not_what_its_name_says_is_refused_in_one_line(
    empty_engine: Engine, tmp_path: Path, name: str, content: bytes, word: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ImportRefused) as refused:
        load(empty_engine, "risk_points", path)
    assert word in str(refused.value)
    assert name in str(refused.value)
    assert "\n" not in str(refused.value)
    assert rows(empty_engine, "risk_points") == 0


def test_file_that_is_not_there_is_refused(empty_engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="no such file"):
        load(empty_engine, "risk_points", tmp_path / "absent.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(ImportRefused):
        load(empty_engine, "risk_points", tmp_path / "folder.csv")


Spoil = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("late.csv", lambda good: good + b"\xff\xff\n"),
        ("late.csv.gz", lambda good: gzip.compress(good)[:-2000]),
        ("late_nul.csv", lambda good: good + b"P9,a\x00b,01,121,30,\xe5\x9c\xa8\xe7\x94\xa8\n"),
        (
            "late_cell.csv",
            lambda good: (
                good + b'P9,"' + b"a" * 1_100_000 + b'",01,121,30,\xe5\x9c\xa8\xe7\x94\xa8\n'
            ),
        ),
    ],
)
def test_fault_behind_the_first_rows_is_told_as_it_is_and_leaves_the_state_before(
    empty_engine: Engine, tmp_path: Path, name: str, spoil: Spoil
) -> None:
    many = "".join(f"P{number},a{number * 7919},01,121.1,30.1,在用\n" for number in range(20_000))
    path = tmp_path / name
    path.write_bytes(spoil(f"{HEADER}\n{many}".encode()))
    if name == "late_nul.csv":
        assert load(empty_engine, "risk_points", path).rejected == 1, "a fault of that row alone"
        return
    with pytest.raises(ImportRefused, match=name):
        load(empty_engine, "risk_points", path)
    assert rows(empty_engine, "risk_points") == 0


def test_reading_leaves_no_file_open(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    import gc

    path = tmp_path / "a.csv"
    path.write_text("x,y\n1,2\n", encoding="utf-8")
    with read(path) as table:
        list(table.records)
    path.write_bytes(b"\x00\x00")
    with pytest.raises(ImportRefused), read(path):
        pass
    gc.collect()
    assert [str(each.message) for each in recwarn] == []


def test_field_that_begins_after_a_thousand_features_is_read(
    empty_engine: Engine, tmp_path: Path
) -> None:
    many = [
        feature(HERE, code=f"P{number}", name="a", category="01", status="在用")
        for number in range(1001)
    ]
    many[-1]["properties"]["address"] = "河姆渡路"
    path = tmp_path / "long.geojson"
    path.write_text(collection(*many), encoding="utf-8")
    assert load(empty_engine, "risk_points", path).added == 1001
    assert row(empty_engine, "risk_points", code="P1000")["address"] == "河姆渡路"


@pytest.mark.parametrize(
    ("name", "piece", "pieces", "words"),
    [
        ("bomb.geojson.gz", b" " * 1_000_000, 210, "longer than"),
        ("line.csv.gz", b"a" * 1_000_000, 20, "longer than"),
        ("later.csv.gz", b"b" * 1_000_000, 20, "longer than"),
    ],
)  # fmt: skip
def test_small_file_that_unpacks_to_a_large_one_is_refused_in_little_memory(
    tmp_path: Path, name: str, piece: bytes, pieces: int, words: str
) -> None:
    path = tmp_path / name
    with gzip.open(path, "wb", compresslevel=1) as stream:
        if name.startswith("later"):
            stream.write(f"{HEADER}\n{POINT}\n".encode())
        for _ in range(pieces):
            stream.write(piece)
    with pytest.raises(ImportRefused, match=words), read(path) as table:
        list(table.records)
