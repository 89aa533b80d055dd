"""Rows as the text that COPY reads, in batches."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from operator import attrgetter
from typing import Any, NamedTuple

from app.db.assessments import Writer
from app.ingest.record import GradedRow
from layers.declare import Layer

BATCH_ROWS = 2_000

BATCH_POSITIONS = 20_000
"""Rows of a partitioned layer, which are in the table before the next batch is."""


class Batch(NamedTuple):
    """Rows as COPY reads them: the line, the fields, the geometry, the grade.

    Attributes:
        content: CSV in UTF-8 without a header, or what COPY calls binary.
        first: Line of the first row in its file; lines rise.
        last: Line of the last row.
        rows: How many.
        months: First instants, UTC, of the months of a partitioned layer in which rows are.
        binary: Whether the content is.
    """

    content: bytes
    first: int
    last: int
    rows: int
    months: tuple[datetime, ...] = ()
    binary: bool = False


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
        content = buffer.getvalue().encode()
        yield Batch(content, some[0].line, some[-1].line, len(some), _months(layer, some))


def _months(layer: Layer, rows: Sequence[GradedRow]) -> tuple[datetime, ...]:
    if not layer.partitioned:
        return ()
    instants = (getattr(row.row, str(layer.instant)).astimezone(UTC) for row in rows)
    return tuple(sorted({datetime(each.year, each.month, 1, tzinfo=UTC) for each in instants}))


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
