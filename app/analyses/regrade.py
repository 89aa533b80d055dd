"""Grades made anew from what is stored: each distinct set of inputs is graded once."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    cast,
    func,
    insert,
    select,
    text,
    true,
    update,
)
from sqlalchemy.schema import CreateTable

from app.analyses.moves import Move, Refusal, Regraded
from app.db.assessments import GRADE_COLUMNS, Written, keep
from app.db.tables import table_of
from layers.declare import Layer
from layers.grading.assessment import UngradableInput
from layers.grading.rule_set import RuleBook

BATCH = 1000

LISTED = 20
"""Moves that are listed unless more are asked for."""


def regrade(
    connection: Connection,
    layer: Layer,
    which: ColumnElement[bool] | None = None,
    book: RuleBook | None = None,
) -> Regraded:
    """Grade the rows of a layer again where a condition holds.

    Args:
        connection: In a transaction.
        layer: A graded layer.
        which: Condition on its table; None for every row.
        book: Rule sets that replace the shipped ones; None: all shipped.

    Raises:
        UngradableInput: A stored row has inputs that the rules refuse; nothing is changed then.
    """
    regrading = Regrading(connection, layer, which, book)
    if regrading.outcome.refusals:
        raise regrading.outcome.refusals[0].fault
    regrading.write()
    return regrading.outcome


class Regrading:
    """New grades of a layer, found and compared with those that stand; written when asked.

    Rows whose inputs are refused are no part of it: they keep the grade that they have.
    """

    def __init__(
        self,
        connection: Connection,
        layer: Layer,
        which: ColumnElement[bool] | None = None,
        book: RuleBook | None = None,
    ) -> None:
        """Grade every distinct set of inputs; nothing that stands is changed yet."""
        self.outcome = Regraded(layer.id)
        self._connection = connection
        self._layer = layer
        self._book = book
        self._table = table_of(layer)
        self._which = true() if which is None else which
        self._inputs = [self._table.c[name] for name in layer.grade_fields]
        self._key: ColumnElement[str] = cast(func.row(*self._inputs), Text)
        self._graded = self._make_table("graded", Column("key", Text))
        self._differing = self._make_table("regraded", *self._before())
        for batch in self._batches():
            self._grade(batch)
        if self.outcome.changed:
            self._compare()

    def list_moves(self, at_most: int | None = LISTED) -> None:
        """Put the features whose grade changes into the outcome, worst first; None for all."""
        table, differing = self._table, self._differing
        # The few that are listed first, then their names: not every name for a few.
        first = (
            select(differing.c.fid, differing.c.was, differing.c.grade)
            .where(differing.c.was.is_distinct_from(differing.c.grade))
            .order_by(differing.c.grade.nulls_last(), differing.c.was.nulls_last(), differing.c.fid)
            .limit(at_most)
            .subquery("first")
        )
        rows = self._connection.execute(
            select(first.c.fid, table.c[self._layer.label].label("name"), first.c.was,
                   first.c.grade, table.c.township_code)
            .join_from(first, table, table.c.fid == first.c.fid)
            .order_by(first.c.grade.nulls_last(), first.c.was.nulls_last(), first.c.fid)
        )  # fmt: skip
        self.outcome.moves = [Move(*row) for row in rows]

    def write(self) -> None:
        """Give the rows their new grades; the triggers keep what was."""
        if not self.outcome.changed:
            return
        table, differing = self._table, self._differing
        self._connection.execute(
            update(table)
            .values({name: differing.c[name] for name in GRADE_COLUMNS})
            .where(table.c.fid == differing.c.fid)
        )

    def _before(self) -> tuple[Column[Any], ...]:
        return (Column("fid", self._table.c.fid.type), Column("was", self._table.c.grade.type))

    def _make_table(self, name: str, *columns: Column[Any]) -> Table[Any]:
        made = Table(
            name,
            MetaData(),
            *columns,
            *(Column(each, self._table.c[each].type) for each in GRADE_COLUMNS),
            prefixes=["TEMPORARY"],
            postgresql_on_commit="DROP",
        )
        self._connection.execute(text(f"DROP TABLE IF EXISTS pg_temp.{name}"))
        self._connection.execute(CreateTable(made))
        return made

    def _groups(self) -> Select[Any]:
        """The distinct sets of inputs, each with the assessments that rows have by now."""
        table = self._table
        parts = (*self._inputs, table.c.grade, table.c.assessment)
        return (
            select(self._key.label("key"), *self._inputs, table.c.grade.label("was"),
                   table.c.assessment.label("stands"), func.count().label("rows"))
            .where(self._which)
            .group_by(*parts)
            .order_by("key")
        )  # fmt: skip

    def _batches(self) -> Iterator[list[list[Row[Any]]]]:
        """Sets of inputs, some at a time; each is a list of its groups."""
        found = self._connection.execute(self._groups().execution_options(yield_per=BATCH))
        batch: list[list[Row[Any]]] = []
        for _, rows in groupby(found, key=lambda row: row.key):
            batch.append(list(rows))
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    def _grade(self, batch: Sequence[Sequence[Row[Any]]]) -> None:
        new: dict[str, Written] = {}
        for groups in batch:
            written = self._written(groups)
            if written is not None and self._count(groups, written):
                new[groups[0].key] = written
        if new:
            keep(self._connection, new.values())
            values = [{"key": key, **each.columns()} for key, each in new.items()]
            self._connection.execute(insert(self._graded), values)

    def _written(self, groups: Sequence[Row[Any]]) -> Written | None:
        """The assessment of one set of inputs; None where the rules refuse it."""
        assert self._layer.grade is not None
        try:
            # A layer whose grade knows no book is graded by the shipped rule sets all the same.
            given = (self._book,) if self._book else ()
            return Written.of(self._layer.grade(groups[0], *given))
        except UngradableInput as fault:
            self.outcome.refusals.append(Refusal(fault, sum(group.rows for group in groups)))
            return None

    def _count(self, groups: Sequence[Row[Any]], written: Written) -> int:
        """Count what becomes of the rows of one set of inputs; returns how many change."""
        changed = 0
        for group in groups:
            self.outcome.steps[group.was, written.grade] += group.rows
            self.outcome.rule_sets[written.rule_set, written.rule_version] += group.rows
            changed += group.rows if group.stands != written.id else 0
        self.outcome.changed += changed
        return changed

    def _compare(self) -> None:
        """Find the rows whose assessment differs from the one that was made."""
        table, graded = self._table, self._graded
        rows = select(
            table.c.fid, table.c.grade, *(graded.c[name] for name in GRADE_COLUMNS)
        ).where(
            self._which,
            graded.c.key == self._key,
            table.c.assessment.is_distinct_from(graded.c.assessment),
        )
        self._connection.execute(text("ANALYZE graded"))
        names = ["fid", "was", *GRADE_COLUMNS]
        self._connection.execute(insert(self._differing).from_select(names, rows))
        self._connection.execute(text("ANALYZE regraded"))
