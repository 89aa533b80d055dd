"""Vessel-hours from the database: their sum is the time of the tracks, whatever the rate."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from app.analyses.analysis import ANALYSES, Order
from app.analyses.carry_out import carry_out
from layers.registry import LAYERS
from tests.builders import load_text, rows, sql, the_city

HEADER = "mmsi,seen_at,lon,lat,speed_kn,course_deg,status"
HOURS = "SELECT sum(hours) FROM vessel_density"
TRACK_HOURS = "SELECT sum(extract(epoch FROM ended_at - started_at)) / 3600 FROM vessel_tracks"


def sail(engine: Engine, folder: Path, mmsi: str, every_min: int, lat: float) -> None:
    """Ten hours eastwards, from 15:00 UTC: an hour of it on the tenth of July in Beijing."""
    lines = [
        f"{mmsi},2026-07-{10 + (15 * 60 + minute) // 1440:02}"
        f"T{(15 + minute // 60) % 24:02}:{minute % 60:02}:00Z,{122 + minute / 600},{lat},5,90,7"
        for minute in range(0, 601, every_min)
    ]
    report = load_text(engine, "vessel_positions", folder, "\n".join([HEADER, *lines]) + "\n")
    assert report.rejected == 0, report.rejects


def density(engine: Engine, first: date = date(2026, 7, 1)) -> dict[str, Any]:
    order = Order(first=first, last=date(2026, 7, 12))
    run = carry_out(engine, ANALYSES["density"], order, (the_city(), LAYERS), actor="test")
    return {**run.outcome.result, **run.outcome.changes}


def cells(engine: Engine) -> dict[str, float]:
    found = sql(engine, "SELECT json_object_agg(code, hours) FROM vessel_density")
    return dict(found)


def test_sum_is_that_of_the_tracks_and_a_second_run_changes_nothing(
    empty_engine: Engine, tmp_path: Path
) -> None:
    sail(empty_engine, tmp_path, "412000001", 10, 30.5)
    sail(empty_engine, tmp_path, "412000002", 30, 30.6)
    told = density(empty_engine)
    assert told["vessel_hours"] == told["track_hours"] == 20
    assert sql(empty_engine, HOURS) == pytest.approx(sql(empty_engine, TRACK_HOURS))
    assert told["added"] == told["cells"] == rows(empty_engine, "vessel_density") > 10
    again = density(empty_engine)
    assert (again["added"], again["changed"], again["gone"]) == (0, 0, 0)
    valid = "SELECT bool_and(ST_IsValid(geom) AND ST_NPoints(geom) = 7) FROM vessel_density"
    assert sql(empty_engine, valid) is True


def test_reports_six_times_as_often_give_the_same_hours(
    empty_engine: Engine, tmp_path: Path
) -> None:
    sail(empty_engine, tmp_path, "412000001", 30, 30.5)
    density(empty_engine)
    few = cells(empty_engine)
    sail(empty_engine, tmp_path, "412000001", 5, 30.5)
    density(empty_engine)
    many = cells(empty_engine)
    assert many.keys() == few.keys()
    assert all(many[code] == pytest.approx(few[code], abs=0.02) for code in few)


def test_only_the_period_counts(empty_engine: Engine, tmp_path: Path) -> None:
    sail(empty_engine, tmp_path, "412000001", 10, 30.5)
    density(empty_engine)
    whole = rows(empty_engine, "vessel_density")
    told = density(empty_engine, first=date(2026, 7, 11))
    assert told["vessel_hours"] == pytest.approx(9)
    assert told["gone"] > 0
    assert rows(empty_engine, "vessel_density") == whole - told["gone"]


def test_vessels_are_counted_once(empty_engine: Engine, tmp_path: Path) -> None:
    for mmsi in ("412000001", "412000002"):
        sail(empty_engine, tmp_path, mmsi, 10, 30.5)
    density(empty_engine)
    assert sql(empty_engine, "SELECT min(vessels) + max(vessels) FROM vessel_density") == 4


def test_nothing_to_count_is_an_empty_layer(empty_engine: Engine) -> None:
    assert density(empty_engine)["cells"] == 0
