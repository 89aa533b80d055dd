"""Geometries that come in the body of a request."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely import box, get_coordinates, get_parts, get_rings
from shapely.errors import ShapelyError
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry

from app.crs import zone_of
from app.errors import BadDocument
from app.state import State

OPPOSITE = 1e-9
"""Of the Earth's radius: nearer than 6 mm to the opposite point is opposite."""

DEEPEST = 12
"""Levels of lists and collections; a multipolygon has four lists."""


def drawn(geometry: dict[str, Any], pointer: str = "") -> BaseGeometry:
    """Return a GeoJSON geometry of a body, two-dimensional.

    Args:
        geometry: As it came.
        pointer: Where in the body it stands.

    Raises:
        BadDocument: It is none, is empty, is not finite or lies outside the world.
    """
    if "coordinates" not in geometry and "geometries" not in geometry:
        raise BadDocument(
            f"{pointer}/type",
            "write a GeoJSON geometry with type and coordinates 请给出 GeoJSON 几何",
        )
    return placed(flat_shape(geometry, pointer), pointer)


def drawn_simply(geometry: dict[str, Any], pointer: str = "") -> BaseGeometry:
    """Return a GeoJSON geometry that does not cross itself: only of such is it known what lies in.

    Raises:
        BadDocument: As `drawn`, or it crosses itself.
    """
    shape = drawn(geometry, pointer)
    if not shape.is_valid:
        raise BadDocument(pointer, "crosses itself 图形自相交")
    return shape


def flat_shape(geometry: dict[str, Any], pointer: str = "") -> BaseGeometry:
    """Return the two-dimensional shape of a GeoJSON geometry, wherever its coordinates lie.

    Raises:
        BadDocument: It is none.
    """
    try:
        # NaN is found later; numpy need not warn of it.
        with np.errstate(invalid="ignore"):
            return shape_of(_flat(geometry))
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError,
            OverflowError):  # fmt: skip
        raise BadDocument(pointer, "is no GeoJSON geometry 不是 GeoJSON 几何") from None


def _flat(node: Any, depth: int = 0) -> Any:
    """The same with positions of two numbers: GeoJSON lets some have a height and others none."""
    if depth > DEEPEST:
        raise ValueError
    if isinstance(node, dict):
        return {
            name: _flat(node[name], depth + 1)
            for name in ("type", "coordinates", "geometries")
            if name in node
        }
    if not isinstance(node, list):
        return node
    if any(isinstance(each, int | float) for each in node):
        return [_number(each) for each in node][:2]
    return [_flat(each, depth + 1) for each in node]


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return float(value)


def placed(shape: BaseGeometry, pointer: str = "") -> BaseGeometry:
    """Return a shape in degrees that lies in the world.

    Raises:
        BadDocument: It is empty, is not finite or lies outside the world.
    """
    if shape.is_empty:
        raise BadDocument(f"{pointer}/coordinates", "are empty 坐标为空")
    west, south, east, north = shape.bounds
    if not np.isfinite(get_coordinates(shape)).all():
        raise BadDocument(f"{pointer}/coordinates", "must be finite 坐标须为有限数")
    if west < -180 or east > 180 or south < -90 or north > 90:  # noqa: PLR2004
        raise BadDocument(
            f"{pointer}/coordinates",
            "lie outside the world; longitude comes first 超出经纬度范围，经度在前",
        )
    if _antipodal(shape):
        raise BadDocument(
            f"{pointer}/coordinates",
            "lead from a point to its opposite on Earth: no way between them is the shortest "
            "有一段两端互为对跖点，最短线不唯一",
        )
    return shape


def _antipodal(shape: BaseGeometry) -> bool:
    """Whether an edge joins opposite points of the Earth; PostGIS measures no such edge."""
    return any(_has_opposite_ends(get_coordinates(part)) for part in _lines(shape))


def _lines(shape: BaseGeometry) -> list[BaseGeometry]:
    parts = get_parts(get_parts(shape)) if shape.geom_type == "GeometryCollection" else (
        get_parts(shape))  # fmt: skip
    lines: list[BaseGeometry] = [each for each in parts if each.geom_type == "LineString"]
    polygons = [each for each in parts if each.geom_type == "Polygon"]
    return [*lines, *get_rings(polygons)]


def _has_opposite_ends(places: NDArray[np.float64]) -> bool:
    lon, lat = np.radians(places).T
    towards = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    sums = np.abs(towards[:-1] + towards[1:]).max(axis=1, initial=0.0)
    return bool((sums < OPPOSITE).any())


def outside_zone(parts: State, shape: BaseGeometry) -> list[str]:
    """Return what must be said of a place beyond the zone in which the city is measured.

    It is measured all the same, since distances are those of the ellipsoid; but it is likely to be
    a slip, and what is there may not be registered.
    """
    srid = parts.city.metric_srid
    west, south, east, north = zone_of(srid)
    if box(west, south, east, north).covers(shape):
        return []
    told = (
        f"该位置超出本市坐标系 EPSG:{srid} 的适用范围（{west:g}–{east:g}°E），仍按椭球面量距 "
        f"the place lies beyond the zone of EPSG:{srid} ({west:g}–{east:g}°E); "
        "distances are those of the ellipsoid all the same"
    )
    return [told]
