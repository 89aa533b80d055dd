"""What is open raises the displayed grade of the feature at which it is open; both are kept."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Row,
    SmallInteger,
    column,
    or_,
    select,
    update,
    values,
)

from app.db.tables import table_of
from layers.declare import Layer
from layers.grading import dynamic

Open = Mapping[str, Counter[str]]
"""Key of a feature to the reasons of the dynamic rule set that hold there, each with its count."""


def raise_again(connection: Connection, layers: Mapping[str, Layer], today: date) -> int:
    """Find anew by how much every feature is raised; returns how many changed.

    Args:
        connection: In a transaction.
        layers: Every layer.
        today: Day in the city's zone, against which deadlines are held.
    """
    found = open_at(connection, layers, today)
    return sum(
        _raise(connection, layer, found.get(layer.id, {}))
        for layer in layers.values()
        if layer.id in _raised_layers(layers)
    )


def concerns(layer: Layer, layers: Mapping[str, Layer]) -> bool:
    """Whether a change of a layer can change what is raised."""
    return layer.raising is not None or layer.id in _raised_layers(layers)


def open_at(
    connection: Connection, layers: Mapping[str, Layer], today: date
) -> dict[str, dict[str, Counter[str]]]:
    """What is open today: layer id to the keys of its features to the reasons there."""
    found: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for layer in layers.values():
        for row, reasons in _open_rows(connection, layer, today):
            for target, name in layer.raising.at if layer.raising else ():
                if getattr(row, name) is not None:
                    found[target][getattr(row, name)].update(reasons)
    return found


def _raised_layers(layers: Mapping[str, Layer]) -> set[str]:
    named = {at[0] for layer in layers.values() if layer.raising for at in layer.raising.at}
    return named & layers.keys()


def _open_rows(
    connection: Connection, layer: Layer, today: date
) -> Iterator[tuple[Row[Any], tuple[str, ...]]]:
    """Rows of a layer that raise something, each with its reasons."""
    if layer.raising is None:
        return
    table = table_of(layer)
    linked = [table.c[name] for _, name in layer.raising.at]
    rows = connection.execute(
        select(*linked, *(table.c[name] for name in layer.raising.reads))
        .where(or_(*(each.is_not(None) for each in linked)))
        .execution_options(yield_per=1000)
    )
    for row in rows:
        reasons = layer.raising.reasons(row, today)
        if reasons:
            yield row, reasons


def _raise(connection: Connection, layer: Layer, found: Open) -> int:
    table = table_of(layer)
    key = table.c[layer.key[0]]
    rows = connection.execute(
        select(table.c.fid, key.label("key"), table.c.grade, table.c.raised).where(
            or_(table.c.raised > 0, key.in_(list(found)))
        )
    )
    wanted = [(row.fid, _by(row.grade, found.get(row.key, {}))) for row in rows]
    if not wanted:
        return 0
    new = values(column("fid", BigInteger), column("raised", SmallInteger), name="new").data(wanted)
    done = connection.execute(
        update(table)
        .values(raised=new.c.raised)
        .where(table.c.fid == new.c.fid, table.c.raised != new.c.raised)
    )
    return done.rowcount


def _by(grade: int | None, counts: Mapping[str, int]) -> int:
    """By how many grades a feature is raised; what is not assessed is not."""
    shown = dynamic.grade(grade, counts)
    if shown.assessed is None or shown.displayed is None:
        return 0
    return shown.assessed - shown.displayed
