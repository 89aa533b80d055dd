"""The demonstration city, made once for all tests of this folder."""

import pytest

from data.demo.city import read_city
from data.demo.generate import generate
from tests.data.demonstration import PROFILE, Demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demonstration at scale 1."""
    written = generate(PROFILE, tmp_path_factory.mktemp("demo"))
    return Demo(read_city(PROFILE), dict(written), tuple(layer for layer, _ in written))
