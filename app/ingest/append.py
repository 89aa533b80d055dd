"""Rows of a partitioned layer into its table while the rest of the file is still read.

Positions come by the million, and to read them takes as long as to write them: a thread writes a
batch while the next is read.
"""

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from io import StringIO
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, insert, literal_column, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from app.db.partitions import make_partitions
from app.db.tables import table_of
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
    return staged, added


class _Appending:
    def __init__(
        self, connection: Connection, layer: Layer, staging: Table, names: tuple[str, ...]
    ) -> None:
        self._connection = connection
        self._layer = layer
        self._names = names
        self._insert = insert(table_of(layer)).from_select(names, _new_rows(layer, staging, names))

    def write(self, batch: Batch) -> int:
        """Write one batch; returns how many keys were new."""
        driver = self._connection.connection.driver_connection
        assert driver is not None
        names = ", ".join(("line", *self._names))
        with driver.cursor() as cursor:
            command = f"COPY staging ({names}) FROM STDIN (FORMAT csv)"
            cursor.copy_expert(command, StringIO(batch.text), size=PIECE_BYTES)
        lines = {"first": batch.first, "last": batch.last}
        make_partitions(self._connection, self._layer, lines)
        return self._connection.execute(self._insert, lines).rowcount


def _new_rows(layer: Layer, staging: Table, names: tuple[str, ...]) -> Select[Any]:
    """Rows of a batch whose key is not in the table, one a key.

    A subquery that must be asked row by row keeps the database at the index of the key; a join
    would be planned without knowing the batch, and read the whole table for each.
    """
    target = table_of(layer)
    same = and_(*(target.c[name] == staging.c[name] for name in layer.key))
    there = select(literal_column("1")).select_from(target).where(same).limit(1).scalar_subquery()
    key = [staging.c[name] for name in layer.key]
    return (
        select(*(staging.c[name] for name in names))
        .where(text("staging.line BETWEEN :first AND :last"), there.is_(None))
        .order_by(*key, staging.c.line)
        .ext(distinct_on(*key))
    )
