"""The zones at sea of the database, ready to be asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

import numpy as np
import shapely
from geoalchemy2.shape import to_shape
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, select

from app.analyses.shore import Haven
from app.db.tables import table_of
from layers.declare import Layer
from layers.sea.path import Path

CLOSED = frozenset({"closed_line", "protected"})
HAVENS = frozenset({"port", "anchorage"})


@dataclass(frozen=True)
class Zone:
    """One zone: first instant closed, last open, in seconds since 1970."""

    code: str
    name: str
    kind: str
    gear: str | None
    first_s: float
    end_s: float
    shape: BaseGeometry

    def holds(self, path: Path, after_s: float = 0.0) -> NDArray[np.bool_]:
        """Which positions lie in it while it is in force, from `after_s` after its begin on.

        Its edge belongs to it.
        """
        west, south, east, north = self.shape.bounds
        near = (path.lon >= west) & (path.lon <= east) & (path.lat >= south) & (path.lat <= north)
        near &= (path.seconds >= self.first_s + after_s) & (path.seconds < self.end_s)
        if np.any(near):
            near[near] = shapely.intersects_xy(self.shape, path.lon[near], path.lat[near])
        return np.asarray(near, dtype=bool)


class SeaAreas:
    """All zones, read once.

    Args:
        connection: To read by.
        layers: Every layer.
        zone: In which the days of validity are days.
    """

    def __init__(self, connection: Connection, layers: dict[str, Layer], zone: tzinfo) -> None:
        """Read the zones."""
        table = table_of(layers["sea_zones"])
        rows = connection.execute(
            select(table).where(table.c.geom.is_not(None)).order_by(table.c.code)
        )
        self._zones = []
        for row in rows.mappings():
            shape = to_shape(row["geom"])
            shapely.prepare(shape)
            first, last = row["valid_from"], row["valid_to"]
            day = timedelta(days=1)
            since = datetime.combine(first, time(), zone).timestamp() if first else -np.inf
            until = datetime.combine(last + day, time(), zone).timestamp() if last else np.inf
            self._zones.append(
                Zone(row["code"], row["name"], row["kind"], row["gear"], since, until, shape)
            )

    def havens(self) -> list[Haven]:
        """Ports and anchorages, each on the days on which it is in force."""
        return [
            Haven(each.shape, (each.first_s, each.end_s), each.name)
            for each in self._zones
            if each.kind in HAVENS
        ]

    def collision_warnings(self) -> Iterator[Zone]:
        """Zones in which merchant ships run."""
        yield from (each for each in self._zones if each.kind == "collision_warning")

    def shape_of(self, code: str) -> BaseGeometry | None:
        """The area of a zone; None where there is none of that code."""
        return next((each.shape for each in self._zones if each.code == code), None)

    def closed_to(self, gear: str | None) -> Iterator[Zone]:
        """Zones in which a gear must not fish; one of an unknown gear only where nobody may."""
        for each in self._zones:
            if each.kind in CLOSED and (each.gear is None or each.gear == gear):
                yield each

    def moratoria(self, gear: str | None, *, exempt: bool) -> Iterator[Zone]:
        """Zones with a moratorium of their own: those that tell its first and its last day.

        A zone that does not is a drawing of where the calendar holds, which tells when.

        Args:
            gear: Whose; as the zones name it.
            exempt: Whether the calendar never binds the gear: then only a zone that names it does.
        """
        for each in self._zones:
            dated = np.isfinite(each.first_s) and np.isfinite(each.end_s)
            binds = each.gear == gear if each.gear or exempt else True
            if each.kind == "moratorium" and dated and binds:
                yield each
