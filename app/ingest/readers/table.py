"""What every reader gives: headers, records as they are asked for, what a file says of itself."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from app.ingest.nmea import Heard
from app.ingest.record import Record

KnownWord = Callable[[str], bool]
"""Whether a cell reads like the header of a field of the layer."""


@dataclass(frozen=True)
class Table:
    """A file that is open.

    Attributes:
        headers: Names of the columns or properties in order.
        records: The rows, read as they are asked for.
        crs: What the file says of its coordinates; None where it says nothing.
        notes: What a person should know of the file, told when the last record was read.
        progress: Share of the file that has been read, 0 to 1; None where it can't be told.
        positions: The same rows with their lines where a decoder has made them what
            `vessel_positions` takes, so that nothing is left to parse; None for every other file.
            Either this or `records` is read, not both.
        left_out: Messages of a log that are no rows, reason to number; told when the last was read.
    """

    headers: tuple[str, ...]
    records: Iterator[Record]
    crs: str | None = None
    notes: list[str] = field(default_factory=list)
    progress: Callable[[], float] | None = None
    positions: Iterator[tuple[int, Heard]] | None = None
    left_out: Counter[str] = field(default_factory=Counter)


def counted(
    records: Iterator[Record], many: int
) -> tuple[Iterator[Record], Callable[[], float] | None]:
    """The records, and which share of them has been taken.

    Args:
        records: Of a file that says how many it has.
        many: What it says; where that is less than one, the share is not known and None.
    """
    taken = 0

    def each() -> Iterator[Record]:
        nonlocal taken
        for record in records:
            taken += 1
            yield record

    return each(), (lambda: min(taken / many, 1.0)) if many > 0 else None


class Reader(Protocol):
    """A reader of one format."""

    def __call__(self, path: Path, known: KnownWord, /) -> AbstractContextManager[Table]:
        """Open a file; it is closed after the block."""


def tidy(cells: Sequence[Any]) -> tuple[str, ...]:
    """Headers as text, without the empty cells that spreadsheets leave at the end of the line."""
    headers = ["" if cell is None else " ".join(str(cell).split()) for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    return tuple(headers)
