"""Graded rows into PostGIS: COPY to a staging table, then one update and one insert."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    and_,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.schema import CreateTable

from app.db.tables import geometry_type, table_of
from app.ingest.record import GradedRow, Rejection
from layers.declare import Layer
from layers.grading.assessment import Assessment

GRADE_COLUMNS = ("grade", "grade_method", "rule_set", "rule_version", "assessment")

BATCH_ROWS = 2000


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
    """

    def __init__(self, connection: Connection, layer: Layer, fields: Sequence[str]) -> None:
        """Make the table."""
        self._connection = connection
        self._layer = layer
        self._target = table_of(layer)
        self._brought = tuple(name for name in layer.fields if name in fields)
        grade = GRADE_COLUMNS if layer.graded else ()
        self._columns = ("line", *self._brought, "geom", *grade)
        self.table = self._make()

    def _make(self) -> Table:
        columns = [
            Column(name, self._target.c[name].type) for name in self._columns[1:] if name != "geom"
        ]
        table = Table(
            "staging",
            MetaData(),
            Column("line", Integer),
            *columns,
            Column("geom", geometry_type(self._layer, 4326)),
            Column("township_code", self._target.c.township_code.type),
            prefixes=["TEMPORARY"],
            postgresql_on_commit="DROP",
        )
        self._connection.execute(text("DROP TABLE IF EXISTS pg_temp.staging"))
        self._connection.execute(CreateTable(table))
        return table

    def fill(self, rows: Iterable[GradedRow]) -> None:
        """Copy rows in as they come."""
        names = ", ".join(self._columns)
        driver = self._connection.connection.driver_connection
        assert driver is not None
        with driver.cursor() as cursor:
            cursor.copy_expert(
                f"COPY staging ({names}) FROM STDIN (FORMAT csv)",
                _Feed(self._lines(rows)),
                size=1 << 18,
            )
        self._connection.execute(text("ANALYZE staging"))

    def _lines(self, rows: Iterable[GradedRow]) -> Iterator[str]:
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        written = _Written()
        for number, row in enumerate(rows, start=1):
            writer.writerow(self._cells(row, written))
            if number % BATCH_ROWS == 0:
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
        yield buffer.getvalue()

    def _cells(self, row: GradedRow, written: "_Written") -> list[Any]:
        cells: list[Any] = [row.line]
        for name in self._brought:
            value = getattr(row.row, name)
            cells.append(value.isoformat() if isinstance(value, date) else value)
        cells.append(row.geometry)
        if self._layer.graded:
            cells.extend(written.grade(row.assessment))
        return cells

    def drop_repeated(self) -> list[Rejection]:
        """Take out rows whose key an earlier row of the file has; returns them as rejections."""
        key = ", ".join(self._layer.key)
        titles = "、".join(self._layer.fields[name].title for name in self._layer.key)
        rows = self._connection.execute(
            text(
                f"WITH numbered AS (SELECT line, row_number() OVER (PARTITION BY {key} "  # noqa: S608 - names of the declaration
                f"ORDER BY line) AS place, first_value(line) OVER (PARTITION BY {key} "
                f"ORDER BY line) AS first, concat_ws(' ', {key}) AS shown FROM staging) "
                "DELETE FROM staging USING numbered WHERE staging.line = numbered.line "
                "AND place > 1 RETURNING numbered.line, first, shown"
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
        changed = self._connection.execute(self._update()).rowcount
        added = self._connection.execute(self._insert()).rowcount
        counts = self._connection.execute(
            select(func.count(), func.count().filter(self.table.c.geom.is_(None)))
            .select_from(self.table)
        ).one()  # fmt: skip
        return Loaded(counts[0], added, changed, counts[1])

    def _update(self) -> Any:
        staged, target = self.table, self._target
        values = {name: staged.c[name] for name in self._columns[1:] if name not in self._layer.key}
        # A file without coordinates leaves places as they are.
        values["geom"] = func.coalesce(staged.c.geom, target.c.geom)
        values["township_code"] = func.coalesce(staged.c.township_code, target.c.township_code)
        differs = or_(
            *(target.c[name].is_distinct_from(value) for name, value in values.items()
              if name != "township_code")
        )  # fmt: skip
        return update(target).values(values).where(self._same_key(), differs)

    def _same_key(self) -> Any:
        return and_(*(self._target.c[name] == self.table.c[name] for name in self._layer.key))

    def _insert(self) -> Any:
        names = (*self._columns[1:], "township_code")
        new = (
            select(*(self.table.c[name] for name in names))
            .where(~select(literal_column("1")).select_from(self._target).where(self._same_key())
                   .exists())
            .order_by(self.table.c.line)
        )  # fmt: skip
        return insert(self._target).from_select(names, new)


class _Written:
    """Assessments as cells; many rows share one, which is written once."""

    def __init__(self) -> None:
        self._texts: dict[int, tuple[Assessment, str]] = {}

    def grade(self, assessment: Assessment | None) -> list[Any]:
        if assessment is None:
            return [None] * len(GRADE_COLUMNS)
        known = self._texts.get(id(assessment))
        if known is None:
            if len(self._texts) > 10_000:  # noqa: PLR2004
                self._texts.clear()
            known = (assessment, json.dumps(assessment.as_json(), ensure_ascii=False, default=str))
            self._texts[id(assessment)] = known
        method = assessment.method if assessment.grade is not None else None
        return [assessment.grade, method, assessment.rule_set, assessment.rule_version, known[1]]


class _Feed(io.TextIOBase):
    """What COPY reads from: pieces of text, never more than one in memory."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._rest = ""

    def read(self, size: int | None = -1, /) -> str:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return ""
            self._rest = piece
        if size is None or size < 0:
            size = len(self._rest)
        part, self._rest = self._rest[:size], self._rest[size:]
        return part
