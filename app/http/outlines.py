"""Outlines that come as GeoJSON documents: one geometry, a feature, or a file of features."""

from typing import Any

import numpy as np
import shapely
from pyproj import Transformer
from pyproj.exceptions import ProjError
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from app.crs import Crs
from app.errors import BadDocument
from app.http.geometries import drawn, flat_shape, placed

MOST_CORNERS = 10_000
"""Corners of a site; a drawing with more holds more than a site."""


def outlined(document: dict[str, Any], crs: Crs, pointer: str = "") -> BaseGeometry:
    """Return what a GeoJSON document outlines: a geometry, a feature, or all of a collection.

    Args:
        document: As it came.
        crs: Reference system of its coordinates, east before north.
        pointer: Where in the body it stands.

    Returns:
        Lon lat, two-dimensional, one geometry.

    Raises:
        BadDocument: It is none, is empty, crosses itself, has too many corners, is not finite or
            lies outside the world.
    """
    parts = [_lon_lat(geometry, crs, place) for geometry, place in _geometries(document, pointer)]
    if not parts:
        raise BadDocument(f"{pointer}/features", "hold no geometry 没有图形")
    if sum(shapely.get_num_coordinates(part) for part in parts) > MOST_CORNERS:
        most = MOST_CORNERS
        raise BadDocument(pointer, f"has more than {most} corners 顶点超过 {most} 个")
    for part in parts:
        if not part.is_valid:
            raise BadDocument(pointer, "crosses itself 图形自相交")
    return parts[0] if len(parts) == 1 else shapely.union_all(parts)


def _geometries(document: dict[str, Any], pointer: str) -> list[tuple[dict[str, Any], str]]:
    """Return the geometries of a document and where each stands."""
    match document.get("type"):
        case "FeatureCollection":
            features = document.get("features")
            if not isinstance(features, list):
                raise BadDocument(f"{pointer}/features", "is no list")
            return [
                found
                for number, each in enumerate(features)
                for found in _geometries(_feature(each), f"{pointer}/features/{number}")
            ]
        case "Feature":
            geometry = document.get("geometry")
            return [(geometry, f"{pointer}/geometry")] if isinstance(geometry, dict) else []
        case _:
            return [(document, pointer)]


def _feature(member: Any) -> dict[str, Any]:
    """Return a member of a collection as a feature, whatever it is: what is none has no geometry.

    >>> _feature({"type": "FeatureCollection", "features": []})["type"]
    'Feature'
    """
    return {**(member if isinstance(member, dict) else {}), "type": "Feature"}


def _lon_lat(geometry: dict[str, Any], crs: Crs, pointer: str) -> BaseGeometry:
    if crs.srid == 4326:  # noqa: PLR2004
        return drawn(geometry, pointer)
    way = Transformer.from_crs(crs.srid, 4326, always_xy=True)
    flat = flat_shape(geometry, pointer)
    try:
        with np.errstate(invalid="ignore"):
            turned = shapely.transform(
                flat, lambda place: np.column_stack(way.transform(place[:, 0], place[:, 1]))
            )
    except (ShapelyError, ProjError, ValueError):
        raise BadDocument(pointer, "is no GeoJSON geometry 不是 GeoJSON 几何") from None
    return placed(turned, pointer)
