"""Events into their table: the same event keeps its row from run to run."""

import json
import math
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from geoalchemy2 import WKTElement
from sqlalchemy import Connection, and_, delete, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from app.analyses.event_news import told_of
from app.db.assessments import Written, keep
from app.db.live import tell
from app.db.tables import table_of
from layers.declare import Layer
from layers.grading.rule_set import RuleBook
from layers.grading.vessel import VesselRules
from layers.sea.events import Event

CONFIRMED = "moratorium_confirmed"
"""What a person confirmed is no longer the analysis' own."""

FOUND = frozenset(
    {"gap_notice", "gap_long", "gap_lost", "encounter", "loitering", "collision_watch",
     "collision_near", "collision_close", "moratorium_breach", "closed_line", "collision_zone",
     "gale_yellow", "gale_orange", "gale_red", "not_returned", "pass_close", "pass_near_miss"}
)  # fmt: skip
"""Kinds that the analysis finds itself."""

PASSES = frozenset({"pass_close", "pass_near_miss"})
"""Those of them that have no duration."""

BATCH_ROWS = 500


def write_events(
    connection: Connection,
    layers: dict[str, Layer],
    events: Sequence[Event],
    period: tuple[datetime, datetime],
    book: RuleBook,
    also: Collection[str] = (),
) -> dict[str, Any]:
    """Write the events of a period, begin closed and end open; those no longer found go.

    Args:
        connection: In a transaction.
        layers: Every layer.
        events: What was found.
        period: In which they began.
        book: Rule sets that replace the shipped ones.
        also: Codes of events that began before and are treated as those of the period.

    Returns:
        How many were added, changed and gone.
    """
    layer = layers["vessel_events"]
    table = table_of(layer)
    rows = {row["code"]: row for row in _rows(connection, layers, events, book)}
    there = _there(connection, table, period, also)
    gone = [code for code, row in there.items() if row["kind"] in FOUND and code not in rows]
    if gone:
        connection.execute(delete(table).where(table.c.code.in_(gone)))
    places = {code_of(event): _told_place(event) for event in events}
    told = [
        row for code, row in rows.items() if code not in there or there[code]["kind"] != CONFIRMED
    ]
    changed = 0
    for begin in range(0, len(told), BATCH_ROWS):
        changed += _merge(connection, table, told[begin : begin + BATCH_ROWS])
    now = [{**row, **places[row["code"]]} for row in told]
    tell(connection, "events", list(told_of(there, now, gone, VesselRules.among(book))))
    added = sum(row["code"] not in there for row in told)
    return {"added": added, "changed": changed - added, "gone": len(gone)}


def _merge(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> int:
    statement = insert(table).values(rows)
    new = {name: statement.excluded[name] for name in rows[0] if name != "code"}
    compared = ("kind", "ended_at", "evidence", "name", "assessment")
    differs = tuple_(*(table.c[name] for name in compared)).is_distinct_from(
        tuple_(*(new[name] for name in compared))
    )
    return connection.execute(
        statement.on_conflict_do_update(index_elements=["code"], set_=new, where=differs)
    ).rowcount


def _there(
    connection: Connection, table: Any, period: tuple[datetime, datetime], also: Collection[str]
) -> dict[str, Mapping[str, Any]]:
    """The events of the period as the run before left them, by code."""
    columns = table.c
    rows = connection.execute(
        select(
            columns.code, columns.kind, columns.mmsi, columns.name, columns.other_mmsi,
            columns.grade, columns.started_at, columns.ended_at,
            func.ST_X(columns.geom).label("lon"), func.ST_Y(columns.geom).label("lat"),
        ).where(or_(
            and_(columns.started_at >= period[0], columns.started_at < period[1]),
            columns.code.in_(also),
        ))
    )  # fmt: skip
    return {row["code"]: dict(row) for row in rows.mappings()}


def _rows(
    connection: Connection, layers: dict[str, Layer], events: Sequence[Event], book: RuleBook
) -> list[dict[str, Any]]:
    layer = layers["vessel_events"]
    vessels = table_of(layers["vessels"]).c
    named = select(vessels.mmsi, vessels.name)
    names = {row.mmsi: row.name for row in connection.execute(named)}
    rows, kept = [], []
    assert layer.grade is not None
    for event in events:
        row = layer.row(
            code=code_of(event), kind=event.kind, mmsi=event.mmsi, name=names.get(event.mmsi),
            other_mmsi=event.other_mmsi, started_at=_instant(event.first_s),
            ended_at=None if event.last_s is None else _instant(event.last_s),
            evidence=json.dumps(event.evidence, ensure_ascii=False),
        )  # fmt: skip
        written = Written.of(layer.grade(row, book))
        kept.append(written)
        rows.append({**row.model_dump(), "geom": _place(event), **written.columns()})
    keep(connection, kept)
    return rows


def _place(event: Event) -> WKTElement | None:
    """The point of an event; None of a call of distress that told no place."""
    if math.isnan(event.lon):
        return None
    return WKTElement(f"POINT({event.lon} {event.lat})", srid=4326)


def _told_place(event: Event) -> dict[str, float | None]:
    known = not math.isnan(event.lon)
    return {"lon": event.lon if known else None, "lat": event.lat if known else None}


def code_of(event: Event) -> str:
    """Family, vessels and begin: a silence that becomes graver stays the same event."""
    family = event.kind.partition("_")[0]
    other = f"-{event.other_mmsi}" if event.other_mmsi else ""
    return f"{family}-{event.mmsi}{other}-{_instant(event.first_s):%Y%m%dT%H%M%S}"


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
