"""The reference system that the coordinates of a file are taken for."""

from contextlib import suppress

from app.crs import read_crs
from app.errors import BadParameter
from app.ingest.zone_prefix import MILLION

UNDECLARED = "EPSG:4326"
"""What coordinates are taken for where nobody says anything."""

ZONES_OF_6, ZONES_OF_3 = range(13, 24), range(25, 46)
"""Numbers of the zones of China, by the width of a zone in degrees; no number is one of both."""

FIRST_OF_6, FIRST_OF_3 = 4491, 4513
"""EPSG codes of the first of each in CGCS2000 with the number in front; the others follow it."""

BEYOND = ("不在所声明坐标系的范围内，请核对 --crs，如东坐标带不带带号",
          "lies beyond the declared system: check --crs and the zone number")  # fmt: skip
"""The system has no longitude and latitude for such a pair."""


def in_metres(x: float, y: float) -> tuple[str, str]:
    """Why a pair that is no degrees is refused, Chinese and English; a zone in front is named.

    >>> in_metres(21325000.0, 3320000.0)[1]
    'looks like metres of zone 21: say --crs, as EPSG:4499 if it is CGCS2000'
    """
    number = int(max(abs(x), abs(y)) // MILLION)
    for zones, first in ((ZONES_OF_6, FIRST_OF_6), (ZONES_OF_3, FIRST_OF_3)):
        if number in zones:
            code = f"EPSG:{first + number - zones.start}"
            return (
                f"像是带号 {number} 的投影坐标（米），请用 --crs 说明，CGCS2000 则为 {code}",
                f"looks like metres of zone {number}: say --crs, as {code} if it is CGCS2000",
            )
    return ("像是投影坐标（米），请用 --crs 说明，如 EPSG:4549、EPSG:4528",
            "looks like metres: say --crs, as EPSG:4549 or 4528")  # fmt: skip


def system_of(declared: str | None, claimed: str | None = None) -> str:
    """What was declared; else the metres of which a file says that they are its own.

    Its degrees prove nothing: shifted ones are called WGS 84 too.

    Args:
        declared: By a person; None where nobody did.
        claimed: What the file says; None where it says nothing.

    >>> system_of(None, "EPSG:4549"), system_of(None, "EPSG:4490"), system_of("gcj02", "EPSG:4549")
    ('EPSG:4549', 'EPSG:4326', 'gcj02')
    """
    if declared is None and claimed is not None:
        with suppress(BadParameter):
            own = read_crs(claimed)
            return UNDECLARED if own.degrees else f"EPSG:{own.srid}"
    return UNDECLARED if declared is None else declared
