"""What the tests of grading share: reference values, and rule sets with one key changed."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from layers.grading import rule_set, toml_text, verdict
from layers.grading.assessment import Assessment, Step

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


CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def require_english(made: Assessment) -> None:
    """What an expert wrote and what a substance is called stay as they are; all else is English."""
    experts = made.method == "EXPERT"
    for text in (made.decided_by_en, made.one_step_down_en):
        assert text is None or experts or not CHINESE.search(text), text
    assert (made.one_step_down is None) == (made.one_step_down_en is None)
    for step in made.steps:
        require_english_step(step)


def require_english_step(step: Step) -> None:
    named = str(step.in_english[0]).startswith("q/Q")
    for part in step.in_english:
        assert named or not (isinstance(part, str) and CHINESE.search(part)), part


@pytest.fixture(autouse=True, scope="session")
def every_assessment_is_told_in_english_too() -> Iterator[None]:
    """Hold every assessment that any test makes to both languages."""

    def made(**members: Any) -> Assessment:
        assessment = Assessment(**members)
        require_english(assessment)
        return assessment

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verdict, "Assessment", made)
        yield
