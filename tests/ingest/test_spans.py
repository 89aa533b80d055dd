"""Stretches between two stakes in one cell: no end of them is lost in silence."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.builders import load_text, row

SEGMENT = "路段编号,路段名称,类型"
STRETCH = "14K+600M—14K+850M"


def ends(engine: Engine, layer: str = "road_segments") -> tuple[object, object]:
    stored = row(engine, layer, code="S1")
    return stored["from_m"], stored["to_m"]


@pytest.mark.parametrize(
    ("headers", "cells"),
    [
        ("起点桩号", STRETCH), ("起止桩号", STRETCH), ("桩号", "K14+600至K14+850"),
        ("桩号(km)", "14.6-14.85"), ("止点桩号", STRETCH), ("起点桩号,止点桩号", f"{STRETCH},"),
        ("起点桩号,止点桩号", f"{STRETCH},{STRETCH}"), ("起点桩号,止点桩号", f"{STRETCH},K14+850"),
        ("起点桩号,止点桩号", f"K14+600,{STRETCH}"), ("起点桩号,止点桩号", "K14+600,14850"),
    ],
)  # fmt: skip
def test_both_ends_of_a_stretch_are_taken(
    empty_engine: Engine, tmp_path: Path, headers: str, cells: str
) -> None:
    content = f"{SEGMENT},{headers}\nS1,a,急弯,{cells}\n"
    report = load_text(empty_engine, "road_segments", tmp_path, content)
    assert report.added == 1, report.rejects
    assert ends(empty_engine) == (14600, 14850)


@pytest.mark.parametrize("cell", ["14.6—14.85公里", "K14+600-850", "K1+000-K2+000-K3+000"])
def test_a_stretch_that_may_be_read_in_two_ways_is_refused(
    empty_engine: Engine, tmp_path: Path, cell: str
) -> None:
    content = f"{SEGMENT},起止桩号\nS1,a,急弯,{cell}\n"
    report = load_text(empty_engine, "road_segments", tmp_path, content)
    assert (report.added, report.rejected) == (0, 1)
    assert report.rejects[0].field == "from_m"


def test_an_end_that_two_columns_tell_apart_is_refused(
    empty_engine: Engine, tmp_path: Path
) -> None:
    content = f"{SEGMENT},起点桩号,止点桩号,死亡人数\nS1,a,急弯,{STRETCH},K15+000,1\n"
    report = load_text(empty_engine, "road_segments", tmp_path, content)
    assert [each.field for each in report.rejects] == ["from_m"]
    assert "不一致" in report.rejects[0].reason


def test_a_column_of_starts_leaves_the_ends_as_they_are(
    empty_engine: Engine, tmp_path: Path
) -> None:
    load_text(empty_engine, "road_segments", tmp_path, f"{SEGMENT},桩号\nS1,a,急弯,{STRETCH}\n")
    content = f"{SEGMENT},起点桩号\nS1,b,急弯,K14+500\n"
    assert load_text(empty_engine, "road_segments", tmp_path, content).changed == 1
    assert ends(empty_engine) == (14500, 14850)


def test_one_column_brings_the_two_ends_that_a_layer_requires(
    empty_engine: Engine, tmp_path: Path
) -> None:
    content = (
        "编号,名称,管道编号,介质类别,起止桩号,长度,高后果区等级\n"
        f"S1,a,G1,气,{STRETCH},250,Ⅱ\nS2,a,G1,气,K3+000,250,Ⅱ\n"
    )
    report = load_text(empty_engine, "high_consequence_areas", tmp_path, content)
    assert (report.added, report.rejected) == (1, 1), report.rejects
    assert report.rejects[0].field == "to_m"
    assert ends(empty_engine, "high_consequence_areas") == (14600, 14850)


def test_the_end_that_a_layer_has_no_field_for_is_told(
    empty_engine: Engine, tmp_path: Path
) -> None:
    content = f"事故编号,事故时间,桩号\nS1,2026-01-01 08:00,{STRETCH}\nS2,2026-01-01 08:00,K3+000\n"
    report = load_text(empty_engine, "crashes", tmp_path, content)
    assert report.added == 2, report.rejects
    assert row(empty_engine, "crashes", code="S1")["measure_m"] == 14600
    assert next(each for each in report.warnings if "区间" in each).startswith("1 ")
