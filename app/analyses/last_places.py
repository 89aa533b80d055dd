"""Vessels go to where they were heard last, and back where that report was deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

MOVE = text(
    "INSERT INTO vessels AS v (mmsi, seen_at, geom) "
    "SELECT mmsi, seen_at, ST_SetSRID(ST_MakePoint(lon, lat), 4326) "
    "FROM unnest(CAST(:mmsi AS text[]), CAST(:seen_at AS timestamptz[]), CAST(:lon AS float8[]), "
    "CAST(:lat AS float8[])) AS heard (mmsi, seen_at, lon, lat) "
    "ON CONFLICT (mmsi) DO UPDATE SET seen_at = excluded.seen_at, geom = excluded.geom "
    "WHERE v.seen_at IS NULL OR v.seen_at < excluded.seen_at"
)

MOVE_TO_KEPT = text(
    "UPDATE vessels AS v SET seen_at = heard.seen_at, "
    "geom = ST_SetSRID(ST_MakePoint(lon, lat), 4326) "
    "FROM unnest(CAST(:mmsi AS text[]), CAST(:seen_at AS timestamptz[]), CAST(:lon AS float8[]), "
    "CAST(:lat AS float8[]), CAST(:until AS timestamptz[])) "
    "AS heard (mmsi, seen_at, lon, lat, until) "
    "WHERE v.mmsi = heard.mmsi AND v.seen_at > heard.seen_at AND v.seen_at <= heard.until"
)
"""From a place that was heard, but left out by cleaning, to the last that was kept."""

MOVE_BACK = text(
    "UPDATE vessels AS v SET seen_at = heard.seen_at, geom = heard.geom "
    "FROM unnest(CAST(:mmsi AS text[]), CAST(:seen_at AS timestamptz[])) "
    "AS standing (mmsi, seen_at), LATERAL (SELECT p.seen_at, p.geom FROM vessel_positions AS p "
    "WHERE p.mmsi = standing.mmsi "
    "ORDER BY p.seen_at DESC LIMIT 1) AS heard "
    "WHERE v.mmsi = standing.mmsi AND v.seen_at = standing.seen_at"
)


@dataclass(frozen=True, slots=True)
class LastPlace:
    """Where a vessel was heard last: degrees, EPSG:4326.

    Attributes:
        until: Its newest report; later than `seen_at` where the newest are left out.
    """

    mmsi: str
    seen_at: datetime
    lon: float
    lat: float
    until: datetime


def move_vessels(connection: Connection, places: Sequence[LastPlace]) -> None:
    """Vessels go to later places, or back from one that is left out.

    Those in no register are entered by their number.
    """
    names = ("mmsi", "seen_at", "lon", "lat", "until")
    values = {name: [getattr(each, name) for each in places] for name in names}
    connection.execute(MOVE, values)
    connection.execute(MOVE_TO_KEPT, values)


def move_back(connection: Connection, last: dict[str, datetime]) -> None:
    """Vessels that stand where a deleted report saw them go to the last one that remains.

    Args:
        connection: In the transaction that deleted the reports.
        last: MMSI to the instant of its last report that was deleted.
    """
    connection.execute(MOVE_BACK, {"mmsi": list(last), "seen_at": list(last.values())})
