"""The process that runs one server: its parent, for as long as anybody is attached to it.

Each program that uses the database holds a shared lock, which the kernel drops when the program
ends, however it ends. The supervisor waits for the exclusive one: it gets it when the last program
is gone, and stops the server in order. A server that dies meanwhile is started again; a supervisor
that dies takes the server with it, in order, by the kernel's signal.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from app.cluster.account import account_for
from app.cluster.data import major_on_disk
from app.cluster.failure import ClusterFailure, ServerFailed
from app.cluster.postgis import find
from app.cluster.server import FAST_S, Server
from app.cluster.site import Site

PACKAGE_PARENT = Path(__file__).resolve().parents[2]
PROGRAM = "import sys; from app.cluster.supervisor import main; sys.exit(main(sys.argv[1]))"
CALM_S = 60.0
"""A server that ran this long may be started again as if it were the first time."""
STARTS = 5
"""Starts without a calm spell between them, before giving up."""


@dataclass
class Watch:
    """The server under watch, and whether it is meant to stop."""

    server: Server
    stopping: bool = False
    child: subprocess.Popen[bytes] | None = field(default=None)

    def stop(self) -> None:
        """Ask the server to finish: clients are sent away, everything is written out."""
        self.stopping = True
        if self.child is not None and self.child.poll() is None:
            self.child.send_signal(signal.SIGINT)
            timer = threading.Timer(FAST_S, self.child.send_signal, [signal.SIGQUIT])
            timer.daemon = True
            timer.start()

    def start(self) -> None:
        """Start the server after whatever became of the one before, and wait until it is ready."""
        self.server.recover()
        self.server.configure()
        self.child = self.server.launch()
        if self.stopping:
            self.stop()
        self.server.await_ready(self.child)

    def keep_running(self) -> None:
        """Return when the server ended as it was meant to; start it again when it was not.

        Raises:
            ServerFailed: It dies as often as it is started.
        """
        starts = 1
        while self.child is not None:
            since = time.monotonic()
            self.child.wait()
            if self.stopping:
                return
            starts = 1 if time.monotonic() - since > CALM_S else starts + 1
            if starts > STARTS:
                raise ServerFailed("the database dies as soon as it is started")
            self.start()


def spawn(site: Site, unpacked: Path, *, durable: bool) -> None:
    """Start a supervisor that outlives this process, and wait until its server is ready.

    Raises:
        ServerFailed: It could not start the server; the message is the supervisor's own.
    """
    order = json.dumps([str(site.folder), str(unpacked), durable])
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    environment.pop("PYTHONSAFEPATH", None)  # the package is found in the working directory
    told_before = site.folder / "supervisor.log"
    told_before.unlink(missing_ok=True)
    with told_before.open("xb") as log:
        process = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-c", PROGRAM, order],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=PACKAGE_PARENT,
            env=environment,
            start_new_session=True,
        )
    with process:
        told = process.communicate()[0].decode(errors="replace").strip()
    if told != "ready":
        raise ServerFailed(told or f"the database's supervisor died; see {told_before}")


def supervise(site: Site, unpacked: Path, *, durable: bool) -> None:
    """Run the server of a site until nobody needs it; tell on standard output when it is ready."""
    lock = site.lock("server")
    lock.take()
    account = account_for(site.folder)
    site.note("supervisor.pid", f"{os.getpid()}\n")
    postgis = find(unpacked, major_on_disk(site.data))
    if postgis is None:
        raise ServerFailed("PostgreSQL went away while it was being started")
    watch = Watch(Server(site, postgis, account, durable))

    def told_to_stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        watch.stop()

    signal.signal(signal.SIGTERM, told_to_stop)
    watch.start()
    tell("ready")
    threading.Thread(target=_await_last, args=(site, os.getpid()), daemon=True).start()
    watch.keep_running()


def _await_last(site: Site, pid: int) -> None:
    """Tell this process to stop when the last attached program is gone, unless it is kept."""
    lock = site.lock("attached")
    lock.take()
    if site_kept_by(site, pid):
        lock.release()
    else:
        # The lock stays held until this process ends: who comes now waits for the clean stop.
        os.kill(pid, signal.SIGTERM)


def site_kept_by(site: Site, pid: int) -> bool:
    """Return whether `riskmap db start` asked this very supervisor to stay."""
    try:
        return (site.folder / "kept").read_text().strip() == str(pid)
    except OSError:
        return False


def tell(message: str) -> None:
    """Answer the process that asked for the start, and let go of the line to it."""
    os.write(1, f"{message}\n".encode())
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


def main(order: str) -> int:
    """Leave the caller's process group and family, then supervise."""
    folder, unpacked, durable = json.loads(order)
    if os.fork():
        os._exit(0)  # the caller waits for this process only, and keeps no child
    try:
        supervise(Site(Path(folder)), Path(unpacked), durable=durable)
    except ClusterFailure as problem:
        sys.stderr.write(f"{problem}\n")
        tell(str(problem))
        return 1
    return 0
