"""How far places are from the shore, and which lie within areas: plane metres of the city."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from app.lines.plane import Plane

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

Time = tuple[float, float]
"""First instant, closed, and last, open, seconds since 1970."""

ALWAYS: Time = (-np.inf, np.inf)


@dataclass(frozen=True)
class Haven:
    """An area that counts as port while it is in force; longitude and latitude."""

    shape: BaseGeometry
    time: Time = ALWAYS
    name: str | None = None


class Shore:
    """Land and areas at sea.

    Args:
        land: File of the base map's land, EPSG:4326.
        srid: Metric system of the city; true near it, and far from it good for far or near.
        havens: Areas that count as port, each in its time.
    """

    def __init__(self, land: Path, srid: int, havens: Sequence[Haven] = ()) -> None:
        """Read the land, once for all of the same file."""
        self._plane, self._box, self._land = _land(land, srid)
        self._land_of = land, srid
        flat = [replace(each, shape=self._flat(each.shape)) for each in havens]
        self._havens = _by_time(flat)
        self._names = [each.name for each in flat]
        self._in_force = np.array([each.time for each in flat]).reshape(-1, 2)
        self._tree = shapely.STRtree([each.shape for each in flat])
        self._ports: dict[float, dict[Time, BaseGeometry]] = {}

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

    def off_the_ports(self, lon: Numbers, lat: Numbers, seconds: Numbers, within_m: float) -> Flags:
        """Whether places are further than `within_m` from the shore and from every haven.

        The distance is that of a polygon round them with corners a 64th of a circle apart: off by
        less than a thousandth.

        Args:
            lon: Degrees.
            lat: Degrees.
            seconds: Since 1970: when; a haven that is not in force then is none.
            within_m: Closed.
        """
        areas = self._ports.get(within_m)
        if areas is None:
            areas = self._ports[within_m] = {
                time: _near(shapes, self._plane, within_m) for time, shapes in self._havens.items()
            }
        off = ~shapely.contains_xy(_near_land(*self._land_of, within_m), lon, lat)
        for time, area in areas.items():
            asked = off & _in_force(time, seconds)
            if np.any(asked):
                off[asked] = ~shapely.contains_xy(area, lon[asked], lat[asked])
        return np.asarray(off, dtype=bool)

    def havens_at(
        self, lon: Numbers, lat: Numbers, seconds: Numbers, within_m: float
    ) -> list[str | None]:
        """The name of the haven in force that is nearest to each place.

        Args:
            lon: Degrees.
            lat: Degrees.
            seconds: Since 1970: when.
            within_m: How far a haven may be, closed.

        Returns:
            None where there is none, or it has no name; of equally near ones the first given.
        """
        found: list[str | None] = [None] * len(lon)
        points = self._points(lon, lat)
        places, near = self._tree.query(points, "dwithin", distance=within_m)
        since, until = self._in_force[near].T
        held = (seconds[places] >= since) & (seconds[places] < until)
        places, near = places[held], near[held]
        far = shapely.distance(points[places], self._tree.geometries[near])
        # The furthest first, so that the nearest stays.
        for pair in np.lexsort((-near, -far)).tolist():
            found[places[pair]] = self._names[near[pair]]
        return found

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
        havens: Areas that count as port, each in its time.
    """

    def __init__(
        self, land: Path, srid: int, deeper_than_m: float, havens: Sequence[Haven] = ()
    ) -> None:
        """Make the area once."""
        self._area = _inland(land, srid, deeper_than_m)
        joined = {time: shapely.union_all(shapes) for time, shapes in _by_time(havens).items()}
        for area in joined.values():
            shapely.prepare(area)
        self._havens = joined

    def __call__(self, lon: Numbers, lat: Numbers, seconds: Numbers) -> Flags:
        """Whether each place is inland at its instant, seconds since 1970."""
        west, south, east, north = self._area.bounds or (np.inf, np.inf, -np.inf, -np.inf)
        found = np.asarray((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
        if np.any(found):
            found[found] = shapely.contains_xy(self._area, lon[found], lat[found])
        for time, area in self._havens.items():
            asked = found & _in_force(time, seconds)
            if np.any(asked):
                found[asked] = ~shapely.intersects_xy(area, lon[asked], lat[asked])
        return found


def _by_time(havens: Sequence[Haven]) -> dict[Time, list[BaseGeometry]]:
    found: dict[Time, list[BaseGeometry]] = {}
    for each in havens:
        found.setdefault(each.time, []).append(each.shape)
    return found


def _in_force(time: Time, seconds: Numbers) -> Flags:
    return np.asarray((seconds >= time[0]) & (seconds < time[1]), dtype=bool)


@lru_cache
def _near_land(land: Path, srid: int, within_m: float) -> BaseGeometry:
    """The land and what lies near it, in degrees; ready to be asked."""
    plane, _, parts = _land(land, srid)
    return _near(list(parts.geometries), plane, within_m)


def _near(shapes: Sequence[BaseGeometry], plane: Transformer, within_m: float) -> BaseGeometry:
    near = shapely.union_all(list(shapes)).buffer(within_m, quad_segs=16)
    back = Transformer.from_crs(plane.target_crs, 4326, always_xy=True)
    area = shapely.transform(near, lambda pairs: np.column_stack(back.transform(*pairs.T)))
    shapely.prepare(area)
    return area


@lru_cache
def _inland(land: Path, srid: int, deeper_than_m: float) -> BaseGeometry:
    """The land without a strip along its shore, in degrees; ready to be asked."""
    plane = Plane(srid)
    parts = geopandas.read_file(land)
    if "kind" in parts:
        # Far coasts are drawn coarsely, for the view of the sea: nothing is inland by them.
        parts = parts[parts["kind"] != "distant"]
    whole = shapely.union_all(np.asarray(parts.geometry.array))
    deep = plane.round_earth(plane.flat(whole).buffer(-deeper_than_m))
    shapely.prepare(deep)
    return deep
