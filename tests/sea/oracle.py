"""MEOS, the library of MobilityDB: trajectories computed by others, for tests to compare with."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import shapely
from pymeos import TGeogPointSeq, TGeomPointSeq, TsTzSpan, pymeos_initialize

from layers.sea.path import Numbers

METRES, DEGREES = 32651, 4326

BEGIN_S = datetime(2026, 1, 10, tzinfo=UTC).timestamp()
"""MEOS counts microseconds of the calendar: second 0 of a test stands here."""

pymeos_initialize("UTC")


def moving(seconds: Numbers, x: Numbers, y: Numbers, srid: int = METRES) -> Any:
    """A point that moves evenly and straight between its positions, in the plane of a system."""
    return TGeomPointSeq(_text(seconds, x, y, srid))


def sailing(seconds: Numbers, lon: Numbers, lat: Numbers) -> Any:
    """The same on the ellipsoid, along geodesics."""
    return TGeogPointSeq(_text(seconds, lon, lat, DEGREES))


def instant(second: float) -> datetime:
    """A second of the test as MEOS takes it."""
    return datetime.fromtimestamp(round(BEGIN_S + second, 6), UTC)


def between(first_s: float, end_s: float) -> Any:
    """The time from one instant to another, both in it."""
    return TsTzSpan(f"[{instant(first_s).isoformat()}, {instant(end_s).isoformat()}]")


def within(shape: shapely.Geometry, srid: int) -> Any:
    """An area in a system, for MEOS to cut by."""
    return shapely.set_srid(shape, srid)


def seconds_of(instants: Iterable[datetime]) -> list[float]:
    """Instants of MEOS as seconds of the test."""
    return [each.timestamp() - BEGIN_S for each in instants]


def _text(seconds: Numbers, x: Numbers, y: Numbers, srid: int) -> str:
    rows = zip(x.tolist(), y.tolist(), seconds.tolist(), strict=True)
    told = ", ".join(
        f"POINT({east!r} {north!r})@{instant(at).isoformat()}" for east, north, at in rows
    )
    return f"SRID={srid};[{told}]"
