"""A real PostGIS for every test: a private cluster, a template database, transactions rolled back."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from starlette.testclient import TestClient

from app.city import City, read_city
from app.cluster import Cluster
from app.commands.demo import load_demo
from app.db.engine import writing
from app.db.schema import migrate
from app.main import create_app
from app.settings import CHECKOUT, Settings
from app.state import open_state
from layers.registry import LAYERS

# A shared machine is slow at times; time is measured in bench/, never in a test.
settings.register_profile("riskmap", deadline=None)
settings.load_profile("riskmap")


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """A PostGIS server: the one of RISKMAP_TEST_DATABASE_URL, or a private cluster."""
    given = os.environ.get("RISKMAP_TEST_DATABASE_URL")
    if given:
        yield given
        return
    # Not pytest's own folder: the server's user must be able to enter it.
    home = Path(tempfile.mkdtemp(prefix="riskmap-test-"))
    home.chmod(0o755)
    unpacked = Path(os.environ.get("RISKMAP_HOME", CHECKOUT / ".riskmap")) / "postgis"
    cluster = Cluster(home, durable=False, postgis_folder=unpacked)
    try:
        with cluster.serving(lambda _words: None) as url:
            yield url
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _administering(server_url: str) -> Iterator[Connection]:
    engine = create_engine(make_url(server_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _database_url(server_url: str, name: str) -> str:
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


MakeDatabase = Callable[[str], str]


@pytest.fixture(scope="session")
def make_database(server_url: str) -> Iterator[Callable[[str], str]]:
    """Makes a database from a template; all are dropped at the end."""
    made: list[str] = []

    def make(template: str) -> str:
        name = f"riskmap_{uuid4().hex[:10]}"
        with _administering(server_url) as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        made.append(name)
        return _database_url(server_url, name)

    yield make
    with _administering(server_url) as connection:
        for name in made:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def template(make_database: MakeDatabase) -> str:
    """The name of a database whose schema the migrations made; never connected to again."""
    url = make_database("template1")
    engine = writing(url)
    migrate(engine)
    engine.dispose()
    return str(make_url(url).database)


@pytest.fixture(scope="session")
def city() -> City:
    """The profile of the default city."""
    return read_city(Settings().city_folder)


@pytest.fixture(scope="session")
def demo_template(make_database: MakeDatabase, template: str, city: City) -> str:
    """The name of a database with the demonstration city; never connected to again."""
    url = make_database(template)
    engine = writing(url)
    load_demo(engine, city, scale=1)
    engine.dispose()
    return str(make_url(url).database)


@pytest.fixture(scope="session")
def demo_url(make_database: MakeDatabase, demo_template: str) -> str:
    """A database with the demonstration city, for reading only."""
    return make_database(demo_template)


@pytest.fixture(scope="session")
def demo_engine(demo_url: str) -> Iterator[Engine]:
    """An engine on the demonstration city, for tests that compare with plain SQL."""
    engine = writing(demo_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def client(demo_url: str) -> Iterator[TestClient]:
    """The service over the demonstration city."""
    state = open_state(Settings(), demo_url, LAYERS)
    with TestClient(create_app(state), raise_server_exceptions=False) as opened:
        yield opened
    state.close()


@pytest.fixture
def empty_url(make_database: MakeDatabase, template: str) -> str:
    """A migrated database of its own, without rows: for tests that commit."""
    return make_database(template)


@pytest.fixture
def empty_engine(empty_url: str) -> Iterator[Engine]:
    """An engine on a migrated database of its own."""
    engine = writing(empty_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def shared_engine(make_database: MakeDatabase, template: str) -> Iterator[Engine]:
    """An engine on a migrated, empty database that many tests share."""
    engine = writing(make_database(template))
    yield engine
    engine.dispose()


@pytest.fixture
def connection(shared_engine: Engine) -> Iterator[Connection]:
    """A connection whose transaction is rolled back after the test."""
    with shared_engine.connect() as opened:
        transaction = opened.begin()
        yield opened
        transaction.rollback()
