"""The analysis `density`: vessel-hours of tracks and stays in port in hexagons of H3."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

import h3.api.basic_int as h3
import numpy as np
from sqlalchemy import Connection, Table, delete, func, select, tuple_, union_all
from sqlalchemy.dialects.postgresql import insert

from app.analyses.analysis import Order, Outcome
from app.city import City
from app.db.tables import table_of
from app.db.vessel_stays import VESSEL_STAYS
from app.errors import BadParameter
from layers.declare import Layer
from layers.sea.density import Cells, DensityRules, clipped, time_in_cells
from layers.sea.path import Numbers

DAYS = 30
"""Days looked back where no first day is asked for."""

TRACKS_AHEAD = 200
BATCH_ROWS = 2000
WKB_HEAD_BYTES = 9
"""Byte order, type and number of vertices before them."""

HALF_WAY_ROUND_DEG = 180

Hours = tuple[dict[int, float], Counter[int], float]
"""Seconds and vessels of each cell, and the seconds of all tracks and stays."""


def run(connection: Connection, layers: dict[str, Layer], city: City, order: Order) -> Outcome:
    """Split the time of tracks among hexagons, and write those in which there is any.

    Raises:
        BadParameter: A period without a length, or one in the future.
    """
    rules = DensityRules.among(order.book)
    days = _days(city, order)
    seconds, vessels, whole = _counted(connection, layers, _instants(city, days), rules)
    rows = [_row(cell, seconds[cell], vessels[cell], days) for cell in sorted(seconds)]
    changes = _write(connection, table_of(layers["vessel_density"]), rows)
    hours = round(sum(seconds.values()) / 3600, 3)
    return Outcome(
        parameters={"from": days[0].isoformat(), "to": days[1].isoformat()},
        rule_sets=[rules],
        result={"cells": len(rows), "vessel_hours": hours, "track_hours": round(whole / 3600, 3)},
        changes=changes,
        lines=[
            f"{hours:.1f} 船时 vessel-hours, {len(rows)} 个六边形 hexagons, H3 {rules.resolution}",
            "新增 new: {added}, 变化 changed: {changed}, 消除 gone: {gone}".format(**changes),
        ],
    )


def _days(city: City, order: Order) -> tuple[date, date]:
    last = order.last or city.today()
    first = order.first or last - timedelta(days=DAYS)
    if last > city.today():
        raise BadParameter("to", "lies in the future")
    if first > last:
        raise BadParameter("from", "lies after the last day")
    return first, last


def _instants(city: City, days: tuple[date, date]) -> tuple[float, float]:
    """First instant of the period, closed, and last, open, seconds since 1970."""
    zone = ZoneInfo(city.time_zone)
    begin, end = (datetime(day.year, day.month, day.day, tzinfo=zone)
                  for day in (days[0], days[1] + timedelta(days=1)))  # fmt: skip
    return begin.timestamp(), end.timestamp()


def _counted(
    connection: Connection, layers: dict[str, Layer], period: tuple[float, float],
    rules: DensityRules,
) -> Hours:  # fmt: skip
    def cells_of(lon: Numbers, lat: Numbers) -> Cells:
        pairs = zip(lat.tolist(), lon.tolist(), strict=True)
        found = [h3.latlng_to_cell(y, x, rules.resolution) for y, x in pairs]
        return np.array(found, dtype=np.int64)

    seconds: dict[int, float] = {}
    vessels: Counter[int] = Counter()
    whole = 0.0
    for _, tracks in groupby(_tracks(connection, layers, period), itemgetter(0)):
        met: set[int] = set()
        for _, line in tracks:
            at, lon, lat = clipped(line[:, 2], line[:, 0], line[:, 1], *period)
            if not len(at):
                continue
            whole += float(at[-1] - at[0])
            found, times = time_in_cells(at, lon, lat, cells_of, rules.exact_s)
            for cell, time in zip(found.tolist(), times.tolist(), strict=True):
                seconds[cell] = seconds.get(cell, 0.0) + time
            met.update(found.tolist())
        vessels.update(met)
    return seconds, vessels, whole


def _tracks(
    connection: Connection, layers: dict[str, Layer], period: tuple[float, float]
) -> Iterator[tuple[str, Any]]:
    """MMSI and vertices (n, 3) of tracks and stays that touch a period: lon, lat, epoch seconds."""
    parts = union_all(*(
        select(columns.mmsi, columns.started_at, columns.geom)
        .where(columns.started_at < func.to_timestamp(period[1]))
        .where(columns.ended_at > func.to_timestamp(period[0]), columns.geom.is_not(None))
        for columns in (table_of(layers["vessel_tracks"]).c, VESSEL_STAYS.c)
    )).subquery()  # fmt: skip
    # Put in order before the lines are read from where they lie.
    ordered = select(parts).order_by(parts.c.mmsi, parts.c.started_at).offset(0).subquery()
    rows = connection.execute(
        select(ordered.c.mmsi, func.ST_AsBinary(ordered.c.geom, "NDR")).order_by(
            ordered.c.mmsi, ordered.c.started_at
        ),
        execution_options={"yield_per": TRACKS_AHEAD},
    )
    for mmsi, line in rows:
        yield mmsi, np.frombuffer(bytes(line), "<f8", offset=WKB_HEAD_BYTES).reshape(-1, 3)


def _row(cell: int, seconds: float, vessels: int, days: tuple[date, date]) -> dict[str, Any]:
    return {
        "code": h3.int_to_str(cell), "hours": seconds / 3600,
        "vessels": vessels, "first_day": days[0], "last_day": days[1], "geom": _hexagon(cell),
    }  # fmt: skip


def _hexagon(cell: int) -> str | None:
    """EWKT of the cell; None of one across 180 degrees, which one polygon can't show."""
    corners = [(lon, lat) for lat, lon in h3.cell_to_boundary(cell)]
    lons = [lon for lon, _ in corners]
    if max(lons) - min(lons) > HALF_WAY_ROUND_DEG:
        return None
    ring = ", ".join(f"{lon:.7f} {lat:.7f}" for lon, lat in [*corners, corners[0]])
    return f"SRID=4326;MULTIPOLYGON((({ring})))"


def _write(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """The hexagons become those of this run; those that stay keep their row."""
    there = set(connection.scalars(select(table.c.code)))
    now = {row["code"] for row in rows}
    gone = sorted(there - now)
    connection.execute(delete(table).where(table.c.code.in_(gone)))
    touched = 0
    for begin in range(0, len(rows), BATCH_ROWS):
        statement = insert(table).values(rows[begin : begin + BATCH_ROWS])
        new = {name: statement.excluded[name] for name in rows[0] if name != "code"}
        compared = [name for name in new if name != "geom"]
        differs = tuple_(*(table.c[name] for name in compared)).is_distinct_from(
            tuple_(*(new[name] for name in compared))
        )
        touched += connection.execute(
            statement.on_conflict_do_update(index_elements=["code"], set_=new, where=differs)
        ).rowcount
    added = len(now - there)
    return {"added": added, "changed": touched - added, "gone": len(gone)}
