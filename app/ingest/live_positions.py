"""Batches of position reports into the database: once each, newest places told to open maps."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, text
from sqlalchemy.dialects.postgresql import insert

from app.analyses.tracks import tracks_of
from app.db.guard import guarded
from app.db.live import tell
from app.db.partitions import make_months
from app.db.tables import table_of
from app.db.turn import Turn, in_turn
from app.ingest.nmea import Heard
from layers.declare import Layer

TURN = Turn("ais", "ais listen", "vessel_positions")


def write_positions(engine: Engine, layers: dict[str, Layer], batch: Sequence[Heard]) -> int:
    """Write a batch in one transaction; returns how many were new.

    Raises:
        DatabaseAway: Nothing was written; the same batch can be written again.
    """
    unique = {(each.mmsi, each.seen_s): each for each in batch}
    newest: dict[str, Heard] = {}
    for each in unique.values():
        if each.mmsi not in newest or each.seen_s > newest[each.mmsi].seen_s:
            newest[each.mmsi] = each
    with guarded(), in_turn(engine, TURN) as connection:
        months = {_instant(each).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
                  for each in unique.values()}  # fmt: skip
        make_months(connection, layers["vessel_positions"], sorted(months))
        added = _insert(connection, layers["vessel_positions"], list(unique.values()))
        _move(connection, layers["vessels"], list(newest.values()))
        tell(connection, "positions", [_told(each) for each in newest.values()])
    return added


def make_heard_tracks(engine: Engine, layers: dict[str, Layer], mmsis: Sequence[str]) -> None:
    """Make the tracks of vessels that were heard."""
    with guarded(), in_turn(engine, TURN) as connection:
        tracks_of(connection, layers, sorted(mmsis))


def _insert(connection: Connection, layer: Layer, heard: Sequence[Heard]) -> int:
    table = table_of(layer)
    rows = [
        {
            "mmsi": each.mmsi, "seen_at": _instant(each), "speed_kn": each.speed_kn,
            "course_deg": each.course_deg, "heading_deg": each.heading_deg,
            "status": each.status, "message_type": each.message_type, "geom": _place(each),
        }
        for each in heard
    ]  # fmt: skip
    statement = insert(table).on_conflict_do_nothing(index_elements=["mmsi", "seen_at"])
    before = connection.execute(statement, rows)
    return max(before.rowcount, 0)


def _move(connection: Connection, layer: Layer, heard: Sequence[Heard]) -> None:
    """Vessels go to their newest place; those in no register are entered by their number."""
    table = table_of(layer)
    statement = insert(table)
    new = statement.excluded
    rows = [{"mmsi": each.mmsi, "seen_at": _instant(each), "geom": _place(each)} for each in heard]
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["mmsi"],
            set_={"seen_at": new.seen_at, "geom": new.geom},
            where=func.coalesce(table.c.seen_at < new.seen_at, text("true")),
        ),
        rows,
    )


def _told(each: Heard) -> dict[str, Any]:
    return {
        "mmsi": each.mmsi, "seen_at": _instant(each).isoformat(), "lon": each.lon, "lat": each.lat,
        "speed_kn": each.speed_kn, "course_deg": each.course_deg,
    }  # fmt: skip


def _place(each: Heard) -> str:
    return f"SRID=4326;POINT({each.lon} {each.lat})"


def _instant(each: Heard) -> datetime:
    return datetime.fromtimestamp(each.seen_s, UTC)
