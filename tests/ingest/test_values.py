"""Cells as people write them, to what a row takes: units, stakes, days, coordinates."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from sqlalchemy import Engine

from app.ingest.column import Column, Unreadable
from app.ingest.coordinates import number_of
from app.ingest.datum import unshifted
from app.ingest.instants import when
from app.ingest.values import reader
from app.ingest.zone_prefix import without_prefix
from layers import stake
from layers.registry import LAYERS
from tests.builders import load_text, row

WGS84 = Geod(ellps="WGS84")
PIPES, SEGMENTS = LAYERS["pipelines"], LAYERS["road_segments"]


def value(layer: str, field: str, cell: object, header: str = "") -> object:
    facts = LAYERS[layer].fields[field]
    return reader(Column(facts, header or facts.title, "Asia/Shanghai"))(cell)


@pytest.mark.parametrize(
    ("field", "cell", "header", "expected"),
    [
        ("maop_mpa", "6.3", "", 6.3), ("maop_mpa", "６.３", "", 6.3), ("maop_mpa", 6.3, "", 6.3),
        ("maop_mpa", "6.3MPa", "", 6.3), ("maop_mpa", "63 bar", "", 6.3),
        ("maop_mpa", "63", "最高工作压力(bar)", 6.3), ("maop_mpa", 63, "最高工作压力（bar）", 6.3),
        ("maop_mpa", "6300kPa", "最高工作压力(bar)", 6.3),
        ("outside_diameter_mm", "16in", "", 406.4), ("outside_diameter_mm", "711 mm", "", 711.0),
        ("outside_diameter_mm", "1,016", "", 1016.0),
        ("length_km", "12.5公里", "", 12.5), ("length_km", "800米", "", 0.8),
        ("length_km", "1,200", "管道长度(m)", 1.2), ("cover_m", "80cm", "", 0.8),
    ],
)  # fmt: skip
def test_units_stand_in_the_cell_or_in_the_header(
    field: str, cell: object, header: str, expected: float
) -> None:
    assert float(str(value("pipelines", field, cell, header))) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("field", "cell", "word"),
    [("maop_mpa", "900 磅", "psi"), ("maop_mpa", "16in", "bar"), ("cover_m", "3 t", "t"),
     ("outside_diameter_mm", "30 m", "30000")],
)  # fmt: skip
def test_wrong_units_are_refused_with_the_reason(field: str, cell: str, word: str) -> None:
    with pytest.raises(Unreadable) as refused:
        value("pipelines", field, cell)
    assert refused.value.reason
    assert word in refused.value.reason_en + refused.value.reason


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("K12+300", 12300), ("k12+300", 12300), ("12+300", 12300), ("K12+300.5", 12300.5),
        ("12K+300M", 12300), ("14K+600M—14K+850M", 14600), ("12.3公里", 12300), ("12.3km", 12300),
        ("Ｋ１２＋３００", 12300), ("K12 + 300", 12300), ("12300", 12300), ("6K附近", 6000),
        ("K0+000", 0), ("12300m", 12300),
    ],
)  # fmt: skip
def test_stakes_in_every_spelling(text: str, metres: float) -> None:
    assert float(str(value("road_segments", "from_m", text))) == metres


@pytest.mark.parametrize("text", ["K12+1300", "K", "十二公里", "K12+30O", "K-1+000"])
def test_what_is_no_stake_is_refused(text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        value("road_segments", "from_m", text)
    assert "桩号" in refused.value.reason or "米数" in refused.value.reason


@given(st.integers(0, 9_999_999))
def test_a_stake_read_back_is_the_stake_written(metres: int) -> None:
    assert stake.parse(stake.spell(metres)) == metres


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026年11月3日", "2026-11-03"), ("2026/11/3", "2026-11-03"), ("2026.11.3", "2026-11-03"),
        ("2026年11月3号", "2026-11-03"), ("20261103", "2026-11-03"), (46329, "2026-11-03"), ("46329", "2026-11-03"),
        ("２０２６－１１－０３", "2026-11-03"), (date(2026, 11, 3), "2026-11-03"),
        ("2026-11-03T00:00:00", "2026-11-03"), ("2026-13-03", "2026-13-03"), ("", None),
    ],
)  # fmt: skip
def test_days_in_every_spelling(cell: object, day: str | None) -> None:
    assert when(cell, date, None) == day


def test_instants_without_an_offset_are_local(empty_engine: Engine, tmp_path: Path) -> None:
    content = (
        "事故编号,事故时间\nS1,2026年10月3日 8时30分\nS2,2026-10-03 08:30\nS3,2026-10-03T00:30Z\n"
    )
    report = load_text(empty_engine, "crashes", tmp_path, content)
    assert (report.added, report.rejected) == (3, 0), report.rejects
    instants = {row(empty_engine, "crashes", code=f"S{n}")["occurred_at"] for n in (1, 2, 3)}
    assert len(instants) == 1


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("121.15", 121.15), ("121°09′22″E", 121.156111), ("E121°09'22\"", 121.156111),
        ("东经121度9分22秒", 121.156111), ("121°9.3667′", 121.156111), ("121:09:22", 121.156111),
        ("121 09 22", 121.156111), ("１２１．１５", 121.15), ("121°", 121), ("30°W", -30),
        ("121º09′22”", 121.156111), ("121˚09´22˝", 121.156111), ("121。15", 121.15),
        ("121.15，", 121.15), ("南纬30度", -30), ("611 365.275", 611365.275),
    ],
)  # fmt: skip
def test_coordinates_in_every_spelling(text: str, degrees: float) -> None:
    assert number_of(text) == pytest.approx(degrees, abs=1e-5)


@given(st.integers(0, 179), st.integers(0, 59), st.integers(0, 5999))
def test_degrees_minutes_seconds_come_back(degree: int, minute: int, hundredths: int) -> None:
    text = f"{degree}°{minute}′{hundredths / 100:.2f}″"
    assert number_of(text) == pytest.approx(degree + minute / 60 + hundredths / 360_000, abs=1e-9)


@pytest.mark.parametrize(
    ("lon", "lat", "gcj02", "bd09"),
    [
        (121.1563, 30.0454, (121.160755579, 30.043074059), (121.167312559, 30.048908640)),
        (120.9, 30.3, (120.904078566, 30.297373814), (120.910670052, 30.303020007)),
        (121.42, 29.72, (121.424514946, 29.717710055), (121.430937984, 29.723957207)),
        (121.0, 29.9, (121.004274473, 29.897545581), (121.010850873, 29.903302639)),
        (118.0, 28.0, (118.005083207, 27.996729397), (118.011661120, 28.002482315)),
        (123.0, 31.0, (123.004458737, 30.997878587), (123.010886033, 31.004242068)),
        (119.5, 30.75, (119.505083434, 30.747684460), (119.511537151, 30.753944020)),
    ],
)
def test_unshifting_is_the_inverse_of_the_known_formula(
    lon: float, lat: float, gcj02: tuple[float, float], bd09: tuple[float, float]
) -> None:
    """Source: shifted by prcoords 1.0.2, which has no wheel and so is no dependency."""
    for datum, shifted in (("gcj02", gcj02), ("bd09", bd09)):
        back = unshifted(np.array([shifted]), datum)[0]
        assert WGS84.inv(lon, lat, *back)[2] < 0.01


@pytest.mark.parametrize(("crs", "tolerance_m"), [("gcj02", 0.01), ("bd09", 0.05)])
def test_declared_datums_are_set_right(
    empty_engine: Engine, tmp_path: Path, crs: str, tolerance_m: float
) -> None:
    places = {"gcj02": "121.16075558,30.04307406", "bd09": "121.16731256,30.04890864"}
    content = f"code,name,category,lon,lat\nP1,a,01,{places[crs]}\n"
    assert load_text(empty_engine, "risk_points", tmp_path, content, crs=crs).added == 1
    wkt = row(empty_engine, "risk_points", code="P1")["wkt"]
    lon, lat = map(float, wkt.removeprefix("POINT(").removesuffix(")").split())
    assert WGS84.inv(121.1563, 30.0454, lon, lat)[2] < tolerance_m


@pytest.mark.parametrize(
    ("place", "crs"),
    [("30.04,121.15", "EPSG:4326"), ("40611365.275,3324798.846", "EPSG:4549"),
     ("611365.275,3324798.846", "EPSG:4549"), ("3324798.846,611365.275", "EPSG:4549"), ("40611365.275,3324798.846", "EPSG:4528")],
)  # fmt: skip
def test_swapped_pairs_and_zone_numbers_are_set_right_and_told(
    empty_engine: Engine, tmp_path: Path, place: str, crs: str
) -> None:
    content = f"code,name,category,lon,lat\nP1,a,01,{place}\n"
    report = load_text(empty_engine, "risk_points", tmp_path, content, crs=crs)
    assert (report.added, report.rejected) == (1, 0), report.rejects
    odd = place.startswith(("30.04", "406", "332")) and crs != "EPSG:4528"
    assert any("对调" in each or "带号" in each for each in report.warnings) == odd


def test_zone_number_of_another_zone_stays() -> None:
    assert without_prefix(40_611_365.0, 4549) == 611_365.0
    assert without_prefix(39_611_365.0, 4549) is None
    assert without_prefix(611_365.0, 4549) is None
    assert without_prefix(40_611_365.0, 4528) is None


@pytest.mark.parametrize(
    "code",
    ["EPSG:4214", "EPSG:4610", "EPSG:2437", "beijing54", "Xian 80", "北京54", "西安80坐标系"],
)
def test_old_datums_are_refused_with_the_reason(
    empty_engine: Engine, tmp_path: Path, code: str
) -> None:
    from app.errors import BadParameter

    with pytest.raises(BadParameter, match="坐标系"):
        load_text(empty_engine, "risk_points", tmp_path, "code,name,category\n", crs=code)


@pytest.mark.parametrize(
    ("layer", "field", "cell", "expected"),
    [
        ("risk_points", "inherent_grade", "较大", 2), ("risk_points", "inherent_grade", "Ⅲ级", 3),
        ("risk_points", "inherent_grade", "红色", 1), ("risk_points", "inherent_grade", "4", 4),
        ("risk_points", "inherent_grade", "低风险", 4), ("risk_points", "inherent_grade", 2, 2),
        ("risk_points", "expert_grade", "一级", 1), ("pipelines", "assessed_grade", "iv", 4),
        ("risk_points", "category", "4", "04"), ("risk_points", "category", 4, "04"),
        ("risk_points", "category", "10", "10"), ("hidden_dangers", "level", "0", "0"),
        ("pipelines", "length_km", "3 200", 3200), ("pipelines", "length_km", "3 200 m", 3.2),
        ("pipelines", "length_km", "1\u00a0234.5", 1234.5), ("pipelines", "length_km", "1，200", 1200),
        ("pipelines", "patrols_per_day", "每天2次", 2), ("pipelines", "patrols_per_day", "每周1次", 1 / 7),
    ],
)  # fmt: skip
def test_cells_as_registers_write_them(
    layer: str, field: str, cell: object, expected: object
) -> None:
    found = value(layer, field, cell)
    assert found == expected or float(str(found)) == pytest.approx(expected)


@pytest.mark.parametrize("cell", ["3 20", "32 000 0", "1 2", "121 09 22"])
def test_blanks_that_part_no_thousands_are_no_number(cell: str) -> None:
    assert value("pipelines", "length_km", cell) == cell


@pytest.mark.parametrize("cell", ["2012年", "2012", 2012, "2009-06", "2015年3月", "2015.3"])
def test_a_day_that_is_only_a_month_or_a_year_is_refused_with_its_reason(cell: object) -> None:
    """None is invented; the row comes back."""
    with pytest.raises(Unreadable, match="names no day"):
        when(cell, date, None)


def test_what_a_coded_cell_may_say_is_told(empty_engine: Engine, tmp_path: Path) -> None:
    content = "隐患编号,隐患描述,隐患等级\nY1,a,较大\n"
    report = load_text(empty_engine, "hidden_dangers", tmp_path, content)
    assert report.rejects[0].reason == "隐患级别：不在允许的取值之内；可填 一般、重大"
    content = "编号,名称,类别,经度,纬度\nY1,a,不明,121.1,30.1\n"
    report = load_text(empty_engine, "risk_points", tmp_path, content)
    told = report.rejects[0].reason_en
    assert told.startswith("is none of the codes 01, 02, ")
    assert told.endswith(" 24, nor the word of one")
