"""Coordinate reference systems as requests and files name them."""

import re
from functools import lru_cache

from pyproj import CRS
from pyproj.exceptions import CRSError

from app.errors import BadParameter

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
"""WGS 84 with longitude first: the default of every answer."""

OFFERED = (4326, 3857, 4490, 4549, 4528, 4510, 32651)
"""EPSG codes that the API lists; any other code of EPSG is accepted too."""

REFUSED = {
    4214: "Beijing 1954: PROJ knows no shift from it 北京54坐标系无已知转换参数，误差达数十米",
    4610: "Xian 1980: PROJ knows no shift from it 西安80坐标系无已知转换参数，误差达数十米",
}
"""Systems whose conversion would be silently wrong by tens of metres."""

OLD_NAMES = {"北京54": 4214, "beijing54": 4214, "beijing1954": 4214, "bj54": 4214, "西安80": 4610,
             "xian80": 4610, "xian1980": 4610, "xa80": 4610}  # fmt: skip
"""How people name the refused systems."""

_FORMS = (
    re.compile(r"^(?:EPSG:)?(\d{4,6})$", re.IGNORECASE),
    re.compile(r"^https?://www\.opengis\.net/def/crs/EPSG/[^/]+/(\d{4,6})$", re.IGNORECASE),
    re.compile(r"^urn:ogc:def:crs:EPSG:[^:]*:(\d{4,6})$", re.IGNORECASE),
)


class Crs:
    """One reference system: EPSG code, name as a URI, axis order, degrees or metres."""

    def __init__(self, srid: int, uri: str, *, north_first: bool, degrees: bool) -> None:
        """Keep the four; `read_crs` makes them."""
        self.srid = srid
        self.uri = uri
        self.north_first = north_first
        self.degrees = degrees

    @property
    def east_first(self) -> "Crs":
        """The same system with x (east) before y (north), as files hold it whatever EPSG says."""
        return Crs(self.srid, self.uri, north_first=False, degrees=self.degrees)

    @property
    def urn(self) -> str:
        """Its name as older readers of GeoJSON know it.

        >>> read_crs("4549").urn, WGS84_LON_LAT.urn
        ('urn:ogc:def:crs:EPSG::4549', 'urn:ogc:def:crs:OGC:1.3:CRS84')
        """
        known = self.uri == CRS84
        return f"urn:ogc:def:crs:{'OGC:1.3:CRS84' if known else f'EPSG::{self.srid}'}"


WGS84_LON_LAT = Crs(4326, CRS84, north_first=False, degrees=True)


@lru_cache(maxsize=256)
def read_crs(text: str, parameter: str = "crs") -> Crs:
    """Read `CRS84`, `EPSG:4549`, `4549`, or the OGC URI or URN of either.

    Args:
        text: The name as it came.
        parameter: Where it came from, for the error.

    Raises:
        BadParameter: No such system, or one that can't be converted honestly.
    """
    name = text.strip()
    if name.upper() in {"CRS84", "OGC:CRS84"} or name == CRS84 or name.upper().endswith(":CRS84"):
        return WGS84_LON_LAT
    old = OLD_NAMES.get(re.sub(r"[\s_'-]|坐标系?$", "", name.lower()))
    if old is not None:
        raise BadParameter(parameter, f"{name} is refused. {REFUSED[old]}")
    code = next((int(match[1]) for form in _FORMS if (match := form.match(name))), None)
    if code is None:
        raise BadParameter(
            parameter,
            f"{text[:80]!r} names no system; write for example EPSG:4549 不是坐标系名称",
        )
    try:
        crs = CRS.from_epsg(code)
    except CRSError:
        raise BadParameter(parameter, f"EPSG has no {code} 没有此坐标系代码") from None
    geodetic = crs.geodetic_crs
    base = geodetic.to_epsg() if geodetic else None
    if base in REFUSED:
        raise BadParameter(parameter, f"EPSG:{code} is refused. {REFUSED[base]}")
    if not (crs.is_projected or crs.is_geographic) or len(crs.axis_info) != 2:  # noqa: PLR2004
        raise BadParameter(parameter, f"EPSG:{code} is no horizontal system")
    uri = f"http://www.opengis.net/def/crs/EPSG/0/{code}"
    north_first = crs.axis_info[0].direction == "north"
    return Crs(code, uri, north_first=north_first, degrees=crs.is_geographic)


def refusal_of(claimed: str) -> str | None:
    """Why what a file says of itself is refused; None where it is not, or says nothing known.

    Args:
        claimed: A code, an URN, or the text of a `.prj`.
    """
    try:
        base = CRS.from_user_input(claimed).geodetic_crs
    except CRSError:
        return None
    if base is None:
        return None
    old = next((srid for word, srid in (("beijing", 4214), ("xian", 4610))
                if word in base.name.casefold().replace("'", "")), base.to_epsg())  # fmt: skip
    return REFUSED.get(old or 0)


@lru_cache(maxsize=32)
def zone_of(srid: int) -> tuple[float, float, float, float]:
    """Return west, south, east, north in degrees of where a system may be used, as EPSG says.

    >>> zone_of(4549)[0], zone_of(4549)[2]
    (118.5, 121.5)
    """
    area = CRS.from_epsg(srid).area_of_use
    return (-180.0, -90.0, 180.0, 90.0) if area is None else area.bounds


def utm_srid(lon: float, lat: float) -> int:
    """EPSG code of the UTM zone of a place, WGS 84: true to a thousandth in it.

    >>> utm_srid(121.4, 30.1)
    32651
    """
    zone = int((lon + 180) // 6) % 60 + 1
    return (32600 if lat >= 0 else 32700) + zone
