"""What `./riskmap` does before the program itself runs, and its own commands `test` and `lock`."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from app.bootstrap.browser import ensure_browser
from app.bootstrap.check import run_checks
from app.bootstrap.failure import Unprepared
from app.bootstrap.home import chosen_home, make_home
from app.bootstrap.node import ensure_node
from app.bootstrap.requirements import write_locks
from app.bootstrap.terminal import Progress
from app.bootstrap.virtual_environment import RUNTIME, VirtualEnvironment
from app.bootstrap.web_page import WebPage

WITH_VALUE = frozenset({"--home", "--host", "--port", "--database-url"})
"""Common options whose value stands in the argument after them."""
WITH_PAGE = frozenset({"demo", "serve", "bench"})
"""Commands that show the web page."""
LOCKS = {
    "test": (RUNTIME, "requirements-test.txt"),
    "notebook": (RUNTIME, "requirements-notebook.txt"),
}
"""Lock files of the commands that need more than the program itself."""


def main(arguments: Sequence[str], checkout: Path) -> int:
    """Prepare what the command needs and become the program; return only where that fails."""
    try:
        command = command_of(arguments)
        if command == "lock":
            return write_locks(checkout)
        home, rest = chosen_home(arguments, checkout)
        make_home(home)
        if command == "test":
            return _test(home, checkout, rest)
        _become(home, checkout, command, rest)
    except Unprepared as problem:
        sys.stderr.write(f"riskmap: {problem}\n")
        return 1
    except OSError as problem:
        place = problem.filename or "the home"
        sys.stderr.write(
            f"riskmap: {place}: {problem.strerror} — mend that, or choose another --home FOLDER\n"
        )
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("riskmap: interrupted\n")
        return 130


def _become(home: Path, checkout: Path, command: str, arguments: Sequence[str]) -> NoReturn:
    environment = VirtualEnvironment(home, checkout)
    with Progress() as progress:
        environment.prepare(LOCKS.get(command, (RUNTIME,)), progress)
        if command in WITH_PAGE:
            _prepare_page(home, checkout, environment, progress)
    python = str(environment.python)
    # -P: a folder named `app` where the caller stands must not be taken for ours.
    program = [python, "-P", "-m", "app.cli", *arguments]
    os.execve(python, program, {**os.environ, "RISKMAP_HOME": str(home)})  # noqa: S606


def _test(home: Path, checkout: Path, arguments: Sequence[str]) -> int:
    environment = VirtualEnvironment(home, checkout)
    with Progress() as progress:
        environment.prepare(LOCKS["test"], progress)
        _prepare_page(home, checkout, environment, progress)
        variables = ensure_browser(home, progress)
    rest = arguments[arguments.index("test") + 1 :]
    variables |= {"RISKMAP_HOME": str(home)}
    return run_checks(environment.python, checkout, rest, {**os.environ, **variables})


def command_of(arguments: Sequence[str]) -> str:
    """Return the command among the arguments, empty where there is none."""
    rest = iter(arguments)
    for argument in rest:
        if argument in WITH_VALUE:
            next(rest, None)
        elif not argument.startswith("-"):
            return argument
    return ""


def _prepare_page(
    home: Path, checkout: Path, environment: VirtualEnvironment, progress: Progress
) -> None:
    page = WebPage(checkout / "app" / "web")
    if not page.has_sources:
        progress("No sources of the web page are here: nothing to build")
    elif not page.current:
        page.build(ensure_node(home, checkout, environment, progress), home, progress)
