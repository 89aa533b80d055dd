"""The database of a command: the one that is named, or the private cluster."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from app.cluster import Cluster, ClusterFailure
from app.commands.terminal import say
from app.db.engine import writing
from app.db.schema import migrate
from app.errors import CommandFailed
from app.settings import Settings


@contextmanager
def opened(settings: Settings) -> Iterator[str]:
    """The URL of a database that answers; a private cluster is started and stopped round it.

    Raises:
        CommandFailed: There is none and none can be made; the message says the mend.
    """
    if settings.database_url is not None:
        yield settings.database_url
        return
    try:
        with Cluster(settings.home).serving(say) as url:
            yield url
    except ClusterFailure as fault:
        raise CommandFailed(str(fault)) from None


@contextmanager
def prepared(settings: Settings) -> Iterator[Engine]:
    """An engine that may write, on a database that is migrated to this program's schema."""
    with opened(settings) as url:
        engine = writing(url)
        try:
            require_answer(engine)
            migrate(engine)
            yield engine
        finally:
            engine.dispose()


def require_answer(engine: Engine) -> None:
    """Refuse a database that does not answer, in words without its password.

    Raises:
        CommandFailed: It does not answer, or refuses the user.
    """
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except DBAPIError as fault:
        reason = str(fault.orig).strip().splitlines()[0]
        plain = engine.url.set(drivername="postgresql")
        address = plain.render_as_string(hide_password=True)
        raise CommandFailed(f"the database {address} does not answer: {reason}") from None
