"""The service over the demonstration city in a process of its own.

GDAL asks from within this process and lets no other thread of it run meanwhile.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from app.settings import CHECKOUT


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
