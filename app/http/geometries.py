"""Geometries that come in the body of a request."""

from typing import Any

import numpy as np
from shapely import box, force_2d, get_coordinates
from shapely.errors import ShapelyError
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry

from app.crs import zone_of
from app.errors import BadDocument
from app.state import State


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
    try:
        # NaN is found below; numpy need not warn of it.
        with np.errstate(invalid="ignore"):
            shape = force_2d(shape_of(geometry))
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        raise BadDocument(pointer, "is no GeoJSON geometry 不是 GeoJSON 几何") from None
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
    return shape


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
