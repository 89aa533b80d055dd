"""Which user runs the server: PostgreSQL refuses to run as root."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.cluster.failure import FolderUnusable

CANDIDATES = ("postgres", "nobody")
"""Users who may run the server of a cluster that root makes, best first."""


@dataclass(frozen=True)
class Account:
    """An unprivileged user who owns the data and runs the server in place of root."""

    name: str
    uid: int
    gid: int

    @property
    def identity(self) -> dict[str, Any]:
        """Arguments of `subprocess.Popen` that start a program as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a file or folder to this user."""
        os.chown(path, self.uid, self.gid)

    def require_way_to(self, folder: Path) -> None:
        """Check that this user may pass through the parents of a folder.

        Raises:
            FolderUnusable: A parent shuts the user out.
        """
        for parent in filter(Path.exists, folder.parents):
            facts = parent.stat()
            owner_or_group = (facts.st_uid == self.uid and facts.st_mode & 0o100) or (
                facts.st_gid == self.gid and facts.st_mode & 0o010
            )
            if not (owner_or_group or facts.st_mode & 0o001):
                raise FolderUnusable(
                    f"{folder}: the database runs as user {self.name}, who cannot enter {parent}"
                    f" — choose another place with --home FOLDER, or run: chmod o+x '{parent}'"
                )


def account_for(folder: Path) -> Account | None:
    """Return who runs the server of the cluster in `folder`; None means this process's own user.

    The owner of what is there; for a new cluster `postgres`, else `nobody`.

    Raises:
        FolderUnusable: Root's own data, which no server would open.
    """
    if os.geteuid() != 0:
        return None
    data = folder / "data"
    if data.exists() and data.stat().st_uid == 0:
        raise FolderUnusable(
            f"{data} belongs to root, as whom PostgreSQL does not run"
            f" — run: chown -R postgres: '{folder}'"
        )
    for place in (data, folder / "log", folder):
        if place.exists() and (facts := place.stat()).st_uid != 0:
            return Account(_name(facts.st_uid), facts.st_uid, facts.st_gid)
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise FolderUnusable("there is no user to run PostgreSQL — run: useradd --system postgres")


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"number {uid}"
