"""The rows of a layer, as they are now or as they were at an instant."""

from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, false, or_, select, union_all

from app.db.tables import history_of, table_of
from layers.declare import Layer

GRADES = ("grade", "displayed_grade")
"""Properties that hold a grade: the assessed one, and the one that is shown."""


def rows_of(layer: Layer, asof: datetime | None = None) -> FromClause:
    """The table of the layer, or its state at an instant.

    Args:
        layer: The layer; one whose history is not kept gives its present rows.
        asof: Instant with an offset; None for now.
    """
    table = table_of(layer)
    if asof is None or not layer.kept:
        return table
    past = history_of(layer)
    shared = [column.name for column in past.c if column.name in table.c]
    now = select(*(table.c[name] for name in shared)).where(table.c.changed_at <= asof)
    before = select(*(past.c[name] for name in shared)).where(
        past.c.changed_at <= asof, past.c.replaced_at > asof
    )
    return union_all(now, before).subquery(layer.id)


def published(layer: Layer) -> tuple[str, ...]:
    """Names of the properties that a feature of the layer has, in order."""
    grade = ("grade", "grade_method", "displayed_grade") if layer.graded else ()
    return (*layer.fields, *grade, "township_code")


def is_any_of(column: ColumnElement[object], values: list[object]) -> ColumnElement[bool]:
    """Whether a column has one of the values; None among them matches an empty column."""
    named = [value for value in values if value is not None]
    parts = [column.in_(named)] if named else []
    if None in values:
        parts.append(column.is_(None))
    return or_(*parts) if parts else false()
