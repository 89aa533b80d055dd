"""The private cluster as the rest of the program sees it."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from app.bootstrap.command import run
from app.bootstrap.debian import is_debian
from app.bootstrap.failure import Unprepared, short
from app.bootstrap.lock import one_at_a_time
from app.cluster.account import account_for
from app.cluster.configuration import PORT
from app.cluster.data import (
    DATABASE,
    EXTENSIONS,
    SUPERUSER,
    major_on_disk,
    make_data,
    require_version,
)
from app.cluster.failure import PostgisMissing, ServerFailed
from app.cluster.packages import install_postgis
from app.cluster.postgis import Postgis, find
from app.cluster.server import LOOK_S, Server, ready
from app.cluster.site import Site, folder_faults
from app.cluster.supervisor import spawn
from app.cluster.vendor import unpack_postgis

START_ROOM_MB = 48
"""Free space below which a server with data is not started: three files of write-ahead log."""
STOP_S = 90.0

Say = Callable[[str], None]


class Cluster:
    """A private PostgreSQL cluster with PostGIS in a home folder, reached by a unix socket only.

    The first process that needs it starts it, others attach, and it stops when the last one ends.
    """

    def __init__(
        self, home: Path, *, durable: bool = True, postgis_folder: Path | None = None
    ) -> None:
        """Name the home; nothing is touched yet.

        Args:
            home: Folder that holds the cluster in `cluster/`; made when it is needed.
            durable: False makes a crash lose everything and all else faster: tests only.
            postgis_folder: Where PostgreSQL is unpacked for a plain user whose system has none;
                None means `postgis/` in the home.
        """
        self.site = Site(home.expanduser().resolve() / "cluster")
        self._durable = durable
        self._unpacked = postgis_folder or home.expanduser().resolve() / "postgis"
        self._attached = self.site.lock("attached")

    @property
    def url(self) -> str:
        """The database for SQLAlchemy with psycopg2."""
        return self._url("postgresql+psycopg2", DATABASE)

    @property
    def libpq_url(self) -> str:
        """The database for psql, pg_dump and everything else that speaks libpq."""
        return self._url("postgresql", DATABASE)

    def _url(self, scheme: str, database: str) -> str:
        folder = quote(str(self.site.socket_folder), safe="/")
        return f"{scheme}://{SUPERUSER}@/{database}?host={folder}&port={PORT}"

    def running(self) -> bool:
        """Return whether the server runs and takes connections."""
        return self.site.supervisor_pid() is not None and ready(self.site.data)

    def ensure_postgis(self, say: Say) -> Postgis:
        """Return PostgreSQL with PostGIS, brought to the machine where it is missing.

        Raises:
            OtherVersion: The data need another major version than the machine has.
            PostgisMissing: It is not here and could not be brought.
        """
        major = major_on_disk(self.site.data)
        if found := find(self._unpacked, major):
            return found
        require_version(self.site.data, find(self._unpacked))
        try:
            _bring(self._unpacked, say)
        except Unprepared as problem:
            raise PostgisMissing(
                f"{problem} — or install PostGIS yourself (Debian:"
                f" {'' if os.geteuid() == 0 else 'sudo '}apt-get install -y postgresql-postgis),"
                " or set RISKMAP_DATABASE_URL to any PostGIS of 3.3 or later"
            ) from problem
        if found := find(self._unpacked):
            return found
        raise PostgisMissing(
            "PostgreSQL was installed but PostGIS was not found with it"
            " — set RISKMAP_DATABASE_URL to any PostGIS of 3.3 or later"
        )

    def ensure_ready(self, say: Say, *, keep: bool = False) -> None:
        """Have the database ready and this process attached to it until `leave` or its end.

        Brings PostGIS, makes the data, starts the server or attaches to the one that runs, and
        creates the database and its extensions, each only where it is missing. It may be called
        again, for instance after the connection was lost.

        Args:
            say: Is told, in one short line, each thing that takes time.
            keep: The server stays up until `stop`, also with nobody attached.

        Raises:
            ClusterFailure: It could not be done; the message is one line with the mend.
        """
        postgis = self.ensure_postgis(say)
        account = account_for(self.site.folder)
        self.site.prepare(account)
        waiting = "Waiting for another process that starts the database"
        with one_at_a_time(self.site.folder / "start.lock", say, waiting):
            self._attached.take(shared=True)
            if not self.site.data.exists():
                make_data(self.site, postgis, account, say)
            if not self.running():
                self._start(postgis, say)
            if keep:
                self.site.note("kept", f"{self.site.supervisor_pid()}\n")
            self._ensure_database(postgis, say)

    def _start(self, postgis: Postgis, say: Say) -> None:
        require_version(self.site.data, postgis)
        say("Starting the database")
        deadline = time.monotonic() + STOP_S
        while self.site.supervisor_pid() is not None:
            # It heals its server, or stops it; either ends soon.
            if self.running():
                return
            if time.monotonic() > deadline:
                raise ServerFailed(f"the database does not answer; see {self.site.log}")
            time.sleep(LOOK_S)
        self.site.require_room(START_ROOM_MB)
        with folder_faults(self.site.folder):
            spawn(self.site, self._unpacked, durable=self._durable)

    def _ensure_database(self, postgis: Postgis, say: Say) -> None:
        """Create the database and its extensions where somebody dropped them."""
        known = f"SELECT count(*) FROM pg_database WHERE datname = '{DATABASE}'"  # noqa: S608
        if self._answer(postgis, "postgres", known) == "0":
            say("Creating the database")
            self._answer(postgis, "postgres", f"CREATE DATABASE {DATABASE}")
        present = self._answer(postgis, DATABASE, "SELECT extname FROM pg_extension").split()
        for name in EXTENSIONS:
            if name not in present:
                self._answer(postgis, DATABASE, f"CREATE EXTENSION {name}")

    def _answer(self, postgis: Postgis, database: str, statement: str) -> str:
        options = ["-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement]
        address = self._url("postgresql", database)
        psql: list[str | Path] = [postgis.programs / "psql", *options, "-d", address]
        outcome = run(psql, environment=postgis.variables)
        if outcome.status != 0:
            raise ServerFailed(f"the database does not answer: {short(outcome.output)}")
        return outcome.output.strip()

    def leave(self) -> None:
        """Let go of the database; where nobody else is attached, return when it has stopped."""
        if not self._attached.held:
            return
        self._attached.release()
        deadline = time.monotonic() + STOP_S
        while self.site.supervisor_pid() is not None and time.monotonic() < deadline:
            others = self._attached.taken() and not self._attached.taken(shared=True)
            if others or self.site.kept:
                return
            time.sleep(LOOK_S)

    def stop(self) -> None:
        """Stop the server in order, whoever is attached; nothing happens where none runs.

        Raises:
            ServerFailed: It belongs to another user, or does not stop.
        """
        self._attached.release()
        pid = self.site.supervisor_pid()
        if pid is None:
            self._stop_orphan()
            return
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        except PermissionError as problem:
            raise ServerFailed(
                f"the database was started by another user — run: sudo kill {pid}"
            ) from problem
        deadline = time.monotonic() + STOP_S
        while self.site.supervisor_pid() is not None:
            if time.monotonic() > deadline:
                raise ServerFailed(f"the database does not stop — run: kill -9 {pid}")
            time.sleep(LOOK_S)

    def _stop_orphan(self) -> None:
        postgis = find(self._unpacked, major_on_disk(self.site.data))
        if self.site.data.exists() and postgis is not None:
            Server(self.site, postgis, account_for(self.site.folder)).recover()

    @contextmanager
    def serving(self, say: Say) -> Iterator[str]:
        """Give the URL of the ready database; after the block it stops if nobody else uses it."""
        self.ensure_ready(say)
        try:
            yield self.url
        finally:
            self.leave()

    def bin(self, name: str) -> Path:
        """Return a program of the cluster's PostgreSQL: `psql`, `pg_dump`, `pg_restore`.

        Raises:
            PostgisMissing: PostgreSQL is not here yet; `ensure_ready` brings it.
        """
        return self._found().programs / name

    def environment(self) -> Mapping[str, str]:
        """Return the whole environment in which the programs of `bin` run.

        Raises:
            PostgisMissing: PostgreSQL is not here yet; `ensure_ready` brings it.
        """
        return {**os.environ, **self._found().variables}

    def _found(self) -> Postgis:
        found = find(self._unpacked, major_on_disk(self.site.data))
        if found is None:
            raise PostgisMissing("PostgreSQL is not here yet — run: ./riskmap db start")
        return found


def _bring(unpacked: Path, say: Say) -> None:
    """Get PostGIS by the means that this user has."""
    if not is_debian():
        raise Unprepared("PostGIS is missing and this is neither Debian nor Ubuntu")
    if os.geteuid() == 0:
        install_postgis(say)
        return
    with folder_faults(unpacked):
        unpacked.parent.mkdir(parents=True, exist_ok=True)
    waiting = "Waiting for another process that downloads PostGIS"
    with one_at_a_time(unpacked.with_name("postgis.lock"), say, waiting):
        if find(unpacked) is None:
            unpack_postgis(unpacked, say)
