"""Routes of the road network in metres, with the stakes that their stones give them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiLineString, Point
from shapely.ops import substring
from sqlalchemy import Connection, func, select

from app.analyses.route_lines import axis, offsets, placed, snapped
from app.db.tables import table_of
from layers.blackspots.stationing import Stationing, stationing
from layers.declare import Layer

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Route:
    """One route.

    Attributes:
        parts: Its line in metres, in the order of its stakes; several where it has gaps.
        offsets: Position at which each part begins, and the whole length at the end.
        stationing: From positions to stakes.
    """

    code: str
    name: str
    setting: str | None
    aadt: float | None
    responsible_unit: str | None
    parts: tuple[LineString, ...]
    offsets: Numbers
    stationing: Stationing

    @property
    def length_m(self) -> float:
        """Length without gaps."""
        return float(self.offsets[-1])

    @property
    def span(self) -> tuple[float, float]:
        """First and last stake."""
        return self.stationing.first_m, self.stationing.last_m

    def snap(self, points: Sequence[Point]) -> tuple[Numbers, Numbers]:
        """Return for each point the position of the nearest place on the route, and how far."""
        return snapped(self.parts, self.offsets, points)

    def point(self, position_m: float) -> Point:
        """Return the place at a position; beyond the ends the end."""
        part = int(np.searchsorted(self.offsets[1:-1], position_m, side="right"))
        along = float(position_m - self.offsets[part])
        return Point(self.parts[part].interpolate(along))

    def cut(self, from_m: float, to_m: float) -> MultiLineString:
        """Return the stretch between two stakes as a multi-line."""
        start, end = (float(self.stationing.position(stake)) for stake in (from_m, to_m))
        pieces = []
        for part, first, last in zip(self.parts, self.offsets, self.offsets[1:], strict=False):
            low, high = max(start, first), min(end, last)
            if low < high:
                pieces.append(LineString(substring(part, low - first, high - first).coords))
        return MultiLineString(pieces)


def read_routes(connection: Connection, layers: dict[str, Layer], srid: int) -> dict[str, Route]:
    """Read every located route, by its code in capitals; metres of `srid`."""
    roads = table_of(layers["roads"])
    rows = connection.execute(
        select(roads, func.ST_AsBinary(func.ST_Transform(roads.c.geom, srid)).label("metres"))
        .where(roads.c.geom.is_not(None))
        .order_by(roads.c.code)
    ).mappings()
    stones = _stones(connection, layers, srid)
    found = (_route(row, stones.get(key_of(row["code"]), [])) for row in rows)
    return {key_of(route.code): route for route in found if route is not None}


def key_of(code: str) -> str:
    """Return a route's code as it is compared: s213 is S213."""
    return code.strip().upper()


def _stones(
    connection: Connection, layers: dict[str, Layer], srid: int
) -> dict[str, list[tuple[Point, float]]]:
    markers = table_of(layers["road_markers"])
    metres = func.ST_Transform(markers.c.geom, srid)
    rows = connection.execute(
        select(
            markers.c.route_code, markers.c.measure_m, func.ST_X(metres), func.ST_Y(metres)
        ).where(markers.c.geom.is_not(None))
    )  # fmt: skip
    found: dict[str, list[tuple[Point, float]]] = defaultdict(list)
    for code, measure, x, y in rows:
        found[key_of(code)].append((Point(x, y), measure))
    return found


def _route(row: Any, stones: list[tuple[Point, float]]) -> Route | None:
    """Return a route; None for one without a length."""
    parts = axis(shapely.from_wkb(bytes(row["metres"])), stones)
    if not parts:
        return None
    starts = offsets(parts)
    first, last = row["from_m"], row["to_m"]
    ends = (first, last if last is not None and last > first else None)
    return Route(
        code=row["code"],
        name=row["name"],
        setting=row["setting"],
        aadt=row["aadt"],
        responsible_unit=row["responsible_unit"],
        parts=parts,
        offsets=starts,
        stationing=stationing(float(starts[-1]), ends, placed(parts, stones)),
    )
