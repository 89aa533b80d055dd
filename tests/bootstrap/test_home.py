"""Where the program keeps things, and which command was asked for."""

import os
from pathlib import Path

import pytest

from app.bootstrap.failure import Unprepared
from app.bootstrap.home import SYSTEM_FOLDER, chosen_home, default_home, make_home, open_to_all
from app.bootstrap.launch import command_of


def test_option_beats_variable_beats_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RISKMAP_HOME", raising=False)
    assert chosen_home(["demo"], tmp_path) == (default_home(tmp_path), ["demo"])
    monkeypatch.setenv("RISKMAP_HOME", "/variable")
    assert chosen_home(["demo"], tmp_path) == (Path("/variable"), ["demo"])
    assert chosen_home(["demo", "--home", "/option"], tmp_path) == (Path("/option"), ["demo"])
    assert chosen_home(["--home=/option", "demo"], tmp_path) == (Path("/option"), ["demo"])
    after_dashes = ["test", "--", "--home", "/pytests"]
    assert chosen_home(after_dashes, tmp_path) == (Path("/variable"), after_dashes)


def test_relative_home_is_where_the_caller_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert chosen_home(["--home", "here"], Path("/nowhere")) == (tmp_path / "here", [])


def test_roots_checkouts_that_nobody_else_may_enter_do_not_collide(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    one, other = tmp_path / "a/riskmap", tmp_path / "b/riskmap"
    for checkout in (one, other):
        checkout.mkdir(parents=True)
        checkout.chmod(0o700)
    homes = {default_home(one), default_home(other)}
    assert len(homes) == 2
    assert all(home.parent == SYSTEM_FOLDER for home in homes)
    assert all(home.name.startswith("riskmap-") for home in homes)


def test_plain_users_home_is_in_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    tmp_path.chmod(0o700)
    assert default_home(tmp_path) == tmp_path / ".riskmap"


def test_home_is_made_passable_and_ignored_by_git(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"
    before = os.umask(0o077)
    try:
        make_home(home)
    finally:
        os.umask(before)
    assert home.stat().st_mode & 0o777 == 0o755
    assert (home / ".gitignore").read_text() == "*\n"


def test_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    with pytest.raises(Unprepared, match="--home FOLDER"):
        make_home(tmp_path / "home")


def test_folder_is_open_to_all_when_all_its_parents_are(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir(mode=0o755)
    tmp_path.chmod(0o700)
    assert not open_to_all(inner)
    assert open_to_all(Path("/usr/bin"))


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ([], ""),
        (["--help"], ""),
        (["demo"], "demo"),
        (["--home", "test", "demo"], "demo"),
        (["--home=test", "serve", "--port", "1"], "serve"),
        (["--port", "8000", "--host", "::", "notebook"], "notebook"),
        (["--json", "doctor"], "doctor"),
    ],
)
def test_command_is_found_among_options(arguments: list[str], command: str) -> None:
    assert command_of(arguments) == command
