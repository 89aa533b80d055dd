"""What a sheet says of its cells beside their values: merged, hidden, shares, not calculated."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlalchemy import Engine

from app.ingest.naming import known_words
from app.ingest.read import read
from app.ingest.readers.sheet_facts import SheetFacts
from layers.registry import LAYERS
from tests.builders import load, row
from tests.ingest.sheets import HEADERS, ROW

KNOWN = known_words(LAYERS["risk_points"])


def book(*lines: tuple[object, ...]) -> Workbook:
    made = Workbook()
    assert made.active is not None
    for line in (HEADERS, *lines):
        made.active.append(list(line))
    return made


def test_cells_that_are_merged_downwards_hold_for_all_their_rows(
    empty_engine: Engine, tmp_path: Path
) -> None:
    """And for no other: not for those below, not where a row is empty, not to the right."""
    made = book(
        ("P1", "甲", "危险化学品", 121.15, 30.04), ("P2", "乙", None, 121.16, 30.04),
        (None,) * 5, ("P3", "丙", None, 121.17, 30.04), ("P4", "丁", None, 121.18, 30.04),
    )  # fmt: skip
    made.active.merge_cells("C2:C5")
    made.save(tmp_path / "a.xlsx")
    report = load(empty_engine, "risk_points", tmp_path / "a.xlsx")
    assert (report.read, report.added, report.rejected) == (4, 3, 1), report.rejects
    assert [each.row for each in report.rejects] == [6]
    assert row(empty_engine, "risk_points", code="P3")["category"] == "01"
    assert (
        "合并单元格的值用于其下各行 merged cells hold for all their rows: 类别（2）"
        in report.warnings
    )


def test_hidden_rows_are_read_and_told(empty_engine: Engine, tmp_path: Path) -> None:
    made = book(ROW, ("P2", "乙", "01", 121.16, 30.04))
    made.active.row_dimensions[3].hidden = True
    made.save(tmp_path / "a.xlsx")
    report = load(empty_engine, "risk_points", tmp_path / "a.xlsx")
    assert report.added == 2
    assert "1 行在表中被隐藏，一并读取 rows are hidden in the sheet, read too" in report.warnings


def test_formulas_that_nobody_calculated_are_told(empty_engine: Engine, tmp_path: Path) -> None:
    book((*ROW, "=A2&B2"), ("P2", "=1+1", "01", 121.16, 30.04)).save(tmp_path / "a.xlsx")
    report = load(empty_engine, "risk_points", tmp_path / "a.xlsx")
    assert report.rejected == 1
    assert any(each.startswith("2 个公式没有计算结果") for each in report.warnings)


@pytest.mark.parametrize("shown", ["0%", "0.00%"])
def test_share_that_is_shown_as_percent_is_percent(
    empty_engine: Engine, tmp_path: Path, shown: str
) -> None:
    """Excel keeps 85% as 0.85: without a look at the format it would be less than one percent."""
    made = Workbook()
    assert made.active is not None
    made.active.append(["巡线编号", "完成率", "状态"])
    made.active.append(["XC-1", 0.855, None])
    made.active["B2"].number_format = shown
    made.save(tmp_path / "a.xlsx")
    with read(tmp_path / "a.xlsx", known_words(LAYERS["patrols"])) as table:
        assert [each.values["完成率"] for each in table.records] == ["85.5%"]


def test_sheet_with_the_headers_is_read_whatever_stands_before_it(
    empty_engine: Engine, tmp_path: Path
) -> None:
    made = book(ROW)
    made.active.title = "台账"
    first, hidden = made.create_sheet("填表说明", 0), made.create_sheet("选项")
    first.append(["一、本表由各街道填写", "二、坐标为 WGS 84"])
    first.append(["名称", "填企业全称"])
    hidden.append(list(HEADERS))
    hidden.sheet_state = "hidden"
    made.save(tmp_path / "a.xlsx")
    report = load(empty_engine, "risk_points", tmp_path / "a.xlsx")
    assert report.added == 1, report.rejects
    assert "读取工作表 read sheet 台账；未读 not read: 填表说明、选项（隐藏）" in report.warnings


SHEET = st.lists(
    st.sampled_from(
        [b'<row r="7">', b'<row r="8" hidden="1">', b"</row>", b'<c r="A1"><v>1</v></c>',
         b'<c r="B1"><f>A1</f><v></v></c>', b'<c r="B1"><f t="shared" si="0"/><v/></c>',
         b'<c r="B1"><f>A1</f><v>2</v></c>', b'<mergeCell ref="A1:A9"/>',
         b'<mergeCell ref="B2:D2"/>', b'<mergeCell count="1" ref="AA3:AB4"/>']
    ),
    max_size=20,
)  # fmt: skip


@given(SHEET, st.integers(1, 40))
def test_facts_are_the_same_wherever_the_pieces_end(tags: list[bytes], size: int) -> None:
    content, facts = b"".join(tags), SheetFacts()
    for at in range(0, len(content), size):
        facts.take(content[at : at + size])
    facts.take(b"")
    assert facts.hidden == sum(b"hidden" in each for each in tags)
    assert facts.uncalculated == sum(b"<f" in each and b"<v>2" not in each for each in tags)
    downwards = {
        1: [(0, 9)] * tags.count(b'<mergeCell ref="A1:A9"/>'),
        3: [(26, 4)] * tags.count(b'<mergeCell count="1" ref="AA3:AB4"/>'),
    }
    assert dict(facts.merged) == {first: found for first, found in downwards.items() if found}
