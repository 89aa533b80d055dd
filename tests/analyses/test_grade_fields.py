"""The fields that a grade is made from are those that its layer names, no more and no fewer."""

import random
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal, Union, get_args, get_origin

import pytest

from layers.declare import Layer
from layers.grading.assessment import UngradableInput
from layers.registry import LAYERS

GRADED = [layer for layer in LAYERS.values() if layer.graded]

SOME_VALUES: dict[Any, tuple[Any, ...]] = {
    bool: (True, False), int: (0, 1, 3), float: (0.5, 1.0, 3.0), str: ("甲",),
    date: (date(2020, 1, 1), date(2026, 1, 1)),
}  # fmt: skip


class Spy:
    """A row that remembers which of its fields were read."""

    def __init__(self, values: dict[str, Any], read: set[str]) -> None:
        """Note in `read` what is read."""
        self._values = values
        self._read = read

    def __getattr__(self, name: str) -> Any:
        """The value of a field, noted as read."""
        self._read.add(name)
        return self._values[name]


def kept_values(annotation: Any) -> Iterator[Any]:
    """Values that a field of this type may hold, None among them where it may be empty."""
    if annotation is type(None):
        yield None
    elif get_origin(annotation) is Literal:
        yield from get_args(annotation)
    elif get_args(annotation) and (get_origin(annotation) is Union or "|" in str(annotation)):
        for part in get_args(annotation):
            yield from kept_values(part)
    else:
        yield from SOME_VALUES.get(annotation, (None,))


@pytest.mark.parametrize("layer", GRADED, ids=lambda layer: layer.id)
def test_grade_fields_are_exactly_what_the_grade_reads(layer: Layer) -> None:
    chance = random.Random(3)  # noqa: S311 - no secret
    choices = {name: list(kept_values(info.annotation))
               for name, info in layer.row.model_fields.items()}  # fmt: skip
    read: set[str] = set()
    assert layer.grade is not None
    for _ in range(2000):
        values = {name: chance.choice(each) for name, each in choices.items()}
        try:
            layer.grade(Spy(values, read))
        except UngradableInput:
            continue
    assert read == set(layer.grade_fields)
