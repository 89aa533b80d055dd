"""The program's own Python environment, from the locked and hashed requirements."""

import hashlib
import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from app.bootstrap.command import run
from app.bootstrap.debian import Depot, Say, by_hand, install, is_debian
from app.bootstrap.failure import Unprepared, short
from app.bootstrap.home import require_room
from app.bootstrap.lock import one_at_a_time

RUNTIME = "requirements.txt"
ROOM_MB = 800
"""Free space that the program's own packages want while they are installed."""
WHEELS = Path("/usr/share/python-wheels")
"""Where Debian's python3-pip-whl puts pip."""
PIP_QUIET = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_ROOT_USER_ACTION": "ignore",
    "PIP_USER": "0",
    "PIP_REQUIRE_VIRTUALENV": "0",
}


class VirtualEnvironment:
    """The environment in the home; a stamp in it tells which locks it holds, whole."""

    def __init__(self, home: Path, checkout: Path) -> None:
        """Name the home and the checkout whose packages `app` and `layers` it sees."""
        self.folder = home / "venv"
        self.python = self.folder / "bin" / "python"
        self._home = home
        self._checkout = checkout
        self._stamp = self.folder / "riskmap-stamp.json"

    def prepare(self, locks: Sequence[str], say: Say) -> None:
        """Make the environment hold these locks; takes milliseconds where it does already.

        Args:
            locks: Names of lock files in the checkout; each is installed on top of those before.
            say: Is told each thing that takes time.

        Raises:
            Unprepared: It could not be made; what was there before may have to be made again.
        """
        if not self._missing(locks):
            return
        waiting = "Waiting for another start that prepares the Python environment"
        with one_at_a_time(self._home / "venv.lock", say, waiting):
            # Whoever had the lock may have done the work.
            missing = self._missing(locks)
            if not missing:
                return
            stamp = self._read()
            if stamp.get("made") != self._made():
                self._make(say)
                stamp, missing = {"made": self._made()}, list(locks)
            # An interruption from here on leaves no stamp, and all is made again.
            self._stamp.unlink(missing_ok=True)
            for lock in missing:
                self._install(lock, say)
                stamp[lock] = _digest(self._checkout / lock)
            self._stamp.write_text(json.dumps(stamp, indent=1))

    def _missing(self, locks: Sequence[str]) -> list[str]:
        stamp = self._read()
        if stamp.get("made") != self._made():
            return list(locks)
        return [lock for lock in locks if stamp.get(lock) != _digest(self._checkout / lock)]

    def _made(self) -> str:
        """Return what must not have changed since: a moved folder or another Python breaks it."""
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        return f"{version} {self._checkout} {self.folder}"

    def _read(self) -> dict[str, str]:
        try:
            stamp = json.loads(self._stamp.read_text())
        except (OSError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) and self.python.exists() else {}

    def _make(self, say: Say) -> None:
        """Make an empty environment that sees the checkout."""
        require_room(self._home, ROOM_MB, "the Python environment")
        if importlib.util.find_spec("ensurepip") is None and is_debian() and os.geteuid() == 0:
            install(["python3-venv"], say)
            importlib.invalidate_caches()
        say("Making the Python environment")
        shutil.rmtree(self.folder, ignore_errors=True)
        outcome = run([sys.executable, "-m", "venv", "--without-pip", self.folder])
        if outcome.status != 0:
            raise Unprepared(
                f"the Python environment could not be made: {short(outcome.output)}"
                f" — try: {by_hand(['python3-venv'])}"
            )
        (packages,) = self.folder.glob("lib/python3*/site-packages")
        (packages / "riskmap_checkout.pth").write_text(f"{self._checkout}\n")

    def _install(self, lock: str, say: Say) -> None:
        lines = (self._checkout / lock).read_text().splitlines()
        count = sum(line[:1].isalnum() for line in lines)
        pip = self.pip(say)
        say(f"Installing {count} Python packages of {lock}")
        install_from(self.python, pip, self._checkout / lock, self._home / "log")

    def pip(self, say: Say) -> Path:
        """Return a wheel of pip, which runs without being installed.

        Raises:
            Unprepared: Python has none and Debian's could not be had.
        """
        if bundled := _bundled_pip():
            return bundled
        unpacked = self._home / "pip"
        if wheel := _newest(unpacked / WHEELS.relative_to("/")):
            return wheel
        if not is_debian():
            raise Unprepared("pip is missing — install Python's ensurepip")
        depot = Depot(self._home / "pip.apt")
        try:
            depot.open(say)
            depot.unpack(["python3-pip-whl"], unpacked, say, "pip")
        finally:
            depot.close()
        if wheel := _newest(unpacked / WHEELS.relative_to("/")):
            return wheel
        raise Unprepared(f"pip is missing — try: {by_hand(['python3-venv'])}")


def install_from(
    python: Path, pip: Path, lock: Path, log_folder: Path, into: Path | None = None
) -> None:
    """Install exactly what a lock file names, each file checked by its hash.

    Args:
        python: Interpreter of the environment.
        pip: Wheel of pip.
        lock: File with pinned and hashed requirements.
        log_folder: Where pip's output is kept.
        into: Folder to install to in place of the environment.

    Raises:
        Unprepared: pip could not.
    """
    outcome = run(
        [
            *(python, pip / "pip", "install", "--quiet", "--no-input", "--progress-bar", "off"),
            *("--require-hashes", "--no-deps", "--only-binary", ":all:"),
            *(("--target", into) if into else ()),
            *("--requirement", lock),
        ],
        environment=PIP_QUIET,
    )
    log = log_folder / "pip.log"
    log.write_text(outcome.output)
    if outcome.status != 0:
        raise Unprepared(
            f"the packages of {lock.name} could not be installed: {short(outcome.output)}"
            f" — check the disk, the network and `pip config list`; pip's words: {log}"
        )


def _bundled_pip() -> Path | None:
    """Return the wheel that Python or Debian keep for new environments."""
    found = importlib.util.find_spec("ensurepip")
    inside = Path(found.origin).parent / "_bundled" if found and found.origin else WHEELS
    return _newest(inside) or _newest(WHEELS)


def _newest(folder: Path) -> Path | None:
    return max(folder.glob("pip-*.whl"), default=None)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
