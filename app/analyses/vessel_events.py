"""The analysis `events`: what happened at sea in a period, written with its evidence."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection, select

from app.analyses.analysis import Order, Outcome
from app.analyses.cleaned_reports import Cleaning
from app.analyses.close_passes import close_passes
from app.analyses.event_rows import write_events
from app.analyses.sea_areas import SeaAreas
from app.analyses.shore import Numbers, Shore
from app.analyses.track_parts import Sea
from app.analyses.tracks import left_out
from app.analyses.vessel_paths import vessel_paths
from app.analyses.wind import Wind
from app.city import City
from app.db.tables import table_of
from app.errors import BadParameter
from layers.declare import Layer
from layers.grading.rule_set import RuleBook
from layers.grading.vessel import VesselRules
from layers.grading.vessel_risk import GEARS
from layers.sea.duties import gales, in_collision_zone, limit_of, not_in_port
from layers.sea.events import Event, fishing_within, loitering, lost_signals, moratorium_breaches
from layers.sea.meetings import collision_risks, encounters
from layers.sea.moratorium import MoratoriumRules
from layers.sea.path import Path, State
from layers.sea.rules import SeaEventRules
from layers.vessel_events import KINDS

DAYS = 30
"""Days looked back where no first day is asked for."""


@dataclass(frozen=True)
class Watch:
    """By what and where vessels are watched."""

    rules: SeaEventRules
    calendar: MoratoriumRules
    shore: Shore
    areas: SeaAreas
    cleaning: Cleaning
    wind: Wind
    boats: dict[str, Any]
    sea: Sea
    until: datetime

    @classmethod
    def of(
        cls, connection: Connection, layers: dict[str, Layer], city: City, book: RuleBook,
        period: tuple[datetime, datetime],
    ) -> "Watch":  # fmt: skip
        """Everything that watching a period asks, read once."""
        areas = SeaAreas(connection, layers, city.zone)
        cleaning = Cleaning.of(connection, layers, city, areas.havens(), book)
        rules, (west, south, east, north) = SeaEventRules.among(book), city.extent
        sea = Sea.round((west + east) / 2, (south + north) / 2, cleaning.shore, rules)
        return cls(
            rules, MoratoriumRules.among(book), cleaning.shore, areas, cleaning,
            Wind.of(connection, layers, areas, period), _register(connection, layers), sea,
            period[1],
        )  # fmt: skip


def run(connection: Connection, layers: dict[str, Layer], city: City, order: Order) -> Outcome:
    """Find the events of the period and write them.

    Raises:
        BadParameter: A period without a length, or one in the future.
    """
    first, end = _period(city, order)
    until = min(end, datetime.now(UTC))
    watch = Watch.of(connection, layers, city, order.book, (first, until))
    dropped: Counter[str] = Counter()
    paths = vessel_paths(connection, layers, (first, until), watch.cleaning, dropped)
    found = list(events_of(paths, watch))
    found += close_passes(connection, layers, watch.sea, (first.timestamp(), until.timestamp()))
    changes = write_events(connection, layers, found, (first, end), order.book)
    asked = {"from": first.isoformat(), "to": end.isoformat(), "until": until.isoformat()}
    return told(found, changes, dropped, watch, order.book, asked)


def told(
    found: Sequence[Event],
    changes: Mapping[str, Any],
    dropped: Counter[str],
    watch: Watch,
    book: RuleBook,
    parameters: Mapping[str, Any],
) -> Outcome:
    """What a run found, for people and for machines."""
    counts = Counter(event.kind for event in found)
    still = sum(event.last_s is None for event in found)
    lines = [f"{len(found)} 起海上事件 events at sea, {still} 起未结束 open"]
    lines += [f"  {KINDS[kind]} {kind}: {number}" for kind, number in sorted(counts.items())]
    lines.append(
        f"新增 new: {changes['added']}, 变化 changed: {changes['changed']}, "
        f"消除 gone: {changes['gone']}"
    )
    lines += left_out(dropped)
    return Outcome(
        parameters=parameters,
        rule_sets=[watch.rules, watch.calendar, VesselRules.among(book), watch.cleaning.rules],
        result={
            "events": len(found),
            "open": still,
            "kinds": dict(counts),
            "left_out": dict(dropped),
        },
        changes=changes,
        lines=lines,
    )


def _period(city: City, order: Order) -> tuple[datetime, datetime]:
    """First instant, closed, and last, open: whole days of the city."""
    today = city.today()
    last = order.last or today
    first = order.first or last - timedelta(days=DAYS)
    if last > today:
        raise BadParameter("to", "lies in the future")
    if first > last:
        raise BadParameter("from", "lies after the last day")
    zone = ZoneInfo(city.time_zone)
    return _midnight(first, zone), _midnight(last + timedelta(days=1), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _register(connection: Connection, layers: dict[str, Layer]) -> dict[str, Any]:
    """MMSI to gear, length and wind limit, of every vessel."""
    columns = table_of(layers["vessels"]).c
    rows = connection.execute(
        select(columns.mmsi, columns.gear, columns.length_m, columns.wind_limit)
    )
    return {row.mmsi: row for row in rows}


def events_of(paths: Iterable[Path], watch: Watch) -> Iterator[Event]:
    """What happened to vessels; their paths are read once, one after the other."""
    alone: list[Event] = []
    states: list[State] = []

    def seen() -> Iterator[Path]:
        """Every path on its way to the encounters, looked at by itself first."""
        for path in paths:
            alone.extend(_of_one(path, watch))
            states.append(path.last_state())
            yield path

    met = list(encounters(seen(), watch.rules))
    yield from alone
    for event in met:
        if watch.shore.off_the_ports(*_place(event), watch.rules.in_port_m)[0]:
            yield event
    now_s = max((state[1] for state in states), default=0.0)
    for event in collision_risks(states, now_s, watch.rules):
        if watch.shore.off_the_ports(*_place(event), watch.rules.in_port_m)[0]:
            yield event


def _place(event: Event) -> tuple[Numbers, Numbers, Numbers]:
    return np.array([event.lon]), np.array([event.lat]), np.array([event.first_s])


def _of_one(path: Path, watch: Watch) -> Iterator[Event]:
    boat = watch.boats.get(path.mmsi)
    gear = boat.gear if boat is not None else None

    def at_sea(lon: Numbers, lat: Numbers, seconds: Numbers) -> Any:
        return watch.shore.off_the_ports(lon, lat, seconds, watch.rules.in_port_m)

    if path.vessel == 0:
        # A second sender on a number is silent as soon as its number is put right.
        yield from lost_signals(path, watch.until.timestamp(), at_sea, watch.rules)
    yield from loitering(path, watch.shore.distance_m, watch.rules)
    named = None if gear is None else GEARS[gear]
    if named is not None:
        zones = _moratoria(path, gear, named in watch.calendar.exempt, watch)
        yield from moratorium_breaches(path, named, watch.calendar, watch.rules, zones)
    yield from not_in_port(path, named, at_sea, watch.calendar, watch.rules)
    for zone in watch.areas.closed_to(gear):
        inside = zone.holds(path)
        if np.any(inside):
            told = {"zone": zone.code, "zone_name": zone.name, "gear": gear}
            yield from fishing_within("closed_line", path, inside, watch.rules, told)
    for zone in watch.areas.collision_warnings():
        told = {"zone": zone.code, "zone_name": zone.name}
        yield from in_collision_zone(path, zone.holds(path), told, watch.rules)
    if boat is not None and (boat.gear or boat.length_m or boat.wind_limit):
        # Of what is known by its number only the limit can't be told: it may be a large ship.
        limit = limit_of(boat.wind_limit, boat.length_m, watch.rules)
        yield from gales(path, watch.wind.force(path), limit, at_sea, watch.rules)


def _moratoria(path: Path, gear: str | None, exempt: bool, watch: Watch) -> list[tuple[str, Any]]:
    """Zones with a moratorium of their own that bind some of the positions, and which."""
    home_s = watch.rules.fishing.tolerated_h * 3600
    zones = watch.areas.moratoria(gear, exempt=exempt)
    held = ((f"{zone.code} {zone.name}", zone.holds(path, home_s)) for zone in zones)
    return [(name, within) for name, within in held if np.any(within)]
