"""The tests of this folder share a database that is emptied before each, and run the program on it."""

import os
from collections.abc import Callable

import pytest

from app.cli import main
from tests.emptied import empty_engine, empty_url, own_url

__all__ = ["empty_engine", "empty_url", "own_url"]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def riskmap(
    empty_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Runs the program on an empty database; gives exit code, output and errors."""
    for name in ("RISKMAP_JSON", "RISKMAP_DATABASE_URL"):
        # Set first, so that what the program sets is taken back after the test.
        monkeypatch.setenv(name, "")

    def run(*arguments: str) -> tuple[int, str, str]:
        os.environ.pop("RISKMAP_JSON")
        code = main([*arguments, "--database-url", empty_url])
        os.environ.setdefault("RISKMAP_JSON", "")
        told = capsys.readouterr()
        return code, told.out, told.err

    return run
