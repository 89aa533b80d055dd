"""How far places are from the shore, and which lie within areas: plane metres of the city."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Shore:
    """Land and areas at sea.

    Args:
        land: File of the base map's land, EPSG:4326.
        srid: Metric system of the city; true near it, and far from it good for far or near.
        havens: Areas that count as port, longitude and latitude.
    """

    def __init__(self, land: Path, srid: int, havens: Sequence[BaseGeometry] = ()) -> None:
        """Read the land, once for all of the same file."""
        self._plane, self._box, self._land = _land(land, srid)
        self._havens = [self._flat(each) for each in havens]
        self._ports: dict[float, BaseGeometry] = {}

    def distance_m(self, lon: Numbers, lat: Numbers) -> Numbers:
        """Metres to the nearest land; 0 on it; infinite where the base map ends."""
        known = self._known(lon, lat)
        far = np.full(len(lon), np.inf)
        if np.any(known) and len(self._land.geometries):
            found, near = self._land.query_nearest(
                self._points(lon[known], lat[known]), return_distance=True, all_matches=False
            )
            far[np.flatnonzero(known)[found[0]]] = near
        return far

    def off_the_ports(self, lon: Numbers, lat: Numbers, within_m: float) -> Flags:
        """Whether places are further than `within_m` from the shore and from every haven.

        The distance is that of a polygon round them with corners a 64th of a circle apart: off by
        less than a thousandth.
        """
        area = self._ports.get(within_m)
        if area is None:
            area = self._ports[within_m] = self._round_ports(within_m)
        return np.asarray(~shapely.contains_xy(area, lon, lat), dtype=bool)

    def _round_ports(self, within_m: float) -> BaseGeometry:
        """What lies near the shore or a haven, in degrees; ready to be asked."""
        parts = shapely.union_all([*self._land.geometries, *self._havens])
        near = parts.buffer(within_m, quad_segs=16)
        back = Transformer.from_crs(self._plane.target_crs, 4326, always_xy=True)
        area = shapely.transform(near, lambda pairs: np.column_stack(back.transform(*pairs.T)))
        shapely.prepare(area)
        return area

    def _known(self, lon: Numbers, lat: Numbers) -> Flags:
        west, south, east, north = self._box
        return np.asarray((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))

    def _points(self, lon: Numbers, lat: Numbers) -> NDArray[np.object_]:
        return np.asarray(shapely.points(*self._plane.transform(lon, lat)))

    def _flat(self, shape: BaseGeometry) -> BaseGeometry:
        return shapely.transform(
            shape, lambda pairs: np.column_stack(self._plane.transform(*pairs.T))
        )


@lru_cache
def _land(land: Path, srid: int) -> tuple[Transformer, Numbers, shapely.STRtree]:
    """The plane, the box in which the base map knows the land, in degrees, and the land in it."""
    plane = Transformer.from_crs(4326, srid, always_xy=True)
    parts = np.asarray(geopandas.read_file(land).geometry.explode().array)
    box = shapely.total_bounds(parts) + np.array([-2, -2, 2, 2])
    flat = shapely.transform(parts, lambda pairs: np.column_stack(plane.transform(*pairs.T)))
    return plane, box, shapely.STRtree(flat)


class Inland:
    """Which places lie deep in the land of the base map, and in no haven.

    Args:
        land: File of the base map's land, EPSG:4326.
        srid: Metric system of the city.
        deeper_than_m: Places at most so far from the shore are not inland: maps are not exact.
        havens: Areas that count as port, longitude and latitude.
    """

    def __init__(
        self, land: Path, srid: int, deeper_than_m: float, havens: Sequence[BaseGeometry] = ()
    ) -> None:
        """Make the area once."""
        self._area = _inland(land, srid, deeper_than_m)
        self._havens = shapely.union_all(list(havens)) if havens else None
        shapely.prepare(self._havens)

    def __call__(self, lon: Numbers, lat: Numbers) -> Flags:
        """Whether each place is inland."""
        west, south, east, north = self._area.bounds or (np.inf, np.inf, -np.inf, -np.inf)
        found = np.asarray((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
        if np.any(found):
            found[found] = shapely.contains_xy(self._area, lon[found], lat[found])
        if self._havens is not None and np.any(found):
            found[found] = ~shapely.intersects_xy(self._havens, lon[found], lat[found])
        return found


@lru_cache
def _inland(land: Path, srid: int, deeper_than_m: float) -> BaseGeometry:
    """The land without a strip along its shore, in degrees; ready to be asked."""
    plane = Transformer.from_crs(4326, srid, always_xy=True)
    parts = geopandas.read_file(land)
    if "kind" in parts:
        # Far coasts are drawn coarsely, for the view of the sea: nothing is inland by them.
        parts = parts[parts["kind"] != "distant"]
    whole = shapely.union_all(np.asarray(parts.geometry.array))
    flat = shapely.transform(whole, lambda pairs: np.column_stack(plane.transform(*pairs.T)))
    back = Transformer.from_crs(srid, 4326, always_xy=True)
    deep = shapely.transform(
        flat.buffer(-deeper_than_m), lambda pairs: np.column_stack(back.transform(*pairs.T))
    )
    shapely.prepare(deep)
    return deep
