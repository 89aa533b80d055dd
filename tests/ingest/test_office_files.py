"""The files that offices really have: titles above headers, merged cells, remarks, other formats."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from app.analyses.follow import COMPUTED
from app.errors import ImportRefused
from app.ingest.mapping_file import Declared, read_mapping, write_mapping
from app.ingest.naming import known_words
from app.ingest.read import endings, read
from app.ingest.rejected_rows import write_rejected
from app.ingest.run import Order
from app.ingest.template import write_template
from layers.declare import Layer
from layers.registry import LAYERS
from tests.builders import load, load_text, row, rows
from tests.ingest.sheets import HEADERS, ROW, frame, workbook, zipped_shapefile

POINTS = LAYERS["risk_points"]


def arrives(engine: Engine, path: Path, **order: object) -> None:
    report = load(engine, "risk_points", path, **order)
    assert (report.added, report.rejected) == (1, 0), report.rejects
    stored = row(engine, "risk_points", code="P1")
    assert (stored["name"], stored["category"]) == ("一号罐区", "01")
    assert stored["wkt"] == "POINT(121.15 30.04)"


@pytest.mark.parametrize(
    "lines",
    [
        [HEADERS, ROW],
        [("余姚市安全风险点台账",), (), HEADERS, ROW],
        [("台账", None, None, None, None), ("填报单位：示意", "", "", "2026年11月"), HEADERS, ROW],
        [(*HEADERS[:3], "坐标", None), (None, None, None, "经度", "纬度"), ROW],
        [HEADERS, ROW, (), ("注：坐标为 WGS84",), ("填表人：陈某",)],
        [(*HEADERS, None, None), (*ROW, None, None)],
        [tuple(f"{header} " for header in HEADERS), ROW],
        [(*HEADERS[:3], "经度(°)", "纬度（°）"), ROW],
    ],
    ids=["plain", "title", "title and unit", "merged", "remarks", "empty", "blanks", "units"],
)
def test_sheet_arrives_whatever_stands_around_it(
    empty_engine: Engine, tmp_path: Path, lines: list[tuple[object, ...]]
) -> None:
    arrives(empty_engine, workbook(tmp_path / "台账.xlsx", lines))


def test_remarks_are_told_with_their_line(empty_engine: Engine, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [HEADERS, ROW, ("注：以上为初稿",)])
    report = load(empty_engine, "risk_points", path)
    assert any("3" in warning and "初稿" in warning for warning in report.warnings)


def test_csv_has_titles_and_remarks_too(empty_engine: Engine, tmp_path: Path) -> None:
    lines = ["安全风险点台账,,,,", ",".join(HEADERS), ",".join(map(str, ROW)), "注：初稿,,,,"]
    report = load_text(empty_engine, "risk_points", tmp_path, "\n".join(lines))
    assert (report.added, report.rejected) == (1, 0)


@pytest.mark.parametrize(
    ("ending", "crs"),
    [
        *((ending, "EPSG:4326") for ending in (".gpkg", ".fgb", ".kml", ".parquet", ".geojsonl")),
        # The others know one system.
        *((ending, "EPSG:4549") for ending in (".gpkg", ".fgb", ".parquet")),
    ],
)
def test_formats_of_gis_arrive_in_their_system(
    empty_engine: Engine, tmp_path: Path, ending: str, crs: str
) -> None:
    path, made = tmp_path / f"points{ending}", frame(crs=crs)
    if ending == ".parquet":
        made.to_parquet(path)
    elif ending in {".geojsonl", ".kml"}:
        made.to_file(path, driver="KML" if ending == ".kml" else "GeoJSONSeq")
    else:
        made.to_file(path)
    report = load(empty_engine, "risk_points", path, crs=crs)
    assert (report.added, report.rejected) == (3, 0), (report.rejects, report.warnings)
    stored = row(empty_engine, "risk_points", code="P1")
    lon, lat = map(float, stored["wkt"].removeprefix("POINT(").removesuffix(")").split())
    assert (lon, lat) == pytest.approx((121.151, 30.04), abs=1e-7)
    assert not [warning for warning in report.warnings if "文件自称" in warning]


@pytest.mark.parametrize(("encoding", "dropped"), [("GBK", (".cpg",)), ("UTF-8", ()), ("UTF-8", (".cpg",))])  # fmt: skip
def test_zipped_shapefile_arrives_with_its_chinese(
    empty_engine: Engine, tmp_path: Path, encoding: str, dropped: tuple[str, ...]
) -> None:
    path = zipped_shapefile(tmp_path / "导出.zip", frame(), encoding, *dropped)
    report = load(empty_engine, "risk_points", path)
    assert (report.added, report.rejected) == (3, 0), report.rejects
    assert row(empty_engine, "risk_points", code="P2")["name"] == "2号罐区"


def test_shapefile_without_its_index_is_refused_by_name(tmp_path: Path) -> None:
    path = zipped_shapefile(tmp_path / "a.zip", frame(), "UTF-8", ".shx")
    with pytest.raises(ImportRefused, match=r"\.shx is missing"), read(path):
        pass


def test_every_reader_names_its_endings() -> None:
    wanted = {".xlsx", ".csv", ".tsv", ".csv.gz", ".geojson", ".gpkg", ".zip", ".shp", ".kml",
              ".fgb", ".parquet"}  # fmt: skip
    assert wanted <= set(endings())


@pytest.mark.parametrize("layer", LAYERS.values(), ids=list(LAYERS))
def test_template_of_every_layer_imports_cleanly(
    empty_engine: Engine, tmp_path: Path, layer: Layer
) -> None:
    path = tmp_path / f"{layer.id}.xlsx"
    write_template(layer, path, (121.15, 30.04))
    report = load(empty_engine, layer.id, path)
    assert (report.read, report.rejected) == (1, 0), report.rejects
    assert report.added + report.changed + report.unchanged == 1
    sheet = load_workbook(path).active
    assert sheet is not None
    titles = [str(cell.value) for cell in sheet[1]]
    asked = [each for each in layer.fields.values() if each.name not in COMPUTED.get(layer.id, ())]
    assert len(layer.fields) - len(asked) == len(COMPUTED.get(layer.id, ()))
    for facts in asked:
        header = next(title for title in titles if title.startswith(facts.title))
        assert facts.unit is None or facts.unit in header
    assert all(cell.comment for cell in sheet[1])
    assert sheet.data_validations.count >= sum(bool(facts.codes) for facts in layer.fields.values())


def test_refused_rows_come_back_marked_and_can_be_put_right(
    empty_engine: Engine, tmp_path: Path
) -> None:
    bad = ("P2", "二号罐区", "不明", 121.16, 30.05)
    path = workbook(
        tmp_path / "台账.xlsx", [("标题",), HEADERS, ROW, bad, ("P3", "三号罐区", "01", 10, 10)]
    )
    report = load(empty_engine, "risk_points", path)
    assert (report.added, report.rejected) == (1, 2)
    rejects = tmp_path / "退回.xlsx"
    assert write_rejected(Order(POINTS, path), report, rejects) == 2
    book = load_workbook(rejects)
    sheet = book.active
    assert sheet is not None
    headers = [cell.value for cell in sheet[1]]
    assert headers[:5] == list(HEADERS)
    marked = sheet.cell(2, headers.index("类别") + 1)
    assert marked.value == "不明"
    assert marked.comment is not None
    assert marked.fill.fgColor.rgb.endswith("FFC7CE")
    marked.value = "危险化学品"
    sheet.cell(3, headers.index("经度") + 1).value = 121.17
    sheet.cell(3, headers.index("纬度") + 1).value = 30.06
    book.save(rejects)
    again = load(empty_engine, "risk_points", rejects)
    assert (again.added, again.rejected) == (2, 0), again.rejects
    assert again.warnings == [], "what was added beside the rows is no column of theirs"
    assert rows(empty_engine, "risk_points") == 3


def test_every_fault_of_a_refused_row_is_marked(empty_engine: Engine, tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "台账.xlsx",
        [(*HEADERS, "状态"), ("P2", "二号罐区", "不明", 121.16, 30.05, "没有这种"),
         ("P3", "三号罐区", "01", 10, 10, "在用")],
    )  # fmt: skip
    report = load(empty_engine, "risk_points", path)
    assert (report.rejected, [each.row for each in report.rejects]) == (2, [2, 2, 3])
    assert "row 2  status = '没有这种'" in report.as_text()
    rejects = tmp_path / "退回.xlsx"
    write_rejected(Order(POINTS, path), report, rejects)
    sheet = load_workbook(rejects).active
    assert sheet is not None
    marked = [
        [cell.column - 1 for cell in row if cell.comment] for row in sheet.iter_rows(min_row=2)
    ]
    headers = [cell.value for cell in sheet[1]]
    assert [[headers[at] for at in row] for row in marked] == [["类别", "状态"], ["经度", "纬度"]]


@pytest.mark.parametrize(("crs", "told"), [("gcj02", True), ("EPSG:4549", False)])
def test_refused_rows_say_in_which_system_their_coordinates_are(
    empty_engine: Engine, tmp_path: Path, crs: str, told: bool
) -> None:
    """Metres are read so again; a shift is never made unasked, but it is told that one is due."""
    place = (611365.275, 3324798.846) if crs.startswith("EPSG") else (121.159058, 30.034877)
    path = workbook(tmp_path / "a.xlsx", [HEADERS, ("P1", "罐区", "不明", *place)])
    report = load(empty_engine, "risk_points", path, crs=crs)
    assert report.rejected == 1
    rejects = tmp_path / "退回.xlsx"
    write_rejected(Order(POINTS, path, crs), report, rejects)
    book = load_workbook(rejects)
    assert book.active is not None
    book.active.cell(2, 3).value = "01"
    book.save(rejects)
    again = load(empty_engine, "risk_points", rejects)
    assert again.added == 1, again.rejects
    assert any(f"文件自称 {crs}，但未声明" in each for each in again.warnings) == told
    right = load(empty_engine, "risk_points", rejects, crs=crs)
    assert not [each for each in right.warnings if "文件自称" in each]
    lon, lat = map(float, row(empty_engine, "risk_points", code="P1")["wkt"][6:-1].split())
    assert (lon, lat) == pytest.approx((121.1546, 30.0372), abs=1e-5)


def test_fault_of_a_pair_of_coordinates_is_marked_in_its_column(
    empty_engine: Engine, tmp_path: Path
) -> None:
    path = workbook(tmp_path / "a.xlsx", [(*HEADERS[:3], "经纬度"), (*ROW[:3], "河边")])
    report = load(empty_engine, "risk_points", path)
    rejects = tmp_path / "退回.xlsx"
    write_rejected(Order(POINTS, path), report, rejects)
    sheet = load_workbook(rejects).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]][:5] == [*HEADERS[:3], "经纬度", "原行号 row"]
    assert [cell.coordinate for cell in sheet[2] if cell.comment] == ["D2"]


def test_cells_that_cannot_be_read_are_all_told_at_once(
    empty_engine: Engine, tmp_path: Path
) -> None:
    """Whatever reads them: who puts a row right must not come back for the next fault."""
    content = "管道编号,管径,投用时间,大类,长度,wkt\nG1,Φ8×529,2012年,没有,≤4,POINT (1 1)\n"
    report = load_text(empty_engine, "pipelines", tmp_path, content)
    assert report.rejected == 1
    assert [each.field for each in report.rejects] == [
        "outside_diameter_mm", "in_use_since", "length_km", "category", "geometry"
    ]  # fmt: skip


def test_cells_beyond_the_header_come_back_and_can_be_put_in_their_place(
    empty_engine: Engine, tmp_path: Path
) -> None:
    """A comma in an address shifts what follows; imported as it came, the row is refused again."""
    path = tmp_path / "台账.csv"
    path.write_text(
        "编号,名称,地址,类别,经度,纬度\n"
        "P1,一号罐区,城北,01,121.15,30.04\nP2,二号罐区,城南,3号,01,121.16,30.05\n",
        encoding="utf-8",
    )
    report = load(empty_engine, "risk_points", path)
    assert (report.added, report.rejected) == (1, 1)
    assert report.rejects[0].value == "30.05"
    rejects = tmp_path / "退回.xlsx"
    write_rejected(Order(POINTS, path), report, rejects)
    book = load_workbook(rejects)
    sheet = book.active
    assert sheet is not None
    cells = [cell.value for cell in sheet[2]]
    assert cells[:7] == ["P2", "二号罐区", "城南", "3号", "01", "121.16", "30.05"]
    assert sheet.cell(2, 7).comment is not None
    again = load(empty_engine, "risk_points", rejects)
    assert (again.added, again.rejected) == (0, 1)
    for at, value in enumerate(("城南,3号", "01", 121.16, 30.05, None), start=3):
        sheet.cell(2, at).value = value
    book.save(rejects)
    mended = load(empty_engine, "risk_points", rejects)
    assert (mended.added, mended.rejected) == (1, 0), mended.rejects
    assert row(empty_engine, "risk_points", code="P2")["address"] == "城南,3号"


def test_letters_that_no_workbook_holds_are_left_out_of_the_refused_rows(
    empty_engine: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "p.geojson"
    point = '{"type": "Point", "coordinates": [121.16, 30.05]}'
    told = '{"code": "P1", "name": "a\\ud800b", "category": "01", "status": "在用"}'
    path.write_text(
        f'{{"type": "FeatureCollection", "features": [{{"type": "Feature", "geometry": {point}, '
        f'"properties": {told}}}]}}', encoding="utf-8",
    )  # fmt: skip
    report = load(empty_engine, "risk_points", path)
    assert report.rejected == 1
    rejects = tmp_path / "退回.xlsx"
    assert write_rejected(Order(POINTS, path), report, rejects) == 1
    sheet = load_workbook(rejects).active
    assert sheet is not None
    assert "ab" in [cell.value for cell in sheet[2]]


def test_mapping_of_a_source_is_kept_in_a_file(empty_engine: Engine, tmp_path: Path) -> None:
    sheet = workbook(tmp_path / "a.xlsx", [("甲", "乙", "丙", "东", "北"), ROW])
    with pytest.raises(ImportRefused, match="缺少必填列"):
        load(empty_engine, "risk_points", sheet)
    mapping = tmp_path / "来源.json"
    columns = {"甲": "code", "乙": "name", "丙": "category", "东": "lon", "北": "lat"}
    write_mapping(mapping, Declared(columns))
    arrives(empty_engine, sheet, mapping=read_mapping(mapping).columns)


def test_header_of_known_words_is_found_below_others() -> None:
    known = known_words(POINTS)
    assert all(known(word) for word in ("风险点编号", " L ", "经度（东经）", "LON", "*名称"))
    assert not known("填表日期")
