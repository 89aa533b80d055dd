"""An import undone: the rows that it touched are again what they were, or nothing is changed.

What an import changed is known from the history of its layer. Where a layer keeps none (position
reports), what it added is deleted and what it changed stays; tracks are made anew from the rest.
"""

import getpass
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, and_, delete, func, select, update

from app.analyses.follow import FILLED, follow
from app.analyses.last_places import move_back
from app.analyses.tracks import tracks_of
from app.city import City
from app.db.guard import guarded
from app.db.tables import IMPORTS, table_of
from app.db.turn import in_turn
from app.errors import NotFound, UndoRefused
from app.ingest.restore import Restoring
from app.ingest.turns import turn_of
from layers.declare import Layer


@dataclass
class Undone:
    """What undoing an import did.

    Attributes:
        id: Number of the import.
        layer: Its layer.
        deleted: Rows that it had added.
        restored: Rows that it had changed.
        warnings: What a person should know.
    """

    id: int
    layer: str
    deleted: int = 0
    restored: int = 0
    warnings: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The report as the API gives it."""
        return asdict(self)

    def as_text(self) -> str:
        """The report as the terminal shows it."""
        counts = f"{self.layer}: import {self.id} undone: deleted {self.deleted}, "
        return "\n".join(
            [f"{counts}restored {self.restored}", *(f"  ! {each}" for each in self.warnings)]
        )


def undo(
    engine: Engine,
    number: int,
    city: City,
    layers: dict[str, Layer],
    actor: str | None = None,
) -> Undone:
    """Undo an import in one transaction.

    Args:
        engine: One that may write.
        number: Id of the import.
        city: Profile of the city: its coast, and the day against which deadlines are held.
        layers: Every layer.
        actor: Who undoes it; None for the user of the machine.

    Raises:
        NotFound: There is no such import.
        UndoRefused: It is undone already, or later imports or edits changed the same rows.
        DatabaseAway: The database went away; nothing was changed.
    """
    who = actor or getpass.getuser()
    with guarded():
        layer = _layer(engine, number, layers)
        turn = turn_of(layer, layers, who, f"undo import {number}")
        with in_turn(engine, turn) as connection:
            done = _undo(connection, number, layers, layer, city)
            if layer.kept and (done.deleted or done.restored):
                done.warnings += follow(connection, layer, layers, city)
            connection.execute(
                update(IMPORTS)
                .where(IMPORTS.c.id == number)
                .values(undone_at=func.now(), undone_by=who)
            )
    return done


def _layer(engine: Engine, number: int, layers: dict[str, Layer]) -> Layer:
    with engine.connect() as connection:
        name = connection.scalar(select(IMPORTS.c.layer).where(IMPORTS.c.id == number))
    if name is None:
        raise NotFound(f"there is no import {number} 没有这次导入")
    if name not in layers:
        raise UndoRefused(f"import {number}: this program has no layer {name!r} any more")
    return layers[name]


def _undo(
    connection: Connection, number: int, layers: dict[str, Layer], layer: Layer, city: City
) -> Undone:
    # Read in the turn: another may have undone it while this one waited.
    row = connection.execute(select(IMPORTS).where(IMPORTS.c.id == number)).one()
    if row.undone_at is not None:
        when = row.undone_at.isoformat(timespec="seconds")
        raise UndoRefused(f"import {number} was undone at {when} by {row.undone_by} 已撤销")
    if not layer.kept:
        return _forget(connection, row, layers, layer, city)
    restoring = Restoring(connection, layers, layer, row.imported_at)
    keys, later = restoring.later()
    if later:
        raise _refusal(number, later, keys)
    deleted, restored = restoring.restore()
    for filled in FILLED.get(layer.id, ()):
        if filled in layers:
            _unfill(connection, layers, layers[filled], row.imported_at)
    return Undone(number, layer.id, deleted, restored)


def _unfill(connection: Connection, layers: dict[str, Layer], layer: Layer, at: datetime) -> None:
    """Take back what followed in another layer; what was filled anew since is left as it is."""
    filled = Restoring(connection, layers, layer, at, filled=True)
    filled.leave_later()
    filled.restore()


def _refusal(number: int, later: int, keys: list[str]) -> UndoRefused:
    named = ", ".join(keys) + (", …" if later > len(keys) else "")
    return UndoRefused(
        f"import {number}: {later} of its rows were changed or deleted later ({named}); undo what "
        f"came later first 其中 {later} 行之后又有变更，请先撤销较晚的导入"
    )


def _forget(
    connection: Connection, row: Row[Any], layers: dict[str, Layer], layer: Layer, city: City
) -> Undone:
    """Delete what an import added to a layer without history."""
    if row.last_fid is None:
        raise UndoRefused(f"import {row.id} is older than undoing 该次导入早于撤销功能")
    table, report = table_of(layer), row.report
    added = and_(table.c.changed_at == row.imported_at, table.c.fid > row.last_fid)
    found = connection.scalar(select(func.count()).select_from(table).where(added))
    if found != report["added"]:
        raise _refusal(row.id, report["added"] - (found or 0), [])
    done = Undone(row.id, layer.id, deleted=report["added"])
    if layer.id == "vessel_positions":
        last = _last_added(connection, layer, added)
        connection.execute(delete(table).where(added))
        done.warnings += _remake(connection, layers, city, last, row.imported_at)
    else:
        connection.execute(delete(table).where(added))
    if report["changed"]:
        done.warnings.append(
            f"{report['changed']} 行被该次导入修改，此图层不保留历史，保持现状 "
            "rows that it changed stay as they are: this layer keeps no history"
        )
    return done


def _last_added(connection: Connection, layer: Layer, added: Any) -> dict[str, datetime]:
    """MMSI to the instant of the last report among those that were added."""
    table = table_of(layer)
    seen_at = func.max(table.c.seen_at).label("seen_at")
    statement = select(table.c.mmsi, seen_at).where(added).group_by(table.c.mmsi)
    return {row.mmsi: row.seen_at for row in connection.execute(statement)}


def _remake(
    connection: Connection,
    layers: dict[str, Layer],
    city: City,
    last: dict[str, datetime],
    at: datetime,
) -> list[str]:
    """Vessels and tracks as the reports that remain have them."""
    if not last:
        return []
    move_back(connection, last)
    # Vessels of which no report remains; those that moved back, or on, are left alone.
    vessels = Restoring(connection, layers, layers["vessels"], at)
    vessels.leave_later()
    vessels.restore()
    return tracks_of(connection, layers, city, dict.fromkeys(last)).lines()
