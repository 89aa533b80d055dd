"""A column of a file, the field that it brings, and the cells that it can't be."""

from dataclasses import dataclass
from typing import Any

from app.ingest import units
from layers.declare import FieldFacts


class Unreadable(ValueError):
    """A cell that can't be what its column holds, with the reason in both languages."""

    def __init__(self, reason: str, reason_en: str) -> None:
        """Keep both reasons."""
        super().__init__(reason_en)
        self.reason = reason
        self.reason_en = reason_en


@dataclass(frozen=True)
class Column:
    """A column of a file and the field that it brings."""

    facts: FieldFacts
    header: str
    zone: str | None

    @property
    def unit(self) -> str | None:
        """The unit that the header names in brackets, where it is not the field's own."""
        named = units.of_header(self.header, self.facts.unit)
        own = named is None or units.factor(named, self.facts.unit) == 1
        return None if own else named


def filled(value: Any) -> Any:
    """The value without blanks around; None for what is empty."""
    if isinstance(value, str):
        value = value.strip()
    return None if value == "" else value
