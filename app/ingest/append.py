"""Rows of a partitioned layer into its table while the rest of the file is still read.

Positions come by the million, and to read them takes as long as to write them: a thread writes a
batch while the next is read.
"""

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from io import BytesIO

from sqlalchemy import (
    Connection,
    Insert,
    Table,
    and_,
    cast,
    column,
    func,
    insert,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import REGCLASS, distinct_on

from app.db.copy_in import copy_in
from app.db.partitions import NewMonths
from app.ingest.feed import Batch
from layers.declare import Layer

PIECE_BYTES = 1 << 24
"""More than a batch has: who asks for each piece anew waits for the interpreter each time."""


def append(
    connection: Connection, layer: Layer, staging: Table, names: tuple[str, ...],
    batches: Iterable[Batch],
) -> tuple[int, int]:  # fmt: skip
    """Stage batches, and insert of each what has a new key; the first row of a key wins.

    Args:
        connection: In the transaction of the import; nobody else may use it meanwhile.
        layer: A partitioned layer.
        staging: Its empty staging table, which keeps every row afterwards.
        names: Columns of the staging table that batches bring after the line.
        batches: Taken as they come, one ahead of what is written.

    Returns:
        Rows staged, and rows inserted.
    """
    connection.execute(text("CREATE INDEX ON staging (line)"))
    appending = _Appending(connection, layer, staging, names)
    staged = added = 0
    with ThreadPoolExecutor(1, "append") as thread:
        under_way: Future[int] | None = None
        for batch in batches:
            added += under_way.result() if under_way else 0
            under_way = thread.submit(appending.write, batch)
            staged += batch.rows
        added += under_way.result() if under_way else 0
    appending.end()
    return staged, added


class _Appending:
    def __init__(
        self, connection: Connection, layer: Layer, staging: Table, names: tuple[str, ...]
    ) -> None:
        self._connection = connection
        self._layer = layer
        self._names = names
        self._new = NewMonths(connection, layer)
        self._insert = {
            beside: _insertion(layer, self._new.name if beside else layer.id, staging, names)
            for beside in (False, True)
        }

    def write(self, batch: Batch) -> int:
        """Write one batch; returns how many keys were new."""
        driver = self._connection.connection.driver_connection
        assert driver is not None
        names = ", ".join(("line", *self._names))
        form = "binary" if batch.binary else "csv"
        command = f"COPY staging ({names}) FROM STDIN (FORMAT {form})"
        copy_in(driver, command, BytesIO(batch.content), PIECE_BYTES)
        new = self._new.lacking(batch.months)
        there = [month for month in batch.months if month not in new]
        bound = {"first": batch.first, "last": batch.last}
        added = 0
        for insertion, some in ((self._insert[False], there), (self._insert[True], new)):
            if some:
                # Named only where rows of the batch go both ways: to ask each row takes time.
                asked = some if len(some) < len(batch.months) else None
                added += self._connection.execute(insertion, {**bound, "months": asked}).rowcount
        return added

    def end(self) -> None:
        """Let the layer's table have the months that were filled beside it."""
        self._new.hand_over()


def _insertion(layer: Layer, into: str, staging: Table, names: tuple[str, ...]) -> Insert:
    """Insert the rows of a batch whose key is not in a table, one a key.

    A subquery that must be asked row by row keeps the database at the index of the key; a join
    would be planned without knowing the batch, and read the whole table for each.

    Args:
        layer: Whose rows they are.
        into: The layer's table, or one like it.
        staging: Where they are; `first` and `last` are bound to lines, both included, `months` to
            those of the rows, or to None for all.
        names: Columns that they bring.
    """
    target = table(into, column("fid"), *(column(name) for name in (*names, *layer.key)))
    same = and_(*(target.c[name] == staging.c[name] for name in layer.key))
    there = select(literal_column("1")).select_from(target).where(same).limit(1).scalar_subquery()
    key = [staging.c[name] for name in layer.key]
    month = f"date_trunc('month', {layer.instant}, 'UTC')"
    sequence = select(cast(func.pg_get_serial_sequence(layer.id, "fid"), REGCLASS))
    number = func.nextval(sequence.scalar_subquery())
    return insert(target).from_select(
        ("fid", *names),
        select(number, *(staging.c[name] for name in names))
        .where(
            text("staging.line BETWEEN :first AND :last"),
            text(f"(CAST(:months AS timestamptz[]) IS NULL OR {month} = ANY(:months))"),
            there.is_(None),
        )
        .order_by(*key, staging.c.line)
        .ext(distinct_on(*key)),
    )
