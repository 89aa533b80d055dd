"""Vessel tracks and last positions, made from the position reports."""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
from geoalchemy2 import WKBElement
from pyproj import Geod
from sqlalchemy import (
    Connection,
    DateTime,
    Select,
    Table,
    Text,
    column,
    delete,
    func,
    or_,
    select,
    tuple_,
    update,
    values,
)
from sqlalchemy.dialects.postgresql import distinct_on, insert

from app.analyses.regrade import regrade
from app.analyses.trips import KNOT_M_PER_S, Trip, trip_rules, trips
from app.db.assessments import Written, keep
from app.db.tables import table_of
from layers.declare import Layer

WGS84 = Geod(ellps="WGS84")

BATCH_TRACKS = 200

WKB_LINE_M = 2 | 0x40000000 | 0x20000000
"""EWKB type of a line string with M and SRID."""


def make_tracks(connection: Connection, layers: dict[str, Layer]) -> list[str]:
    """Make the tracks of every vessel whose positions this transaction changed.

    Tracks that are still the same keep their id. Vessels heard but in no register are entered by
    their number, so that they are seen; every vessel gets its last position.
    """
    positions = table_of(layers["vessel_positions"])
    touched = connection.execute(
        select(positions.c.mmsi).where(positions.c.changed_at == func.now()).distinct()
    ).scalars()
    mmsis = sorted(touched.all())
    return tracks_of(connection, layers, mmsis)


def tracks_of(connection: Connection, layers: dict[str, Layer], mmsis: list[str]) -> list[str]:
    """Make the tracks of vessels from the positions that are stored, and move those vessels."""
    _move_vessels(connection, layers, mmsis)
    known = _register(connection, layers, mmsis)
    made = 0
    for mmsi in mmsis:
        rows = list(_tracks(connection, layers, mmsi, known.get(mmsi)))
        _replace(connection, layers, mmsi, rows)
        made += len(rows)
    return [f"航迹 tracks: {made}, 渔船 vessels: {len(mmsis)}"]


def name_tracks(connection: Connection, layers: dict[str, Layer]) -> list[str]:
    """Give the tracks of the vessels that this transaction changed their name and grade."""
    vessels, tracks = table_of(layers["vessels"]), table_of(layers["vessel_tracks"])
    told = (tracks.c.name, tracks.c.vessel_grade)
    differs = tuple_(*told).is_distinct_from(tuple_(vessels.c.name, vessels.c.grade))
    named = connection.execute(
        update(tracks)
        .values(name=vessels.c.name, vessel_grade=vessels.c.grade)
        .where(tracks.c.mmsi == vessels.c.mmsi, vessels.c.changed_at == func.now(), differs)
    ).rowcount
    if not named:
        return []
    regrade(connection, layers["vessel_tracks"], tracks.c.changed_at == func.now())
    return [f"航迹 tracks: {named}"]


def _tracks(
    connection: Connection, layers: dict[str, Layer], mmsi: str, vessel: Any
) -> Iterator[dict[str, Any]]:
    positions = table_of(layers["vessel_positions"])
    rows = connection.execute(
        select(
            func.extract("epoch", positions.c.seen_at), func.ST_X(positions.c.geom),
            func.ST_Y(positions.c.geom),
        )
        .where(positions.c.mmsi == mmsi)
        .order_by(positions.c.seen_at)
    ).all()  # fmt: skip
    seconds, lon, lat = np.asarray(rows, dtype=np.float64).reshape(-1, 3).T
    for trip in trips(seconds, lon, lat, trip_rules()):
        yield _track(connection, layers["vessel_tracks"], vessel, mmsi, trip)


def _track(
    connection: Connection, layer: Layer, vessel: Any, mmsi: str, trip: Trip
) -> dict[str, Any]:
    length_m = float(WGS84.line_length(trip.lon, trip.lat))
    duration_s = float(trip.seconds[-1] - trip.seconds[0])
    row = layer.row(
        mmsi=mmsi,
        started_at=datetime.fromtimestamp(float(trip.seconds[0]), UTC),
        ended_at=datetime.fromtimestamp(float(trip.seconds[-1]), UTC),
        name=vessel.name if vessel else None,
        positions=len(trip.seconds),
        dropped=trip.dropped,
        length_km=round(length_m / 1000, 3),
        mean_speed_kn=round(length_m / duration_s / KNOT_M_PER_S, 2) if duration_s else None,
        vessel_grade=vessel.grade if vessel else None,
    )
    assert layer.grade is not None
    assessment = layer.grade(row)
    written = Written.of(assessment)
    keep(connection, [written])
    geom = WKBElement(_line(trip), srid=4326, extended=True)
    return {**row.model_dump(), "geom": geom, **written.columns()}


def _line(trip: Trip) -> bytes:
    """The trip as EWKB: x, y and epoch seconds of every vertex."""
    head = struct.pack("<BIII", 1, WKB_LINE_M, 4326, len(trip.seconds))
    vertices = np.column_stack((trip.lon, trip.lat, trip.seconds)).astype("<f8")
    return head + vertices.tobytes()


def _replace(
    connection: Connection, layers: dict[str, Layer], mmsi: str, rows: list[dict[str, Any]]
) -> None:
    table = table_of(layers["vessel_tracks"])
    starts = [row["started_at"] for row in rows]
    gone = delete(table).where(table.c.mmsi == mmsi)
    connection.execute(gone.where(table.c.started_at.not_in(starts)) if starts else gone)
    for begin in range(0, len(rows), BATCH_TRACKS):
        statement = insert(table).values(rows[begin : begin + BATCH_TRACKS])
        values = {
            name: statement.excluded[name] for name in rows[0] if name not in {"mmsi", "started_at"}
        }
        differs = tuple_(
            table.c.geom, table.c.grade, table.c.name, table.c.dropped
        ).is_distinct_from(
            tuple_(values["geom"], values["grade"], values["name"], values["dropped"])
        )
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["mmsi", "started_at"], set_=values, where=differs
            )
        )


def _move_vessels(connection: Connection, layers: dict[str, Layer], mmsis: list[str]) -> None:
    positions, vessels = table_of(layers["vessel_positions"]), table_of(layers["vessels"])
    last = _last_heard(positions, mmsis)
    heard = last.subquery("heard")
    connection.execute(
        insert(vessels)
        .from_select(["mmsi", "seen_at", "geom"], last)
        .on_conflict_do_nothing(index_elements=["mmsi"])
    )
    connection.execute(
        update(vessels)
        .values(seen_at=heard.c.seen_at, geom=heard.c.geom)
        .where(
            vessels.c.mmsi == heard.c.mmsi,
            or_(vessels.c.seen_at.is_(None), vessels.c.seen_at < heard.c.seen_at),
        )
    )


def move_back(connection: Connection, layers: dict[str, Layer], last: dict[str, datetime]) -> None:
    """Vessels that stand where a deleted report saw them go to the last one that remains.

    Args:
        connection: In the transaction that deleted the reports.
        layers: Every layer.
        last: MMSI to the instant of its last report that was deleted.
    """
    positions, vessels = table_of(layers["vessel_positions"]), table_of(layers["vessels"])
    heard = _last_heard(positions, list(last)).subquery("heard")
    standing = values(
        column("mmsi", Text), column("seen_at", DateTime(timezone=True)), name="standing"
    ).data(list(last.items()))
    connection.execute(
        update(vessels)
        .values(seen_at=heard.c.seen_at, geom=heard.c.geom)
        .where(vessels.c.mmsi == standing.c.mmsi, vessels.c.seen_at == standing.c.seen_at)
        .where(vessels.c.mmsi == heard.c.mmsi)
    )


def _last_heard(positions: Table, mmsis: list[str]) -> Select[Any]:
    """The last report of each vessel."""
    return (
        select(positions.c.mmsi, positions.c.seen_at, positions.c.geom)
        .where(positions.c.mmsi.in_(mmsis))
        .ext(distinct_on(positions.c.mmsi))
        .order_by(positions.c.mmsi, positions.c.seen_at.desc())
    )


def _register(connection: Connection, layers: dict[str, Layer], mmsis: list[str]) -> dict[str, Any]:
    vessels = table_of(layers["vessels"])
    rows = connection.execute(
        select(vessels.c.mmsi, vessels.c.name, vessels.c.grade).where(vessels.c.mmsi.in_(mmsis))
    )
    return {row.mmsi: row for row in rows}
