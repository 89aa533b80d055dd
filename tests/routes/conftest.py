"""The service over a database with some of everything, and over none."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import insert, text
from starlette.testclient import TestClient

from app.db.captures import CAPTURE_PHOTOS, CAPTURES
from app.db.engine import writing
from tests.builders import service, stock
from tests.routes.told import EXAMPLES

NOWHERE = "postgresql://nobody:s3cret@127.0.0.1:1/none"
"""Nothing listens there."""


@pytest.fixture(scope="package")
def url(make_database: Callable[[str], str], template: str) -> str:
    made = make_database(template)
    engine = writing(made)
    stock(engine, 6)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO imports (id, layer, file, sha256, crs, actor, report) VALUES "
                "(1, 'risk_points', 'a.csv', '', 'EPSG:4326', 'a', '{\"rejects\": []}')"
            )
        )
        key, seen = EXAMPLES["key"], "2026-11-25T00:00:00Z"
        connection.execute(
            insert(CAPTURES).values(
                key=key, layer="encroachments", fid=1, code="X", actor="a", sha256="", seen_at=seen
            )
        )
        connection.execute(
            insert(CAPTURE_PHOTOS).values(key=key, number=1, sha256="", content=b"photo")
        )
    engine.dispose()
    return made


@pytest.fixture(scope="package")
def alive(url: str) -> Iterator[TestClient]:
    with service(url) as client:
        yield client


@pytest.fixture(scope="package")
def lost() -> Iterator[TestClient]:
    with service(NOWHERE) as client:
        yield client
