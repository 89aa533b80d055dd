"""Homes with a cluster, and processes that use it."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from app.cluster import Cluster

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE_S = 20.0
PAUSE = threading.Event()
"""Never set: leaves the processor to those who are waited for."""


def quiet(step: str) -> None:
    """Hear what is being done and say nothing."""


def until(happened: Callable[[], object]) -> None:
    """Return when something has happened; fail where it does not in good time."""
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < deadline, "waited in vain"
        PAUSE.wait(0.01)


def postgis_folder() -> Path | None:
    """Return where the launcher unpacked PostGIS for these tests, where the system has none."""
    named = os.environ.get("RISKMAP_HOME")
    return Path(named) / "postgis" if named else None


def cluster_in(home: Path, *, durable: bool = True) -> Cluster:
    """Return the cluster of a home, with the PostGIS that this machine has."""
    return Cluster(home, durable=durable, postgis_folder=postgis_folder())


def sql(cluster: Cluster, statement: str) -> str:
    """Return what psql prints for a statement."""
    finished = subprocess.run(
        [cluster.bin("psql"), "-XAtq", "-c", statement, cluster.libpq_url],
        env=dict(cluster.environment()),
        capture_output=True,
        text=True,
        check=True,
    )
    return finished.stdout.strip()


class Programs:
    """Other processes that hold the cluster, as `riskmap serve` would."""

    def __init__(self) -> None:
        """Begin with none."""
        self._stack = ExitStack()

    def hold(self, home: Path) -> subprocess.Popen[str]:
        """Start a process that attaches to the cluster of a home until its input is closed."""
        unpacked = [folder] if (folder := postgis_folder()) else []
        program = self._stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "app.cluster", "run", home, *unpacked],
                cwd=CHECKOUT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        self._stack.callback(program.kill)
        return program

    def close(self) -> None:
        """End those that still run."""
        self._stack.close()


def await_url(program: subprocess.Popen[str]) -> str:
    """Return the URL that a program from `Programs.hold` prints when its database is ready."""
    assert program.stdout is not None
    return program.stdout.readline().strip()


def new_home() -> Path:
    """Make a folder that every user may pass through."""
    # Not pytest's tmp_path: its folders are closed to the user who runs the server for root.
    # In memory where that is roomy: what is killed here is programs, never the machine.
    memory = Path("/dev/shm")  # noqa: S108 - the kernel's own place
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 4 * 2**30
    home = Path(tempfile.mkdtemp(prefix="rm-", dir=memory if roomy else None))
    home.chmod(0o755)
    return home
