"""Tracks follow the positions: valid, made once, with ids that stay."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.builders import load_text, row, rows, sql

HEADER = "mmsi,seen_at,lon,lat"


def position(minute: int, lon: float, mmsi: str = "412000001") -> str:
    return f"{mmsi},2026-11-03T{minute // 60:02}:{minute % 60:02}:00Z,{lon},30.5"


def sail(engine: Engine, folder: Path, *lines: str) -> None:
    report = load_text(engine, "vessel_positions", folder, "\n".join([HEADER, *lines]) + "\n")
    assert report.rejected == 0, report.rejects


def tracks(engine: Engine) -> list[list[object]]:
    """Id, vessel, positions, grade of every track, by id."""
    found = sql(engine, "SELECT json_agg(json_build_array(fid, mmsi, positions, grade) ORDER BY fid) "
                        "FROM vessel_tracks")  # fmt: skip
    return found or []


def test_positions_make_a_valid_trajectory_with_true_length(
    empty_engine: Engine, tmp_path: Path
) -> None:
    sail(empty_engine, tmp_path, *(position(n, 122 + n / 1000) for n in range(10)))
    assert rows(empty_engine, "vessel_tracks") == 1
    assert sql(empty_engine, "SELECT ST_IsValidTrajectory(geom) FROM vessel_tracks") is True
    off = "SELECT abs(length_km * 1000 - ST_Length(ST_Force2D(geom)::geography)) FROM vessel_tracks"
    assert sql(empty_engine, off) < 1
    first = "SELECT extract(epoch FROM started_at) - ST_M(ST_StartPoint(geom)) FROM vessel_tracks"
    assert sql(empty_engine, first) == 0
    last = "SELECT extract(epoch FROM ended_at) - ST_M(ST_EndPoint(geom)) FROM vessel_tracks"
    assert sql(empty_engine, last) == 0


def test_same_file_twice_leaves_tracks_as_they_are(empty_engine: Engine, tmp_path: Path) -> None:
    lines = [position(n, 122 + n / 1000) for n in range(10)]
    sail(empty_engine, tmp_path, *lines)
    version = "SELECT version FROM layer_versions WHERE layer = 'vessel_tracks'"
    before, was = tracks(empty_engine), sql(empty_engine, version)
    sail(empty_engine, tmp_path, *lines)
    assert tracks(empty_engine) == before
    assert sql(empty_engine, version) == was


def test_track_that_grows_keeps_its_id_and_others_stay(
    empty_engine: Engine, tmp_path: Path
) -> None:
    sail(empty_engine, tmp_path, *(position(n, 122 + n / 1000) for n in range(10)),
         *(position(n, 123, "412000002") for n in range(3)))  # fmt: skip
    before = tracks(empty_engine)
    sail(empty_engine, tmp_path, *(position(n, 122 + n / 1000) for n in range(10, 15)))
    after = tracks(empty_engine)
    assert [each[0] for each in after] == [each[0] for each in before]
    assert [each[2] for each in after] == [15, 3]


def test_gap_is_filled_by_a_late_file_and_two_tracks_become_one(
    empty_engine: Engine, tmp_path: Path
) -> None:
    early = [position(n, 122 + n / 1000) for n in (0, 5)]
    late = [position(n, 122 + n / 1000) for n in (700, 705)]
    sail(empty_engine, tmp_path, *early, *late)
    assert [each[2] for each in tracks(empty_engine)] == [2, 2]
    first = tracks(empty_engine)[0][0]
    sail(empty_engine, tmp_path, *(position(n, 122 + n / 1000) for n in range(100, 700, 100)))
    assert [(each[0], each[2]) for each in tracks(empty_engine)] == [(first, 10)]


def test_position_that_moves_makes_the_track_anew(empty_engine: Engine, tmp_path: Path) -> None:
    sail(empty_engine, tmp_path, *(position(n, 122 + n / 1000) for n in range(10)))
    sail(empty_engine, tmp_path, position(5, 122.0055))
    stored = "SELECT ST_X(ST_PointN(geom, 6)) FROM vessel_tracks"
    assert sql(empty_engine, stored) == 122.0055


REGISTER = (
    "mmsi,name,gear,hull,length_m,built_year,crew,crew_minimum,certificate_until,ais_fitted,"
    "beidou_fitted,violations,assessed_on\n"
    "412000001,浙余渔00001,拖网,木质,9,1980,2,6,2020-01-01,false,false,9,2026-11-01\n"
)


def test_track_has_the_grade_and_name_of_its_vessel(empty_engine: Engine, tmp_path: Path) -> None:
    load_text(empty_engine, "vessels", tmp_path, REGISTER)
    grade = row(empty_engine, "vessels", mmsi="412000001")["grade"]
    assert grade is not None
    sail(empty_engine, tmp_path, *(position(n, 122 + n / 1000) for n in range(3)))
    track = row(empty_engine, "vessel_tracks", mmsi="412000001")
    assert (track["grade"], track["name"]) == (grade, "浙余渔00001")


def test_register_that_comes_later_grades_the_tracks_too(
    empty_engine: Engine, tmp_path: Path
) -> None:
    sail(empty_engine, tmp_path, *(position(n, 122 + n / 1000) for n in range(3)))
    assert row(empty_engine, "vessel_tracks", mmsi="412000001")["grade"] is None
    load_text(empty_engine, "vessels", tmp_path, REGISTER)
    grade = row(empty_engine, "vessels", mmsi="412000001")["grade"]
    track = row(empty_engine, "vessel_tracks", mmsi="412000001")
    assert (track["grade"], track["name"]) == (grade, "浙余渔00001")


def test_reports_on_land_are_left_out_and_counted_ports_are_not(
    empty_engine: Engine, tmp_path: Path
) -> None:
    lines = [position(n, 122 + n / 1000) for n in range(10)]
    inland = [f"412000002,2026-11-03T00:{n:02}:00Z,121.15,30.04" for n in range(5)]
    report = load_text(
        empty_engine, "vessel_positions", tmp_path, "\n".join([HEADER, *lines, *inland]) + "\n"
    )
    assert report.added == 15, "what was reported stays"
    assert any("on_land: 5" in each for each in report.warnings), report.warnings
    assert [each[1:3] for each in tracks(empty_engine)] == [["412000001", 10]]
    square = [[[[121.1, 30.0], [121.2, 30.0], [121.2, 30.1], [121.1, 30.1], [121.1, 30.0]]]]
    port = {"type": "FeatureCollection", "features": [{
        "type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": square},
        "properties": {"code": "1", "name": "示意", "kind": "port"},
    }]}  # fmt: skip
    load_text(empty_engine, "sea_zones", tmp_path, json.dumps(port), "zones.geojson")
    sail(empty_engine, tmp_path, "412000002,2026-11-03T00:05:00Z,121.15,30.04")
    assert [each[1:3] for each in tracks(empty_engine)] == [["412000001", 10], ["412000002", 6]]


def test_report_of_the_future_moves_no_vessel(empty_engine: Engine, tmp_path: Path) -> None:
    soon = datetime.now(UTC) + timedelta(hours=2)
    ahead = f"412000001,{soon.isoformat()},122.5,30.5"
    sail(empty_engine, tmp_path, *(position(n, 122 + n / 1000) for n in range(10)), ahead)
    assert sql(empty_engine, "SELECT ST_X(geom) FROM vessels") == 122.009
    assert [each[2] for each in tracks(empty_engine)] == [10]


def test_two_vessels_on_one_number_have_a_track_each(empty_engine: Engine, tmp_path: Path) -> None:
    sail(
        empty_engine,
        tmp_path,
        *(position(n, 122 + n / 1000) for n in range(0, 60, 2)),
        *(position(n, 125 + n / 1000) for n in range(1, 50, 2)),
    )
    assert [each[2] for each in tracks(empty_engine)] == [30, 25]
    assert sql(empty_engine, "SELECT sum(dropped) FROM vessel_tracks") == 0
    assert sql(empty_engine, "SELECT ST_X(geom) FROM vessels") == 122.058, "the main one"


def test_net_beacon_is_no_vessel_until_it_sails(empty_engine: Engine, tmp_path: Path) -> None:
    drift = [position(n, 122 + n / 20_000) for n in range(0, 721, 10)]
    report = load_text(
        empty_engine, "vessel_positions", tmp_path, "\n".join([HEADER, *drift]) + "\n"
    )
    assert any("net_beacon: 73" in each for each in report.warnings), report.warnings
    assert (rows(empty_engine, "vessels"), rows(empty_engine, "vessel_tracks")) == (0, 0)
    assert sql(empty_engine, "SELECT mmsi || ' ' || sign FROM net_beacons") == "412000001 drift"
    sail(empty_engine, tmp_path, *(position(n, 122.036 + (n - 720) / 500) for n in (730, 740)))
    assert (rows(empty_engine, "vessels"), rows(empty_engine, "vessel_tracks")) == (1, 1)
    assert sql(empty_engine, "SELECT count(*) FROM net_beacons") == 0


def test_batches_make_what_one_batch_makes(
    empty_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [f"4120000{n:02}" for n in range(12)]
    fleet = [position(n, 122 + n / 1000, mmsi) for mmsi in numbers for n in range(8)]
    monkeypatch.setattr("app.analyses.tracks.BATCH_REPORTS", 20)
    sail(empty_engine, tmp_path, *fleet)
    assert [each[1:3] for each in tracks(empty_engine)] == [[mmsi, 8] for mmsi in numbers]
    assert rows(empty_engine, "vessels") == 12
