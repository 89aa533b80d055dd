"""Rows as the text that COPY reads, in batches."""

import csv
import io
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from typing import Any, NamedTuple

from app.db.assessments import Writer
from app.ingest.nmea import Heard
from app.ingest.record import GradedRow
from layers.declare import Layer

BATCH_ROWS = 2_000

BATCH_POSITIONS = 20_000
"""Rows of a partitioned layer, which are in the table before the next batch is."""

INSTANTS_REMEMBERED = 4_096
"""Messages of one instant come together; to write it takes longer than the rest of a row."""

_POINT = struct.Struct("<BIIdd")

_POINT_WITH_SRID = 0x20000001
"""EWKB type of a point that says its reference system."""


class Batch(NamedTuple):
    """Rows as CSV without a header: the line, the fields, the geometry, the grade.

    Attributes:
        text: The rows, each ended by a line feed.
        first: Line of the first row in its file; lines rise.
        last: Line of the last row.
        rows: How many.
    """

    text: str
    first: int
    last: int
    rows: int


def staged_fields(layer: Layer, brought: Iterable[str]) -> tuple[str, ...]:
    """Fields of a layer that are staged, in its order: those brought, and what must not be empty.

    A new row takes its defaults of them.
    """
    names = frozenset(brought)
    return tuple(
        name for name, facts in layer.fields.items() if name in names or not facts.nullable
    )


def row_batches(rows: Iterable[GradedRow], layer: Layer, brought: Iterable[str]) -> Iterator[Batch]:
    """Rows of any layer, taken as they come.

    Args:
        rows: In the order of their lines.
        layer: Whose rows they are.
        brought: Fields that the file brings.
    """
    values = _getter(staged_fields(layer, brought))
    assessments = Writer()
    most = BATCH_POSITIONS if layer.partitioned else BATCH_ROWS
    left = iter(rows)
    while some := list(islice(left, most)):
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerows(_cells(row, values, assessments) for row in some)
        yield Batch(buffer.getvalue(), some[0].line, some[-1].line, len(some))


def position_batches(heard: Iterable[tuple[int, Heard]]) -> Iterator[Batch]:
    """Position reports with the lines that completed them, as rows of `vessel_positions`."""
    # Each is text at once: a list of reports would be looked through for garbage again and again.
    texts: list[str] = []
    first = last = 0
    for line, each in heard:
        first = first if texts else line
        last = line
        texts.append(_position(line, each))
        if len(texts) == BATCH_POSITIONS:
            yield Batch("".join(texts), first, last, len(texts))
            texts.clear()
    if texts:
        yield Batch("".join(texts), first, last, len(texts))


def _cells(
    row: GradedRow, values: Callable[[Any], tuple[Any, ...]], assessments: Writer
) -> list[Any]:
    # Days and instants are written as Python shows them, which PostgreSQL reads.
    cells: list[Any] = [row.line, *values(row.row), row.geometry]
    if row.assessment is not None:
        written, new = assessments.write(row.assessment)
        cells.extend(written.columns().values())
        # The content travels with the first row that has it.
        cells.append(written.content if new else None)
    return cells


def _getter(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) == 1:
        return lambda row: (getattr(row, names[0]),)
    return attrgetter(*names)


def _position(line: int, heard: Heard) -> str:
    mmsi, seen_s, lon, lat, speed_kn, course_deg, heading_deg, status, message_type = heard
    # The place as EWKB in hexadecimal digits: the database reads it quicker than text.
    place = _POINT.pack(1, _POINT_WITH_SRID, 4326, lon, lat).hex()
    return (
        f"{line},{mmsi},{_instant(seen_s)},{_known(speed_kn)},{_known(course_deg)},"
        f"{_known(heading_deg)},{_known(status)},{message_type},{place}\n"
    )


def _known(value: float | None) -> float | str:
    return "" if value is None else value


@lru_cache(INSTANTS_REMEMBERED)
def _instant(seen_s: float) -> str:
    return datetime.fromtimestamp(seen_s, UTC).isoformat()
