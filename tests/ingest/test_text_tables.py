"""Tables of text as offices have them: delimiters among commas of cells, encodings without marks."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.errors import ImportRefused
from app.ingest.read import read
from tests.builders import load, row, rows

HEADER = ("编号", "名称", "类别", "wkt", "地址")
CELLS = ("P1", "一号罐区", "01", "LINESTRING (121.1 30.1, 121.2 30.2, 121.3 30.3)",
         "河姆渡路 1 号, 后门, 二楼, 东")  # fmt: skip


@pytest.mark.parametrize("name", ["a.tsv", "a.txt", "a.csv"])
@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
@pytest.mark.parametrize("title", ["", "余姚市,风险点,台账,2026,年,表\n"])
def test_commas_of_cells_are_not_taken_for_the_delimiter(
    tmp_path: Path, name: str, delimiter: str, title: str
) -> None:
    path = tmp_path / name
    lines = [delimiter.join(line) for line in (HEADER, CELLS, CELLS)]
    path.write_text(title + "\n".join(lines), encoding="utf-8")
    with read(path, lambda word: word in HEADER) as table:
        assert table.headers == HEADER
        assert [tuple(each.values.values()) for each in table.records] == [CELLS, CELLS]


def test_delimiters_in_quotes_cut_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('编号,名称\n"P;1;2;3;4","a;b;c;d\ne;f"\n', encoding="utf-8")
    with read(path) as table:
        assert [each.values for each in table.records] == [
            {"编号": "P;1;2;3;4", "名称": "a;b;c;d\ne;f"}
        ]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_told_by_its_nuls(
    empty_engine: Engine, tmp_path: Path, encoding: str
) -> None:
    """一 is U+4E00, so that a NUL alone does not tell which half comes first."""
    path = tmp_path / "a.csv"
    names = "".join(f"P{number},一一一一一一丁世一,01,121.1,30.1\n" for number in range(30))
    path.write_bytes(f"编号,名称,类别,经度,纬度\n{names}".encode(encoding))
    report = load(empty_engine, "risk_points", path)
    assert (report.added, report.rejected) == (30, 0), report.rejects
    assert row(empty_engine, "risk_points", code="P1")["name"] == "一一一一一一丁世一"


MANY = "".join(f"P{number},tank {number},01,121.1,30.1\n" for number in range(12_000))
"""More ASCII than is looked at to tell the encoding."""


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_encoding_is_told_by_the_first_letters_that_need_one(
    empty_engine: Engine, tmp_path: Path, encoding: str
) -> None:
    content = f"code,name,category,lon,lat\n{MANY}Q1,一号罐区,01,121.1,30.1\n".encode(encoding)
    assert content[: 256 * 1024].isascii()
    path = tmp_path / "late.csv"
    path.write_bytes(content)
    report = load(empty_engine, "risk_points", path)
    assert (report.added, report.rejected) == (12_001, 0), report.rejects[:3]
    assert row(empty_engine, "risk_points", code="Q1")["name"] == "一号罐区"


def test_late_letters_of_no_encoding_leave_the_state_before(
    empty_engine: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "late.csv"
    path.write_bytes(f"code,name,category,lon,lat\n{MANY}".encode() + b"Q1,\xff\xff,01,121,30\n")
    with pytest.raises(ImportRefused, match=r"late\.csv, line"):
        load(empty_engine, "risk_points", path)
    assert rows(empty_engine, "risk_points") == 0
