"""What the tests of grading share: reference values, and rule sets with one key changed."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from layers.grading import rule_set, toml_text

Changed = Callable[[str, tuple[str | int, ...], Any], Any]
"""Kind, path of the key, new value → the rule set."""


@pytest.fixture(scope="session")
def reference() -> Any:
    """Reference values, computed for this project outside of it."""
    return json.loads(Path(__file__).with_name("reference.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def changed() -> Changed:
    """Return a shipped rule set with one key of its TOML changed."""

    def change(kind: str, path: tuple[str | int, ...], value: Any) -> Any:
        text = (rule_set.RULES / f"{kind}.toml").read_text(encoding="utf-8")
        data: Any = tomllib.loads(text)
        place = data
        for part in path[:-1]:
            place = place[part]
        place[path[-1]] = value
        return rule_set.parse(toml_text.write(data), f"{kind}.toml")

    return change
