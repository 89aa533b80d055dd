"""Calls of distress transmitters: an open event each, told to open maps at once; never a vessel."""

import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, func, select

from app.analyses.event_rows import write_events
from app.db.guard import guarded
from app.db.tables import table_of
from app.db.turn import Turn, in_turn
from app.ingest.live_positions import write_positions
from app.ingest.nmea import Heard
from layers.declare import Layer
from layers.sea.distress import transmitter
from layers.sea.events import Event
from layers.sea.path import distance_m

TURN = Turn("ais", "ais listen", "vessel_events", raising=True)

EVERY = timedelta(minutes=1)
"""How often an event that lasts is written again; one that has moved is at once."""

MOVED_M = 200.0


def write_heard(engine: Engine, layers: dict[str, Layer], batch: Sequence[Heard]) -> int:
    """Write a batch, calls of distress first; returns how many positions were new.

    Raises:
        DatabaseAway: Not all was written; the same batch can be written again.
    """
    calls = [each for each in batch if transmitter(each.mmsi)]
    positions = [each for each in batch if not transmitter(each.mmsi)] if calls else batch
    if calls:
        write_calls(engine, layers, calls)
    return write_positions(engine, layers, positions) if positions else 0


def write_calls(engine: Engine, layers: dict[str, Layer], calls: Sequence[Heard]) -> None:
    """Open an event for each transmitter, or bring the one that lasts up to date.

    It lasts until a person enters its end; a transmitter that is heard after that begins another.

    Raises:
        DatabaseAway: Nothing was written; the same calls can be written again.
    """
    by_number: dict[str, list[Heard]] = defaultdict(list)
    for each in sorted(calls, key=lambda call: call.seen_s):
        by_number[each.mmsi].append(each)
    with guarded(), in_turn(engine, TURN) as connection:
        known = _known(connection, layers, list(by_number))
        for mmsi, heard in by_number.items():
            event = _event(heard, known.get(mmsi))
            if event is not None:
                begin = datetime.fromtimestamp(event.first_s, UTC)
                write_events(connection, layers, [event], (begin, begin + EVERY), {})


def _known(
    connection: Connection, layers: dict[str, Layer], numbers: Sequence[str]
) -> dict[str, Mapping[str, Any]]:
    """The newest event of each transmitter."""
    columns = table_of(layers["vessel_events"]).c
    rows = connection.execute(
        select(
            columns.mmsi, columns.started_at, columns.ended_at, columns.evidence,
            func.ST_X(columns.geom).label("lon"), func.ST_Y(columns.geom).label("lat"),
        )
        .where(columns.kind == "distress", columns.mmsi.in_(numbers))
        .order_by(columns.started_at)
    )  # fmt: skip
    return {row["mmsi"]: dict(row) for row in rows.mappings()}


def _event(heard: Sequence[Heard], known: Mapping[str, Any] | None) -> Event | None:
    """The event of a transmitter as these calls leave it; None where they say nothing new.

    Args:
        heard: Its calls in order of time, with and without a place.
        known: Its newest event; None where there is none.
    """
    ended = known["ended_at"] if known else None
    later = [each for each in heard if ended is None or each.seen_at > ended]
    if not later:
        return None
    located = [each for each in later if math.isfinite(each.lon)]
    place = (located[-1].lon, located[-1].lat) if located else (math.nan, math.nan)
    first_s, last = later[0].seen_s, later[-1].seen_at
    if known is not None and ended is None:
        first_s = known["started_at"].timestamp()
        before = _place(known)
        place = place if located else before
        last = max(last, _last_heard(known))
        if last - _last_heard(known) < EVERY and not _moved(before, place):
            return None
    lon, lat = place
    evidence = {
        "transmitter": transmitter(heard[0].mmsi), "last_heard_at": last.isoformat(),
        "place": [round(lon, 6), round(lat, 6)] if math.isfinite(lon) else None,
    }  # fmt: skip
    return Event("distress", heard[0].mmsi, first_s, None, lon, lat, evidence=evidence)


def _place(known: Mapping[str, Any]) -> tuple[float, float]:
    return (math.nan, math.nan) if known["lon"] is None else (known["lon"], known["lat"])


def _last_heard(known: Mapping[str, Any]) -> datetime:
    """When the event was written as heard last; its begin where a person wrote it."""
    try:
        return datetime.fromisoformat(json.loads(known["evidence"])["last_heard_at"])
    except (TypeError, ValueError, KeyError):
        begin: datetime = known["started_at"]
        return begin


def _moved(before: tuple[float, float], after: tuple[float, float]) -> bool:
    if not math.isfinite(before[0]):
        return math.isfinite(after[0])
    lon, lat, to_lon, to_lat = (np.array([each]) for each in (*before, *after))
    return bool(distance_m(lon, lat, to_lon, to_lat)[0] > MOVED_M)
