"""`./riskmap test` runs the linters, then the tests, up to the first failure."""

from pathlib import Path

import pytest

from app.bootstrap.check import run_checks

TOOL = """\
#!/bin/sh
echo "$(basename "$0") $*" >>calls
[ "$(basename "$0") $1" != "$FAILING" ]
"""


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """An interpreter whose environment holds tools that note their arguments."""
    for name in ("python", "ruff", "mypy", "lint-imports"):
        tool = tmp_path / name
        tool.write_text(TOOL)
        tool.chmod(0o755)
    return tmp_path / "python"


def calls(python: Path, *arguments: str, failing: str = "") -> tuple[int, list[str]]:
    """Return the status of the checks and the tools that ran, with their arguments."""
    folder = python.parent
    variables = {"RISKMAP_HOME": "/home", "FAILING": failing, "PATH": "/usr/bin:/bin"}
    status = run_checks(python, folder, arguments, variables)
    return status, (folder / "calls").read_text().splitlines()


def test_all_is_checked_in_order(python: Path) -> None:
    assert calls(python) == (
        0,
        [
            "ruff format --check .",
            "ruff check .",
            "mypy ",
            "lint-imports ",
            "python -m app.cluster bring /home",
            "python -m pytest",
        ],
    )


def test_first_failure_ends_the_checks(python: Path) -> None:
    status, ran = calls(python, failing="ruff check")
    assert status == 1
    assert ran[-1] == "ruff check ."


def test_failing_test_gives_its_status(python: Path) -> None:
    status, ran = calls(python, failing="python -m")
    assert status == 1
    assert ran[-1].startswith("python -m app.cluster")


def test_arguments_go_to_pytest_alone(python: Path) -> None:
    status, ran = calls(python, "tests/cluster", "-x")
    assert status == 0
    assert ran == ["python -m app.cluster bring /home", "python -m pytest tests/cluster -x"]
