"""`riskmap grade`: what it prints, what it refuses, what it leaves alone."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from app.cli import main
from layers.grading.rule_set import RULES
from layers.registry import LAYERS
from tests.builders import add, row, sql
from tests.commands.conftest import Run


@pytest.fixture
def points(empty_engine: Engine, riskmap: Run) -> list[int]:
    """Points of D = 150, 600 and 7, graded by the shipped rule set."""
    with empty_engine.begin() as connection:
        made = [
            add(connection, "risk_points", "POINT(121.1 30.05)", name=f"点{c:g}",
                grading_method="LEC", l_value=one, e_value=1.0, c_value=c)
            for one, c in ((10.0, 15.0), (6.0, 100.0), (1.0, 7.0))
        ]  # fmt: skip
    assert riskmap("grade")[0] == 0
    return made


def rules(folder: Path, *changes: tuple[str, str], name: str = "lec.toml") -> str:
    """A file with the shipped LEC rules in which words stand otherwise."""
    words = (RULES / "lec.toml").read_text(encoding="utf-8")
    for was, becomes in changes:
        assert was in words
        words = words.replace(was, becomes, 1)
    path = folder / name
    path.write_text(words, encoding="utf-8")
    return str(path)


MOVED = ("at_least = 160", "at_least = 150")


def told(text: str) -> dict[str, Any]:
    """The report of `--json`, with its layers by id."""
    report: dict[str, Any] = json.loads(text)
    return {**report, "layers": {layer["layer"]: layer for layer in report["layers"]}}


def test_shipped_rules_grade_every_layer(empty_engine: Engine, riskmap: Run) -> None:
    with empty_engine.begin() as connection:
        add(connection, "pipelines", "MULTILINESTRING((121 30, 121 31))", likelihood=4,
            consequence=5)  # fmt: skip
    code, out, _ = riskmap("grade", "--json")
    report = told(out)
    assert code == 0
    assert set(report["layers"]) == {layer.id for layer in LAYERS.values() if layer.graded}
    assert report["layers"]["pipelines"]["matrix"]["unassessed"]["1"] == 1
    assert row(empty_engine, "pipelines")["grade"] == 1


def test_moved_boundary_moves_what_it_should_and_says_so(
    points: list[int], riskmap: Run, empty_engine: Engine, tmp_path: Path
) -> None:
    code, out, _ = riskmap("grade", "risk_points", "--rules", rules(tmp_path, MOVED))
    assert code == 0
    assert "3 rows, 1 assessed otherwise, 1 change grade, 0 refused" in out
    assert f"  3 → 2  {points[0]}  点15" in out
    grades = "SELECT array_agg(grade ORDER BY fid) FROM risk_points"
    assert sql(empty_engine, grades) == [2, 1, 4]
    reason = "SELECT reason FROM risk_points_history WHERE grade = 3"
    assert sql(empty_engine, reason) == "grade: lec 2016.1"


def test_dry_run_changes_nothing(
    points: list[int], riskmap: Run, empty_engine: Engine, tmp_path: Path
) -> None:
    looks = (
        "SELECT md5(string_agg(t::text, '|' ORDER BY fid)) FROM risk_points t",
        "SELECT md5(string_agg(v::text, '|' ORDER BY layer)) FROM layer_versions v",
        "SELECT count(*) FROM risk_points_history",
        "SELECT count(*) FROM assessments",
    )
    before = [sql(empty_engine, look) for look in looks]
    file = rules(tmp_path, MOVED)
    code, out, _ = riskmap("grade", "--rules", file, "--dry-run", "--json")
    assert code == 0
    assert [sql(empty_engine, look) for look in looks] == before
    report = told(out)
    found = report["layers"]["risk_points"]
    assert (report["dry_run"], found["moved"]) == (True, 1)
    assert found["moves"] == [
        {"id": points[0], "name": "点15", "from": 3, "to": 2, "township_code": None}
    ]
    assert "nothing was changed" in riskmap("grade", "--rules", file, "--dry-run")[1]


@pytest.mark.parametrize(
    ("change", "line", "key"),
    [
        (("at_least = 160", "at_least = 400"), 14, "bands.1.at_least"),
        (("at_least = 160", "at_least = true"), 14, "bands.1.at_least"),
        (("at_least = 160", "atleast = 160"), 14, "bands.1.atleast"),
        (('kind = "lec"', 'kind = "nonsense"'), 2, "kind"),
        (("lower_inclusive = true", "lower_inclusive = "), 11, "-"),
    ],
)
def test_faulty_rules_are_refused_with_file_line_and_key(
    points: list[int], riskmap: Run, tmp_path: Path, change: tuple[str, str], line: int, key: str
) -> None:
    file = rules(tmp_path, change)
    code, out, err = riskmap("grade", "--rules", file)
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert err.startswith(f"riskmap: {file}, line {line}, key {key}")


def test_faulty_rules_are_refused_before_the_database_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RISKMAP_DATABASE_URL", "")
    file = rules(tmp_path, ('kind = "lec"', 'kind = "nonsense"'))
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    assert main(["grade", "--rules", file, "--database-url", nowhere]) == 1
    assert "key kind" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["absent.toml", "lec", "rules.txt"])
def test_file_that_is_no_rule_set_is_refused(riskmap: Run, tmp_path: Path, name: str) -> None:
    code, _, err = riskmap("grade", "--rules", str(tmp_path / name))
    assert code == 1
    assert name in err
    assert len(err.splitlines()) == 1


def test_layer_that_is_none_or_has_no_grades_is_refused(riskmap: Run) -> None:
    assert riskmap("grade", "nonsense")[0] == 2
    code, _, err = riskmap("grade", "townships")
    assert code == 1
    assert "has no grades" in err


def test_rules_that_decide_nothing_or_are_not_in_force_are_told(
    points: list[int], riskmap: Run, tmp_path: Path
) -> None:
    later = rules(tmp_path, ("effective_from = 2016-10-09", "effective_from = 2099-01-01"))
    _, out, _ = riskmap("grade", "--rules", later, "--dry-run")
    assert "! lec is not in force today" in out
    _, out, _ = riskmap("grade", "--rules", str(RULES / "area.toml"), "--dry-run")
    assert "decided no row" in out


def test_refused_inputs_are_listed_not_raised(
    points: list[int], riskmap: Run, empty_engine: Engine
) -> None:
    with empty_engine.begin() as connection:
        connection.exec_driver_sql("UPDATE risk_points SET l_value = 7.5 WHERE grade = 1")
    code, out, _ = riskmap("grade")
    assert code == 0
    assert "3 rows, 0 assessed otherwise, 0 change grade, 1 refused" in out
    assert "! 1 × l_value = 7.5" in out
    assert row(empty_engine, "risk_points", fid=points[1])["grade"] == 1


def test_long_lists_are_cut_for_people_and_whole_for_machines(
    riskmap: Run, empty_engine: Engine
) -> None:
    with empty_engine.begin() as connection:
        for number in range(25):
            add(connection, "risk_points", grading_method="LEC", l_value=10.0, e_value=1.0,
                c_value=15.0, name=f"点{number}")  # fmt: skip
    _, out, _ = riskmap("grade", "--dry-run")
    assert (out.count("- → 3"), "… and 5 more" in out) == (20, True)
    _, out, _ = riskmap("grade", "--dry-run", "--json")
    assert len(told(out)["layers"]["risk_points"]["moves"]) == 25
