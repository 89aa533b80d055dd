"""Layers as GeoDataFrames, for notebooks and maps: the same features as items and exports."""

from typing import Any

import geopandas as gpd
import pandas as pd
from geoalchemy2.shape import to_shape
from sqlalchemy import Engine, select

from app.db.borrow import borrowed
from app.db.guard import guarded
from app.queries.source import published, rows_of
from app.queries.where import Where, conditions
from layers.declare import Layer


def frame(engine: Engine, layer: Layer, where: Where | None = None) -> gpd.GeoDataFrame:
    """The features of a layer that a filter lets through.

    Returns:
        A frame in EPSG:4326 (longitude first) indexed by feature id, with the published properties
        and `geometry`; features that are not located have None. Grades are nullable integers.

    Raises:
        DatabaseAway: The database does not answer.
    """
    where = where or Where()
    rows = rows_of(layer, where.asof)
    names = published(layer)
    statement = (
        select(rows.c.fid, *(rows.c[name] for name in names), rows.c.geom.label("geometry"))
        .where(*conditions(where, layer, rows))
        .order_by(rows.c.fid)
    )
    with guarded(), borrowed(engine) as connection:
        table = connection.execute(statement).all()
    found = pd.DataFrame(table, columns=["fid", *names, "geometry"]).set_index("fid")
    binary: Any = [None if each is None else to_shape(each) for each in found["geometry"]]
    shapes = gpd.GeoSeries(binary, index=found.index, crs="EPSG:4326")
    for name in ("grade", "displayed_grade"):
        if name in found:
            found[name] = found[name].astype("Int64")
    return gpd.GeoDataFrame(found.drop(columns="geometry"), geometry=shapes, crs="EPSG:4326")
