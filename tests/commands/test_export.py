"""The export command: every format, filtered, in any system, with its checksum beside it."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pyogrio
import pytest
from sqlalchemy import Engine

from app.cli import main
from app.exports import EXPORTS
from tests.builders import add

GRAVE = '{"op": "<=", "args": [{"property": "grade"}, 2]}'


@pytest.fixture(autouse=True)
def environment(
    empty_url: str, empty_engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[None]:
    """A database with a point of each grade and one without."""
    before = dict(os.environ)
    monkeypatch.setenv("RISKMAP_DATABASE_URL", empty_url)
    monkeypatch.setenv("RISKMAP_HOME", str(tmp_path / "home"))
    with empty_engine.begin() as connection:
        for grade in (1, 2, 3, 4, None):
            add(connection, "risk_points", "POINT(121 30)", grade=grade, name="余姚")
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.parametrize("f", EXPORTS)
def test_every_format_comes_with_what_it_holds_and_its_checksum(f: str, tmp_path: Path) -> None:
    file = tmp_path / f"points.{EXPORTS[f].ending}"
    assert main(["export", "risk_points", str(file), "--filter", "grade <= 2"]) == 0
    beside = file.with_name(f"{file.name}-metadata.json")
    assert sorted(tmp_path.iterdir()) == sorted([file, beside])
    told = json.loads(beside.read_text(encoding="utf-8"))
    content = file.read_bytes()
    assert told["sha256"] == hashlib.sha256(content).hexdigest()
    assert (told["bytes"], told["format"], told["count"]) == (len(content), f, 2)
    assert told["filter"]["filter"]["op"] == "<="


@pytest.mark.parametrize("words", ["grade IN (1, 2)", GRAVE], ids=["text", "json"])
def test_filter_and_system_are_those_asked_for(words: str, tmp_path: Path) -> None:
    file = tmp_path / "points.gpkg"
    asked = ["--filter", words, "--crs", "EPSG:4549"]
    assert main(["export", "risk_points", str(file), *asked]) == 0
    found = pyogrio.read_dataframe(file, layer="risk_points")
    assert sorted(found["grade"]) == [1, 2]
    assert found.crs.to_epsg() == 4549
    assert found.geometry.iloc[0].y > 3_000_000 > found.geometry.iloc[0].x


@pytest.mark.parametrize(
    ("name", "asked", "word"),
    [
        ("a.csv", ["--filter", "colour = 'red'"], "colour"),
        ("a.csv", ["--filter", "grade <="], "CQL2"),
        ("a.gpkg", ["--crs", "nonsense"], "nonsense"),
        ("a.gpkg", ["--crs", "EPSG:4214"], "Beijing"),
        ("a.kml", ["--crs", "EPSG:4549"], "KML"),
    ],
)
def test_what_can_not_be_exported_is_one_clear_line_and_leaves_no_file(
    name: str, asked: list[str], word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "risk_points", str(tmp_path / name), *asked]) == 1
    told = capsys.readouterr().err
    assert word in told
    assert len(told.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
