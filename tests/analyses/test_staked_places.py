"""Rows that have a stake and no coordinates stand on their pipeline or road."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from app.ingest.unlocated import write_unlocated
from layers.registry import LAYERS
from tests.analyses.roads import at, line
from tests.builders import load, load_text, row, rows, sql
from tests.ingest.sheets import workbook

DANGERS = "隐患编号,隐患名称,隐患级别,管道编号,桩号\n"


def pipeline(engine: Engine, folder: Path) -> None:
    report = load_text(engine, "pipelines", folder,
              f'code,name,medium,wkt\nXQ-01,西气支线,gas,"{line(0, 3000)}"\n')  # fmt: skip
    assert (report.added, report.rejected) == (1, 0), report.rejects


def along_m(engine: Engine, layer_id: str, code: str) -> tuple[float, float]:
    """Metres along and aside of the line of the tests."""
    told = row(engine, layer_id, code=code)["wkt"]
    metres = f"ST_Transform('SRID=4326;{told}'::geometry, 4549)"
    gap = sql(engine, f"SELECT ST_X(p) - 611000 || ' ' || (ST_Y(p) - 3325000) FROM {metres} p")  # noqa: S608
    along, aside = gap.split()
    return float(along), float(aside)


def test_row_with_a_stake_stands_on_its_pipeline_and_stays_when_it_comes_again(
    empty_engine: Engine, tmp_path: Path
) -> None:
    pipeline(empty_engine, tmp_path)
    text = DANGERS + "Y1,阀室渗漏,重大,xq-01,K1+500\n"
    report = load_text(empty_engine, "hidden_dangers", tmp_path, text)
    assert any("1 条按桩号定位" in warning for warning in report.warnings)
    assert report.unlocated == 0
    assert along_m(empty_engine, "hidden_dangers", "Y1") == pytest.approx((1500, 0), abs=0.5)
    again = load_text(empty_engine, "hidden_dangers", tmp_path, text)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 1)
    assert along_m(empty_engine, "hidden_dangers", "Y1") == pytest.approx((1500, 0), abs=0.5)


def test_rows_wait_for_their_line_and_those_past_its_end_stay_counted(
    empty_engine: Engine, tmp_path: Path
) -> None:
    text = DANGERS + "Y1,占压,一般,XQ-01,800\nY2,浅埋,一般,XQ-01,99999\nY3,标志缺失,一般,没有,1\n"
    report = load_text(empty_engine, "hidden_dangers", tmp_path, text)
    assert (report.added, report.unlocated) == (3, 3)
    pipeline(empty_engine, tmp_path)
    assert along_m(empty_engine, "hidden_dangers", "Y1") == pytest.approx((800, 0), abs=0.5)
    waiting = "SELECT string_agg(code, ',' ORDER BY code) FROM hidden_dangers WHERE geom IS NULL"
    assert sql(empty_engine, waiting) == "Y2,Y3"


def test_two_stakes_are_a_stretch_of_the_road(empty_engine: Engine, tmp_path: Path) -> None:
    load_text(empty_engine, "roads", tmp_path, f'code,name,wkt\nS213,浒溪线,"{line(0, 3000)}"\n')
    load_text(empty_engine, "road_segments", tmp_path,
              "编号,名称,类型,路线编号,起点桩号,止点桩号\nR1,姚江坡,长下坡,S213,K1+000,K2+500\n")  # fmt: skip
    length = "SELECT ST_Length(ST_Transform(geom, 4549)) FROM road_segments"
    assert sql(empty_engine, length) == pytest.approx(1500, abs=1)


@pytest.mark.parametrize(
    ("headers", "cells", "placed"),
    [("路线名称", "浒溪线", True), ("路线", "s213", True), ("路线编号", "浒溪线", True),
     ("路线编号,路线名称", "X9,浒溪线", True), ("路线名称", "同名线", False), ("道路名称", "别的", False)],
)  # fmt: skip
def test_road_is_known_by_its_name_too_where_one_alone_has_it(
    empty_engine: Engine, tmp_path: Path, headers: str, cells: str, placed: bool
) -> None:
    """Offices write what they call a road, in whatever column."""
    roads = [f'{code},{name},"{line(0, 3000)}"' for code, name in
             (("S213", "浒溪线"), ("Y1", "同名线"), ("Y2", "同名线"))]  # fmt: skip
    load_text(empty_engine, "roads", tmp_path, "\n".join(("code,name,wkt", *roads)))
    report = load_text(empty_engine, "road_segments", tmp_path,
              f"编号,名称,类型,{headers},起止桩号\nR1,姚江坡,长下坡,{cells},K1+000～K2+500\n")  # fmt: skip
    assert (report.added, report.unlocated) == (1, 0 if placed else 1), report.rejects


def test_coordinates_of_the_file_are_kept(empty_engine: Engine, tmp_path: Path) -> None:
    pipeline(empty_engine, tmp_path)
    lon, lat = at(700, 60)
    load_text(empty_engine, "hidden_dangers", tmp_path,
              "隐患编号,隐患名称,隐患级别,管道编号,桩号,经度,纬度\n"
              f"Y1,占压,一般,XQ-01,800,{lon},{lat}\n")  # fmt: skip
    assert along_m(empty_engine, "hidden_dangers", "Y1") == pytest.approx((700, 60), abs=0.5)


def test_list_of_rows_without_a_place_is_filled_in_and_imported(
    empty_engine: Engine, tmp_path: Path
) -> None:
    load_text(empty_engine, "risk_points", tmp_path,
              "风险点编号,名称,类别,经度,纬度\nP1,罐区,01,121.15,30.04\nP2,仓库,01,,\n")  # fmt: skip
    path = tmp_path / "未定位.xlsx"
    assert write_unlocated(empty_engine, LAYERS["risk_points"], path) == 1
    lines = [list(line) for line in load_workbook(path).active.iter_rows(values_only=True)]
    assert [line[0] for line in lines[1:]] == ["P2"]
    lines[1][-2:] = [121.2, 30.1]
    report = load(empty_engine, "risk_points", workbook(tmp_path / "filled.xlsx", lines))
    assert (report.added, report.changed, report.rejected) == (0, 1, 0)
    assert row(empty_engine, "risk_points", code="P2")["wkt"] == "POINT(121.2 30.1)"
    assert write_unlocated(empty_engine, LAYERS["risk_points"], path) == 0
    assert rows(empty_engine, "risk_points") == 2
