"""Pipelines, their facilities and high-consequence areas round an activity."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, func, select

from app.db.tables import table_of
from layers.declare import Layer


def beside(layers: Mapping[str, Layer], layer_id: str, place: str, within_m: float) -> Select[Any]:
    """Every column of the features within a distance of a place, nearest first.

    Args:
        layers: Every layer.
        layer_id: `pipelines`, `pipeline_facilities` or `high_consequence_areas`.
        place: GeoJSON text, lon lat.
        within_m: Geodesic metres, inclusive.

    Returns:
        The layer's columns, `distance_m`, `crosses` (the place and the feature share a point) and
        `shape` (WKB).
    """
    table = table_of(layers[layer_id])
    asked = func.ST_SetSRID(func.ST_GeomFromGeoJSON(place), 4326)
    distance = func.ST_Distance(func.geography(table.c.geom), func.geography(asked))
    return (
        select(
            table,
            distance.label("distance_m"),
            func.ST_Intersects(table.c.geom, asked).label("crosses"),
            func.ST_AsBinary(func.ST_Force2D(table.c.geom)).label("shape"),
        )
        .where(func.ST_DWithin(func.geography(table.c.geom), func.geography(asked), within_m))
        .order_by(distance, table.c.fid)
    )
