"""Datums of Chinese web maps: their points are shifted, and must be declared to be set right.

AMap and Tencent deliver GCJ-02, Baidu BD-09. The formula is not published; the inverse used here
closes to less than a millimetre of its known form, which itself fits such maps to about a metre.
Nothing is shifted unless it was declared: a file that says nothing of itself is WGS 84.
"""

from collections.abc import Callable, Mapping

import geocoordinates_ffi as geocoordinates
import numpy as np
from numpy.typing import NDArray

from app.errors import BadParameter
from layers.declare import Layer

Pair = tuple[float, float]
"""lon, lat."""


def _from_gcj02(lon: float, lat: float) -> Pair:
    found = geocoordinates.gcj02_to_wgs84_refined(geocoordinates.Gcj02(lat=lat, lon=lon))
    return float(found.lon), float(found.lat)


def _from_bd09(lon: float, lat: float) -> Pair:
    found = geocoordinates.bd09_to_wgs84_refined(geocoordinates.Bd09(lat=lat, lon=lon))
    return float(found.lon), float(found.lat)


SHIFTED: Mapping[str, Callable[[float, float], Pair]] = {
    "gcj02": _from_gcj02, "gcj-02": _from_gcj02, "bd09": _from_bd09, "bd-09": _from_bd09,
}  # fmt: skip
"""Names of shifted datums, to what brings a point to WGS 84."""

NAMED = {"wgs84": "EPSG:4326", "cgcs2000": "EPSG:4490"}
"""Names of datums that need no shift."""


def shift_of(crs: str, layer: Layer) -> Callable[[float, float], Pair] | None:
    """What sets a declared datum right; None where nothing has to be.

    Raises:
        BadParameter: Positions of vessels are WGS 84 and must never be shifted.
    """
    shift = SHIFTED.get(crs.strip().lower())
    if shift is not None and layer.partitioned:
        raise BadParameter(
            "--crs", "AIS positions are WGS 84; nothing may be unshifted 船位不得纠偏"
        )
    return shift


def unshifted(points: NDArray[np.float64], datum: str) -> NDArray[np.float64]:
    """Points (n, 2) lon, lat brought from a shifted datum to WGS 84."""
    shift = SHIFTED[datum]
    return np.array([shift(lon, lat) for lon, lat in points.tolist()]).reshape(-1, 2)
