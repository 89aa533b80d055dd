"""Grades made anew from what is stored: each distinct set of inputs is graded once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Row,
    Table,
    Text,
    cast,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.schema import CreateTable

from app.db.assessments import GRADE_COLUMNS, Written, keep
from app.db.tables import table_of
from layers.declare import Layer

BATCH = 1000


def regrade(connection: Connection, layer: Layer, which: ColumnElement[bool]) -> int:
    """Grade the rows of a layer again where a condition holds; returns how many changed.

    Raises:
        UngradableInput: A stored row has inputs that the rules refuse; nothing is changed then.
    """
    table = table_of(layer)
    inputs = [table.c[name] for name in layer.grade_fields]
    key = cast(func.row(*inputs), Text)
    distinct = connection.execute(select(key.label("key"), *inputs).where(which).distinct()).all()
    graded = _make_table(connection, table)
    for begin in range(0, len(distinct), BATCH):
        _grade(connection, layer, graded, distinct[begin : begin + BATCH])
    connection.execute(text("ANALYZE graded"))
    differs = table.c.assessment.is_distinct_from(graded.c.assessment)
    changed = (
        update(table)
        .values({name: graded.c[name] for name in GRADE_COLUMNS})
        .where(which, graded.c.key == key, differs)
    )
    return connection.execute(changed).rowcount


def _make_table(connection: Connection, table: Table[Any]) -> Table[Any]:
    graded = Table(
        "graded",
        MetaData(),
        Column("key", Text),
        *(Column(name, table.c[name].type) for name in GRADE_COLUMNS),
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
    )
    connection.execute(text("DROP TABLE IF EXISTS pg_temp.graded"))
    connection.execute(CreateTable(graded))
    return graded


def _grade(
    connection: Connection, layer: Layer, graded: Table[Any], rows: Sequence[Row[Any]]
) -> None:
    assert layer.grade is not None
    written = [Written.of(layer.grade(row)) for row in rows]
    keep(connection, written)
    values = [{"key": row.key, **each.columns()} for row, each in zip(rows, written, strict=True)]
    connection.execute(insert(graded), values)
