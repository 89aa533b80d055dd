"""Graded rows into PostGIS: COPY to a staging table, then one update and one insert."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg2 import Error as DriverError
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
    case,
    cast,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.schema import CreateTable

from app.analyses.regrade import regrade
from app.db.assessments import GRADE_COLUMNS
from app.db.copy_in import copy_in
from app.db.tables import ASSESSMENTS, geometry_type, table_of
from app.ingest.append import append
from app.ingest.feed import Batch, staged_fields
from app.ingest.record import Rejection
from layers.declare import Layer


@dataclass(frozen=True)
class Loaded:
    """What a load did to the layer's table."""

    staged: int
    added: int
    changed: int
    unlocated: int


class Staging:
    """The rows of one import, in a table that is gone when the transaction ends.

    Args:
        connection: In the transaction of the import.
        layer: Where the rows shall go.
        fields: Fields that the file brings; the others stay as they are.
        sparse: Fields among them that only some rows bring; empty ones leave what is there.
    """

    def __init__(
        self,
        connection: Connection,
        layer: Layer,
        fields: Sequence[str],
        sparse: Sequence[str] = (),
    ) -> None:
        """Make the table."""
        self._connection = connection
        self._layer = layer
        self._target = table_of(layer)
        self._brought = frozenset(fields)
        self._sparse = frozenset(sparse)
        self._fields = staged_fields(layer, fields)
        self._grade = GRADE_COLUMNS if layer.graded else ()
        self._kept = (*self._fields, "geom", *self._grade)
        self._staged = self._appended = 0
        self.table = self._make()

    def _make(self) -> Table:
        columns = [Column(name, self._target.c[name].type) for name in self._kept if name != "geom"]
        table = Table(
            "staging",
            MetaData(),
            Column("line", Integer),
            *columns,
            Column("geom", geometry_type(self._layer, 4326)),
            Column("township_code", self._target.c.township_code.type),
            Column("content", Text),
            prefixes=["TEMPORARY"],
            postgresql_on_commit="DROP",
        )
        self._connection.execute(text("DROP TABLE IF EXISTS pg_temp.staging"))
        self._connection.execute(CreateTable(table))
        return table

    def fill(self, batches: Iterable[Batch]) -> None:
        """Copy rows in as they come; those of a partitioned layer go on into its table."""
        names = (*self._kept, *(["content"] if self._grade else []))
        if self._layer.partitioned:
            self._staged, self._appended = append(
                self._connection, self._layer, self.table, names, batches
            )
        else:
            self._copy(names, batches)
        if not self._all_appended():
            self._connection.execute(text("ANALYZE staging"))

    def _copy(self, names: tuple[str, ...], batches: Iterable[Batch]) -> None:
        driver = self._connection.connection.driver_connection
        assert driver is not None
        feed = _Feed(batch.content for batch in batches)
        command = f"COPY staging ({', '.join(('line', *names))}) FROM STDIN (FORMAT csv)"
        try:
            copy_in(driver, command, feed)
        except DriverError:
            # The driver hides what the rows raised behind an error of its own.
            if feed.fault is not None:
                raise feed.fault from None
            raise

    def _all_appended(self) -> bool:
        """Whether every row is in the table already, so that none repeats or changes another."""
        return self._layer.partitioned and self._appended == self._staged

    def drop_repeated(self) -> list[Rejection]:
        """Take out rows whose key an earlier row of the file has; returns them as rejections."""
        if self._all_appended():
            return []
        key = ", ".join(self._layer.key)
        titles = "、".join(self._layer.fields[name].title for name in self._layer.key)
        rows = self._connection.execute(
            text(
                f"WITH numbered AS (SELECT line, row_number() OVER (PARTITION BY {key} "  # noqa: S608 - names of the declaration
                f"ORDER BY line) AS place, first_value(line) OVER (PARTITION BY {key} "
                f"ORDER BY line) AS first, concat_ws(' ', {key}) AS shown FROM staging) "
                "DELETE FROM staging USING numbered WHERE staging.line = numbered.line "
                "AND numbered.place > 1 RETURNING numbered.line, numbered.first, numbered.shown"
            )
        )
        return [
            Rejection(line, self._layer.key[0], f"{shown} (= {first})", f"{titles}：与前面的行重复",
                      "repeats the key of an earlier row")
            for line, first, shown in sorted(rows)
        ]  # fmt: skip

    def place_in(self, townships: Layer) -> None:
        """Find the township of every point; on a border the lowest code wins."""
        if self._layer.geometry not in {"Point", "Geometry"} or self._layer.partitioned:
            return
        areas = table_of(townships)
        code = (
            select(func.min(areas.c.code))
            .where(func.ST_Intersects(areas.c.geom, self.table.c.geom))
            .scalar_subquery()
        )
        self._connection.execute(update(self.table).values(township_code=code))

    def merge(self) -> Loaded:
        """Update the rows that differ, insert those that are new; twice changes nothing."""
        if self._all_appended():
            return Loaded(self._staged, self._appended, 0, self._without_place())
        if self._grade:
            self._connection.execute(self._insert_assessments())
        changed = self._connection.execute(self._update()).rowcount
        added = self._appended + self._connection.execute(self._insert()).rowcount
        if self._some_inputs():
            regrade(self._connection, self._layer, self._target.c.changed_at == func.now())
        unlocated = func.count().filter(self._target.c.geom.is_(None))
        counts = self._connection.execute(
            select(func.count(), unlocated).join_from(self.table, self._target, self._same_key())
        ).one()
        return Loaded(counts[0], added, changed, counts[1])

    def unlocated(self) -> int:
        """How many of the rows have no place by now, when what follows has been computed."""
        if self._all_appended():
            return self._without_place()
        statement = (
            select(func.count()).select_from(self.table).join(self._target, self._same_key())
        )
        return self._connection.scalar(statement.where(self._target.c.geom.is_(None))) or 0

    def _without_place(self) -> int:
        where = self.table.c.geom.is_(None)
        return (
            self._connection.scalar(select(func.count()).select_from(self.table).where(where)) or 0
        )

    def _some_inputs(self) -> bool:
        """Whether the file brings some inputs of the grade, but not all."""
        inputs = set(self._layer.grade_fields)
        return bool(inputs & self._brought) and not inputs <= self._brought

    def _regraded(self) -> tuple[str, ...]:
        """Grade columns that an update takes from the file: all where it brings every input."""
        return self._grade if set(self._layer.grade_fields) <= self._brought else ()

    def _update(self) -> Any:
        staged, target = self.table, self._target
        names = [name for name in self._fields if name in self._brought]
        values: dict[str, Any] = {
            name: func.coalesce(staged.c[name], target.c[name])
            if name in self._sparse
            else staged.c[name]
            for name in (*names, *self._regraded())
            if name not in self._layer.key
        }
        # A file without coordinates leaves places as they are.
        values["geom"] = func.coalesce(staged.c.geom, target.c.geom)
        values["township_code"] = case(
            (staged.c.geom.is_not(None), staged.c.township_code), else_=target.c.township_code
        )
        differs = or_(
            *(target.c[name].is_distinct_from(value) for name, value in values.items()
              if name != "township_code")
        )  # fmt: skip
        return update(target).values(values).where(self._same_key(), differs)

    def _same_key(self) -> Any:
        return and_(*(self._target.c[name] == self.table.c[name] for name in self._layer.key))

    def _insert_assessments(self) -> Any:
        first = (
            select(self.table.c.assessment, cast(self.table.c.content, JSONB))
            .where(self.table.c.content.is_not(None))
            .ext(distinct_on(self.table.c.assessment))
        )
        new = postgresql_insert(ASSESSMENTS).from_select(["id", "content"], first)
        return new.on_conflict_do_nothing()

    def _insert(self) -> Any:
        names = (*self._kept, "township_code")
        new = (
            select(*(self.table.c[name] for name in names))
            .where(~select(literal_column("1")).select_from(self._target).where(self._same_key())
                   .exists())
            .order_by(self.table.c.line)
        )  # fmt: skip
        return insert(self._target).from_select(names, new)


class _Feed:
    """What COPY reads from: pieces of text, never more than one in memory."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""
        self.fault: BaseException | None = None

    def read(self, size: int | None = -1, /) -> bytes:
        while not self._rest:
            try:
                piece = next(self._pieces, None)
            except BaseException as fault:
                self.fault = fault
                raise
            if piece is None:
                return b""
            self._rest = piece
        if size is None or size < 0:
            size = len(self._rest)
        part, self._rest = self._rest[:size], self._rest[size:]
        return part
