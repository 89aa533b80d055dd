"""Cells that bring more than their own field: stretches between stakes, sizes of pipes."""

from collections.abc import Mapping
from typing import Any, Protocol

from app.ingest.pipe_sizes import PipeSizes
from app.ingest.spans import Spans
from layers.declare import Layer


class Unfolder(Protocol):
    """Puts what a cell brings beside its own value into the fields of the row.

    Attributes:
        field: To which a fault belongs.
        header: Column in which such cells may stand; None where there is none.
        also: Fields that such cells bring and no column does.
    """

    field: str
    header: str | None
    also: tuple[str, ...]

    def unfold(self, brought: dict[str, Any]) -> None:
        """Put it there; raises `Unreadable` where a column says otherwise."""

    def notes(self) -> list[str]:
        """What a person should look at, when all rows were read."""


class Unfolding:
    """All that cells of a file may bring beside their own values.

    Attributes:
        parts: One for each kind of such cells.
        also: Fields that such cells bring and no column does.
    """

    def __init__(self, layer: Layer, fields: Mapping[str, str]) -> None:
        """Look at the columns of a file: `fields` is header to field of `layer`."""
        self.parts: tuple[Unfolder, ...] = (Spans(layer, fields), PipeSizes(layer, fields))
        self.also = tuple(name for part in self.parts for name in part.also)

    def notes(self) -> list[str]:
        """What a person should look at, when all rows were read."""
        return [note for part in self.parts for note in part.notes()]
