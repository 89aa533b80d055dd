"""AIS files: what is not available is emptied, what can't be true is rejected, real files load."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.ingest.report import Report
from tests.builders import load, load_text, row, sql

REAL = Path(__file__).parents[1] / "ais"
"""Real files; `data/README.md` says whose they are."""

TIDY = "mmsi,seen_at,lon,lat,speed_kn,course_deg,heading_deg"


def positions(engine: Engine, folder: Path, *lines: str, header: str = TIDY) -> Report:
    return load_text(engine, "vessel_positions", folder, "\n".join([header, *lines]) + "\n")


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("412000001,2026-11-03T00:00:00Z,181,91,5,10,10", "geometry"),
        ("412000001,2026-11-03T00:00:00Z,181.0,30,5,10,10", "geometry"),
        ("412000001,2026-11-03T00:00:00Z,122,91.0,5,10,10", "geometry"),
        ("412000001,2026-11-03T00:00:00Z,,,5,10,10", "geometry"),
        ("412000001,2026-11-03T00:00:00Z,122,30,102.3,10,10", "speed_kn"),
        ("412000001,2026-11-03T00:00:00Z,122,30,102.30000305,10,10", "speed_kn"),
        ("412000001,2026-11-03T00:00:00Z,122,30,-1,10,10", "speed_kn"),
        ("412000001,2026-11-03T00:00:00Z,122,30,5,361,10", "course_deg"),
        ("412000001,2026-11-03T00:00:00Z,122,30,5,10,400", "heading_deg"),
        ("412000001,2026-11-03T00:00:00,122,30,5,10,10", "seen_at"),
        ("412000001,yesterday,122,30,5,10,10", "seen_at"),
        ("41200001,2026-11-03T00:00:00Z,122,30,5,10,10", "mmsi"),
        (",2026-11-03T00:00:00Z,122,30,5,10,10", "mmsi"),
        ("970123456,2026-11-03T00:00:00Z,122,30,5,10,10", "mmsi"),
        ("992123456,2026-11-03T00:00:00Z,122,30,5,10,10", "mmsi"),
    ],
)
def test_report_that_can_not_be_true_is_rejected(
    empty_engine: Engine, tmp_path: Path, line: str, field: str
) -> None:
    report = positions(
        empty_engine, tmp_path, line, "412000002,2026-11-03T00:00:00Z,122,30,5,10,10"
    )
    assert (report.added, report.rejected) == (1, 1)
    assert report.rejects[0].field == field


def test_numbers_of_no_ship_are_counted_by_reason_and_make_no_vessel(
    empty_engine: Engine, tmp_path: Path
) -> None:
    numbers = ("970123456", "972123456", "974123456", "004120001", "111412001", "812345678",
               "984120001", "992123456", "412000001")  # fmt: skip
    lines = [
        f"{mmsi},2026-11-03T00:0{minute}:00Z,122,30,5,10,10"
        for mmsi in numbers
        for minute in range(2)
    ]
    report = positions(empty_engine, tmp_path, *lines)
    assert (report.added, report.rejected) == (2, 16)
    assert report.reasons == {
        "MMSI：遇险示位标的识别码，不是船": 6, "MMSI：不是船舶识别码": 10,
    }  # fmt: skip
    assert report.rejects[0].reason_en == "is of a distress transmitter"
    assert sql(empty_engine, "SELECT array_agg(mmsi) FROM vessels") == ["412000001"]


def test_course_360_and_heading_511_are_emptied(empty_engine: Engine, tmp_path: Path) -> None:
    report = positions(
        empty_engine, tmp_path,
        "412000001,2026-11-03T08:00:00+08:00,122,30,5.5,360,511",
        "412000001,2026-11-03T00:01:00Z,122,30,5.5,360.0,511.0",
    )  # fmt: skip
    assert report.added == 2, report.rejects
    seen_at = datetime(2026, 11, 3, tzinfo=UTC)
    stored = row(empty_engine, "vessel_positions", mmsi="412000001", seen_at=seen_at)
    assert (stored["course_deg"], stored["heading_deg"], stored["speed_kn"]) == (None, None, 5.5)


def test_headers_of_foreign_files_are_known(empty_engine: Engine, tmp_path: Path) -> None:
    header = "ssvid,lat,lon,timestamp,speed,course,implied_speed"
    line = "263576000,-23.2656,97.1636,2015-10-15T02:39:55.000000Z,2.29,267.0,"
    report = positions(empty_engine, tmp_path, line, header=header)
    assert report.added == 1, report.rejects
    assert "implied_speed" in report.warnings[0]


@pytest.mark.parametrize("edge", ["180,0", "-180,0", "0,90", "0,-90", "179.999999,85.06", "10,-89"])
def test_vessel_at_the_edge_of_the_world_is_kept(
    empty_engine: Engine, tmp_path: Path, edge: str
) -> None:
    report = positions(empty_engine, tmp_path, f"412000001,2026-11-03T00:00:00Z,{edge},5,10,10")
    assert report.added == 1, report.rejects


def test_months_get_their_part_whatever_the_zone(empty_engine: Engine, tmp_path: Path) -> None:
    report = positions(
        empty_engine, tmp_path, "412000001,2026-12-31T23:59:59Z,122,30,5,10,10",
        "412000001,2027-01-01T07:59:59.5+08:00,122,30,5,10,10",
        "412000001,2027-01-01T08:00:00+08:00,122,30,5,10,10",
        "412000001,1999-02-28T00:00:00Z,122,30,5,10,10",
    )  # fmt: skip
    assert report.added == 4, report.rejects
    parts = "SELECT count(*) FROM vessel_positions_2026_12"
    assert sql(empty_engine, parts) == 2
    assert sql(empty_engine, "SELECT count(*) FROM vessel_positions_2027_01") == 1


def test_positions_move_the_vessel_and_enter_it_when_it_is_unknown(
    empty_engine: Engine, tmp_path: Path
) -> None:
    register = "mmsi,name,lon,lat\n412000001,浙余渔00001,122,30\n"
    load_text(empty_engine, "vessels", tmp_path, register)
    positions(
        empty_engine, tmp_path, "412000001,2026-11-03T00:10:00Z,122.02,30,5,10,10",
        "412000001,2026-11-03T00:00:00Z,122.01,30,5,10,10",
        "412000009,2026-11-03T00:00:00Z,123,30,5,10,10",
    )  # fmt: skip
    known = row(empty_engine, "vessels", mmsi="412000001")
    assert (known["name"], known["wkt"]) == ("浙余渔00001", "POINT(122.02 30)")
    entered = row(empty_engine, "vessels", mmsi="412000009")
    assert (entered["grade"], entered["wkt"]) == (None, "POINT(123 30)")


def test_older_positions_do_not_move_a_vessel_back(empty_engine: Engine, tmp_path: Path) -> None:
    register = "mmsi,name,lon,lat,seen_at\n412000001,a,122.5,30,2026-11-04T00:00:00Z\n"
    load_text(empty_engine, "vessels", tmp_path, register)
    positions(empty_engine, tmp_path, "412000001,2026-11-03T00:00:00Z,122,30,5,10,10")
    assert row(empty_engine, "vessels", mmsi="412000001")["wkt"] == "POINT(122.5 30)"


FILES = [
    ("ais_gfw_263576000.csv.gz", 948, 695, (2, 695, 0)),
    ("ais_gfw_338013000.csv.gz", 1253, 1020, (1, 1002, 18)),
    ("ais_gfw_segmenter_10vessels.csv.gz", 21_662, 15_821, (119, 15_460, 341)),
]
"""File, rows of it, rows with a place and a new instant; tracks, positions in them, left out."""


def test_every_loss_of_a_real_file_is_told_by_its_reason(empty_engine: Engine) -> None:
    """Published: 19 without a position, and one at (181, 91) with the speed 102.3."""
    report = load(empty_engine, "vessel_positions", REAL / FILES[0][0])
    assert report.reasons == {
        "没有坐标": 19,
        "定位不可用（181/91）": 1,
        "航速：数值过大": 1,
        "MMSI、时间：与前面的行重复": 233,
    }


@pytest.mark.parametrize(("name", "read", "kept", "tracks"), FILES)
def test_real_positions_load_make_tracks_and_change_nothing_twice(
    empty_engine: Engine, name: str, read: int, kept: int, tracks: tuple[int, int, int]
) -> None:
    report = load(empty_engine, "vessel_positions", REAL / name)
    assert (report.read, report.added) == (read, kept)
    assert report.read == report.added + report.rejected
    assert report.added > report.rejected
    made = "SELECT ARRAY[count(*), sum(positions), sum(dropped)]::int[] FROM vessel_tracks"
    assert tuple(sql(empty_engine, made)) == tracks
    valid = "SELECT bool_and(ST_IsValidTrajectory(geom)) FROM vessel_tracks"
    assert sql(empty_engine, valid) is True

    again = load(empty_engine, "vessel_positions", REAL / name)
    assert (again.added, again.changed) == (0, 0)
    assert again.unchanged == report.added


def test_real_pipelines_load(empty_engine: Engine) -> None:
    report = load(empty_engine, "pipelines", REAL.parent / "pipelines" / "zhejiang.geojson")
    assert report.added > 20
    assert report.added + report.rejected == report.read
    assert sql(empty_engine, "SELECT count(DISTINCT medium) FROM pipelines") >= 2
