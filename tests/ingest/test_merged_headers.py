"""Headers of merged cells in several lines, columns of one name, and lines that are no rows."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.errors import ImportRefused
from app.ingest.naming import known_words
from app.ingest.read import read
from app.ingest.readers.remark import is_remark
from layers.registry import LAYERS
from tests.builders import load, load_text, row
from tests.ingest.sheets import HEADERS, ROW, workbook

KNOWN = known_words(LAYERS["risk_points"])
TITLE = ("余姚市安全风险点台账",)
PERSONS = ("张某", "13800000000", "李某", "13900000000")
FILLED = (*ROW, *PERSONS)

TWO = (
    ("编号", "名称", "类别", "位置", None, "责任人", None, "填报人", None),
    (None, None, None, "经度", "纬度", "姓名", "电话", "姓名", "电话"),
)
THREE = (
    ("基本信息", None, None, "位置", None, "人员", None, None, None),
    ("编号", "名称", "类别", "坐标", None, "责任人", None, "填报人", None),
    (None, None, None, "经度", "纬度", "姓名", "电话", "姓名", "电话"),
)


@pytest.mark.parametrize(
    "lines", [(*TWO, FILLED), (TITLE, *TWO, FILLED), (*THREE, FILLED), (TITLE, (), *THREE, FILLED)]
)
def test_names_below_merged_cells_are_told_apart(
    empty_engine: Engine, tmp_path: Path, lines: tuple[tuple[str, ...], ...]
) -> None:
    path = workbook(tmp_path / "a.xlsx", lines)
    with read(path, KNOWN) as table:
        assert table.headers[-4:] == ("责任人", "责任人电话", "填报人·姓名", "填报人·电话")
    report = load(empty_engine, "risk_points", path)
    assert (report.read, report.added, report.rejected) == (1, 1, 0), report.rejects
    stored = row(empty_engine, "risk_points", code="P1")
    assert (stored["responsible_person"], stored["responsible_phone"]) == PERSONS[:2]
    assert stored["wkt"] == "POINT(121.15 30.04)"


def test_of_headers_with_as_many_known_words_the_wider_is_taken(tmp_path: Path) -> None:
    """«位置» and «责任人» are fields, as are «经度» and «纬度» below."""
    lines = (TWO[0][:7], (None, None, None, "经度", "纬度", "甲", "乙"), FILLED[:7])
    with read(workbook(tmp_path / "a.xlsx", lines), KNOWN) as table:
        assert table.headers == ("编号", "名称", "类别", "经度", "纬度", "甲", "乙")
        assert len(list(table.records)) == 1


def test_first_row_is_no_part_of_the_header_whatever_it_lacks(tmp_path: Path) -> None:
    lines = ((*HEADERS, "照片"), (None, None, None, None, None, "a.jpg", "b.jpg"), ROW)
    with read(workbook(tmp_path / "a.xlsx", lines), KNOWN) as table:
        assert table.headers == (*HEADERS, "照片")
        assert [each.surplus for each in table.records] == [("b.jpg",), ()]


def test_column_that_no_field_has_may_stand_there_twice(
    empty_engine: Engine, tmp_path: Path
) -> None:
    content = f"{','.join(HEADERS)},备注,备注\n{','.join(map(str, ROW))},甲,乙\n"
    report = load_text(empty_engine, "risk_points", tmp_path, content)
    assert (report.added, report.rejected) == (1, 0), report.rejects
    assert "重复的列名已编号 columns of the same name: 备注_2" in report.warnings
    assert any("备注, 备注_2" in each for each in report.warnings), "neither is used"


def test_column_of_a_field_may_not_stand_there_twice(empty_engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="twice"):
        load_text(empty_engine, "risk_points", tmp_path, f"{','.join(HEADERS)},名称\n")


REMARKS = (
    ("填表人：陈某", None, None, "审核人：王某"),
    ("合计", None, None, 1),
    ("合 计", None, "2 处", "1,234.5"),
    ("（以上坐标为WGS84）",),
    ("1. 本表由各乡镇填报",),
    ("2、坐标系为 CGCS2000",),
    ("数据来源：市应急管理局",),
    ("填报单位：", "河姆渡镇", "填报时间：", "2026年11月3日"),
)


def test_lines_below_the_rows_are_told_and_not_refused(
    empty_engine: Engine, tmp_path: Path
) -> None:
    path = workbook(tmp_path / "a.xlsx", (HEADERS, ROW, *REMARKS))
    report = load(empty_engine, "risk_points", path)
    assert (report.read, report.added, report.rejected) == (1, 1, 0), report.rejects
    told = [each for each in report.warnings if "is a remark" in each]
    assert len(told) == len(REMARKS)
    assert "第 3 行为说明，未导入 line 3 is a remark: 填表人：陈某 审核人：王某" in told


@pytest.mark.parametrize(
    ("cells", "width"),
    [
        (("P1", "合计"), 5),
        (("合计", "一号罐区", "01"), 5),
        (("说明书仓库", "01", 121.1), 5),
        (("审核中心", "01", 121.1), 5),
        (("1.5",), 5),
        (("12",), 5),
        (("P1",), 5),
        (("1.罐区",), 2),
        (("（一）号",), 1),
        ((None, "一号罐区"), 5),
    ],
)
def test_what_could_be_a_row_is_no_remark(cells: tuple[object, ...], width: int) -> None:
    assert not is_remark(cells, width)


def test_every_remark_is_told_however_many_there_are(empty_engine: Engine, tmp_path: Path) -> None:
    lines = [HEADERS, *[each for _ in range(60) for each in (("小计", None, None, 1),)], ROW]
    report = load(empty_engine, "risk_points", workbook(tmp_path / "a.xlsx", lines))
    assert (report.read, report.rejected) == (1, 0)
    more = next(each for each in report.warnings if "more remarks" in each)
    assert more.startswith("另有 48 行说明")
    assert more.endswith(", 60, 61")
