"""Rows: what is rejected and why, what is kept, and what a second import of a file does."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from app.ingest.report import Report
from tests.builders import collection, feature, load, load_text, row, rows, sql

START = "code,name,category,status,lon,lat"


def points(engine: Engine, folder: Path, *lines: str, more: str = "", **order: Any) -> Report:
    """Import risk points; `more` names columns behind the usual ones."""
    header = START + (f",{more}" if more else "")
    return load_text(engine, "risk_points", folder, "\n".join([header, *lines]) + "\n", **order)


def test_column_with_a_default_may_be_missing(empty_engine: Engine, tmp_path: Path) -> None:
    content = "code,name,category,lon,lat\nP1,a,01,121.15,30.04\n"
    assert load_text(empty_engine, "risk_points", tmp_path, content).added == 1
    assert row(empty_engine, "risk_points", code="P1")["status"] == "在用"


def test_cell_with_a_default_may_be_empty(empty_engine: Engine, tmp_path: Path) -> None:
    assert points(empty_engine, tmp_path, "P1,a,01,,121.15,30.04").added == 1
    assert row(empty_engine, "risk_points", code="P1")["status"] == "在用"


def test_file_without_a_defaulted_column_leaves_what_stands_there(
    empty_engine: Engine, tmp_path: Path
) -> None:
    points(empty_engine, tmp_path, "P1,a,01,停用,121.15,30.04")
    content = "code,name,category\nP1,b,01\n"
    assert load_text(empty_engine, "risk_points", tmp_path, content).changed == 1
    stored = row(empty_engine, "risk_points", code="P1")
    assert (stored["name"], stored["status"]) == ("b", "停用")


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("181,30", "available"),
        ("121,91", "available"),
        ("200,30", "world"),
        ("121,-95", "world"),
        ("NaN,30", "finite"),
        ("121,inf", "finite"),
        ("121,-Infinity", "finite"),
        ("1e400,30", "finite"),
        ("0,0", "extent"),
        ("100,10", "extent"),
        ("121°61′,30", "numbers"),
        ("611365,3324798", "metres"),
        (",30.04", "numbers"),
        ("121.15,", "numbers"),
    ],
)
def test_impossible_place_is_rejected_with_its_reason(
    empty_engine: Engine, tmp_path: Path, place: str, reason: str
) -> None:
    report = points(empty_engine, tmp_path, "P0,a,01,在用,121,30", f"P1,a,01,在用,{place}")
    assert (report.added, report.rejected) == (1, 1)
    rejection = report.rejects[0]
    assert (rejection.row, rejection.field) == (3, "geometry")
    assert reason in rejection.reason_en
    assert rejection.reason


@pytest.mark.parametrize(
    ("more", "cell", "name"),
    [
        ("grading_method,expert_grade,level_reason", "EXPERT,5,理由", "expert_grade"),
        ("inherent_grade", "0", "inherent_grade"),
        ("grading_method,l_value,e_value,c_value", "LEC,7,6,3", "l_value"),
        ("grading_method,l_value,e_value,c_value", "LEC,6,5,3", "e_value"),
        ("grading_method,l_value,e_value,c_value", "LEC,6,6,41", "c_value"),
        ("grading_method,l_value,e_value,c_value", "LEC,nan,6,3", "l_value"),
        ("grading_method,l_value,s_value", "LS,6,1", "l_value"),
        ("grading_method,l_value,s_value", "LS,2.5,1", "l_value"),
        ("grading_method", "GUESS", "grading_method"),
        ("direct_rule", "no such rule", "direct_rule"),
        ("assessed_at", "2026-13-01", "assessed_at"),
        ("assessed_at", "3 November", "assessed_at"),
        ("notice_board", "maybe", "notice_board"),
        ("monitoring", "卫星", "monitoring"),
    ],
)
def test_impossible_value_is_rejected_and_named(
    empty_engine: Engine, tmp_path: Path, more: str, cell: str, name: str
) -> None:
    report = points(
        empty_engine, tmp_path, f"P0,a,01,在用,121,30{',' * (more.count(',') + 1)}",
        f"P1,a,01,在用,121,30,{cell}", more=more,
    )  # fmt: skip
    assert (report.added, report.rejected) == (1, 1), report.rejects
    assert report.rejects[0].field == name
    assert report.rejects[0].reason
    assert report.rejects[0].reason_en


@pytest.mark.parametrize(
    ("layer", "column", "cell"),
    [
        ("townships", "population", "99999999999"),
        ("townships", "population", "-1"),
        ("townships", "population", "1.5"),
        ("protection_targets", "households", str(2**31)),
        ("pipelines", "length_km", "inf"),
        ("pipelines", "length_km", "nan"),
        ("pipelines", "cover_m", "inf"),
        ("pipelines", "patrols_per_day", "1e309"),
        ("road_segments", "aadt", "Infinity"),
        ("road_segments", "crashes", "3000000000"),
        ("vessels", "power_kw", "inf"),
    ],
)
def test_number_that_no_column_or_json_can_hold_rejects_its_row_alone(
    empty_engine: Engine, tmp_path: Path, layer: str, column: str, cell: str
) -> None:
    extra = {"protection_targets": ",kind", "road_segments": ",kind"}.get(layer, "")
    kind = {"protection_targets": ",学校", "road_segments": ",急弯"}.get(layer, "")
    key = "mmsi" if layer == "vessels" else "code"
    lines = [f"{key},name{extra},{column}", f"412000001,a{kind},", f"412000002,b{kind},{cell}"]
    report = load_text(empty_engine, layer, tmp_path, "\n".join(lines))
    assert (report.added, report.rejected) == (1, 1)
    assert report.rejects[0].field == column


@pytest.mark.parametrize(
    ("layer", "geometry", "taken"),
    [
        ("risk_points", {"type": "Point", "coordinates": [121.15, 30.04, 12.5]}, True),
        ("risk_points", {"type": "Point", "coordinates": []}, False),
        ("risk_points", {"type": "Point", "coordinates": [float("nan"), 30]}, False),
        ("risk_points", {"type": "Point", "coordinates": ["a", "b"]}, False),
        ("risk_points", {"type": "Point"}, False),
        ("risk_points", {"type": "Circle", "coordinates": [121, 30]}, False),
        ("risk_points", {"type": "LineString", "coordinates": [[121, 30], [121.1, 30]]}, False),
        ("pipelines", {"type": "LineString", "coordinates": [[121, 30], [121.1, 30]]}, True),
        ("pipelines", {"type": "LineString", "coordinates": [[121, 30, 1], [121.1, 30, 2]]}, True),
        ("pipelines", {"type": "LineString", "coordinates": [[121, 30]]}, False),
        ("pipelines",
         {"type": "LineString", "coordinates": [[121, 30], [float("nan"), 30], [121.2, 30]]}, False),
        ("pipelines", {"type": "MultiLineString", "coordinates": []}, False),
        ("pipelines", {"type": "GeometryCollection", "geometries": []}, False),
        ("townships", {"type": "Polygon", "coordinates": [[[121, 30], [121.1, 30], [121, 30]]]},
         False),
        ("townships",
         {"type": "Polygon", "coordinates": [[[121, 30], [121.1, 30], [121.2, 30], [121, 30]]]},
         False),
        ("townships", {"type": "Polygon", "coordinates": [
            [[121, 30], [121.1, 30.1], [121.1, 30], [121, 30.1], [121, 30]]]}, True),
        ("townships", {"type": "Polygon", "coordinates": [[["a"]]]}, False),
    ],
)  # fmt: skip
def test_geometry_is_kept_or_rejected_alone(
    empty_engine: Engine, tmp_path: Path, layer: str, geometry: dict[str, Any], *, taken: bool
) -> None:
    words = {"code": "G1", "name": "a", "category": "01", "status": "在用"}
    names = words if layer == "risk_points" else {"code": "G1", "name": "a"}
    path = tmp_path / "shapes.geojson"
    good = {"risk_points": {"type": "Point", "coordinates": [121, 30]}}.get(layer)
    path.write_text(
        collection(feature(geometry, **names), feature(good, **{**names, "code": "G2"})),
        encoding="utf-8",
    )
    report = load(empty_engine, layer, path)
    assert (report.added, report.rejected) == ((2, 0) if taken else (1, 1)), report.rejects
    broken = f"SELECT count(*) FROM {layer} WHERE NOT ST_IsValid(geom) OR ST_IsEmpty(geom)"  # noqa: S608
    assert sql(empty_engine, broken) == 0


@pytest.mark.parametrize(
    "text",
    ["POLYGON ((121 30, 121.1 30, 121.2 30, 121 30))", "POLYGON EMPTY", "POINT (121 30)", "nonsense",
     "POLYGON ((nan nan, 121 30, 122 30, nan nan))", "SRID=4326;POLYGON", "POINT Z (121 30)"],
)  # fmt: skip
def test_broken_well_known_text_is_rejected_alone(
    empty_engine: Engine, tmp_path: Path, text: str
) -> None:
    good = '"POLYGON ((121 30, 121.1 30, 121.1 30.1, 121 30))"'
    content = f'code,name,wkt\nT1,a,"{text}"\nT2,b,{good}\n'
    report = load_text(empty_engine, "townships", tmp_path, content)
    assert (report.added, report.rejected) == (1, 1)


@pytest.mark.parametrize("word", ["a\x00b", "\ud800"])
def test_text_that_no_database_holds_rejects_its_row_alone(
    empty_engine: Engine, tmp_path: Path, word: str
) -> None:
    here = {"type": "Point", "coordinates": [121, 30]}
    some = [feature(here, code=f"P{n}", name="a", category="01", status="在用") for n in range(2)]
    some[0]["properties"]["name"] = word
    path = tmp_path / "odd.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": some}), encoding="ascii")
    report = load(empty_engine, "risk_points", path)
    assert (report.added, report.rejected) == (1, 1)
    assert report.rejects[0].field == "name"


def test_rejected_value_with_a_nul_is_still_recorded(empty_engine: Engine, tmp_path: Path) -> None:
    here = {"type": "Point", "coordinates": [121, 30]}
    path = tmp_path / "odd.geojson"
    path.write_text(
        collection(feature(here, code="P1", name="a", category="\x00", status="在用")),
        encoding="utf-8",
    )
    assert load(empty_engine, "risk_points", path).rejected == 1
    assert sql(empty_engine, "SELECT count(*) FROM imports") == 1


def test_key_that_stands_twice_is_taken_once(empty_engine: Engine, tmp_path: Path) -> None:
    report = points(
        empty_engine, tmp_path, "P1,first,01,在用,121,30", "P2,a,01,在用,121,30",
        "P1,second,01,在用,121,30",
    )  # fmt: skip
    assert (report.read, report.added, report.rejected) == (3, 2, 1)
    assert report.rejects[0].row == 4
    assert row(empty_engine, "risk_points", code="P1")["name"] == "first"


def test_second_import_changes_nothing_and_a_moved_point_changes_alone(
    empty_engine: Engine, tmp_path: Path
) -> None:
    lines = ["P1,a,01,在用,121.1,30.1", "P2,b,02,在用,121.2,30.2"]
    points(empty_engine, tmp_path, *lines)
    version = "SELECT version FROM layer_versions WHERE layer = 'risk_points'"
    before = sql(empty_engine, version)
    again = points(empty_engine, tmp_path, *lines)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    assert sql(empty_engine, version) == before

    moved = points(empty_engine, tmp_path, lines[0], "P2,b,02,在用,121.2000000001,30.2")
    assert (moved.added, moved.changed, moved.unchanged) == (0, 1, 1)
    assert sql(empty_engine, version) > before


def test_file_without_coordinates_leaves_places_as_they_are(
    empty_engine: Engine, tmp_path: Path
) -> None:
    points(empty_engine, tmp_path, "P1,a,01,在用,121.1,30.1")
    content = "code,name,category,status\nP1,b,01,在用\nP2,c,01,在用\n"
    report = load_text(empty_engine, "risk_points", tmp_path, content)
    assert (report.added, report.changed, report.unlocated) == (1, 1, 1)
    stored = row(empty_engine, "risk_points", code="P1")
    assert (stored["name"], stored["wkt"]) == ("b", "POINT(121.1 30.1)")


def test_file_without_the_inputs_of_a_grade_leaves_the_grade_as_it_is(
    empty_engine: Engine, tmp_path: Path
) -> None:
    points(
        empty_engine, tmp_path, "P1,a,01,在用,121.1,30.1,LEC,6,6,15",
        more="grading_method,l_value,e_value,c_value",
    )  # fmt: skip
    before = row(empty_engine, "risk_points", code="P1")
    assert before["grade"] == 1
    load_text(
        empty_engine, "risk_points", tmp_path,
        "code,name,category,responsible_person\nP1,a,01,王某\n",
    )  # fmt: skip
    after = row(empty_engine, "risk_points", code="P1")
    assert after["responsible_person"] == "王某"
    assert (after["l_value"], after["grading_method"]) == (6, "LEC")
    assert (after["grade"], after["grade_method"]) == (1, "LEC")


def test_point_that_leaves_a_township_is_in_none(empty_engine: Engine, tmp_path: Path) -> None:
    square = '"POLYGON ((121 30, 121.1 30, 121.1 30.1, 121 30.1, 121 30))"'
    load_text(empty_engine, "townships", tmp_path, f"code,name,wkt\nT1,a,{square}\n")
    points(empty_engine, tmp_path, "P1,a,01,在用,121.05,30.05")
    assert row(empty_engine, "risk_points", code="P1")["township_code"] == "T1"
    assert points(empty_engine, tmp_path, "P1,a,01,在用,121.5,30.5").changed == 1
    assert row(empty_engine, "risk_points", code="P1")["township_code"] is None


def test_border_point_is_in_the_township_of_the_lowest_code(
    empty_engine: Engine, tmp_path: Path
) -> None:
    west = '"POLYGON ((121 30, 121.1 30, 121.1 30.1, 121 30.1, 121 30))"'
    east = '"POLYGON ((121.1 30, 121.2 30, 121.2 30.1, 121.1 30.1, 121.1 30))"'
    points(empty_engine, tmp_path, "P1,a,01,在用,121.1,30.05")
    load_text(empty_engine, "townships", tmp_path, f"code,name,wkt\nT2,a,{east}\nT1,b,{west}\n")
    assert row(empty_engine, "risk_points", code="P1")["township_code"] == "T1"


@pytest.mark.parametrize(
    ("crs", "x", "y"),
    [("EPSG:3857", 13486356.31, 3508692.51), ("4549", 610918.44, 3325104.80), ("cgcs2000", 121.15, 30.04),
     ("EPSG:32651", 321627.81, 3324659.59)],
)  # fmt: skip
def test_other_reference_systems_come_to_the_same_place(
    empty_engine: Engine, tmp_path: Path, crs: str, x: float, y: float
) -> None:
    report = points(empty_engine, tmp_path, f"P1,a,01,在用,{x},{y}", crs=crs)
    assert report.added == 1, report.rejects
    off_m = (
        "SELECT ST_Distance(geom::geography, ST_Point(121.15, 30.04, 4326)::geography) "
        "FROM risk_points"
    )
    assert sql(empty_engine, off_m) < 1


def test_nothing_is_written_by_a_dry_run(empty_engine: Engine, tmp_path: Path) -> None:
    before = sql(empty_engine, "SELECT sum(version) FROM layer_versions")
    report = points(
        empty_engine, tmp_path, "P1,a,01,在用,121,30", "P2,a,99,在用,121,30", dry_run=True
    )
    assert (report.id, report.added, report.rejected) == (None, 1, 1)
    assert rows(empty_engine, "risk_points") == 0
    assert sql(empty_engine, "SELECT count(*) FROM imports") == 0
    assert sql(empty_engine, "SELECT count(*) FROM cells WHERE layer = 'risk_points'") == 0
    assert sql(empty_engine, "SELECT sum(version) FROM layer_versions") == before


def test_import_is_recorded_with_its_file_actor_and_report(
    empty_engine: Engine, tmp_path: Path
) -> None:
    report = points(
        empty_engine, tmp_path, "P1,a,01,在用,121,30", "P2,a,99,在用,121,30", actor="li"
    )
    assert report.id is not None
    told = sql(empty_engine, f"SELECT to_jsonb(imports) FROM imports WHERE id = {report.id}")  # noqa: S608
    assert (told["layer"], told["file"], told["actor"]) == ("risk_points", "file.csv", "li")
    assert len(told["sha256"]) == 64
    assert told["report"]["added"] == 1
    assert told["report"]["rejects"][0]["field"] == "category"
    assert row(empty_engine, "risk_points", code="P1")["changed_by"] == "li"


def test_every_report_adds_up(empty_engine: Engine, tmp_path: Path) -> None:
    report = points(
        empty_engine, tmp_path, "P1,a,01,在用,121,30", "P1,a,01,在用,121,30", ",a,01,在用,121,30",
        "P4,,01,在用,121,30", "P5,a,01,在用,,",
    )  # fmt: skip
    assert report.read == report.added + report.changed + report.unchanged + report.rejected
    assert (report.added, report.rejected, report.unlocated) == (2, 3, 1)
    assert report.rejected == len(report.rejects) == sum(report.reasons.values())
    assert [each.row for each in report.rejects if each.field == "name"] == [5]
