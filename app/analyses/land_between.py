"""How much land lies on the straight way between places, by the land of the base map."""

from functools import lru_cache
from pathlib import Path

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

Numbers = NDArray[np.float64]


class LandBetween:
    """Land in plane metres of the city: true near it, and far from it good for land or none."""

    def __init__(self, land: Path, srid: int) -> None:
        """Read the land; EPSG:4326."""
        self._plane = Transformer.from_crs(4326, srid, always_xy=True)
        parts = np.asarray(geopandas.read_file(land).geometry.explode().array)
        flat = [
            shapely.transform(each, lambda pairs: np.column_stack(self._plane.transform(*pairs.T)))
            for each in parts
        ]
        self._land = shapely.STRtree(flat)

    def metres(self, place: tuple[float, float], lon: Numbers, lat: Numbers) -> Numbers:
        """Metres of land between a place and each of others; 0 where the way is over water.

        Args:
            place: Longitude and latitude, degrees.
            lon: Of the others.
            lat: Likewise.
        """
        x, y = self._plane.transform(*place)
        ends = np.column_stack(self._plane.transform(lon, lat))
        starts = np.broadcast_to([x, y], ends.shape)
        ways = np.asarray(shapely.linestrings(np.stack([starts, ends], axis=1)))
        found = np.zeros(len(ends))
        crossed, lands = self._land.query(ways, predicate="intersects")
        shared = shapely.intersection(ways[crossed], self._land.geometries[lands])
        np.add.at(found, crossed, shapely.length(shared))
        return found


@lru_cache(maxsize=2)
def land_between(land: Path, srid: int) -> LandBetween:
    """The land of a base map, read once."""
    return LandBetween(land, srid)
