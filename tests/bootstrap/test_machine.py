"""What is read from other programs' output, and locks and progress on a real system."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from app.bootstrap.command import run
from app.bootstrap.debian import alternatives, by_hand
from app.bootstrap.failure import Unprepared, short
from app.bootstrap.lock import FileLock
from app.cluster.packages import choose, major_of

CHECKOUT = Path(__file__).resolve().parents[2]
HOLDER = """\
import pathlib, sys
from app.bootstrap.lock import FileLock
lock = FileLock(pathlib.Path(sys.argv[1]))
print(lock.take(), flush=True)
sys.stdin.read()
"""
DEPENDS = """\
postgresql-15
 |Depends: locales
  Depends: locales-all
  PreDepends: libc6
  Depends: <mail-agent>
    exim4
    postfix
  Depends: perl:any
"""


def test_dependencies_are_read_with_their_alternatives() -> None:
    assert alternatives(DEPENDS) == [
        ["locales", "locales-all"],
        ["libc6"],
        ["<mail-agent>", "exim4", "postfix"],
        ["perl"],
    ]


def test_newest_postgis_is_chosen_for_a_machine_without_postgresql() -> None:
    names = ["postgresql-3-postgis-3", "postgresql-4-postgis-3", "postgresql-4-postgis-3-scripts"]
    assert choose(names) == "postgresql-4-postgis-3"
    assert choose([]) is None
    assert major_of("postgresql-17-postgis-3") == 17


def test_line_that_tells_why_is_found() -> None:
    assert (
        short("Reading\nE: Unable to locate package x\nmore\n") == "E: Unable to locate package x"
    )
    assert short("first\nlast\n\n") == "last"
    assert short("npm error code E1\nnpm error no such package\nnpm error Usage:") == (
        "npm error no such package"
    )
    assert short("") == "it gave no reason"
    assert len(short("x" * 1000)) == 300


def test_line_to_paste_has_sudo_for_a_plain_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert by_hand(["chromium"]) == "sudo apt-get install -y chromium"


def test_program_that_is_not_there_is_one_line() -> None:
    with pytest.raises(Unprepared, match="/nowhere/program could not be run: No such file"):
        run(["/nowhere/program"])


def test_lock_is_freed_by_the_death_of_its_holder(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    program = [sys.executable, "-c", HOLDER, str(lock.path)]
    with subprocess.Popen(
        program, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        assert lock.taken()
        assert not lock.take(wait=False)
        holder.kill()
        holder.wait()
        assert lock.take()
        lock.release()


def test_shared_locks_keep_out_the_exclusive_one_only(tmp_path: Path) -> None:
    one, other = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert one.take(shared=True)
    assert other.take(shared=True)
    assert other.taken()
    assert not other.taken(shared=True)
    one.release()
    other.release()
    assert not other.taken()


def _all_of(terminal: int) -> str:
    """What was written to a terminal, which gives it in pieces."""
    pieces = []
    while True:
        try:
            piece = os.read(terminal, 10_000)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        pieces.append(piece)
    return b"".join(pieces).decode()


def test_terminal_shows_a_clock_and_the_time_taken() -> None:
    ours, theirs = pty.openpty()
    code = (
        "from app.bootstrap.terminal import Progress\n"
        "import threading\n"
        "with Progress() as progress:\n"
        "    progress('Making the database')\n"
        "    threading.Event().wait(0.25)\n"
    )
    program = [sys.executable, "-c", code]
    subprocess.run(program, cwd=CHECKOUT, stderr=theirs, check=True)
    os.close(theirs)
    shown = _all_of(ours)
    os.close(ours)
    assert "Making the database … 0 s" in shown
    assert shown.rstrip().endswith(" s")
    assert "✓ Making the database" in shown


@pytest.mark.parametrize("name", ["", "-test", "-notebook", "-build"])
def test_lock_files_pin_hash_and_name_no_host(name: str) -> None:
    text = (CHECKOUT / f"requirements{name}.txt").read_text()
    assert "://" not in text
    assert "--index" not in text
    pins = [line for line in text.splitlines() if line and line[0].isalnum()]
    assert pins
    assert all("==" in line and line.endswith("\\") for line in pins)


@pytest.mark.parametrize("name", ["riskmap", ".ci/run"])
def test_doors_are_executable(name: str) -> None:
    assert os.access(CHECKOUT / name, os.X_OK)
