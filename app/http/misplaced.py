"""Which parameter brought a reference system that the database can't use."""

from collections.abc import Mapping

from app.crs import read_crs
from app.errors import BadParameter, Misplaced

SYSTEMS = ("crs", "bbox-crs", "filter-crs")
"""Parameters that name a reference system."""

WGS84 = 4326
"""What everything is kept in: nothing is brought from or to it."""


def blamed(fault: Misplaced, query: Mapping[str, str]) -> Misplaced:
    """The error with the parameters that may have caused it.

    It is one where the database names the system or only one was asked for; several where two
    parameters name the same, or a place lies outside of one of several.

    >>> outside = Misplaced("outside")
    >>> blamed(outside, {"crs": "CRS84", "bbox-crs": "EPSG:32651"}).parameters
    ('bbox-crs',)
    >>> unknown = Misplaced("unknown", srid=3395)
    >>> blamed(unknown, {"crs": "EPSG:4549", "filter-crs": "EPSG:3395"}).parameters
    ('filter-crs',)
    """
    asked = {name: _code(query[name]) for name in SYSTEMS if name in query}
    named = tuple(
        name
        for name, code in asked.items()
        if code not in {None, WGS84} and fault.srid in {None, code}
    )
    return Misplaced(fault.detail, fault.srid, named or fault.parameters)


def _code(text: str) -> int | None:
    try:
        return read_crs(text).srid
    except BadParameter:
        return None
