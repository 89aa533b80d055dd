"""How far places are from the shore, and which lie within areas: plane metres of the city."""

from collections.abc import Sequence
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
        """Read the land."""
        self._plane = Transformer.from_crs(4326, srid, always_xy=True)
        parts = geopandas.read_file(land).geometry.explode().array
        self._box = shapely.total_bounds(np.asarray(parts)) + np.array([-2, -2, 2, 2])
        self._land = shapely.STRtree([self._flat(each) for each in np.asarray(parts)])
        self._havens = [self._flat(each) for each in havens]

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

    def inland_m(self, lon: Numbers, lat: Numbers) -> Numbers:
        """Metres from the shore of places on land; 0 at sea."""
        deep = np.zeros(len(lon))
        known = np.flatnonzero(self._known(lon, lat))
        points = self._points(lon[known], lat[known])
        places, lands = self._land.query(points, predicate="within")
        if len(places):
            edges = shapely.boundary(self._land.geometries[lands])
            deep[known[places]] = shapely.distance(points[places], edges)
        return deep

    def off_the_ports(self, lon: Numbers, lat: Numbers, within_m: float) -> Flags:
        """Whether places are further than `within_m` from the shore and from every haven."""
        off: Flags = self.distance_m(lon, lat) > within_m
        if self._havens and np.any(off):
            points = self._points(lon[off], lat[off])
            tree = shapely.STRtree(self._havens)
            found = tree.query(points, predicate="dwithin", distance=within_m)[0]
            off[np.flatnonzero(off)[found]] = False
        return off

    def _known(self, lon: Numbers, lat: Numbers) -> Flags:
        west, south, east, north = self._box
        return np.asarray((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))

    def _points(self, lon: Numbers, lat: Numbers) -> NDArray[np.object_]:
        return np.asarray(shapely.points(*self._plane.transform(lon, lat)))

    def _flat(self, shape: BaseGeometry) -> BaseGeometry:
        return shapely.transform(
            shape, lambda pairs: np.column_stack(self._plane.transform(*pairs.T))
        )
