"""`riskmap analyse`: what it prints, what it keeps, what it refuses."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from layers.grading.rule_set import RULES
from tests.analyses.roads import add_crash, add_road
from tests.blackspots.crash_lists import REFERENCE
from tests.builders import rows, sql
from tests.commands.conftest import Run

TO = ("--to", "2026-10-31")


@pytest.fixture
def crashes(empty_engine: Engine) -> None:
    """The reference road with its crashes, and one that belongs to no route."""
    with empty_engine.begin() as connection:
        add_road(connection)
        for stake, word in REFERENCE:
            add_crash(connection, stake, word)
        add_crash(connection, 100, route_code="S9", code="LOST")


@pytest.mark.usefixtures("crashes")
def test_black_spots_are_printed_as_the_police_do_and_kept(
    empty_engine: Engine, riskmap: Run
) -> None:
    code, out, err = riskmap("analyse", "blackspots", *TO)
    assert (code, err) == (0, "")
    assert "12 起事故 crashes, 11 起落到路线上 on routes" in out
    assert "  2  浒溪线(S213)2K+150M—2K+740M  ④  5 起 1 亡 3 伤  EPDO 576" in out
    assert "LOST: 没有已定位的路线 S9 there is no located route S9" in out
    assert "新增 new: 2" in out
    assert rows(empty_engine, "road_segments") == 2
    assert sql(empty_engine, "SELECT count(*) FROM analysis_runs") == 1
    assert riskmap("analyse", "blackspots", *TO)[1].splitlines()[-1] == "不变 same: 2"


@pytest.mark.usefixtures("crashes")
def test_grades_applied_again_are_the_grades_of_the_analysis(riskmap: Run) -> None:
    riskmap("analyse", "blackspots", *TO)
    (layer,) = json.loads(riskmap("grade", "road_segments", "--json")[1])["layers"]
    assert (layer["rows"], layer["changed"]) == (2, 0)


@pytest.mark.usefixtures("crashes")
def test_a_dry_run_says_all_and_changes_nothing(empty_engine: Engine, riskmap: Run) -> None:
    code, out, _ = riskmap("analyse", "blackspots", "--dry-run", "--json", *TO)
    told = json.loads(out)
    assert code == 0
    assert (told["dry_run"], told["run"], len(told["result"]["blackspots"])) == (True, None, 2)
    assert rows(empty_engine, "road_segments") == 0
    assert sql(empty_engine, "SELECT count(*) FROM analysis_runs") == 0
    assert "nothing was changed" in riskmap("analyse", "blackspots", "--dry-run", *TO)[1]


@pytest.mark.usefixtures("crashes")
def test_rule_sets_are_files_or_ids_one_of_each_kind(riskmap: Run, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    text = (RULES / "blackspot.toml").read_text(encoding="utf-8")
    file.write_text(text.replace("at_least = 5", "at_least = 6"), encoding="utf-8")
    told = riskmap("analyse", "blackspots", "--rules", str(file), "--rules",
                   "crash_weights_kentucky", "--json", *TO)  # fmt: skip
    report = json.loads(told[1])
    assert [each["code"] for each in report["result"]["blackspots"]] == ["SGDF-S213-000050"]
    assert report["result"]["blackspots"][0]["window"] == "段"
    assert [each["id"] for each in report["rule_sets"]] == [
        "blackspot", "crash_weights_kentucky", "crash_screening", "crash_area",
        "crash_ranking",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nonsense",), "there is no analysis 'nonsense'; there are: "),
        (("blackspots", "--from", "yesterday"), "--from yesterday: is no day"),
        (("blackspots", "--to", "2999-01-01"), "--to: 2999-01-01 lies in the future"),
        (("blackspots", "--from", "2025-02-01", "--to", "2025-01-01"), "--from: 2025-02-01 lies"),
        (("blackspots", "--rules", "none"), "none: is neither a .toml file nor the id"),
        (("blackspots", "--rules", "none.toml"), "cannot be read"),
        (("blackspots", "--rules", "lec"), "lec: blackspots takes no rule set of kind lec"),
        (("blackspots", "--rules", "blackspot_uk", "--rules", "blackspot_korea"), "a second rule"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    riskmap: Run, arguments: tuple[str, ...], words: str
) -> None:
    code, out, err = riskmap("analyse", *arguments)
    assert (code, out) == (1, "")
    assert words in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("length_m = 500", "length_m = 0", "windows.0.length_m"),
        ("at_least = 1", "at_least = 0", "at_least"),
    ],
)
def test_a_rule_set_that_must_not_be_used_is_named_with_line_and_key(
    riskmap: Run, tmp_path: Path, old: str, new: str, key: str
) -> None:
    file = tmp_path / "own.toml"
    text = (RULES / "blackspot.toml").read_text(encoding="utf-8")
    file.write_text(text.replace(old, new), encoding="utf-8")
    code, _, err = riskmap("analyse", "blackspots", "--rules", str(file))
    assert code == 1
    assert "own.toml, line " in err
    assert key in err
