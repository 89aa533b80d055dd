"""The wind warnings of the database: which force is warned of where a vessel is."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import shapely
from geoalchemy2.shape import to_shape
from numpy.typing import NDArray
from sqlalchemy import Connection, or_, select

from app.analyses.sea_areas import SeaAreas, Zone
from app.db.tables import table_of
from layers.declare import Layer
from layers.sea.path import Path


@dataclass(frozen=True)
class Wind:
    """Warnings with their force, Beaufort."""

    warnings: tuple[tuple[int, Zone], ...]

    @classmethod
    def of(
        cls,
        connection: Connection,
        layers: dict[str, Layer],
        areas: SeaAreas,
        period: tuple[datetime, datetime],
    ) -> "Wind":
        """The warnings that hold in a period, begin closed and end open.

        One without an area of its own holds in that of its zone; where that is not known it
        holds nowhere.
        """
        table = table_of(layers["wind_warnings"])
        lasts = or_(table.c.ends_at.is_(None), table.c.ends_at > period[0])
        within = (lasts, table.c.starts_at < period[1])
        found = []
        for row in connection.execute(select(table).where(*within)).mappings():
            shape = areas.shape_of(row["zone"]) if row["geom"] is None else to_shape(row["geom"])
            if shape is None:
                continue
            shapely.prepare(shape)
            end_s = np.inf if row["ends_at"] is None else row["ends_at"].timestamp()
            first_s = row["starts_at"].timestamp()
            zone = Zone(row["code"], row["code"], "wind", None, first_s, end_s, shape)
            found.append((row["beaufort"], zone))
        return cls(tuple(found))

    def force(self, path: Path) -> NDArray[np.int64]:
        """For every position the greatest force warned of there and then; 0: none."""
        force = np.zeros(len(path.seconds), dtype=np.int64)
        for beaufort, zone in self.warnings:
            force[zone.holds(path) & (force < beaufort)] = beaufort
        return force
