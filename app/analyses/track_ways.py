"""Ways of vessels between two silences: their tracks and the stays in port between, joined."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import itemgetter

import numpy as np
from sqlalchemy import Connection, func, literal, select, text, union_all

from app.db.tables import table_of
from app.db.vessel_stays import VESSEL_STAYS
from layers.declare import Layer
from layers.sea.path import Numbers

BATCH_POSITIONS = 250_000
"""Positions that are held at a time; a way is never cut."""

WKB_HEAD_BYTES = 9

MAKE = (
    "CREATE TEMPORARY TABLE track_ways (way bigint, mmsi text, started_at timestamptz, "
    "ended_at timestamptz, in_port boolean) ON COMMIT DROP"
)
KEEP = text(
    "INSERT INTO track_ways SELECT * FROM unnest(CAST(:way AS bigint[]), CAST(:mmsi AS text[]), "
    "CAST(:started_at AS timestamptz[]), CAST(:ended_at AS timestamptz[]), "
    "CAST(:in_port AS boolean[]))"
)
INDEX = ("CREATE INDEX ON track_ways (way)", "ANALYZE track_ways")

LINES = text(
    """
    SELECT way.way, way.mmsi, ST_AsBinary(coalesce(track.geom, stay.geom), 'NDR') AS line
    FROM track_ways AS way
    LEFT JOIN vessel_tracks AS track
        ON NOT way.in_port AND (track.mmsi, track.started_at) = (way.mmsi, way.started_at)
    LEFT JOIN vessel_stays AS stay
        ON way.in_port AND (stay.mmsi, stay.started_at) = (way.mmsi, way.started_at)
    WHERE way.way = ANY(CAST(:ways AS bigint[]))
    ORDER BY way.way, way.started_at
    """
)
"""Lines of the parts of some ways, in order."""


@dataclass(frozen=True, slots=True)
class Way:
    """One vessel between two silences.

    Attributes:
        number: By which `track_ways` knows it.
        mmsi: Nine digits.
        vertices: (n, 3) longitude, latitude, seconds since 1970.
    """

    number: int
    mmsi: str
    vertices: Numbers


@dataclass
class _Parts:
    """Columns of the temporary table."""

    way: list[int] = field(default_factory=list)
    mmsi: list[str] = field(default_factory=list)
    started_at: list[datetime] = field(default_factory=list)
    ended_at: list[datetime] = field(default_factory=list)
    in_port: list[bool] = field(default_factory=list)


def ways_of(
    connection: Connection, layers: dict[str, Layer], period: tuple[float, float]
) -> Iterator[list[Way]]:
    """Every way of which a part touches a period, some at a time.

    Makes the temporary table `track_ways` anew: the tracks and stays in port of each way. It goes
    with the transaction. What lies before or after the period may be missing.

    Args:
        connection: In a transaction; takes other statements between two lists.
        layers: Every layer.
        period: First and last instant, both closed, seconds since 1970.
    """
    many = _make(connection, layers, period)
    batch: list[int] = []
    held = 0
    for way, positions in many.items():
        if batch and held + positions > BATCH_POSITIONS:
            yield _joined(connection, batch)
            batch, held = [], 0
        batch.append(way)
        held += positions
    if batch:
        yield _joined(connection, batch)


def _make(
    connection: Connection, layers: dict[str, Layer], period: tuple[float, float]
) -> dict[int, int]:
    """How many positions each way has."""
    parts = union_all(*(
        select(columns.mmsi, columns.started_at, columns.ended_at, columns.positions,
               literal(in_port).label("in_port"))
        .where(columns.started_at <= func.to_timestamp(period[1]))
        .where(columns.ended_at >= func.to_timestamp(period[0]), columns.geom.is_not(None))
        for in_port, columns in (
            (False, table_of(layers["vessel_tracks"]).c), (True, VESSEL_STAYS.c)
        )
    ))  # fmt: skip
    rows = sorted(connection.execute(parts).all(), key=itemgetter(0, 1))
    made, many = _Parts(), dict[int, int]()
    goes_on: dict[tuple[str, datetime], int] = {}
    for mmsi, started_at, ended_at, positions, in_port in rows:
        # An instant of a number is that of one position, and so of one of its vessels.
        way = goes_on.pop((mmsi, started_at), len(many))
        goes_on[mmsi, ended_at] = way
        many[way] = many.get(way, 0) + positions
        for name, value in (("way", way), ("mmsi", mmsi), ("started_at", started_at),
                            ("ended_at", ended_at), ("in_port", in_port)):  # fmt: skip
            getattr(made, name).append(value)
    connection.execute(text("DROP TABLE IF EXISTS pg_temp.track_ways"))
    connection.execute(text(MAKE))
    connection.execute(KEEP, vars(made))
    for statement in INDEX:
        connection.execute(text(statement))
    return many


def _joined(connection: Connection, ways: list[int]) -> list[Way]:
    found: list[Way] = []
    rows = connection.execute(LINES, {"ways": ways})
    for (way, mmsi), parts in groupby(rows, itemgetter(0, 1)):
        lines = [
            np.frombuffer(bytes(part.line), "<f8", offset=WKB_HEAD_BYTES).reshape(-1, 3)
            for part in parts
        ]
        # A part begins with the last position of the one before it.
        found.append(Way(way, mmsi, np.concatenate((lines[0], *(line[1:] for line in lines[1:])))))
    return found
