"""Batches of position reports into the database: once each, newest places told to open maps."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, text

from app.db.guard import guarded
from app.db.live import tell
from app.db.partitions import make_months
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
        months = {each.seen_at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
                  for each in unique.values()}  # fmt: skip
        make_months(connection, layers["vessel_positions"], sorted(months))
        added = connection.execute(INSERT, _arrays(list(unique.values()))).rowcount
        beacons = set(connection.scalars(BEACONS, {"mmsi": list(newest)}))
        vessels = [each for each in newest.values() if each.mmsi not in beacons]
        connection.execute(MOVE, _arrays(vessels))
        tell(connection, "positions", [_told(each) for each in vessels])
    return added


COLUMNS = ("mmsi", "seen_at", "lon", "lat", "speed_kn", "course_deg", "heading_deg", "status",
           "message_type")  # fmt: skip

UNNESTED = (
    "unnest(CAST(:mmsi AS text[]), CAST(:seen_at AS timestamptz[]), CAST(:lon AS float8[]), "
    "CAST(:lat AS float8[]), CAST(:speed_kn AS float8[]), CAST(:course_deg AS float8[]), "
    "CAST(:heading_deg AS float8[]), CAST(:status AS int[]), CAST(:message_type AS int[])) "
    f"AS heard ({', '.join(COLUMNS)})"
)
"""A batch as one statement's arrays: a statement a row would take twenty times as long."""

INSERT = text(
    "INSERT INTO vessel_positions (mmsi, seen_at, speed_kn, course_deg, heading_deg, status, "  # noqa: S608 - its own words
    "message_type, geom) SELECT mmsi, seen_at, speed_kn, course_deg, heading_deg, status, "
    f"message_type, ST_SetSRID(ST_MakePoint(lon, lat), 4326) FROM {UNNESTED} "
    "ON CONFLICT (mmsi, seen_at) DO NOTHING"
)

BEACONS = text("SELECT mmsi FROM net_beacons WHERE mmsi = ANY(:mmsi)")
"""Numbers that a look at their drift told to be net beacons: no vessels to move or to show."""

MOVE = text(
    "INSERT INTO vessels (mmsi, seen_at, geom) SELECT mmsi, seen_at, "  # noqa: S608 - its own words
    f"ST_SetSRID(ST_MakePoint(lon, lat), 4326) FROM {UNNESTED} "
    "ON CONFLICT (mmsi) DO UPDATE SET seen_at = excluded.seen_at, geom = excluded.geom "
    "WHERE vessels.seen_at IS NULL OR vessels.seen_at < excluded.seen_at"
)
"""Vessels go to their newest place; those in no register are entered by their number."""


def _arrays(heard: Sequence[Heard]) -> dict[str, list[Any]]:
    return {name: [getattr(each, name) for each in heard] for name in COLUMNS}


def _told(each: Heard) -> dict[str, Any]:
    return {
        "mmsi": each.mmsi, "seen_at": each.seen_at.isoformat(), "lon": each.lon, "lat": each.lat,
        "speed_kn": each.speed_kn, "course_deg": each.course_deg,
    }  # fmt: skip
