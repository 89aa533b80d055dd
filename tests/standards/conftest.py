"""The service over a little of every layer, and over the demonstration city in its own process.

GDAL asks from within this process and lets no other thread of it run meanwhile.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.db.engine import writing
from app.settings import CHECKOUT
from tests.builders import service, stock
from tests.standards.reading import ROWS


@pytest.fixture(scope="package")
def stocked(make_database: Callable[[str], str], template: str) -> Iterator[Engine]:
    """Some rows of every layer; nobody changes them."""
    made = writing(make_database(template))
    stock(made, ROWS)
    yield made
    made.dispose()


@pytest.fixture(scope="package")
def api(stocked: Engine) -> Iterator[TestClient]:
    """The service over them."""
    with service(stocked.url.render_as_string(hide_password=False)) as client:
        yield client


@pytest.fixture(scope="package")
def served(demo_url: str) -> Iterator[str]:
    """Its address."""
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "0"]
    environment = {**os.environ, "RISKMAP_DATABASE_URL": demo_url, "RISKMAP_LOG_LEVEL": "CRITICAL"}
    with subprocess.Popen(
        command, cwd=CHECKOUT, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        yield _address(process.stderr)
        process.terminate()


def _address(lines: Iterator[str]) -> str:
    """The address that the service tells when it listens."""
    said = ""
    for line in lines:
        said += line
        if found := re.search(r"http://[0-9.]+:\d+", line):
            return found[0]
    raise AssertionError(f"the service did not start: {said}")
