"""The schema's life: migrate, look whether it is migrated, write a revision for a new layer."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from app.errors import CommandFailed

MIGRATIONS = Path(__file__).parent / "migrations"

OLDEST_POSTGIS = (3, 3)
"""PostGIS that the statements of this program are written for."""


def migrate(engine: Engine) -> str:
    """Bring a database to this program's schema in one transaction; returns its revision.

    Raises:
        CommandFailed: PostGIS is missing or too old, or a migration failed; nothing was changed.
    """
    with engine.begin() as connection:
        # Two programs that start at once migrate one after the other.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('riskmap migrate'))"))
        _require_postgis(connection)
        try:
            command.upgrade(_config(connection), "head")
        except (DBAPIError, CommandError) as fault:
            words = str(getattr(fault, "orig", None) or fault).strip().splitlines()
            raise CommandFailed(
                f"a migration failed, nothing was changed: {words[0]}; restore the program's own "
                "files, or report this line"
            ) from None
    return head()


def revise(engine: Engine, message: str, revision: str) -> None:
    """Write the revision that brings the database from its schema to the declared layers."""
    with engine.begin() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=revision)


def differences(engine: Engine) -> None:
    """Raise alembic's error when the declared layers and the database differ."""
    with engine.begin() as connection:
        command.check(_config(connection))


def head() -> str:
    """The newest revision that this program knows."""
    newest = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    return newest or ""


def revision_of(connection: Connection) -> str | None:
    """The revision of a database; None where it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def _require_postgis(connection: Connection) -> None:
    found = connection.scalar(text("SELECT extversion FROM pg_extension WHERE extname = 'postgis'"))
    if found is None:
        available = connection.scalar(
            text("SELECT default_version FROM pg_available_extensions WHERE name = 'postgis'")
        )
        if available is None:
            raise CommandFailed(
                "the server has no PostGIS: install its package, for example "
                "`sudo apt-get install postgresql-15-postgis-3`"
            )
        connection.execute(text("CREATE EXTENSION postgis"))
        found = str(available)
    if tuple(int(part) for part in found.split(".")[:2]) < OLDEST_POSTGIS:
        raise CommandFailed(f"PostGIS {found} is too old: 3.3 or newer is needed")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
