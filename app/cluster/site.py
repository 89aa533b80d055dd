"""The files of one cluster and the faults that a folder can have."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.bootstrap.failure import Unprepared
from app.bootstrap.home import require_room
from app.bootstrap.lock import FileLock
from app.cluster.account import Account
from app.cluster.configuration import PORT
from app.cluster.failure import FolderUnusable

SOCKET_PATH_BYTES = 107
"""Longest path of a unix socket in Linux; PostgreSQL only warns beyond it and makes none."""
SHORT_FOLDERS = Path("/tmp")  # noqa: S108 - below it a folder of our own, whose owner is checked


@dataclass(frozen=True)
class Site:
    """Where one cluster keeps its data, socket, logs and locks."""

    folder: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory; it appears only once it is complete."""
        return self.folder / "data"

    @property
    def making(self) -> Path:
        """The data directory while it is being made."""
        return self.folder / "data.making"

    @property
    def log(self) -> Path:
        """Folder of the server's and the supervisor's logs."""
        return self.folder / "log"

    @property
    def settings(self) -> Path:
        """The server's configuration file."""
        return self.folder / "postgresql.conf"

    @property
    def start_log(self) -> Path:
        """What the server says before it opens its own log."""
        return self.folder / "start.log"

    @property
    def socket_folder(self) -> Path:
        """Folder of the unix socket: in the cluster, or a short one where that path does not do.

        It may be too long, or have a comma, at which libpq divides a list of hosts.
        """
        inside = self.folder / "socket"
        path = os.fsencode(inside / f".s.PGSQL.{PORT}")
        if len(path) <= SOCKET_PATH_BYTES and b"," not in path:
            return inside
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return SHORT_FOLDERS / f"riskmap-{digest}"

    def lock(self, name: str) -> FileLock:
        """Return one of the cluster's locks: `start`, `attached` or `server`."""
        return FileLock(self.folder / f"{name}.lock")

    def supervisor_pid(self) -> int | None:
        """Return the process that runs the server, None where there is none."""
        try:
            known = (self.folder / "server.lock").exists() and self.lock("server").taken()
        except PermissionError:
            return None  # another user's, which this one could not use anyway
        return _number(self.folder / "supervisor.pid") if known else None

    @property
    def kept(self) -> bool:
        """Whether the server that runs now stays up when nobody is attached."""
        pid = self.supervisor_pid()
        return pid is not None and pid == _number(self.folder / "kept")

    def prepare(self, account: Account | None) -> None:
        """Make the folders; those that the server writes to belong to its user alone.

        The folder around them stays root's where root runs the program: a server that was broken
        into must find nothing that root opens, writes or gives away by name.

        Raises:
            FolderUnusable: They cannot be made, belong to somebody else or cannot be reached.
        """
        with folder_faults(self.folder):
            if account is not None:
                account.require_way_to(self.folder)
            home = self.folder.parent
            if not home.exists():
                home.mkdir(parents=True)
                home.chmod(0o755)  # whatever root's umask: the server's user passes through it
            self.folder.mkdir(exist_ok=True)
            self.folder.chmod(0o755 if account else 0o700)
            for folder in (self.log, self.socket_folder):
                folder.mkdir(exist_ok=True)
                _claim(folder, account)

    def note(self, name: str, text: str) -> None:
        """Write one of the small files that tell other processes of the server.

        Raises:
            FolderUnusable: It could not be written.
        """
        path = self.folder / name
        with folder_faults(self.folder):
            draft = path.with_name(f"{name}.{os.getpid()}.new")
            draft.write_text(text)
            draft.chmod(0o644)  # whatever root's umask: the server reads its settings
            draft.rename(path)

    def require_room(self, wanted_mb: int) -> None:
        """Check that the disk has room.

        Raises:
            FolderUnusable: Fewer than `wanted_mb` megabytes are free.
        """
        try:
            require_room(self.folder, wanted_mb, "the database")
        except Unprepared as problem:
            raise FolderUnusable(str(problem)) from problem


@contextmanager
def folder_faults(folder: Path) -> Iterator[None]:
    """Turn what the system says against a folder into one line with the mend.

    Raises:
        FolderUnusable: In place of any OSError within the block.
    """
    try:
        yield
    except OSError as problem:
        reason = problem.strerror or str(problem)
        mend = "choose another with --home FOLDER"
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            mend = f"free some room, or {mend}"
        elif problem.errno in (errno.EACCES, errno.EPERM) and os.geteuid() != 0:
            mend = f"run it as the user who made that (root: sudo ./riskmap …), or {mend}"
        raise FolderUnusable(f"{problem.filename or folder}: {reason} — {mend}") from problem


def _claim(folder: Path, account: Account | None) -> None:
    """Make sure that a folder is ours alone: in a shared place another may have been first."""
    if account is not None and folder.stat().st_uid == 0:
        account.own(folder)
    facts = folder.lstat()
    owner = os.geteuid() if account is None else account.uid
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != owner:
        raise PermissionError(errno.EPERM, "belongs to another user", str(folder))
    folder.chmod(0o700)


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
