"""Runs other programs to their end and returns what they said."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.bootstrap.failure import Unprepared


@dataclass(frozen=True)
class Outcome:
    """How a program ended: its exit status, and standard output and error as one text."""

    status: int
    output: str


def run(
    arguments: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    feed: str = "",
    identity: Mapping[str, Any] | None = None,
) -> Outcome:
    """Run a program to its end and return how it ended; a failure is not raised.

    Args:
        arguments: The program and its arguments; no shell is involved.
        environment: Variables on top of this process's own.
        folder: Where it runs; None means the folder of this process.
        feed: What it reads from standard input.
        identity: `user`, `group` and `extra_groups` of `subprocess.Popen`; None means our own.

    Raises:
        Unprepared: The program is not there or may not be run.
    """
    try:
        finished = subprocess.run(  # noqa: S603 - a fixed program, never a shell
            [str(argument) for argument in arguments],
            input=feed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})},
            cwd=folder,
            check=False,
            **(identity or {}),
        )
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise Unprepared(f"{arguments[0]} could not be run: {reason}") from problem
    return Outcome(finished.returncode, finished.stdout)
