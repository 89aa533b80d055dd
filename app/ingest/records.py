"""What the database knows of imports: the list, one with its report, how a like file was mapped."""

from typing import Any

from sqlalchemy import Select, select

from app.db.reader import Reader
from app.db.tables import IMPORTS
from app.ingest.naming import PLACE, Mapped
from layers.declare import Layer

REMEMBERED = 50
"""Imports of a layer among which one of a file with the same columns is looked for."""

COUNTS = ("read", "added", "changed", "unchanged", "rejected", "unlocated")

FACTS = ("id", "layer", "file", "sha256", "crs", "actor", "imported_at", "undone_at", "undone_by")


def listed(layer: str | None, limit: int) -> Select[Any]:
    """The newest imports with their counts."""
    counts = (IMPORTS.c.report[name].as_integer().label(name) for name in COUNTS)
    statement = select(*(IMPORTS.c[name] for name in FACTS), *counts)
    if layer is not None:
        statement = statement.where(IMPORTS.c.layer == layer)
    return statement.order_by(IMPORTS.c.id.desc()).limit(limit)


def recorded(number: int) -> Select[Any]:
    """One import with its report and mapping."""
    return select(*(IMPORTS.c[name] for name in FACTS), IMPORTS.c.mapping, IMPORTS.c.report).where(
        IMPORTS.c.id == number
    )


def mapped_before(reader: Reader, layer: Layer, headers: tuple[str, ...]) -> Mapped | None:
    """How the last file with the same columns was mapped to a layer; None where there was none."""
    rows = reader.all(
        select(IMPORTS.c.mapping)
        .where(IMPORTS.c.layer == layer.id, IMPORTS.c.undone_at.is_(None))
        .where(IMPORTS.c.mapping.is_not(None))
        .order_by(IMPORTS.c.id.desc())
        .limit(REMEMBERED)
    )
    known = {*layer.fields, *PLACE, None}
    return next(
        (
            row["mapping"]
            for row in rows
            if set(row["mapping"]) == set(headers) and known.issuperset(row["mapping"].values())
        ),
        None,
    )
