"""Events at sea that people enter or end, told to open maps like those that are found."""

from typing import Any

from sqlalchemy import Connection, Table, func, select

from app.analyses.event_news import told_of
from app.db.live import tell
from app.db.tables import history_of, table_of
from layers.declare import Layer
from layers.grading.vessel import VesselRules

MOST_TOLD = 200
"""News of one import: a file of last year's events is no news to whom the map is open."""

NAMES = ("code", "kind", "mmsi", "name", "other_mmsi", "grade", "started_at", "ended_at")


def tell_entered(connection: Connection, layers: dict[str, Layer]) -> list[str]:
    """Tell the events that this transaction opened, changed or ended; no others are news."""
    layer = layers["vessel_events"]
    table, past = table_of(layer), history_of(layer)
    before = {row["code"]: row for row in _rows(connection, past, past.c.replaced_at == func.now())}
    now = _rows(connection, table, table.c.changed_at == func.now())
    news = [
        each
        for each in told_of(before, now, (), VesselRules.shipped())
        if each["open"] or each["change"] == "ended"
    ]
    tell(connection, "events", news[:MOST_TOLD])
    return []


def _rows(connection: Connection, table: Table[Any], which: Any) -> list[dict[str, Any]]:
    """Rows as news need them, the one that began last first."""
    columns = [table.c[name] for name in NAMES]
    place = (func.ST_X(table.c.geom).label("lon"), func.ST_Y(table.c.geom).label("lat"))
    statement = select(*columns, *place).where(which).order_by(table.c.started_at.desc())
    return [dict(row) for row in connection.execute(statement).mappings()]
