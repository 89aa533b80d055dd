"""Tracks follow the positions: valid, made once, with ids that stay."""

from pathlib import Path

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
