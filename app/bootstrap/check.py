"""All that CI runs, in order, up to the first failure."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


def run_checks(
    python: Path, checkout: Path, arguments: Sequence[str], variables: Mapping[str, str]
) -> int:
    """Run the linters, then pytest; with arguments for pytest, that alone.

    Args:
        python: Interpreter of the environment that holds the tools.
        checkout: Folder that is checked.
        arguments: For pytest.
        variables: The whole environment of every step.

    Returns:
        The exit status of the first step that failed.
    """
    tools = python.parent
    postgis = [str(python), "-m", "app.cluster", "bring", variables["RISKMAP_HOME"]]
    linters = [
        [str(tools / "ruff"), "format", "--check", "."],
        [str(tools / "ruff"), "check", "."],
        [str(tools / "mypy")],
        [str(tools / "lint-imports")],
    ]
    tests = [str(python), "-m", "pytest", *arguments]
    for step in (*([] if arguments else linters), postgis, tests):
        sys.stderr.write(f"riskmap: {Path(step[0]).name} {' '.join(step[1:])}\n")
        sys.stderr.flush()
        status = subprocess.run(step, cwd=checkout, env=variables, check=False).returncode  # noqa: S603
        if status != 0:
            return status
    return 0
