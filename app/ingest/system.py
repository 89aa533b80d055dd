"""The reference system that the coordinates of a file are taken for."""

from contextlib import suppress

from app.crs import read_crs
from app.errors import BadParameter

UNDECLARED = "EPSG:4326"
"""What coordinates are taken for where nobody says anything."""

METRES = ("像是投影坐标（米），请用 --crs 说明，如 EPSG:4549、EPSG:4528",
          "looks like metres: say --crs, as EPSG:4549 or 4528")  # fmt: skip
"""Why a pair that is no degrees is refused, Chinese and English."""

BEYOND = ("不在所声明坐标系的范围内，请核对 --crs，如东坐标带不带带号",
          "lies beyond the declared system: check --crs and the zone number")  # fmt: skip
"""The system has no longitude and latitude for such a pair."""


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
