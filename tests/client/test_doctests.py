"""Every example in a docstring gives what it says; those of the client are asked of the city."""

import doctest
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from app.client import CityData, connect
from app.settings import CHECKOUT

MODULES = sorted(
    ".".join(path.relative_to(CHECKOUT).with_suffix("").parts)
    for room in ("app", "layers", "data")
    for path in (CHECKOUT / room).rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8") and "node_modules" not in path.parts
)


@pytest.fixture(scope="module")
def direct(demo_url: str) -> Iterator[CityData]:
    opened = connect(demo_url)
    yield opened
    opened.close()


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name: str, direct: CityData, tmp_path: Path) -> None:
    module = import_module(name)
    given: dict[str, Any] = {}
    if name.startswith("app.client"):
        given = {"city": direct, "folder": tmp_path}
    told = doctest.testmod(module, extraglobs=given, optionflags=doctest.ELLIPSIS)
    assert told.attempted > 0, "an example that nothing finds"
    assert told.failed == 0


def test_every_function_of_the_client_has_an_example() -> None:
    public = [each for name, each in vars(CityData).items()
              if callable(each) and not name.startswith("_")]  # fmt: skip
    silent = [each.__name__ for each in public if ">>> " not in (each.__doc__ or "")]
    assert silent == ["close"]
