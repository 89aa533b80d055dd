"""Backup and restore by PostgreSQL's own programs."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy.engine import make_url

from app.cluster import Cluster, ClusterFailure
from app.errors import CommandFailed
from app.settings import Settings


def backup(settings: Settings, url: str, file: Path) -> None:
    """Write the whole database to a file in pg_dump's custom format; a failure leaves no file."""
    partial = file.with_name(f".{file.name}.partial")
    try:
        _run(settings, "pg_dump", ["--format=custom", f"--file={partial}", _libpq(url)])
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def restore(settings: Settings, url: str, file: Path) -> None:
    """Replace the database's content with that of a backup, in one transaction.

    Raises:
        CommandFailed: No such file, or it can't be restored; the database is as it was.
    """
    if not file.is_file():
        raise CommandFailed(f"there is no file {file}")
    options = ["--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error"]
    _run(settings, "pg_restore", [*options, f"--dbname={_libpq(url)}", str(file)])


def shell(settings: Settings, url: str) -> int:
    """Open psql on the database; returns its exit code."""
    program, environment = _program(settings, "psql")
    return subprocess.run([program, _libpq(url)], env=environment, check=False).returncode  # noqa: S603


def _run(settings: Settings, name: str, arguments: list[str]) -> None:
    program, environment = _program(settings, name)
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL with arguments of our own
        [program, *arguments], env=environment, check=False, capture_output=True, text=True
    )
    if done.returncode != 0:
        words = done.stderr.strip().splitlines() or ["no reason given"]
        raise CommandFailed(f"{name} failed: {words[-1]}")


def _program(settings: Settings, name: str) -> tuple[str, dict[str, str]]:
    found = shutil.which(name)
    if settings.database_url is not None and found is not None:
        return found, dict(os.environ)
    cluster = Cluster(settings.home)
    try:
        return str(cluster.bin(name)), dict(cluster.environment())
    except ClusterFailure:
        raise CommandFailed(
            f"{name} is not here: install PostgreSQL's client programs, for example "
            "`sudo apt-get install -y postgresql-client`"
        ) from None


def _libpq(url: str) -> str:
    plain = make_url(url).set(drivername="postgresql")
    return plain.render_as_string(hide_password=False)
