"""From what a record says of its place to a geometry in EPSG:4326, checked."""

import math
from typing import Any

import numpy as np
from pyproj import Transformer
from shapely import (
    LineString,
    force_2d,
    from_wkb,
    get_coordinates,
    make_valid,
    transform,
    wkt,
)
from shapely.errors import ShapelyError
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry

from app.city import Box
from app.crs import read_crs
from app.errors import BadParameter
from app.ingest.coordinates import number_of, pair_of
from app.ingest.datum import NAMED, SHIFTED, shift_of
from app.ingest.naming import Naming
from app.ingest.record import Record
from app.ingest.system import BEYOND, in_metres
from app.ingest.trajectory import Untimed, trajectory_of
from app.ingest.zone_prefix import bare_eastings, without_prefix
from layers.declare import Layer

WORLD: Box = (-180.0, -90.0, 180.0, 90.0)

KINDS = {
    "Point": ("Point",),
    "MultiLineString": ("LineString", "MultiLineString"),
    "LineStringM": ("LineString",),
    "MultiPolygon": ("Polygon", "MultiPolygon"),
    "Geometry": ("Point", "Polygon", "MultiPolygon", "LineString", "MultiLineString"),
}
"""Geometry types that a layer takes; a single one is made a multi where the layer holds multis."""

BROKEN_GEOMETRY = (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError)
"""What shapely raises for text and JSON that are no geometry."""

LARGEST_DEGREE = 180.0

NO_LON, NO_LAT = 181.0, 91.0
"""What AIS sends where it has no position, ITU-R M.1371."""


class Misplaced(Exception):
    """A place that can't be right, with the reason in Chinese and English."""

    def __init__(self, value: str, reason: str, reason_en: str) -> None:
        """Keep the value as it came and the two reasons."""
        super().__init__(reason_en)
        self.value = value[:200]
        self.reason = reason
        self.reason_en = reason_en


class Locator:
    """Locates the records of one file.

    Args:
        layer: Which types it takes and how far its features may lie.
        extent: Box of the city in which features of city layers may lie.
        crs: What the coordinates are; longitude or easting always comes first.
    """

    def __init__(self, layer: Layer, extent: Box, crs: str) -> None:
        """Prepare the transformation, once for the whole file."""
        self._layer = layer
        self._extent = extent if layer.reach == "city" else WORLD
        self._shift = shift_of(crs, layer)
        self._named = crs.strip().lower()
        name = "EPSG:4326" if self._shift else NAMED.get(crs.lower(), crs)
        self.srid = read_crs(name, "--crs").srid
        self._degrees = self.srid in {4326, 4490}
        self._transformer = (
            None if self._degrees else Transformer.from_crs(self.srid, 4326, always_xy=True)
        )
        self._turned = self._unprefixed = 0

    @property
    def moves(self) -> bool:
        """Whether coordinates of the file need another system or datum than degrees of WGS 84."""
        return self._shift is not None or self._transformer is not None

    def same_as(self, claimed: str) -> bool:
        """Whether what a file says of itself is what its coordinates are taken for."""
        if claimed.strip().lower() in SHIFTED or self._shift is not None:
            return claimed.strip().lower() == self._named
        try:
            return read_crs(claimed).srid == self.srid
        except BadParameter:
            return False

    def notes(self) -> list[str]:
        """What was set right on the way, for a person to look at."""
        told = (
            (self._turned, "行经纬度或东北坐标颠倒，已对调 rows had their coordinates swapped"),
            (self._unprefixed, "行东坐标带带号，已去除 eastings had their zone number taken off"),
        )
        return [f"{number} {words}" for number, words in told if number]

    def locate(self, record: Record, naming: Naming) -> str | None:
        """The geometry as EWKT; None for a record that says nothing of its place.

        Raises:
            Misplaced: A geometry of another type, broken, or outside the layer's reach.
        """
        if isinstance(record.geometry, bytes):
            return self._from_binary(record.geometry)
        if record.geometry is not None:
            return self._from_geojson(record.geometry)
        if naming.wkt and (text := _text(record.values.get(naming.wkt))):
            return self._from_wkt(text)
        if naming.lonlat and (text := _text(record.values.get(naming.lonlat))):
            return self._from_pair(text)
        lon = _text(record.values.get(naming.lon)) if naming.lon else ""
        lat = _text(record.values.get(naming.lat)) if naming.lat else ""
        if not lon and not lat:
            if self._layer.partitioned:
                raise Misplaced("", "没有坐标", "has no position")
            return None
        return self._from_numbers(lon, lat)

    def _from_pair(self, text: str) -> str:
        """Both coordinates of one cell."""
        if text.upper().startswith(("POINT", "SRID=")):
            return self._from_wkt(text)
        try:
            return self._from_numbers(*pair_of(text))
        except ValueError:
            raise Misplaced(text, "不是一对坐标", "is no pair of coordinates") from None

    def _from_numbers(self, lon: str, lat: str) -> str:
        shown = f"{lon}, {lat}"
        try:
            x, y = number_of(lon), number_of(lat)
        except ValueError:
            raise Misplaced(shown, "坐标不是数字", "coordinates are no numbers") from None
        if not (math.isfinite(x) and math.isfinite(y)):
            raise Misplaced(shown, "坐标不是有限数值", "coordinates are not finite")
        if x == NO_LON or y == NO_LAT:
            raise Misplaced(shown, "定位不可用（181/91）", "position not available (181/91)")
        easting, northing = x, y
        x, y = self._to_degrees(x, y, shown)
        if self._transformer is not None and not self._holds(x, y):
            turned = self._to_degrees(northing, easting, shown)
            if self._holds(*turned):
                self._turned += 1
                x, y = turned
        if not self._holds(x, y) and self._holds(y, x):
            x, y = y, x
            self._turned += 1
        self._check_box(x, y, x, y, shown)
        return f"SRID=4326;POINT({x!r} {y!r})"

    def _to_degrees(self, x: float, y: float, shown: str) -> tuple[float, float]:
        """A pair of the file's system as longitude and latitude of WGS 84."""
        if self._shift is not None:
            return self._shift(x, y)
        if self._transformer is None:
            if min(abs(x), abs(y)) > LARGEST_DEGREE:
                raise Misplaced(shown, *in_metres(x, y))
            return x, y
        bare = without_prefix(x, self.srid)
        if bare is not None:
            self._unprefixed += 1
        return self._transformer.transform(x if bare is None else bare, y)

    def _from_binary(self, binary: bytes) -> str:
        try:
            return self._checked(from_wkb(binary))
        except BROKEN_GEOMETRY:
            raise Misplaced("", "几何无效", "is no geometry") from None

    def _from_wkt(self, text: str) -> str:
        try:
            return self._checked(wkt.loads(text.rsplit(";", maxsplit=1)[-1]))
        except BROKEN_GEOMETRY:
            raise Misplaced(text, "WKT 无效", "is no well-known text") from None

    def _from_geojson(self, geometry: dict[str, Any]) -> str:
        try:
            # NaN is found below; numpy need not warn of it.
            with np.errstate(invalid="ignore"):
                return self._checked(shape_of(geometry))
        except BROKEN_GEOMETRY:
            raise Misplaced(str(geometry), "几何无效", "is no GeoJSON geometry") from None

    def _checked(self, geometry: BaseGeometry) -> str:
        if self._layer.geometry == "LineStringM":
            return self._track(self._of_kind(geometry))
        geometry = force_2d(geometry)
        geometry = self._of_kind(geometry)
        if not np.isfinite(get_coordinates(geometry)).all():
            raise Misplaced("", "坐标不是有限数值", "coordinates are not finite")
        if self._degrees and min(map(abs, geometry.bounds)) > LARGEST_DEGREE:
            raise Misplaced(geometry.wkt, *in_metres(*geometry.bounds[:2]))
        if self._transformer is not None:
            geometry = transform(geometry, self._degrees_of)
        elif self._shift is not None:
            geometry = transform(geometry, self._shifted)
        geometry = self._upright(geometry)
        self._check_box(*geometry.bounds, geometry.wkt)
        if not geometry.is_valid and "Polygon" in geometry.geom_type:
            geometry = self._of_kind(make_valid(geometry, method="structure"))
        return f"SRID=4326;{_promoted(geometry, self._layer).wkt}"

    def _track(self, line: BaseGeometry) -> str:
        """A line with instants; they stay with their vertices wherever these are moved."""
        if self._transformer is not None:
            raise Misplaced("", "航迹须为经纬度", "tracks come in longitude and latitude")
        try:
            track = trajectory_of(line)
        except Untimed as fault:
            raise Misplaced(fault.value, fault.reason, fault.reason_en) from None
        if not np.isfinite(track.pairs).all():
            raise Misplaced("", "坐标不是有限数值", "coordinates are not finite")
        places = LineString(track.pairs if self._shift is None else self._shifted(track.pairs))
        upright = self._upright(places)
        self._check_box(*upright.bounds, upright.wkt)
        return track.text_at(get_coordinates(upright))

    def _degrees_of(self, points: Any) -> Any:
        assert self._transformer is not None
        tries = ((points, 0), (points[:, ::-1], 1))
        for pairs, turned in tries:
            bare = bare_eastings(pairs, self.srid)
            found = self._transformer.transform(*(pairs if bare is None else bare).T)
            degrees = np.column_stack(found)
            if all(self._holds(*pair) for pair in (degrees.min(axis=0), degrees.max(axis=0))):
                self._turned += turned
                self._unprefixed += bare is not None
                return degrees
        return np.column_stack(self._transformer.transform(*points.T))

    def _shifted(self, points: Any) -> Any:
        assert self._shift is not None
        return np.array([self._shift(lon, lat) for lon, lat in points.tolist()])

    def _upright(self, geometry: BaseGeometry) -> BaseGeometry:
        """The geometry with longitude first, where only that lies within the reach."""
        west, south, east, north = geometry.bounds
        if self._holds(west, south) and self._holds(east, north):
            return geometry
        if not (self._holds(south, west) and self._holds(north, east)):
            return geometry
        self._turned += 1
        return transform(geometry, lambda points: points[:, ::-1])

    def _of_kind(self, geometry: BaseGeometry) -> BaseGeometry:
        """The geometry itself, if it is one that the layer takes."""
        kinds = KINDS[self._layer.geometry]
        if geometry.is_empty:
            raise Misplaced("", "几何为空", "geometry is empty")
        if geometry.geom_type not in kinds:
            expected = " / ".join(kinds)
            raise Misplaced(geometry.geom_type, f"几何类型应为 {expected}", f"is no {expected}")
        return geometry

    def _check_box(self, west: float, south: float, east: float, north: float, shown: str) -> None:
        if self._holds(west, south) and self._holds(east, north):
            return
        if not all(math.isfinite(edge) for edge in (west, south, east, north)):
            # The numbers were finite: the system that was declared does not reach them.
            raise Misplaced(shown, *BEYOND)
        if self._extent == WORLD or not (_on_earth(west, south) and _on_earth(east, north)):
            raise Misplaced(shown, "坐标超出地球范围", "lies outside the world")
        raise Misplaced(shown, "坐标超出本市范围", "lies outside the city's extent")

    def _holds(self, lon: float, lat: float) -> bool:
        west, south, east, north = self._extent
        return west <= lon <= east and south <= lat <= north


def _on_earth(lon: float, lat: float) -> bool:
    west, south, east, north = WORLD
    return west <= lon <= east and south <= lat <= north


def _promoted(geometry: BaseGeometry, layer: Layer) -> BaseGeometry:
    kind = layer.geometry
    if kind.startswith("Multi") and not geometry.geom_type.startswith("Multi"):
        return shape_of({"type": kind, "coordinates": [geometry.__geo_interface__["coordinates"]]})
    return geometry


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
