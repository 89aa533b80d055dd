"""Vessel tracks and last positions, made from the position reports of many vessels at a time."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import Connection, func, select, tuple_, update

from app.analyses.cleaned_reports import Cleaning, keep_beacons
from app.analyses.last_places import LastPlace, move_vessels
from app.analyses.regrade import regrade
from app.analyses.sea_areas import HAVENS, SeaAreas
from app.analyses.sea_reports import Reports, many_reports, reports
from app.analyses.stay_rows import StayRow, replace_stays, stay_rows
from app.analyses.track_rows import TrackRow, replace_tracks, track_rows
from app.city import City
from app.db.tables import table_of
from layers.declare import Layer
from layers.sea.cleaning import TITLES, Cleaned
from layers.sea.path import Flags, Numbers
from layers.sea.rules import SeaEventRules
from layers.sea.trips import PortStay, Rules, Trip, trips

BATCH_REPORTS = 250_000
"""Reports of which the tracks are held before they are written; a vessel is never cut."""

BATCH_VESSELS = 1000
"""Most vessels of a batch."""


@dataclass
class Made:
    """What came of making tracks.

    Attributes:
        tracks: How many there are now.
        stays: In port, between them.
        vessels: Of how many numbers.
        left_out: Reason to the number of reports that are in no track.
    """

    tracks: int = 0
    stays: int = 0
    vessels: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    def lines(self) -> list[str]:
        """Lines for people; none where no vessel was looked at."""
        if not self.vessels:
            return []
        told = (
            f"航迹 tracks: {self.tracks}, 在港停留 stays in port: {self.stays}, "
            f"渔船 vessels: {self.vessels}"
        )
        return [told, *left_out(self.left_out)]


def make_tracks(connection: Connection, layers: dict[str, Layer], city: City) -> list[str]:
    """Make the tracks of every vessel whose positions this transaction changed.

    Tracks that are still the same keep their id. Vessels heard but in no register are entered by
    their number, so that they are seen; every vessel gets its last position.
    """
    positions = table_of(layers["vessel_positions"])
    touched = connection.execute(
        select(positions.c.mmsi).where(positions.c.changed_at == func.now()).distinct()
    ).scalars()
    return tracks_of(connection, layers, city, dict.fromkeys(sorted(touched))).lines()


def tracks_of(
    connection: Connection,
    layers: dict[str, Layer],
    city: City,
    since: Mapping[str, datetime | None],
    new_s: Mapping[str, float] | None = None,
) -> Made:
    """Make the tracks of vessels from the positions that are stored, and move those vessels.

    Args:
        connection: In a transaction.
        layers: Every layer.
        city: Whose coast it is.
        since: MMSI to the instant from which its tracks are made anew, closed: one before which
            the number was silent for longer than a trip may be; None: all of them.
        new_s: MMSI to the instant, seconds since 1970, from which reports that are left out were
            not counted before; None, or a number that is not in it: all are counted.
    """
    made = Made(vessels=len(since))
    if not since:
        return made
    areas = SeaAreas(connection, layers, city.zone)
    cleaning = Cleaning.of(connection, layers, city, areas.havens())
    rules = _rules(cleaning)
    for batch in _batches(connection, layers, since):
        rows: list[TrackRow] = []
        stays: list[StayRow] = []
        places: list[LastPlace] = []
        for told in reports(connection, layers, since=batch):
            found = cleaning.cleaned(told)
            made.left_out += found.dropped(told.seconds >= (new_s or {}).get(told.mmsi, -np.inf))
            places += _last_place(told, found)
            parts = list(trips(told.seconds, told.lon, told.lat, found, rules))
            sailed = [part for part in parts if isinstance(part, Trip)]
            lay = [part for part in parts if isinstance(part, PortStay)]
            rows += track_rows(told.mmsi, sailed, cleaning.ports_at)
            stays += stay_rows(told.mmsi, lay, cleaning.ports_at)
        move_vessels(connection, places)
        replace_tracks(connection, layers, batch, rows)
        replace_stays(connection, batch, stays)
        made.tracks += len(rows)
        made.stays += len(stays)
    keep_beacons(connection, layers, cleaning.beacons, set(since))
    return made


def left_out(dropped: Counter[str]) -> list[str]:
    """One line about the reports left out, by reason; none where there are none."""
    if not dropped:
        return []
    told = ", ".join(f"{TITLES[name]} {name}: {many}" for name, many in sorted(dropped.items()))
    return [f"清洗剔除船位 positions left out: {told}"]


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


def told_of_ports(connection: Connection, layers: dict[str, Layer]) -> list[str]:
    """Say that tracks may end elsewhere where this transaction changed ports; else nothing."""
    zones, tracks = table_of(layers["sea_zones"]).c, table_of(layers["vessel_tracks"]).c
    ports = select(zones.code).where(zones.changed_at == func.now(), zones.kind.in_(HAVENS))
    if not connection.scalar(select(ports.exists() & select(tracks.fid).exists())):
        return []
    told = "港区或锚地有变化，已有航迹用 riskmap analyse tracks 重算"
    return [f"{told} ports changed: riskmap analyse tracks makes the tracks anew"]


def _rules(cleaning: Cleaning) -> Rules:
    def at_sea(lon: Numbers, lat: Numbers, seconds: Numbers) -> Flags:
        return cleaning.shore.off_the_ports(lon, lat, seconds, cleaning.in_port_m)

    return Rules(cleaning.rules, SeaEventRules.among(None), at_sea)


def _batches(
    connection: Connection, layers: dict[str, Layer], since: Mapping[str, datetime | None]
) -> Iterator[dict[str, datetime | None]]:
    """Vessels whose reports together are few enough to be held."""
    many = many_reports(connection, layers, since)
    batch: dict[str, datetime | None] = {}
    held = 0
    for mmsi in sorted(since):
        if batch and (held + many[mmsi] > BATCH_REPORTS or len(batch) == BATCH_VESSELS):
            yield batch
            batch, held = {}, 0
        batch[mmsi] = since[mmsi]
        held += many[mmsi]
    yield batch


def _last_place(told: Reports, found: Cleaned) -> Iterator[LastPlace]:
    """Where the main vessel on a number was last; nothing where none of its reports was kept."""
    kept = np.flatnonzero(found.vessels == 0)
    if len(kept):
        last = kept[-1]
        at = datetime.fromtimestamp(float(told.seconds[last]), UTC)
        until = datetime.fromtimestamp(float(told.seconds[-1]), UTC)
        yield LastPlace(told.mmsi, at, float(told.lon[last]), float(told.lat[last]), until)
