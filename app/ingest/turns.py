"""What an import and its undoing exclude, and what must be known of a layer before."""

from sqlalchemy import Connection, func, select

from app.analyses.follow import WRITTEN, waits
from app.db.tables import table_of
from app.db.turn import Turn
from layers.declare import Layer


def turn_of(layer: Layer, layers: dict[str, Layer], actor: str, reason: str) -> Turn:
    """One writer of a layer at a time.

    Townships wait for the points that are being placed in them, and points for townships.
    """
    return Turn(
        actor,
        reason,
        layer.id,
        alone=layer.id == "townships",
        raising=waits(layer, layers),
        also=WRITTEN.get(layer.id, ()),
    )


def last_fid(connection: Connection, layer: Layer) -> int | None:
    """The highest id of a layer without history, 0 where it is empty; None where history is kept.

    Ids only rise, and one import of a layer runs at a time: what it adds lies above.
    """
    if layer.kept:
        return None
    highest = connection.scalar(select(func.max(table_of(layer).c.fid)))
    return int(highest or 0)
