"""Commands: what they answer, their exit codes, and one clear line for every fault."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, make_url

from app.cli import main
from app.ingest import report
from app.settings import CHECKOUT
from tests.builders import load_text as load_into
from tests.builders import rows

GOOD = "code,name,category,status,lon,lat\nP1,a,01,在用,121,30\nP2,b,01,在用,121.1,30\n"


@pytest.fixture(autouse=True)
def environment(empty_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An environment that a command may change; the database is one of its own."""
    before = dict(os.environ)
    monkeypatch.setenv("RISKMAP_DATABASE_URL", empty_url)
    monkeypatch.setenv("RISKMAP_HOME", str(tmp_path / "home"))
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def good(tmp_path: Path) -> str:
    """A file that loads."""
    path = tmp_path / "points.csv"
    path.write_text(GOOD, encoding="utf-8")
    return str(path)


Captured = pytest.CaptureFixture[str]


def one_line(captured: Captured) -> str:
    """What stands on standard error: exactly one line, without a stack, SQL or a password."""
    told = captured.readouterr()
    lines = [line for line in told.err.splitlines() if line.strip()]
    assert len(lines) == 1, told.err
    assert lines[0].startswith("riskmap: ")
    assert not any(word in lines[0] for word in ("Traceback", "psycopg2.", "SELECT", "s3cret"))
    assert told.out == ""
    return lines[0]


def test_import_prints_a_report(good: str, capsys: Captured) -> None:
    assert main(["import", "risk_points", good]) == 0
    assert "read 2, added 2" in capsys.readouterr().out


def test_zone_and_system_are_declared_and_kept_for_the_next_file_of_a_source(
    empty_engine: Engine, tmp_path: Path, capsys: Captured
) -> None:
    file, kept = tmp_path / "船位.csv", tmp_path / "来源.json"
    file.write_text("MMSI,时间,经度,纬度\n412345678,2026-11-03 08:00:00,121.5,30.2\n", "utf-8")
    imported = ["import", "vessel_positions", str(file)]
    assert main([*imported, "--timezone", "Asia/Peking"]) == 1
    assert "'Asia/Peking' is no time zone" in capsys.readouterr().err
    said = ["--timezone", "Asia/Shanghai", "--crs", "EPSG:4490", "--save-mapping", str(kept)]
    assert main([*imported, "--dry-run", *said]) == 0
    assert main([*imported, "--mapping", str(kept)]) == 0
    told = capsys.readouterr().out
    assert told.count("read 1, added 1") == 2
    assert told.count("EPSG:4490（已声明 declared）") == 2
    assert told.count("Asia/Shanghai（已声明 declared）") == 2
    assert rows(empty_engine, "vessel_positions") == 1


def test_import_is_undone_by_its_number(good: str, capsys: Captured, empty_engine: Engine) -> None:
    assert main(["import", "risk_points", good]) == 0
    number = capsys.readouterr().out.rsplit("import --undo ", 1)[1].strip()
    assert main(["import", "risk_points", good, "--undo", number]) == 1
    assert "no LAYER" in one_line(capsys)
    assert main(["import", "--undo", number]) == 0
    assert f"import {number} undone: deleted 2, restored 0" in capsys.readouterr().out
    assert rows(empty_engine, "risk_points") == 0
    assert main(["import", "--undo", number]) == 1
    assert "was undone" in one_line(capsys)


def test_import_without_a_file_is_wrong_usage(capsys: Captured) -> None:
    assert main(["import", "risk_points"]) == 2
    assert "LAYER and a FILE" in capsys.readouterr().err


def test_import_answers_machines_in_json(good: str, capsys: Captured) -> None:
    assert main(["--json", "import", "risk_points", good]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {"id", "layer", "read", "added", "changed", "unchanged", "rejected", "unlocated",
            "warnings", "rejects"} <= set(told)  # fmt: skip
    assert (told["layer"], told["added"]) == ("risk_points", 2)


def test_dry_run_says_all_and_writes_nothing(good: str, capsys: Captured) -> None:
    assert main(["import", "risk_points", good, "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["added"] == 2
    assert main(["import", "risk_points", good, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["added"] == 2


def test_refused_rows_are_written_for_a_spreadsheet(tmp_path: Path, capsys: Captured) -> None:
    path, rejects = tmp_path / "p.csv", tmp_path / "r.csv"
    path.write_text(GOOD + "P3,c,99,在用,121,30\n", encoding="utf-8")
    assert main(["import", "risk_points", str(path), "--rejects", str(rejects)]) == 0
    text = rejects.read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == "row,field,value,reason,reason_en"
    assert "4,category,99" in text
    assert "added 2" in capsys.readouterr().out


def test_refused_rows_come_back_as_a_workbook_and_it_is_told_where_there_are_more(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "LISTED", 1)
    path, rejects = tmp_path / "p.csv", tmp_path / "r.xlsx"
    path.write_text(GOOD + "P3,c,99,在用,121,30\nP4,c,99,在用,121,30\n", encoding="utf-8")
    assert main(["import", "risk_points", str(path), "--rejects", str(rejects)]) == 0
    said = capsys.readouterr().out
    assert "row 4  category = '99'" in said
    assert "the first 1 of 2 refused rows" in said
    sheet = load_workbook(rejects).active
    assert sheet is not None
    assert [sheet.cell(row, 1).value for row in (1, 2)] == ["code", "P3"]


def test_mapping_is_saved_to_be_given_again(tmp_path: Path, capsys: Captured) -> None:
    path, mapping = tmp_path / "p.csv", tmp_path / "m.json"
    path.write_text(GOOD, encoding="utf-8")
    asked = ["import", "risk_points", str(path), "--dry-run", "--json"]
    assert main([*asked, "--save-mapping", str(mapping)]) == 0
    assert json.loads(mapping.read_text(encoding="utf-8"))["lon"] == "lon"
    capsys.readouterr()
    assert main([*asked, "--mapping", str(mapping)]) == 0
    assert json.loads(capsys.readouterr().out)["added"] == 2


def test_unwritable_place_for_refused_rows_is_told_before_anything_is_written(
    good: str, tmp_path: Path, capsys: Captured
) -> None:
    asked = ["import", "risk_points", good, "--rejects", str(tmp_path / "none" / "r.csv")]
    assert main(asked) == 1
    one_line(capsys)
    assert main(["import", "risk_points", good, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["added"] == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "nonsense", "x.csv"], ["import"], ["nonsense"], ["export", "risk_points"],
        ["import", "risk_points", "x.csv", "--nonsense"], ["db", "nonsense"],
        ["demo", "--scale", "0"], ["demo", "--scale", "many"],
    ],
)  # fmt: skip
def test_wrong_usage_ends_with_2(arguments: list[str], capsys: Captured) -> None:
    assert main(arguments) == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["import", "risk_points", "absent.csv"], "no such file"),
        (["import", "risk_points", "{good}", "--crs", "EPSG:4214"], "Beijing"),
        (["import", "risk_points", "{good}", "--crs", "nonsense"], "nonsense"),
        (["import", "pipelines", "{good}", "--crs", "EPSG:999999"], "999999"),
        (["import", "vessels", "{good}"], "mmsi"),
        (["export", "risk_points", "{folder}/a.exe"], "exe"),
        (["export", "risk_points", "{folder}/none/a.geojson"], "written"),
        (["db", "restore", "{folder}/absent.dump"], "absent.dump"),
        (["db", "restore", "{good}"], "pg_restore"),
        (["db", "backup", "{folder}/none/a.dump"], "a.dump"),
    ],
)  # fmt: skip
def test_failure_is_one_clear_line_and_ends_with_1(
    arguments: list[str], word: str, good: str, tmp_path: Path, capsys: Captured
) -> None:
    named = [each.format(good=good, folder=tmp_path) for each in arguments]
    assert main(named) == 1
    assert word in one_line(capsys)


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("postgresql://nobody:s3cret@127.0.0.1:1/none", "does not answer"),
        ("nonsense", "RISKMAP_DATABASE_URL"),
        ("mysql://a:s3cret@localhost/x", "PostGIS"),
        ("postgresql://nobody:s3cret@/none?host=/nonexistent", "does not answer"),
    ],
)
def test_database_that_can_not_be_used_is_told_without_its_password(
    url: str, word: str, good: str, capsys: Captured
) -> None:
    assert main(["import", "risk_points", good, "--database-url", url]) == 1
    assert word in one_line(capsys)


def test_server_without_the_database_is_told(empty_url: str, good: str, capsys: Captured) -> None:
    url = make_url(empty_url).set(database="absent").render_as_string(hide_password=False)
    assert main(["import", "risk_points", good, "--database-url", url]) == 1
    assert "absent" in one_line(capsys)


@pytest.mark.parametrize("port", ["-1", "65536", "many", ""])
def test_port_that_is_none_ends_with_2(port: str, capsys: Captured) -> None:
    assert main(["serve", f"--port={port}"]) == 2
    assert "port" in capsys.readouterr().err


def test_port_in_use_is_told_with_another(capsys: Captured) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 1
    told = one_line(capsys)
    assert str(port) in told
    assert "--port" in told


def test_city_that_has_no_profile_is_told(
    good: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("RISKMAP_CITY", "atlantis")
    assert main(["import", "risk_points", good]) == 1
    assert "atlantis" in one_line(capsys)


@pytest.mark.parametrize("name", ["a.geojson", "a.geojsonl"])
def test_export_writes_a_whole_file_or_none(
    good: str, tmp_path: Path, name: str, capsys: Captured
) -> None:
    main(["import", "risk_points", good])
    assert main(["export", "risk_points", str(tmp_path / name)]) == 0
    content = (tmp_path / name).read_text(encoding="utf-8")
    assert content.count('"type":"Feature"') == 2
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []
    assert capsys.readouterr().err == ""


def test_backup_brings_back_what_was(
    good: str, empty_engine: Engine, tmp_path: Path, capsys: Captured
) -> None:
    """Positions too, whose table is cut into months: that which came later is gone."""
    main(["import", "risk_points", good])
    positions = [tmp_path / f"{month}.csv" for month in ("2026-10", "2026-12")]
    for each in positions:
        each.write_text(
            f"MMSI,时间,经度,纬度\n412345678,{each.stem}-03 08:00Z,121.5,30.2\n", "utf-8"
        )
    assert main(["import", "vessel_positions", str(positions[0])]) == 0
    dump = tmp_path / "city.dump"
    assert main(["db", "backup", str(dump)]) == 0
    more = tmp_path / "more.csv"
    more.write_text(GOOD.replace("P1", "P9"), encoding="utf-8")
    main(["import", "risk_points", str(more)])
    assert main(["import", "vessel_positions", str(positions[1])]) == 0
    capsys.readouterr()
    empty_engine.dispose()
    assert main(["db", "restore", str(dump)]) == 0
    assert main(["import", "risk_points", good, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["added"], told["changed"], told["unchanged"]) == (0, 0, 2)
    assert rows(empty_engine, "vessel_positions") == 1


def test_doctor_finds_what_is_wrong_and_says_the_mend(capsys: Captured) -> None:
    assert main(["doctor", "--json"]) == 1
    findings = {each["what"]: each for each in json.loads(capsys.readouterr().out)}
    assert findings["schema"]["well"] is True
    assert findings["risk_points"]["well"] is False
    assert "import risk_points" in findings["risk_points"]["mend"]


def test_grading_again_changes_nothing_when_the_rules_are_the_same(
    good: str, capsys: Captured
) -> None:
    main(["import", "risk_points", good])
    capsys.readouterr()
    assert main(["grade", "risk_points", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert "P1" not in json.dumps(told)


def test_help_names_every_command_of_the_interface(capsys: Captured) -> None:
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    for name in ("demo", "serve", "db", "import", "export", "grade", "map", "bench", "notebook",
                 "doctor"):  # fmt: skip
        assert name in told


def test_import_helpers_agree_with_the_command(
    make_database: Callable[[str], str], template: str, tmp_path: Path
) -> None:
    from app.db.engine import writing

    engine = writing(make_database(template))
    assert (
        load_into(engine, "risk_points", tmp_path, GOOD).added == rows(engine, "risk_points") == 2
    )
    engine.dispose()
    assert CHECKOUT.is_dir()
