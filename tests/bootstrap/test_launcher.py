"""`./riskmap` makes what it needs once, becomes the program, and tells what it cannot do."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bootstrap.checkouts import make_checkout, make_home, make_wheel


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that was never started."""
    folder = tmp_path / "check out"
    folder.mkdir()
    return make_checkout(folder)


@dataclass
class Made:
    """A checkout with its home, and what the start that prepared it printed."""

    checkout: Path
    home: Path
    first: subprocess.CompletedProcess[str]

    def start(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Start it again with the same home."""
        return start(self.checkout, "--home", str(self.home), *arguments)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A checkout that was prepared; each test may leave other packages in it."""
    folder = tmp_path_factory.mktemp("made") / "check out"
    folder.mkdir()
    checkout, home = make_checkout(folder), make_home(folder / "home")
    return Made(checkout, home, start(checkout, "--home", str(home), "grade", "risk points"))


def start(checkout: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the launcher from another folder, without the network."""
    return subprocess.run(
        [sys.executable, checkout / "riskmap", *arguments],
        cwd=checkout.parent,
        env={**os.environ, "RISKMAP_HOME": "", "PIP_NO_INDEX": "1", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_first_start_prepares_and_becomes_the_program(made: Made) -> None:
    assert made.first.stdout == f"1|{made.home}|grade|risk points\n"


def test_pipe_gets_plain_lines(made: Made) -> None:
    assert made.first.stderr.splitlines() == [
        "riskmap: Making the Python environment …",
        "riskmap: Installing 1 Python packages of requirements.txt …",
    ]


def test_second_start_is_fast_and_says_nothing(made: Made) -> None:
    made.start()
    since = time.monotonic()
    second = start(made.checkout, "grade", f"--home={made.home}")
    assert time.monotonic() - since < 1
    assert second.stdout.endswith(f"|{made.home}|grade\n")
    assert second.stderr == ""


def test_two_starts_at_once_take_turns(checkout: Path, tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    command = [sys.executable, checkout / "riskmap", "--home", home, "doctor"]
    environment = {**os.environ, "PIP_NO_INDEX": "1"}
    programs = [
        subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    told = [program.communicate() for program in programs]
    assert all(out.startswith("1|") for out, _ in told)
    assert sum("Making the Python environment" in error for _, error in told) == 1


def test_changed_lock_is_installed(made: Made) -> None:
    (made.checkout / "requirements.txt").write_text(make_wheel(made.checkout, "2"))
    assert made.start().stdout.startswith("2|")


def test_half_made_environment_is_made_anew(made: Made) -> None:
    (made.home / "venv/riskmap-stamp.json").unlink()
    left = made.home / "venv/left"
    left.touch()
    assert made.start().returncode == 0
    assert not left.exists()


def test_moved_checkout_makes_its_environment_anew(made: Made) -> None:
    moved = made.checkout.with_name("moved")
    made.checkout.rename(moved)
    made.checkout, made.home = moved, moved / "home"
    (moved / "requirements.txt").write_text(make_wheel(moved, "3"))
    assert made.start().stdout.startswith("3|")
    assert (made.home / "venv/bin/python").exists()


def test_tampered_package_is_refused(checkout: Path, tmp_path: Path) -> None:
    with (checkout / "tiny-1-py3-none-any.whl").open("ab") as wheel:
        wheel.write(b"\0")
    refused = start(checkout, "--home", str(make_home(tmp_path / "home")), "doctor")
    assert refused.returncode == 1
    *_, last = refused.stderr.splitlines()
    assert last.startswith("riskmap: the packages of requirements.txt could not be installed")
    assert not (tmp_path / "home/venv/riskmap-stamp.json").exists()


def test_folder_named_app_where_the_caller_stands_is_not_ours(made: Made) -> None:
    elsewhere = made.checkout.parent / "app"
    elsewhere.mkdir()
    (elsewhere / "__init__.py").write_text("raise SystemExit('wrong app')\n")
    assert made.start().returncode == 0


def test_unusable_home_is_one_line_with_the_mend(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused = start(checkout, "--home", str(tmp_path / "file" / "home"), "doctor")
    assert refused.returncode == 1
    assert refused.stdout == ""
    (line,) = refused.stderr.splitlines()
    assert "--home FOLDER" in line


def test_home_without_its_folder_is_one_line(checkout: Path) -> None:
    refused = start(checkout, "demo", "--home")
    assert refused.stderr == "riskmap: --home wants a folder: --home /path/to/folder\n"
    assert refused.returncode == 1


def test_missing_page_is_said_and_does_not_stop_the_demo(made: Made) -> None:
    shown = made.start("demo")
    assert "nothing to build" in shown.stderr
    assert shown.stdout.endswith("|demo\n")
