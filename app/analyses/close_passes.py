"""Close passes over stored tracks and stays in port: PostGIS finds the closest approaches.

Parts of a quarter of an hour lie in a temporary table, in metres, with the instant of every vertex
as M. An index over place and time gives those that can come near each other, PostGIS' trajectory
functions say when and how near they come.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sqlalchemy import Connection, TextClause, text

from app.analyses.track_parts import Sea, lay_out
from app.db.fixed_rows import fixed_rows
from layers.declare import Layer
from layers.sea.events import Event
from layers.sea.passes import (
    AT_A_REPORT,
    SLOT_S,
    Between,
    Met,
    Passer,
    in_company,
    nearest_of_each,
    pass_event,
    passed,
)
from layers.sea.rules import SeaEventRules

MET = text(
    """
    WITH near AS MATERIALIZED (
        SELECT a.track, a.mmsi, b.track AS other_track, b.mmsi AS other_mmsi,
            a.line AS one, b.line AS two
        FROM track_parts AS b
        JOIN track_parts AS a ON a.box && ST_Expand(b.box, :within_m)
        WHERE b.off_ports AND (a.fast OR b.fast) AND a.slot = b.slot AND a.mmsi <> b.mmsi
            AND (NOT a.off_ports OR a.mmsi < b.mmsi) AND ST_CPAWithin(a.line, b.line, :within_m)
    ), approach AS MATERIALIZED (
        SELECT near.*, ST_ClosestPointOfApproach(one, two) AS at, ST_DistanceCPA(one, two) AS far
        FROM near
    ), minute AS MATERIALIZED (
        SELECT approach.*, ST_GeometryN(ST_LocateAlong(one, at), 1) AS here,
            ST_GeometryN(ST_LocateAlong(two, at), 1) AS there,
            ST_GeometryN(ST_LocateBetween(one, at - 30, at + 30), 1) AS own,
            ST_GeometryN(ST_LocateBetween(two, at - 30, at + 30), 1) AS other
        FROM approach
    ), ends AS MATERIALIZED (
        SELECT minute.*, ST_StartPoint(own) AS own_a, ST_EndPoint(own) AS own_b,
            ST_StartPoint(other) AS other_a, ST_EndPoint(other) AS other_b
        FROM minute
    )
    SELECT track, mmsi, other_track, other_mmsi, at, far,
        ST_X(here), ST_Y(here), ST_X(there), ST_Y(there),
        (ST_X(own_b) - ST_X(own_a)) / (ST_M(own_b) - ST_M(own_a)),
        (ST_Y(own_b) - ST_Y(own_a)) / (ST_M(own_b) - ST_M(own_a)),
        (ST_X(other_b) - ST_X(other_a)) / (ST_M(other_b) - ST_M(other_a)),
        (ST_Y(other_b) - ST_Y(other_a)) / (ST_M(other_b) - ST_M(other_a))
    FROM ends
    """
)
"""Closest approaches of two parts that come near; one of the two off the ports, one of them fast.

MATERIALIZED, so that each function is called once a pair.
"""

COLUMNS = {
    "track": "int8", "mmsi": "int4", "other_track": "int8", "other_mmsi": "int4", "at": "float8",
    "far": "float8", "x": "float8", "y": "float8", "other_x": "float8", "other_y": "float8",
    "east": "float8", "north": "float8", "other_east": "float8", "other_north": "float8",
}  # fmt: skip

PLACES = text(
    """
    SELECT asked.number, ST_X(found.place) AS x, ST_Y(found.place) AS y
    FROM unnest(CAST(:tracks AS bigint[]), CAST(:instants AS float8[]))
        WITH ORDINALITY AS asked (track, at, number)
    JOIN LATERAL (
        SELECT ST_GeometryN(ST_LocateAlong(line, asked.at), 1) AS place FROM track_parts
        WHERE track = asked.track
            AND slot IN (floor(asked.at / :slot_s), ceil(asked.at / :slot_s) - 1)
            AND asked.at BETWEEN ST_M(ST_StartPoint(line)) AND ST_M(ST_EndPoint(line))
        ORDER BY slot LIMIT 1
    ) AS found ON true
    """
)
"""Where tracks were at instants, in the plane; no row where that is not known."""

BETWEEN = text(
    """
    SELECT asked.number, ST_M(later.geom) - ST_M(sooner.geom) AS seconds,
        asked.at - ST_M(sooner.geom) AS since_s,
        ST_Distance(geography(sooner.geom), geography(later.geom)) AS metres
    FROM unnest(CAST(:tracks AS bigint[]), CAST(:instants AS float8[]))
        WITH ORDINALITY AS asked (track, at, number)
    JOIN track_ways AS way ON way.way = asked.track
        AND asked.at BETWEEN extract(epoch FROM way.started_at) AND extract(epoch FROM way.ended_at)
    LEFT JOIN vessel_tracks AS track
        ON NOT way.in_port AND (track.mmsi, track.started_at) = (way.mmsi, way.started_at)
    LEFT JOIN vessel_stays AS stay
        ON way.in_port AND (stay.mmsi, stay.started_at) = (way.mmsi, way.started_at)
    CROSS JOIN LATERAL (
        SELECT ST_LocateBetween(
            coalesce(track.geom, stay.geom), asked.at - :bridged_s, asked.at + :bridged_s
        ) AS line
        OFFSET 0
    ) AS near
    CROSS JOIN LATERAL (
        SELECT geom FROM ST_DumpPoints(near.line) WHERE ST_M(geom) <= asked.at
        ORDER BY ST_M(geom) DESC LIMIT 1
    ) AS sooner
    CROSS JOIN LATERAL (
        SELECT geom FROM ST_DumpPoints(near.line) WHERE ST_M(geom) >= asked.at
        ORDER BY ST_M(geom) LIMIT 1
    ) AS later
    """
)
"""How far apart the two reports are between which an instant lies, and their places.

No part bridges a longer silence than that, so that both are among the positions looked at.
"""


ENDS = text(
    "SELECT way, CAST(extract(epoch FROM max(ended_at)) AS float8) AS last_s FROM track_ways "
    "WHERE way = ANY(CAST(:tracks AS bigint[])) GROUP BY way"
)
"""When ways end."""


def close_passes(
    connection: Connection, layers: dict[str, Layer], sea: Sea, period: tuple[float, float]
) -> Iterator[Event]:
    """Passes of a period, in the order of the vessels and of time.

    Args:
        connection: In a transaction; a temporary table of it is made anew.
        layers: Every layer.
        sea: Where and by what.
        period: First instant, closed, and last, open, seconds since 1970.
    """
    asked = sea.rules.passing
    # What lies beyond the period says whether something nearer follows, or company.
    around_s = (max(asked.company_min, asked.again_min) + asked.bridged_min) * 60
    lay_out(connection, layers, sea, (period[0] - around_s, period[1] + around_s))
    near = [met for met in met_over_history(connection, sea.rules) if passed(met, sea.rules)]
    sure = (met for met in _with_reports(connection, near, sea.rules) if passed(met, sea.rules))
    nearest = [met for met in nearest_of_each(sure, sea.rules) if period[0] <= met.at_s < period[1]]
    over = _over(connection, nearest, period[1] - asked.again_min * 60)
    for met in _apart(connection, over, sea.rules):
        lon, lat = sea.degrees(np.array([[met.one.x, met.one.y], [met.two.x, met.two.y]]))
        if np.any(sea.off_the_ports(lon, lat, np.full(2, met.at_s))):
            places = (float(lon[0]), float(lat[0])), (float(lon[1]), float(lat[1]))
            yield pass_event(met, places, sea.rules)


def met_over_history(connection: Connection, rules: SeaEventRules) -> Iterator[Met]:
    """Closest approach of every two parts that come as near as the furthest pass of the rules.

    The parts are those of the temporary table; the connection takes no other statement meanwhile.
    """
    asked = MET.bindparams(within_m=rules.passes[-1].within_m)
    for rows in fixed_rows(connection, asked, COLUMNS):
        for row in rows[list(COLUMNS)].tolist():
            yield _ordered(*row)


def _ordered(  # noqa: PLR0913, PLR0917 - a row
    track: int, mmsi: int, other_track: int, other_mmsi: int, at: float, far: float, x: float,
    y: float, other_x: float, other_y: float, east: float, north: float, other_east: float,
    other_north: float,
) -> Met:  # fmt: skip
    one = Passer(f"{mmsi:09d}", track, x, y, east, north)
    two = Passer(f"{other_mmsi:09d}", other_track, other_x, other_y, other_east, other_north)
    return Met(at, far, one, two) if mmsi < other_mmsi else Met(at, far, two, one)


def _over(connection: Connection, mets: Sequence[Met], lately_s: float) -> list[Met]:
    """Approaches without those that may go on: lately, at the last position of one of the two."""
    late = {each.track for met in mets if met.at_s > lately_s for each in (met.one, met.two)}
    ends = {}
    if late:
        ends = {row.way: row.last_s for row in connection.execute(ENDS, {"tracks": list(late)})}
    return [
        met for met in mets
        if all(met.at_s < ends.get(each.track, np.inf) for each in (met.one, met.two))
    ]  # fmt: skip


def _apart(connection: Connection, mets: Sequence[Met], rules: SeaEventRules) -> Iterator[Met]:
    """Those of vessels that are not in company, by where they were some time before and after."""
    around_s = rules.passing.company_min * 60
    places: dict[tuple[int, float], tuple[float, float]] = {}
    asked = [
        (vessel.track, met.at_s + later_s)
        for met in mets for later_s in (-around_s, around_s) for vessel in (met.one, met.two)
    ]  # fmt: skip
    for row in _asked(connection, PLACES.bindparams(slot_s=SLOT_S), asked):
        places[asked[row.number - 1]] = row.x, row.y

    def distance_m(met: Met, at_s: float) -> float:
        nowhere = np.nan, np.nan
        one, two = (places.get((each.track, at_s), nowhere) for each in (met.one, met.two))
        return float(np.hypot(one[0] - two[0], one[1] - two[1]))

    for met in mets:
        before_m, after_m = (distance_m(met, met.at_s + each) for each in (-around_s, around_s))
        if not in_company(before_m, after_m, rules):
            yield met


def _with_reports(
    connection: Connection, mets: Sequence[Met], rules: SeaEventRules
) -> Iterator[Met]:
    """The same approaches with how far apart the reports beside them are."""
    asked = [(vessel.track, met.at_s) for met in mets for vessel in (met.one, met.two)]
    statement = BETWEEN.bindparams(bridged_s=rules.passing.bridged_min * 60)
    between = [AT_A_REPORT] * len(asked)
    for row in _asked(connection, statement, asked):
        between[row.number - 1] = Between(row.seconds, row.metres, row.since_s)
    for met, own, other in zip(mets, between[::2], between[1::2], strict=True):
        yield replace(met, between=(own, other))


def _asked(
    connection: Connection, statement: TextClause, asked: Sequence[tuple[int, float]]
) -> Sequence[Any]:
    """Rows of a statement about tracks at instants; `number` counts them from 1."""
    values = {"tracks": [each[0] for each in asked], "instants": [each[1] for each in asked]}
    return connection.execute(statement, values).all() if asked else ()
