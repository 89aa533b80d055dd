"""The demonstration city, made once for all tests of this folder."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from data.demo.city import City, read_city
from data.demo.generate import generate

PROFILE = Path(__file__).parents[2] / "data" / "cities" / "yuyao"


@dataclass(frozen=True)
class Demo:
    """The city and the files of its demonstration, by layer."""

    city: City
    files: dict[str, Path]
    order: tuple[str, ...]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demonstration at scale 1."""
    written = generate(PROFILE, tmp_path_factory.mktemp("demo"))
    return Demo(read_city(PROFILE), dict(written), tuple(layer for layer, _ in written))
