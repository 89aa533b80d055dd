"""Backup and restore by PostgreSQL's own programs."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from sqlalchemy.engine import make_url

from app.cluster import Cluster, ClusterFailure
from app.errors import CommandFailed
from app.settings import Settings

WITHOUT_PARTITIONS = """DO $$ DECLARE cut regclass; BEGIN
FOR cut IN SELECT partrelid FROM pg_partitioned_table LOOP
EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', cut); END LOOP; END $$"""
"""Drops tables that are cut into partitions: pg_restore would drop the key of each partition first,
which PostgreSQL refuses since it is that of the whole."""


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
    settings.home.mkdir(parents=True, exist_ok=True)
    # A file between the two: a backup that is cut off must end before anything is changed.
    with tempfile.TemporaryDirectory(prefix="restore-", dir=settings.home) as folder:
        script = Path(folder) / "restore.sql"
        options = ["--clean", "--if-exists", "--no-owner", f"--file={script}", str(file)]
        _run(settings, "pg_restore", options)
        quiet = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
        tables = f"--command={WITHOUT_PARTITIONS}"
        _run(settings, "psql", [*quiet, tables, f"--file={script}", _libpq(url)])


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
