"""Vessels round a place at an instant, and the speeds that they showed before it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import DateTime, Select, Text, column, func, literal, select, values

from app.db.tables import table_of
from layers.declare import Layer


def last_heard(
    layers: dict[str, Layer], place: tuple[float, float], at: datetime, limit: int
) -> Select[Any]:
    """Every vessel at its last position not after an instant, the nearest to a place first.

    Args:
        layers: Every layer.
        place: Longitude and latitude, degrees.
        at: With an offset, closed.
        limit: Vessels at most; `matched` tells how many there are.

    Returns:
        With `distance_m` on the ellipsoid and `bearing_deg` from the vessel to the place; NULL
        where it is there.
    """
    boat, heard = table_of(layers["vessels"]).c, table_of(layers["vessel_positions"]).c
    last = (
        select(heard.seen_at, heard.geom, heard.status)
        .where(heard.mmsi == boat.mmsi, heard.seen_at <= at, heard.geom.is_not(None))
        .order_by(heard.seen_at.desc())
        .limit(1)
        .lateral("last")
    )
    target = func.geography(func.ST_SetSRID(func.ST_MakePoint(*place), 4326))
    there = func.geography(last.c.geom)
    distance = func.ST_Distance(there, target).label("distance_m")
    return (
        select(
            boat.fid, boat.mmsi, boat.name, boat.gear, boat.displayed_grade.label("grade"),
            last.c.seen_at, last.c.status, func.ST_X(last.c.geom).label("lon"),
            func.ST_Y(last.c.geom).label("lat"), distance,
            func.degrees(func.ST_Azimuth(there, target)).label("bearing_deg"),
            func.count().over().label("matched"),
        )
        .join(last, literal(True))
        .order_by(distance, boat.mmsi)
        .limit(limit)
    )  # fmt: skip


def shown_speeds(
    positions: Layer, last: Mapping[str, datetime], lasts: timedelta, share: float
) -> Select[Any]:
    """Of each vessel the speed that a share of its reports lies below: MMSI and knots.

    Args:
        positions: Layer of the reports.
        last: MMSI to the instant of its last report, closed.
        lasts: How long before that, closed.
        share: Between 0 and 1; of the reports that tell a speed.
    """
    heard = table_of(positions).c
    ends = values(
        column("mmsi", Text), column("seen_at", DateTime(timezone=True)), name="ends"
    ).data(list(last.items()))
    speed = func.percentile_cont(share).within_group(heard.speed_kn).label("speed_kn")
    return (
        select(heard.mmsi, speed)
        .join(ends, ends.c.mmsi == heard.mmsi)
        .where(heard.seen_at >= ends.c.seen_at - lasts, heard.seen_at <= ends.c.seen_at)
        .where(heard.speed_kn.is_not(None))
        .group_by(heard.mmsi)
    )


def where_is(layers: dict[str, Layer], mmsi: str, at: datetime) -> Select[Any]:
    """Longitude and latitude of a vessel at its last position not after an instant."""
    heard = table_of(layers["vessel_positions"]).c
    return (
        select(func.ST_X(heard.geom).label("lon"), func.ST_Y(heard.geom).label("lat"))
        .where(heard.mmsi == mmsi, heard.seen_at <= at, heard.geom.is_not(None))
        .order_by(heard.seen_at.desc())
        .limit(1)
    )
