"""The fishing fleet: its register, and a fortnight of AIS reports."""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import numpy as np

from data.demo import names
from data.demo.city import City
from data.demo.reports import NOT_AVAILABLE, Reports, heard
from data.demo.sea import Sea, to_metres
from data.demo.voyages import HOUR_S, course

BOATS = 60
DAYS = 14
MOST_POSITIONS = 10_000_000
INTERVAL_S = 300.0
POSITIONS = 133_000
"""About as many positions as the fleet sends at scale 1."""

_MOST_TIMES_BOATS = 10
_LEAST_INTERVAL_S = 30.0
_BEIJING = timezone(timedelta(hours=8))
_SENTINELS = 3
_SHARE_FITTED = 0.96
_EVERY, _UNKNOWN = 30, 11
"""Of thirty boats, the one at this place is known by name and gear only."""

_WIND_LIMITS = ((24, 8), (12, 7), (0, 6))
"""Metres of length from which a boat must not meet a Beaufort force, as in `sea_events`."""

_SHARE_OWNERS, _SHARE_STRONGER = 0.45, 0.2
_GROUPS = 5

GEARS = {
    "拖网": 13, "帆张网": 8, "流刺网": 9, "灯光围网": 4, "笼壶": 9, "渔运船": 4, "钓具": 4,
    "定置": 5, "养殖": 3, "其他": 1,
}  # fmt: skip
"""How many of sixty boats have each gear."""

PORTS = {
    "小曹娥示意渔港": (121.047, 30.278),
    "临山示意渔港": (120.985, 30.212),
    "泗门示意渔港": (121.005, 30.242),
}
"""Invented ports on the city's shore, lon, lat."""

COLUMNS = (
    "mmsi", "name", "fishing_code", "beidou_no", "gear", "hull", "length_m", "gross_tonnage",
    "power_kw", "built_year", "crew", "crew_minimum", "certificate_until", "ais_fitted",
    "beidou_fitted", "violations", "home_port", "owner", "owner_phone", "assessed_on",
    "skipper", "skipper_phone", "vessel_group", "wind_limit",
)  # fmt: skip


@dataclass(frozen=True)
class Boat:
    """One boat: number, gear and port."""

    mmsi: str
    name: str
    gear: str
    port: str


class Fleet:
    """All boats of the demonstration, at one scale."""

    def __init__(self, city: City, scale: int, as_of: date) -> None:
        """Take the city for its coast, the scale, and the day on which the fortnight ends."""
        more = min(float(scale), MOST_POSITIONS / POSITIONS)
        boats = BOATS * min(max(round(more**0.5), 1), _MOST_TIMES_BOATS)
        self.interval_s = max(INTERVAL_S * boats / BOATS / more, _LEAST_INTERVAL_S)
        self._city = city
        self._as_of = as_of
        self.boats = _boats(boats)

    def write_register(self, path: Path, random: np.random.Generator) -> int:
        """Write the register as CSV; return how many boats."""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            # Its own chance, so that what came before stays as it was.
            people = random.spawn(1)[0]
            for number, boat in enumerate(self.boats):
                row = _registered(number, boat, self._as_of, random)
                row |= _manned(number, boat, row, people)
                writer.writerow([row.get(name, "") for name in COLUMNS])
        return len(self.boats)

    def write_positions(self, path: Path, random: np.random.Generator) -> int:
        """Write the positions as gzipped CSV, boat by boat; return how many."""
        sea = Sea(self._city.land)
        ports = {name: sea.berth(to_metres(np.array(place))) for name, place in PORTS.items()}
        start = datetime.combine(self._as_of - timedelta(days=DAYS), datetime.min.time(), _BEIJING)
        span_s = DAYS * 24 * HOUR_S
        count = 0
        with path.open("wb") as raw, gzip.GzipFile("", "wb", 3, raw, mtime=0) as file:
            file.write(b"mmsi,timestamp,lon,lat,speed,course,heading,status\n")
            for number, boat in enumerate(self.boats):
                own = random.spawn(1)[0]
                berth = ports[boat.port] + own.normal(0, 12, 2)
                sailed = course(sea, berth, boat.gear, span_s, own)
                reports = heard(sea, sailed, span_s, self.interval_s, own)
                if number < _SENTINELS:
                    _lose_one(reports, own)
                reports = reports.only(np.arange(len(reports.seconds)) < MOST_POSITIONS - count)
                _write(file, boat.mmsi, reports, start.astimezone(UTC))
                count += len(reports.seconds)
        return count


def _boats(count: int) -> tuple[Boat, ...]:
    """Return boats in the shares of `GEARS`, spread over the ports."""
    gears = [gear for gear, number in GEARS.items() for _ in range(number)]
    ports = list(PORTS)
    return tuple(
        Boat(
            mmsi=f"41{2 + i % 5 // 4}{(i * 7919 + 900_017) % 1_000_000:06d}",
            name=f"浙余渔示{10_001 + i * 7:05d}",
            gear=gears[i * 17 % len(gears)],
            port=ports[i % len(ports)],
        )
        for i in range(count)
    )


def _registered(
    number: int, boat: Boat, as_of: date, random: np.random.Generator
) -> dict[str, str]:
    """Return the register's row of a boat; of one boat in thirty it knows next to nothing."""
    small = boat.gear in ("定置", "养殖", "其他")
    length = float(random.uniform(8.5, 16) if small else random.uniform(17, 43))
    least = max(round(length / (5 if small else 4.6)), 2)
    crew = least + int(random.choice([-1, 0, 1, 2], p=[0.04, 0.5, 0.3, 0.16]))
    until = as_of + timedelta(days=int(random.integers(-150, 900)))
    known = {
        "mmsi": boat.mmsi,
        "name": boat.name,
        "gear": boat.gear,
        "home_port": boat.port,
        "assessed_on": as_of.isoformat(),
    }
    if number % _EVERY == _UNKNOWN:
        return known
    return known | {
        "fishing_code": f"3302810{number:06d}",
        "beidou_no": f"{900_000 + number}",
        "hull": str(random.choice(["钢质", "木质", "玻璃钢"], p=[0.74, 0.12, 0.14])),
        "length_m": f"{length:.1f}",
        "gross_tonnage": f"{0.0066 * length**2.75:.0f}",
        "power_kw": f"{length * random.uniform(5, 11):.0f}",
        "built_year": str(as_of.year - int(random.beta(1.6, 2.6) * 34)),
        "crew": str(crew),
        "crew_minimum": str(least),
        "certificate_until": until.isoformat(),
        "ais_fitted": "true",
        "beidou_fitted": "true" if random.random() < _SHARE_FITTED else "false",
        "violations": str(int(random.choice([0, 1, 2, 3], p=[0.78, 0.15, 0.05, 0.02]))),
        "owner": names.persons(random, 1)[0],
        "owner_phone": names.telephones(random, 1)[0],
    }


def _manned(
    number: int, boat: Boat, row: dict[str, str], random: np.random.Generator
) -> dict[str, str]:
    """Return who sails the boat, with whom, and until which wind; nothing where little is known."""
    skipper, telephone = names.persons(random, 1)[0], names.telephones(random, 1)[0]
    if "length_m" not in row:
        return {}
    least = next(force for length, force in _WIND_LIMITS if float(row["length_m"]) >= length)
    own = random.random() < _SHARE_OWNERS
    return {
        "skipper": row["owner"] if own else skipper,
        "skipper_phone": row["owner_phone"] if own else telephone,
        "vessel_group": f"{boat.port[:2]}示意{1 + number % _GROUPS}组",
        "wind_limit": str(least + int(random.random() < _SHARE_STRONGER)),
    }


def _lose_one(reports: Reports, random: np.random.Generator) -> None:
    """Make one message say that it has no position."""
    if len(reports.seconds):
        reports.degrees[int(random.integers(len(reports.seconds)))] = NOT_AVAILABLE


def _write(file: gzip.GzipFile, mmsi: str, reports: Reports, start: datetime) -> None:
    file.writelines(line.encode() for line in _lines(mmsi, reports, start))


def _lines(mmsi: str, reports: Reports, start: datetime, chunk: int = 20_000) -> Iterator[str]:
    first = np.datetime64(start.replace(tzinfo=None), "s")
    for begin in range(0, len(reports.seconds), chunk):
        part = reports.only(np.arange(begin, min(begin + chunk, len(reports.seconds))))
        instants = np.datetime_as_string(first + part.seconds.astype("timedelta64[s]")).tolist()
        columns = (part.degrees[:, 0], part.degrees[:, 1], part.speed_kn, part.course_deg,
                   part.heading_deg, part.status)  # fmt: skip
        values = zip(instants, *(column.tolist() for column in columns), strict=True)
        yield "".join(
            f"{mmsi},{at}Z,{lon:.5f},{lat:.5f},{kn:.1f},{deg:.1f},{head},{state}\n"
            for at, lon, lat, kn, deg, head, state in values
        )
