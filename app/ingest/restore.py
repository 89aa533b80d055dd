"""The rows of a layer taken back to what they were before one transaction.

Two tables of the undoing transaction hold them: `undone`, as that transaction left them, and
`replaced`, as they were before. A column is taken back where the two differ. What is computed from
other rows is no reason to refuse, and is computed anew.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, text

from app.analyses.follow import COMPUTED
from app.analyses.places import place_again
from app.analyses.regrade import regrade
from app.db.assessments import GRADE_COLUMNS
from app.db.tables import table_of
from layers.declare import Layer

SHOWN = 5
"""Keys of rows changed later that a refusal names."""


class Restoring:
    """Restores what one transaction did to a layer whose earlier states are kept.

    Args:
        connection: In the transaction that restores, in the layer's turn.
        layers: Every layer.
        layer: Whose rows are restored.
        at: `now()` of the transaction that is undone.
        filled: Whether fields that are filled from other layers go back too.
    """

    def __init__(
        self,
        connection: Connection,
        layers: dict[str, Layer],
        layer: Layer,
        at: datetime,
        *,
        filled: bool = False,
    ) -> None:
        """Find the rows; nothing is changed yet."""
        self._connection = connection
        self._layers = layers
        self._layer = layer
        computed = () if filled else COMPUTED.get(layer.id, ())
        self._content = [*(name for name in layer.fields if name not in computed), "geom"]
        self._beside = ["township_code", *(GRADE_COLUMNS if layer.graded else ())]
        self._find(at)

    def later(self) -> tuple[list[str], int]:
        """Rows changed or deleted since in what was changed: the first few keys, and how many."""
        key = ", ".join(f"coalesce(a.{name}, b.{name})" for name in self._layer.key)
        rows = self._connection.execute(
            text(
                f"SELECT concat_ws(' ', {key}) AS key, count(*) OVER () AS many "  # noqa: S608 - names of the declaration
                f"FROM {self._joined()} WHERE {self._is_later()} ORDER BY 1 LIMIT {SHOWN}"
            )
        ).all()
        return [row.key for row in rows], rows[0].many if rows else 0

    def leave_later(self) -> None:
        """Leave rows that were changed since as they are."""
        fids = self._fids(self._is_later())
        for name in ("undone", "replaced"):
            self._run(f"DELETE FROM {name} WHERE fid = ANY(:fids)", fids=fids)  # noqa: S608 - our own names

    def restore(self) -> tuple[int, int]:
        """Delete what was added and restore what was changed; returns how many of each."""
        drifted = self._fids(f"b.fid IS NOT NULL AND ({self._drifted()})")
        self._connection.execute(text("ANALYZE undone"))
        restored = self._run(
            f"UPDATE {self._layer.id} AS c SET {self._values()} "  # noqa: S608 - names of the declaration
            "FROM undone a JOIN replaced b USING (fid) WHERE c.fid = a.fid"
        )
        deleted = self._run(
            f"DELETE FROM {self._layer.id} AS c USING undone a WHERE c.fid = a.fid "  # noqa: S608 - names of the declaration
            "AND NOT EXISTS (SELECT FROM replaced b WHERE b.fid = a.fid)"
        )
        self._compute_again(drifted)
        return deleted, restored

    def _find(self, at: datetime) -> None:
        columns = ", ".join(("fid", *self._layer.fields, "geom", *self._beside))
        history = f"{self._layer.id}_history"
        sources = {
            "undone": f"SELECT {columns} FROM {self._layer.id} WHERE changed_at = :at "  # noqa: S608 - names of the declaration
            f"UNION ALL SELECT {columns} FROM {history} WHERE changed_at = :at",
            "replaced": f"SELECT {columns} FROM {history} WHERE replaced_at = :at",  # noqa: S608 - names of the declaration
        }
        for name, statement in sources.items():
            self._run(f"DROP TABLE IF EXISTS pg_temp.{name}")
            self._run(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS {statement}", at=at)

    def _compute_again(self, drifted: list[int]) -> None:
        """Rows of which something else changed meanwhile: township and grade by what is now."""
        if not drifted:
            return
        place_again(self._connection, self._layers)
        if self._layer.graded:
            regrade(self._connection, self._layer, table_of(self._layer).c.fid.in_(drifted))

    def _joined(self) -> str:
        return (
            f"undone a FULL JOIN replaced b ON a.fid = b.fid "
            f"LEFT JOIN {self._layer.id} c ON c.fid = coalesce(a.fid, b.fid)"
        )

    def _is_later(self) -> str:
        changed = " OR ".join(
            f"({_differ('a', 'b', name)} AND {_differ('a', 'c', name)})" for name in self._content
        )
        differs = _any_differ(self._content)
        return (
            "a.fid IS NULL OR c.fid IS NULL "
            f"OR CASE WHEN b.fid IS NULL THEN {differs} ELSE {changed} END"
        )

    def _drifted(self) -> str:
        return _any_differ((*self._content, *self._beside))

    def _values(self) -> str:
        content = [
            f"{name} = CASE WHEN {_differ('a', 'b', name)} THEN b.{name} ELSE c.{name} END"
            for name in self._content
        ]
        drifted = self._drifted()
        beside = [
            f"{name} = CASE WHEN {drifted} THEN c.{name} ELSE b.{name} END" for name in self._beside
        ]
        return ", ".join((*content, *beside))

    def _fids(self, condition: str) -> list[int]:
        statement = f"SELECT coalesce(a.fid, b.fid) FROM {self._joined()} WHERE {condition}"  # noqa: S608 - names of the declaration
        return list(self._connection.execute(text(statement)).scalars())

    def _run(self, statement: str, **parameters: object) -> int:
        return self._connection.execute(text(statement), parameters).rowcount


def _differ(one: str, other: str, name: str) -> str:
    return f"{one}.{name} IS DISTINCT FROM {other}.{name}"


def _any_differ(names: Iterable[str]) -> str:
    return "(" + " OR ".join(_differ("a", "c", name) for name in names) + ")"
