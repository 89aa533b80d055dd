"""The service over the demonstration city, or over what a module made, and the client of notebooks."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.client import CityData, connect
from tests.builders import service
from tests.serving import listening


@pytest.fixture(scope="package")
def served(demo_url: str) -> Iterator[str]:
    """Its address."""
    with listening(demo_url) as address:
        yield address


@pytest.fixture(scope="module")
def http(engine: Engine) -> Iterator[TestClient]:
    """The service over the `engine` of a module."""
    with service(engine.url.render_as_string(hide_password=False)) as opened:
        yield opened


@pytest.fixture(scope="module")
def connected(engine: Engine) -> Iterator[CityData]:
    """The client of notebooks over the same."""
    opened = connect(engine.url.render_as_string(hide_password=False))
    yield opened
    opened.close()
