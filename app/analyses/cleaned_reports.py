"""Cleaning with what the database and the city know: coast, ports, names, the clock."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import Connection, and_, delete, select
from sqlalchemy.dialects.postgresql import insert

from app.analyses.sea_reports import Reports
from app.analyses.shore import Haven, Inland, Numbers, Shore
from app.city import City
from app.db.tables import NET_BEACONS, table_of
from layers.declare import Layer
from layers.grading.rule_set import RuleBook
from layers.sea.beacons import Sign, beacon_by_register, drifts
from layers.sea.cleaning import Cleaned, all_beacon, believed, clean
from layers.sea.cleaning_rules import CleaningRules
from layers.sea.rules import SeaEventRules

NO_STATUS = -1


@dataclass
class Cleaning:
    """What is asked of every number; remembers which are net beacons.

    Attributes:
        rules: Limits.
        inland: Which places are inland.
        shore: Where the ports are.
        in_port_m: How near to one is in port.
        names: MMSI to name, of every vessel that is known; None: known by its number only.
        registered: Numbers of which the register knows more than the number.
        now_s: The clock, seconds since 1970.
        beacons: Net beacons found, and by what.
    """

    rules: CleaningRules
    inland: Inland
    shore: Shore
    in_port_m: float
    names: dict[str, str | None]
    registered: frozenset[str]
    now_s: float
    beacons: dict[str, Sign] = field(default_factory=dict)

    @classmethod
    def of(
        cls, connection: Connection, layers: dict[str, Layer], city: City,
        havens: Sequence[Haven], book: RuleBook | None = None,
    ) -> "Cleaning":  # fmt: skip
        """Everything that cleaning asks, read once."""
        rules, land = CleaningRules.among(book), city.base_file("land")
        columns = table_of(layers["vessels"]).c
        rows = connection.execute(select(columns.mmsi, columns.name, columns.gear)).all()
        return cls(
            rules, Inland(land, city.metric_srid, rules.inland_m, havens),
            Shore(land, city.metric_srid, havens), SeaEventRules.among(book).in_port_m,
            {row.mmsi: row.name for row in rows},
            frozenset(row.mmsi for row in rows if row.name or row.gear),
            datetime.now(UTC).timestamp(),
        )  # fmt: skip

    def cleaned(self, reports: Reports) -> Cleaned:
        """What became of the reports of a number; all are left out where it is a net beacon."""
        mmsi = reports.mmsi
        sign = beacon_by_register(mmsi, self.names.get(mmsi), self.rules)
        if sign is None:
            found = clean(reports.seconds, reports.lon, reports.lat, self.now_s, self.inland,
                          self.rules)  # fmt: skip
            if not self._drifts(reports, found):
                return found
            sign = "drift"
        self.beacons[mmsi] = sign
        return all_beacon(len(reports.seconds))

    def believed(self, reports: Reports) -> Reports:
        """The reports without the speeds and courses that are none by the rules."""
        speed_kn, course_deg = believed(reports.speed_kn, reports.course_deg, self.rules)
        return replace(reports, speed_kn=speed_kn, course_deg=course_deg)

    def ports_at(self, lon: Numbers, lat: Numbers, seconds: Numbers) -> list[str | None]:
        """Names of the havens in which places lie at instants; None: in none that is known."""
        return self.shore.havens_at(lon, lat, seconds, self.in_port_m)

    def _drifts(self, reports: Reports, found: Cleaned) -> bool:
        if reports.mmsi in self.registered or np.any(reports.status != NO_STATUS):
            return False
        reports = self.believed(reports)
        kept = found.vessels == 0
        lon, lat = reports.lon[kept], reports.lat[kept]
        seconds = reports.seconds[kept]
        drift = drifts(seconds, lon, lat, reports.speed_kn[kept], self.rules)
        return drift and bool(np.all(self.shore.off_the_ports(lon, lat, seconds, self.in_port_m)))


def keep_beacons(
    connection: Connection, layers: dict[str, Layer], beacons: dict[str, Sign], looked_at: set[str]
) -> None:
    """Remember which numbers are net beacons, and take them out of the vessels.

    Args:
        connection: In a transaction.
        layers: Every layer.
        beacons: Numbers, and by what they were told.
        looked_at: All numbers that were looked at; those that are no beacons are ones no longer.
    """
    known = set(connection.scalars(select(NET_BEACONS.c.mmsi)))
    over = (known & looked_at) - set(beacons)
    if over:
        connection.execute(delete(NET_BEACONS).where(NET_BEACONS.c.mmsi.in_(over)))
    new = {mmsi: sign for mmsi, sign in beacons.items() if mmsi not in known}
    if new:
        values = [{"mmsi": mmsi, "sign": sign} for mmsi, sign in new.items()]
        connection.execute(insert(NET_BEACONS).values(values).on_conflict_do_nothing())
    if beacons:
        vessels = table_of(layers["vessels"])
        # What a register entered is left to those who keep it.
        columns = (vessels.c.name, vessels.c.gear, vessels.c.fishing_code, vessels.c.owner)
        heard_only = and_(*(column.is_(None) for column in columns))
        connection.execute(delete(vessels).where(vessels.c.mmsi.in_(beacons), heard_only))
