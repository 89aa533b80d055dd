"""Makes the data directory, whole or not at all, and refuses that of another major version."""

import shutil
from collections.abc import Callable
from pathlib import Path

from app.bootstrap.command import Outcome, run
from app.bootstrap.failure import short
from app.cluster.account import Account
from app.cluster.failure import FolderUnusable, OtherVersion, ServerFailed
from app.cluster.postgis import Postgis
from app.cluster.site import Site, folder_faults

SUPERUSER = "riskmap"
DATABASE = "riskmap"
EXTENSIONS = ("postgis", "pg_trgm")
ROOM_MB = 300
"""Free space that making the data wants: 70 MB of data, the first write-ahead log, some work."""


def major_on_disk(data: Path) -> int | None:
    """Return the major version of PostgreSQL that made the data; None where there are none.

    Raises:
        FolderUnusable: The data are there but closed to this user.
    """
    try:
        with folder_faults(data.parent):
            return int((data / "PG_VERSION").read_text().split(".")[0])
    except FolderUnusable as problem:
        if isinstance(problem.__cause__, FileNotFoundError | NotADirectoryError):
            return None
        raise


def require_version(data: Path, postgis: Postgis | None) -> None:
    """Check that the PostgreSQL at hand can open the data; nothing is changed.

    Raises:
        OtherVersion: It cannot, and the message is the way out.
    """
    made_by = major_on_disk(data)
    if made_by is None or (postgis is not None and postgis.major == made_by):
        return
    here = f"only {postgis.major} is" if postgis else "that is not"
    raise OtherVersion(
        f"the data in {data} are PostgreSQL {made_by}'s and {here} here — install"
        f" postgresql-{made_by}-postgis-3, or where that still runs `riskmap db backup FILE`,"
        f" then here: mv '{data}' '{data}.{made_by}' and `riskmap db restore FILE`"
    )


def make_data(
    site: Site, postgis: Postgis, account: Account | None, say: Callable[[str], None]
) -> None:
    """Make the data directory with the database and its extensions in it.

    All is made aside without waiting for the disk, written out once and put in its place by a
    rename: a directory that was interrupted is never taken for a whole one.

    Raises:
        FolderUnusable: There is no room.
        ServerFailed: PostgreSQL could not make it.
    """
    site.require_room(ROOM_MB)
    say("Making the database")
    shutil.rmtree(site.making, ignore_errors=True)
    with folder_faults(site.folder):
        site.making.mkdir(mode=0o700)
        if account is not None:
            account.own(site.making)
    single = [
        "postgres",
        "--single",
        "-F",
        "-D",
        str(site.making),
        "-c",
        "dynamic_shared_memory_type=mmap",
    ]
    extensions = "".join(f"CREATE EXTENSION {name};\n" for name in EXTENSIONS)
    steps = (
        (_initdb(site.making), ""),
        ([*single, "template1"], f"CREATE DATABASE {DATABASE};\n"),
        ([*single, DATABASE], extensions),
        (["initdb", "--sync-only", "-D", str(site.making)], ""),
    )
    try:
        for (program, *arguments), feed in steps:
            outcome = run(
                [postgis.programs / program, *arguments],
                environment=postgis.variables,
                folder=site.folder,
                feed=feed,
                identity=account.identity if account else None,
            )
            _require_success(outcome, site)
        site.making.rename(site.data)
    finally:
        shutil.rmtree(site.making, ignore_errors=True)


def _initdb(folder: Path) -> list[str]:
    return [
        "initdb",
        "--no-sync",
        "--data-checksums",
        f"--pgdata={folder}",
        f"--username={SUPERUSER}",
        "--auth-local=trust",  # behind a folder that only its owner may enter
        "--auth-host=reject",
        "--encoding=UTF8",
        "--locale=C.UTF-8",  # on every Debian, and knows letters of every script for pg_trgm
    ]


def _require_success(outcome: Outcome, site: Site) -> None:
    if outcome.status == 0 and not any(sign in outcome.output for sign in ("ERROR:", "FATAL:")):
        return
    if "No space left on device" in outcome.output:
        raise FolderUnusable(
            f"no room is left in {site.folder} — free {ROOM_MB} MB, or choose another disk"
            " with --home FOLDER"
        )
    raise ServerFailed(f"the database could not be made: {short(outcome.output)}")
