"""The analysis `events` of what is new: the time since the run before, and what lasted then.

A run over 30 days is too long a work for every few minutes. This one reads the last hours of every
vessel, and of a vessel with an event that lasted then everything since that began. Once a day it
reads 30 days in the same way: what came late is found then, and what takes weeks to happen.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import Connection, DateTime, cast, delete, func, or_, select

from app.analyses import vessel_events
from app.analyses.analysis import ANALYSES, Order, Outcome
from app.analyses.close_passes import close_passes
from app.analyses.event_rows import FOUND, PASSES, code_of, write_events
from app.analyses.vessel_events import Watch, events_of
from app.analyses.vessel_paths import vessel_paths
from app.city import City
from app.db.tables import ANALYSIS_RUNS, LAYER_VERSIONS, NET_BEACONS, table_of
from layers.declare import Layer
from layers.sea.events import Event
from layers.sea.path import Path
from layers.sea.rules import SeaEventRules

RECENT_EVENTS = replace(ANALYSES["events"], place="app.analyses.recent_events:run")
"""The same analysis, of what is new."""

LATE = timedelta(hours=1)
"""How late a report may come; what came later is found once a day."""

FEED = timedelta(days=1)
"""Where no position is younger, nobody listens: no vessel's silence means anything."""

KEPT = timedelta(days=1)
"""How long the record of such a run is kept; those of the others are kept for good."""

CAUSES = ("vessel_positions", "sea_zones", "wind_warnings")
"""Layers whose change can be an event."""

RISKS = frozenset({"collision_watch", "collision_near", "collision_close"})
"""Kinds that the last states of two vessels make."""

RUNS = ANALYSIS_RUNS.c
NEAR = {"collision": np.inf, "not_returned days": 86_400.0}
"""Families of kinds whose begin may differ from run to run, and by how many seconds."""

UNTIL = cast(RUNS.parameters["until"].astext, DateTime(timezone=True))
RECENT = RUNS.parameters.has_key("recent")


def run(connection: Connection, layers: dict[str, Layer], city: City, order: Order) -> Outcome:
    """Find what is new until now, and write it; its days are its own."""
    return look(connection, layers, city, order, datetime.now(UTC))


def look(
    connection: Connection, layers: dict[str, Layer], city: City, order: Order, now: datetime
) -> Outcome:
    """Find what is new until an instant, and write it."""
    rules = SeaEventRules.among(order.book)
    recent, sure, first = _edges(connection, city, now, rules)
    connection.execute(delete(ANALYSIS_RUNS).where(RECENT, RUNS.finished_at < now - KEPT))
    lasting = _lasting(connection, layers, first)
    longer = _longer(lasting, first, rules)
    earliest = min([first, *longer.values()])
    watch = Watch.of(connection, layers, city, order.book, (earliest, now))
    dropped: Counter[str] = Counter()
    paths = _paths(connection, layers, (first, now), (earliest, longer), watch, dropped)
    known = {row["code"]: row for row in lasting}
    told = _not_stale(events_of(paths, watch), now, rules)
    found = [
        event for event in _continued(told, lasting)
        if event.first_s >= sure.timestamp() or code_of(event) in known
    ]  # fmt: skip
    found += close_passes(connection, layers, watch.sea, (sure.timestamp(), now.timestamp()))
    also = {code_of(event) for event in found} | {row["code"] for row in _risks(lasting)}
    changes = write_events(connection, layers, found, (sure, now), order.book, also & set(known))
    asked: dict[str, Any] = {"from": first.isoformat(), "to": now.isoformat()}
    asked |= {"until": now.isoformat()} | ({"recent": True} if recent else {})
    return vessel_events.told(found, changes, dropped, watch, order.book, asked)


def worth_a_look(connection: Connection, layers: dict[str, Layer], now: datetime) -> bool:
    """Whether something came in since the newest run, and positions still come."""
    changed = select(func.max(LAYER_VERSIONS.c.changed_at)).where(
        LAYER_VERSIONS.c.layer.in_(CAUSES)
    )
    ran = select(func.max(RUNS.started_at)).where(RUNS.analysis == "events")
    newest, last = connection.scalar(changed), connection.scalar(ran)
    if newest is None:
        return False
    if last is not None and newest < last and not _stale_risk(connection, layers, newest, now):
        return False
    seen_at = table_of(layers["vessel_positions"]).c.seen_at
    heard = select(seen_at).where(seen_at >= now - FEED).limit(1)
    return connection.scalar(heard) is not None


def _stale_risk(
    connection: Connection, layers: dict[str, Layer], newest: datetime, now: datetime
) -> bool:
    """Whether a collision risk stands though nothing more came: nobody knows where boats are."""
    if newest > now - timedelta(minutes=SeaEventRules.shipped().last_state_min):
        return False
    columns = table_of(layers["vessel_events"]).c
    standing = select(columns.fid).where(columns.kind.in_(RISKS), columns.ended_at.is_(None))
    return connection.scalar(standing.limit(1)) is not None


def _not_stale(events: Iterator[Event], now: datetime, rules: SeaEventRules) -> Iterator[Event]:
    """Without collision risks of last states that are too old by the clock."""
    oldest_s = (now - timedelta(minutes=rules.last_state_min)).timestamp()
    return (event for event in events if event.kind not in RISKS or event.first_s >= oldest_s)


def _newest_until(*which: Any) -> Any:
    return select(func.max(UNTIL)).where(RUNS.analysis == "events", *which)


def _edges(
    connection: Connection, city: City, now: datetime, rules: SeaEventRules
) -> tuple[bool, datetime, datetime]:
    """Whether hours are enough; from when an event that begins is told; from when paths are read.

    What began before the second was long enough to be found by the run before. A path that is cut
    makes events that begin at the cut, none of them later than the second: a silence between the
    two would have ended them. Where no run was before, those are told too.
    """
    whole, since = (connection.scalar(_newest_until(*which)) for which in ((~RECENT,), ()))
    month = now - timedelta(days=vessel_events.DAYS)
    if whole is None:
        return False, month, month
    shortest = [
        rules.gaps[-1].from_h * 60, rules.encounter.at_least_min, rules.loitering.at_least_min,
        rules.fishing.at_least_min, rules.collision_zone.at_least_min,
        rules.not_returned.at_least_h * 60,
    ]  # fmt: skip
    recent = city.today(whole) == city.today(now)
    hours = since - timedelta(minutes=max(shortest)) - LATE
    sure = max(month, hours) if recent else month
    return recent, sure, sure - timedelta(hours=rules.gaps[-1].from_h)


def _lasting(
    connection: Connection, layers: dict[str, Layer], first: datetime
) -> list[Mapping[str, Any]]:
    """Events that the analysis finds itself and that were not over before an instant.

    A pass is of one instant, and found from tracks: it lasts never.
    """
    columns = table_of(layers["vessel_events"]).c
    told = (columns.code, columns.kind, columns.mmsi, columns.other_mmsi,
            columns.started_at, columns.ended_at, columns.evidence)  # fmt: skip
    open_then = or_(columns.ended_at.is_(None), columns.ended_at >= first)
    rows = connection.execute(select(*told).where(columns.kind.in_(FOUND - PASSES), open_then))
    return [dict(row) for row in rows.mappings()]


def _longer(
    lasting: Sequence[Mapping[str, Any]], first: datetime, rules: SeaEventRules
) -> dict[str, datetime]:
    """Vessels whose path must begin earlier than that of the others, and when."""
    longer: dict[str, datetime] = {}
    for row in lasting:
        before = timedelta(hours=rules.gaps[-1].from_h)
        if row["kind"] == "not_returned":
            before += timedelta(days=rules.not_returned.longest_trip_d)
        begin = row["started_at"] - before
        for mmsi in filter(None, (row["mmsi"], row["other_mmsi"])):
            if begin < longer.get(mmsi, first):
                longer[mmsi] = begin
    return longer


def _paths(
    connection: Connection,
    layers: dict[str, Layer],
    period: tuple[datetime, datetime],
    more: tuple[datetime, dict[str, datetime]],
    watch: Watch,
    dropped: Counter[str],
) -> Iterator[Path]:
    """Every path once; net beacons that are known need no look: hours do not tell a drift."""
    earliest, longer = more
    beacons = set(connection.scalars(select(NET_BEACONS.c.mmsi)))
    all_recent = vessel_paths(connection, layers, period, watch.cleaning, dropped)
    recent = (path for path in all_recent if path.mmsi not in longer)
    rest = vessel_paths(connection, layers, (earliest, period[1]), watch.cleaning, dropped, longer)
    both = chain(recent, rest) if longer else recent
    return (path for path in both if path.mmsi not in beacons)


def _risks(lasting: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Collision risks that lasted: they are of the last states, and go with these."""
    return (row for row in lasting if row["kind"] in RISKS and row["ended_at"] is None)


def _continued(found: Iterator[Event], lasting: Sequence[Mapping[str, Any]]) -> Iterator[Event]:
    """What is the same event as one that lasted although it is found from another begin.

    A collision risk is of the last states, and graver or not the same while a pair has one; the
    days of a trip are counted from where its path begins.
    """
    began = {
        _same(row["kind"], row["mmsi"], row["other_mmsi"], _because(row["evidence"])):
        row["started_at"].timestamp() for row in lasting if row["ended_at"] is None
    }  # fmt: skip
    for event in found:
        key = _same(event.kind, event.mmsi, event.other_mmsi, event.evidence.get("because"))
        since_s = began.get(key, np.nan)
        near = abs(event.first_s - since_s) <= NEAR.get(key[0], -1.0)
        yield replace(event, first_s=since_s) if near else event


def _same(
    kind: str, mmsi: str, other: str | None, because: str | None
) -> tuple[str, str, str | None]:
    """What two runs tell of one event."""
    family = f"{kind} {because}" if because else kind.partition("_")[0]
    return family, mmsi, other


def _because(evidence: str | None) -> str | None:
    return json.loads(evidence).get("because") if evidence else None
