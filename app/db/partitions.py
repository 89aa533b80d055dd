"""Monthly parts of a partitioned layer's table, made when rows for them come."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, text

from layers.declare import Layer


def make_partitions(connection: Connection, layer: Layer, lines: Mapping[str, int]) -> None:
    """Make the months that staged rows need, from the `first` line to the `last`, both included.

    Those that are there stay.
    """
    months = connection.execute(
        text(
            f"SELECT DISTINCT date_trunc('month', {layer.instant}, 'UTC') AS month FROM staging "  # noqa: S608 - a name of the declaration
            "WHERE line BETWEEN :first AND :last ORDER BY 1"
        ),
        lines,
    ).scalars()
    make_months(connection, layer, months.all())


def make_months(connection: Connection, layer: Layer, months: Iterable[datetime]) -> None:
    """Make the parts of months, each given by its first instant in UTC."""
    for month in months:
        _make(connection, layer, month)


def _make(connection: Connection, layer: Layer, month: datetime) -> None:
    after = datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=month.tzinfo)
    connection.execute(
        text(
            f"CREATE TABLE IF NOT EXISTS {layer.id}_{month:%Y_%m} PARTITION OF {layer.id} "
            f"FOR VALUES FROM ('{month:%Y-%m-%d}T00:00:00Z') TO ('{after:%Y-%m-%d}T00:00:00Z')"
        )
    )
