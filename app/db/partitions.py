"""Monthly parts of a partitioned layer's table, made when rows for them come."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, func, select, text, update

from app.db.tables import LAYER_VERSIONS
from layers.declare import Layer


def make_months(connection: Connection, layer: Layer, months: Iterable[datetime]) -> None:
    """Make the parts of months, each given by its first instant in UTC; those there are stay."""
    for month in months:
        connection.execute(
            text(
                f"CREATE TABLE IF NOT EXISTS {_part(layer, month)} PARTITION OF {layer.id} "
                f"FOR VALUES {_bounds(month)}"
            )
        )


class NewMonths:
    """Months that a layer's table lacks: filled beside it, given to it when they are full.

    So who reads the layer never waits for who fills it, and an index that costs much for every row
    is built once, in the end. Only the keys are watched while rows come.

    Args:
        connection: In the transaction that fills them; one such at a time.
        layer: Partitioned.

    Attributes:
        name: The table that takes the rows of these months.
    """

    def __init__(self, connection: Connection, layer: Layer) -> None:
        """Make the table beside the layer's; it has no months yet."""
        self.name = f"{layer.id}_beside"
        self._connection = connection
        self._layer = layer
        self._beside: dict[datetime, bool] = {}
        self._run(
            f"CREATE TABLE {self.name} (LIKE {layer.id} INCLUDING DEFAULTS, "
            f"PRIMARY KEY (fid, {layer.instant}), UNIQUE ({', '.join(layer.key)})) "
            f"PARTITION BY RANGE ({layer.instant})"
        )

    def lacking(self, months: Iterable[datetime]) -> list[datetime]:
        """Those of some months that the layer's table lacks; they can be filled from now on."""
        return [month for month in months if self._is_beside(month)]

    def hand_over(self) -> None:
        """Give the months to the layer's table, and take away the one beside it."""
        new = [month for month, beside in self._beside.items() if beside]
        for month in new:
            part = _part(self._layer, month)
            self._run(f"ALTER TABLE {self.name} DETACH PARTITION {part}")
            self._run(
                f"ALTER TABLE {self._layer.id} ATTACH PARTITION {part} FOR VALUES {_bounds(month)}"
            )
        self._run(f"DROP TABLE {self.name}")
        if new:
            self._tell()

    def _is_beside(self, month: datetime) -> bool:
        if month not in self._beside:
            part = _part(self._layer, month)
            self._beside[month] = self._connection.scalar(select(func.to_regclass(part))) is None
            if self._beside[month]:
                self._run(
                    f"CREATE TABLE {part} PARTITION OF {self.name} FOR VALUES {_bounds(month)}"
                )
        return self._beside[month]

    def _tell(self) -> None:
        """Raise the layer's version, as its triggers do for what is inserted."""
        versions, name = LAYER_VERSIONS.c, self._layer.id
        raised = self._connection.scalar(
            update(LAYER_VERSIONS)
            .where(versions.layer == name)
            .values(version=versions.version + 1, changed_at=func.now())
            .returning(versions.version)
        )
        self._connection.execute(select(func.pg_notify("layer_changed", f"{name}:{raised}")))

    def _run(self, command: str) -> None:
        self._connection.execute(text(command))


def _part(layer: Layer, month: datetime) -> str:
    return f"{layer.id}_{month:%Y_%m}"


def _bounds(month: datetime) -> str:
    after = datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=month.tzinfo)
    return f"FROM ('{month:%Y-%m-%d}T00:00:00Z') TO ('{after:%Y-%m-%d}T00:00:00Z')"
