"""Tracks as rows of their layer: graded in one go, written in one statement a batch."""

import json
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from pyproj import Geod
from sqlalchemy import Connection, select, text

from app.analyses.way_parts import TAKE_AWAY, put
from app.db.assessments import GRADE_COLUMNS, Writer, Written, keep
from app.db.tables import table_of
from layers.declare import Layer
from layers.sea.path import KNOT_M_PER_S, Numbers
from layers.sea.trips import Part, Stood, Trip

WGS84 = Geod(ellps="WGS84")

WKB_LINE_M = 2 | 0x40000000 | 0x20000000
"""EWKB type of a line string with M and SRID."""

TYPES = {
    "mmsi": "text", "started_at": "timestamptz", "ended_at": "timestamptz", "name": "text",
    "positions": "int", "dropped": "int", "length_km": "float8", "mean_speed_kn": "float8",
    "from_port": "text", "to_port": "text", "stops": "int", "stopped": "text",
    "vessel_grade": "int", "geom": "text", "grade": "int", "grade_method": "text",
    "rule_set": "text", "rule_version": "text", "assessment": "uuid",
}  # fmt: skip
"""Columns of a track, and what their values are sent as; a line as hexadecimal EWKB."""

COMPARED = ("geom", "grade", "name", "dropped", "from_port", "to_port", "stopped", "vessel_grade")

PUT = put("vessel_tracks", TYPES, COMPARED)


@dataclass(frozen=True, slots=True)
class TrackRow:
    """A trip measured, its line as hexadecimal EWKB; instants in UTC."""

    mmsi: str
    started_at: datetime
    ended_at: datetime
    positions: int
    dropped: int
    length_km: float
    mean_speed_kn: float
    from_port: str | None
    to_port: str | None
    stops: int
    stopped: str | None
    geom: str


PortsAt = Callable[[Numbers, Numbers, Numbers], list[str | None]]
"""Names of the ports at places, longitudes and latitudes in degrees, at instants; None: none."""


def track_rows(mmsi: str, found: Sequence[Trip], ports_at: PortsAt) -> Iterator[TrackRow]:
    """Trips of one number, measured on the ellipsoid, with the ports at their ends."""
    if not found:
        return
    ends = (
        np.concatenate([getattr(trip, name)[[0, -1]] for trip in found])
        for name in ("lon", "lat", "seconds")
    )
    ports = ports_at(*ends)
    for trip, from_port, to_port in zip(found, ports[::2], ports[1::2], strict=True):
        length_m = float(WGS84.line_length(trip.lon, trip.lat))
        first_s, last_s = float(trip.seconds[0]), float(trip.seconds[-1])
        yield TrackRow(
            mmsi, datetime.fromtimestamp(first_s, UTC), datetime.fromtimestamp(last_s, UTC),
            len(trip.seconds), trip.dropped, round(length_m / 1000, 3),
            round(length_m / (last_s - first_s) / KNOT_M_PER_S, 2), from_port, to_port,
            len(trip.stops), _stopped(trip, from_port, to_port), line_of(trip),
        )  # fmt: skip


def line_of(part: Part) -> str:
    """A line as hexadecimal EWKB: x, y and epoch seconds of every vertex."""
    head = struct.pack("<BIII", 1, WKB_LINE_M, 4326, len(part.seconds))
    vertices = np.column_stack((part.lon, part.lat, part.seconds)).astype("<f8")
    return (head + vertices.tobytes()).hex()


def _stopped(trip: Trip, from_port: str | None, to_port: str | None) -> str | None:
    """Where a vessel lay before a trip, stood at sea and lay after it, as JSON; None: nowhere."""
    told = [_stay(trip.left, from_port)] if trip.left else []
    told += [_stay(each) for each in trip.stops]
    told += [_stay(trip.reached, to_port)] if trip.reached else []
    return json.dumps(told, ensure_ascii=False) if told else None


def _stay(stood: Stood, haven: str | None = None) -> dict[str, Any]:
    return {
        "from": _instant(stood.first_s),
        "until": None if stood.last_s is None else _instant(stood.last_s),
        "lon": round(stood.lon, 6), "lat": round(stood.lat, 6),
        "in_port": stood.in_port, "haven": haven,
    }  # fmt: skip


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def replace_tracks(
    connection: Connection,
    layers: dict[str, Layer],
    since: Mapping[str, datetime | None],
    rows: Sequence[TrackRow],
) -> None:
    """Put the tracks of vessels in the place of those they had; equal ones keep their id.

    Args:
        connection: In a transaction.
        layers: Every layer.
        since: MMSI to the instant from which tracks are replaced, closed; None: all.
        rows: Their tracks.
    """
    made: dict[str, list[Any]] = {
        "mmsi": [row.mmsi for row in rows], "started_at": [row.started_at for row in rows],
    }  # fmt: skip
    looked = {"numbers": list(since), "since": list(since.values())}
    connection.execute(text(TAKE_AWAY.format(table="vessel_tracks")), {**looked, **made})
    if rows:
        connection.execute(PUT, _columns(connection, layers, rows))


def _columns(
    connection: Connection, layers: dict[str, Layer], rows: Sequence[TrackRow]
) -> dict[str, list[Any]]:
    layer, writer = layers["vessel_tracks"], Writer()
    assert layer.grade is not None
    vessels = _register(connection, layers, {row.mmsi for row in rows})
    written: dict[str, Written] = {}
    filled: list[dict[str, Any]] = []
    for row in rows:
        vessel = vessels.get(row.mmsi)
        told = layer.row(
            mmsi=row.mmsi, started_at=row.started_at, ended_at=row.ended_at,
            name=vessel.name if vessel else None, positions=row.positions, dropped=row.dropped,
            length_km=row.length_km, mean_speed_kn=row.mean_speed_kn,
            from_port=row.from_port, to_port=row.to_port, stops=row.stops, stopped=row.stopped,
            vessel_grade=vessel.grade if vessel else None,
        )  # fmt: skip
        if row.mmsi not in written:
            # Every track of a vessel is graded alike.
            written[row.mmsi] = writer.write(layer.grade(told))[0]
        filled.append({**told.model_dump(), "geom": row.geom, **written[row.mmsi].columns()})
    keep(connection, written.values())
    return {name: [_sent(name, each[name]) for each in filled] for name in TYPES}


def _sent(name: str, value: Any) -> Any:
    return str(value) if name == GRADE_COLUMNS[-1] else value


def _register(connection: Connection, layers: dict[str, Layer], mmsis: set[str]) -> dict[str, Any]:
    columns = table_of(layers["vessels"]).c
    rows = connection.execute(
        select(columns.mmsi, columns.name, columns.grade).where(columns.mmsi.in_(mmsis))
    )
    return {row.mmsi: row for row in rows}
