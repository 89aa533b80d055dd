"""Starts the PostgreSQL server, tells its state, and clears up after one that was killed."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.cluster.account import Account
from app.cluster.configuration import PORT, configuration
from app.cluster.failure import FolderUnusable, ServerFailed
from app.cluster.postgis import Postgis
from app.cluster.site import Site

LOOK_S = 0.02
"""How often a file or a process is looked at while waiting."""
START_S = 600.0
"""Longest wait for a start; replaying the write-ahead log after a crash may take minutes."""
END = re.compile("FATAL:|PANIC:")
"""Marks the line with which a server ends that cannot go on."""
STATUS_LINE = 7
"""Which line of `postmaster.pid`, from 0, tells the server's state; it comes last."""
FAST_S = 60.0
"""Longest wait for an orderly stop before the server is told to drop everything."""


@dataclass(frozen=True)
class Server:
    """The server of one data directory."""

    site: Site
    postgis: Postgis
    account: Account | None
    durable: bool = True

    def configure(self) -> None:
        """Write the server's configuration."""
        text = configuration(self.site.socket_folder, self.site.log, durable=self.durable)
        self.site.note(self.site.settings.name, text)

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server as a child of this process, whose death stops it.

        Call it from the main thread: the death that the kernel reports is that of the thread.
        """
        postgres = str(self.postgis.programs / "postgres")
        settings = f"config_file={self.site.settings}"
        arguments = [postgres, "-D", str(self.site.data), "-c", settings]
        if setpriv := shutil.which("setpriv"):
            arguments = [setpriv, "--pdeathsig", "INT", "--", *arguments]
        self.site.start_log.unlink(missing_ok=True)
        with self.site.start_log.open("xb") as log:
            return subprocess.Popen(  # noqa: S603 - PostgreSQL itself, never a shell
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.site.folder,
                env={**os.environ, **self.postgis.variables, "LC_ALL": "C.UTF-8"},
                **(self.account.identity if self.account else {}),
            )

    def await_ready(self, child: subprocess.Popen[bytes]) -> None:
        """Wait until the server takes connections.

        Raises:
            ServerFailed: It ended, or took too long.
            FolderUnusable: It ended because the disk is full or closed to it.
        """
        deadline = time.monotonic() + START_S
        while not (ready(self.site.data) and recorded_pid(self.site.data) == child.pid):
            if child.poll() is not None:
                raise self._failure()
            if time.monotonic() > deadline:
                raise ServerFailed(
                    f"the database did not start in {START_S:.0f} s; see {self.site.log}"
                )
            time.sleep(LOOK_S)

    def recover(self) -> None:
        """Clear up after a server whose supervisor was killed, or that was killed itself.

        Raises:
            ServerFailed: An earlier server does not stop.
        """
        for sign, patience_s in ((signal.SIGINT, FAST_S), (signal.SIGQUIT, 10.0)):
            if _ended(self.site.data, sign, patience_s):
                break
        else:
            raise ServerFailed(
                f"an earlier database server does not stop: kill {recorded_pid(self.site.data)}"
            )
        _disown(self.site.data)
        # The socket's own lock names the dead server too; the folder is ours alone.
        for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
            (self.site.socket_folder / name).unlink(missing_ok=True)

    def _failure(self) -> ServerFailed | FolderUnusable:
        words = last_words(self.site)
        if any("No space left on device" in line for line in words):
            return FolderUnusable(
                f"the database cannot start: no room is left in {self.site.folder}"
                " — free some; nothing is lost"
            )
        return ServerFailed(
            f"the database cannot start: {telling(words)} — see {self.site.start_log}"
            f" and {self.site.log}"
        )


def recorded_pid(data: Path) -> int | None:
    """Return the process that `postmaster.pid` names; it need not live."""
    lines = _pid_file(data)
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None


def ready(data: Path) -> bool:
    """Return whether the server says of itself that it takes connections."""
    lines = _pid_file(data)
    return len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready"


def last_words(site: Site) -> list[str]:
    """Return the lines that the server ended with, from the log that it had open by then."""
    logs = [site.start_log, *sorted(site.log.glob("server-*.log"), key=_modified)[-1:]]
    for log in logs:
        lines = log.read_text(errors="replace").splitlines()[-12:] if log.exists() else []
        if any(END.search(line) for line in lines):
            return lines
    return []


def telling(words: list[str]) -> str:
    """Return the line that says why the server ended, without its time.

    A fault in a file of settings stands in the line before the one that ends it.
    """
    ends = [place for place, line in enumerate(words) if END.search(line)]
    if not ends:
        return "it gave no reason"
    place = ends[-1] - (1 if "contains errors" in words[ends[-1]] and ends[-1] else 0)
    return re.sub(r"^[-0-9]+ [.:0-9]+ UTC \[\d+\] ", "", words[place])[:300]


def _modified(path: Path) -> float:
    return path.stat().st_mtime


def _pid_file(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []


def _processes(data: Path) -> Iterator[int]:
    """Yield the server's processes: they all have the data directory as working directory."""
    here = data.stat()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                there = (entry / "cwd").stat()
            except OSError:
                continue
            if os.path.samestat(here, there):
                yield int(entry.name)


def _ended(data: Path, sign: signal.Signals, patience_s: float) -> bool:
    """Ask the server, if one runs, to stop, and return whether all of its processes are gone."""
    running = set(_processes(data))
    postmaster = recorded_pid(data)
    if postmaster in running:
        os.kill(postmaster, sign)
    deadline = time.monotonic() + patience_s
    while running:
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_S)
        running = set(_processes(data))
    return True


def _disown(data: Path) -> None:
    """Free the name of a dead server where its number belongs to some other program by now.

    PostgreSQL would take that program for the server. A parent's number it does not mind, and
    the rest of the file stays, by which it sees that no process of the dead server is left.
    """
    pid = recorded_pid(data)
    if pid is None or not Path(f"/proc/{pid}").exists():
        return
    text = "\n".join([str(os.getpid()), *_pid_file(data)[1:], ""])
    # The folder is the server's: what has this name there might be a link to something else.
    descriptor = os.open(data / "postmaster.pid", os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
