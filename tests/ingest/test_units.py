"""Units in cells and headers: taken over, or told; never a number that is silently another."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.errors import ImportRefused
from app.ingest import units
from app.ingest.column import Column, Unreadable
from app.ingest.header_units import check_units
from app.ingest.values import reader
from layers.declare import FieldFacts
from layers.registry import LAYERS
from tests.builders import load_text, row

WITH_UNITS = [
    pytest.param(facts, id=f"{layer.id}.{facts.name}")
    for layer in LAYERS.values()
    for facts in layer.fields.values()
    if facts.unit is not None
]


def read(layer: str, name: str, cell: object, header: str = "") -> object:
    facts = LAYERS[layer].fields[name]
    return reader(Column(facts, header or facts.title, None))(cell)


def number(layer: str, name: str, cell: object, header: str = "") -> float:
    return float(str(read(layer, name, cell, header)))


@pytest.mark.parametrize(
    ("layer", "name", "header", "cell", "expected"),
    [
        ("pipelines", "maop_mpa", "最高工作压力(bar)", "63.5", 6.35),
        ("pipelines", "maop_mpa", "最高工作压力(bar)", 63.5, 6.35),
        ("pipelines", "maop_mpa", "最高工作压力（MPa，必填）", 6.35, 6.35),
        ("pipelines", "maop_mpa", "最高工作压力(bar)（必填）", 63, 6.3),
        ("pipelines", "maop_mpa", "最高工作压力(kgf/cm²)", 50, 4.903325),
        ("pipelines", "maop_mpa", "最高工作压力(MPa(g))", 6.35, 6.35),
        ("pipelines", "length_km", "长度(公里)", "12.5", 12.5),
        ("pipelines", "length_km", "长度(公里)", 12.5, 12.5),
        ("pipelines", "length_km", "长度(华里)", 10, 5),
        ("pipelines", "length_km", "长度【m】", "1,200.5", 1.2005),
        ("pipelines", "length_km", "长度(m)", "1e3", 1),
        ("pipelines", "wall_thickness_mm", "壁厚(毫米)", "14.3", 14.3),
        ("pipelines", "wall_thickness_mm", "壁厚(cm)", 1.43, 14.3),
        ("pipelines", "cover_m", "埋深(米)", "1.2", 1.2),
        ("pipelines", "patrols_per_day", "巡查频率(次/周)", 3.5, 0.5),
        ("pipelines", "drills_per_year", "应急演练(次/季度)", 2, 8),
        ("pipelines", "gas_capacity", "输气能力(亿方/年)", 1.5, 15000),
        ("pipelines", "liquid_capacity", "输液能力(吨/年)", 25000, 2.5),
        ("hidden_dangers", "cost_wan_yuan", "治理经费(元)", 50000, 5),
        ("hidden_dangers", "cost_wan_yuan", "治理经费(万元)", 5.5, 5.5),
        ("crashes", "loss_yuan", "直接财产损失(万元)", 3, 30000),
        ("vessel_positions", "speed_kn", "航速(节)", "5.5", 5.5),
        ("vessel_positions", "speed_kn", "航速(km/h)", 18.52, 10),
        ("vessel_positions", "course_deg", "航向(°)", "90.5", 90.5),
        ("vessels", "power_kw", "主机功率(马力)", 300, 220.65),
        ("vessels", "gross_tonnage", "总吨(吨)", 99.5, 99.5),
        ("encroachments", "area_m2", "占压面积(亩)", 1.5, 1000),
        ("road_segments", "from_m", "起点桩号(km)", "12.3", 12300),
        ("townships", "population", "人口(万人)", 8.25, 82500),
    ],
)
def test_decimals_are_read_under_a_unit_of_the_header(
    layer: str, name: str, header: str, cell: object, expected: float
) -> None:
    assert number(layer, name, cell, header) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("layer", "name", "cell", "expected"),
    [
        ("vessel_positions", "speed_kn", "5.5节", 5.5), ("vessels", "power_kw", "300千瓦", 300),
        ("vessels", "power_kw", "300.5 马力", 221.01775),
        ("hidden_dangers", "cost_wan_yuan", "3.5万元", 3.5),
        ("hidden_dangers", "cost_wan_yuan", "5万", 5), ("crashes", "loss_yuan", "0.3万元", 3000),
        ("pipelines", "patrols_per_day", "2次/天", 2), ("pipelines", "patrols_per_day", "2次每天", 2),
        ("pipelines", "liquid_capacity", "120.5万吨/年", 120.5),
        ("pipelines", "length_km", "1,200.5米", 1.2005), ("crashes", "deaths", "3人", 3),
        ("road_segments", "from_m", "12.3公里", 12300),
    ],
)  # fmt: skip
def test_units_of_cells_that_are_the_fields_own(
    layer: str, name: str, cell: str, expected: float
) -> None:
    assert number(layer, name, cell) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("facts", WITH_UNITS)
def test_every_field_reads_a_fraction_under_its_own_header(facts: FieldFacts) -> None:
    read_it = reader(Column(facts, f"{facts.title}({facts.unit})", None))
    assert [float(read_it(cell)) for cell in ("1.25", 1.25)] == [1.25, 1.25]


@given(st.decimals(0, 10_000, places=3), st.sampled_from(["m", "米", "km", "公里", "cm", "里"]))
def test_a_number_and_its_unit_mean_the_same_in_cell_and_header(amount: object, unit: str) -> None:
    in_metres = number("pipelines", "cover_m", str(amount), f"埋深({unit})")
    assert in_metres == number("pipelines", "cover_m", f"{amount}{unit}")
    assert in_metres == pytest.approx(float(str(amount)) * float(units.factor(unit, "m") or 0))


@pytest.mark.parametrize("cell", ["12.5 bbl", "3次", "12.5 万吨"])
def test_a_cell_with_a_unit_of_something_else_is_refused(cell: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read("pipelines", "length_km", cell)
    assert "km、m、" in refused.value.reason


@pytest.mark.parametrize("cell", ["12,5 km", "12.5.3 km", "1,25", "约 12 km"])
def test_what_is_no_number_stays_what_it_was(cell: str) -> None:
    assert read("pipelines", "length_km", cell) == cell


@pytest.mark.parametrize(
    ("layer", "name", "header"),
    [
        ("pipelines", "length_km", "长度(华尺)"), ("pipelines", "maop_mpa", "最高工作压力(磅)"),
        ("pipelines", "patrols_per_day", "巡查频率(天/次)"),
        ("pipelines", "patrols_per_day", "巡查频率(次)"),
        ("pipelines", "outside_diameter_mm", "管径(寸)"), ("vessels", "power_kw", "主机功率(hp)"),
        ("hidden_dangers", "cost_wan_yuan", "治理经费(美元)"),
        ("road_segments", "aadt", "年平均日交通量(pcu/d)"),
        ("road_segments", "deaths", "死亡人数(人/年)"),
    ],
)  # fmt: skip
def test_a_header_with_an_unknown_unit_stops_the_import(layer: str, name: str, header: str) -> None:
    with pytest.raises(ImportRefused, match="no known unit") as refused:
        check_units(LAYERS[layer], {header: name}, "file.csv")
    assert header in str(refused.value)


@pytest.mark.parametrize(
    ("header", "told"),
    [("长度(必填)", 1), ("长度(km)(必填)", 0), ("长度(km, 选填)", 0), ("长度(全长)", 1),
     ("长度", 0), ("长度(km)*", 0)],
)  # fmt: skip
def test_words_that_are_no_unit_leave_the_fields_own_and_say_so(header: str, told: int) -> None:
    remarks = check_units(LAYERS["pipelines"], {header: "length_km"}, "file.csv")
    assert len(remarks) == told
    assert all("km" in each for each in remarks)
    assert number("pipelines", "length_km", 12.5, header) == 12.5


@pytest.mark.parametrize(
    ("name", "header"),
    [("l_value", "L值(LEC)"), ("c_value", "C(后果)"), ("expert_grade", "专家等级(1-4)"),
     ("name", "名称(km)")],
)  # fmt: skip
def test_brackets_of_what_has_no_unit_are_left_alone(name: str, header: str) -> None:
    assert check_units(LAYERS["risk_points"], {header: name}, "file.csv") == []


def test_nothing_is_written_where_a_unit_is_unknown(empty_engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="华尺"):
        load_text(empty_engine, "pipelines", tmp_path, "编号,长度(华尺)\nG1,12\n")
    content = "编号,长度(华里),最高工作压力（bar）\nG1,12.5,63.5\n"
    assert load_text(empty_engine, "pipelines", tmp_path, content).added == 1
    stored = row(empty_engine, "pipelines", code="G1")
    assert (stored["length_km"], stored["maop_mpa"]) == (6.25, 6.35)
