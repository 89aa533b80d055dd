"""The rows that filters are tried on, and the service over them."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.db.engine import writing
from tests.builders import add, service
from tests.filters.said import ROWS
from tests.filters.shapes import LAYER, STORED


@pytest.fixture(scope="package")
def engine(make_database: Callable[[str], str], template: str) -> Iterator[Engine]:
    made = writing(make_database(template))
    with made.begin() as connection:
        for each in ROWS:
            given_values = {name: value for name, value in each.items() if name != "at"}
            lon, lat = each["at"]
            add(connection, "risk_points", f"POINT({lon!r} {lat!r})", **given_values)
        for each in STORED:
            add(connection, LAYER, each.wkt)
    yield made
    made.dispose()


@pytest.fixture(scope="package")
def client(engine: Engine) -> Iterator[TestClient]:
    with service(engine.url.render_as_string(hide_password=False)) as opened:
        yield opened
