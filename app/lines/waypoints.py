"""Places that a patrol of a line must pass: its marker posts, stations, valve rooms, crossings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from sqlalchemy import func, select

from app.db.tables import table_of
from app.lines.abreast import abreast
from app.lines.line import MARKER_WITHIN_M, Line
from app.lines.read import STAKED, Ask
from layers import stake
from layers.declare import Layer

FACILITY_WITHIN_M = 500.0
"""A facility further from its line is not passed by walking along it."""


@dataclass(frozen=True)
class Waypoint:
    """A place that must be passed.

    Attributes:
        layer: Id of its layer; `fid` is its feature there.
        name: Number of the post, or name of the facility.
        kind: As the layer has it.
        measure_m: Its stake on the line.
        lon: Of its part that is nearest to the line, degrees; `lat` likewise.
    """

    layer: str
    fid: int
    name: str
    kind: str
    measure_m: float
    lon: float
    lat: float

    def as_json(self) -> dict[str, Any]:
        """What the API tells."""
        return {
            "layer": self.layer, "id": self.fid, "name": self.name, "kind": self.kind,
            "stake": stake.spell(self.measure_m), "measure_m": round(self.measure_m, 2),
            "lon": round(self.lon, 7), "lat": round(self.lat, 7),
        }  # fmt: skip


def waypoints(ask: Ask, layers: Mapping[str, Layer], line: Line) -> list[Waypoint]:
    """Return the places along a line that a patrol must pass, by their stake.

    Posts further than 100 m from the line and facilities further than 500 m are left out: nobody
    who walks the line passes them.
    """
    staked = STAKED[line.name[0]]
    found = _beside(ask, layers, line, (staked.markers, staked.at, "marker_no"), MARKER_WITHIN_M)
    if line.name[0] == "pipelines":
        found += _beside(
            ask, layers, line, ("pipeline_facilities", "pipeline_code", "name"), FACILITY_WITHIN_M
        )
    return sorted(found, key=lambda each: (each.measure_m, each.layer, each.fid))


def between(places: Sequence[Waypoint], low_m: float, high_m: float) -> list[Waypoint]:
    """Return those whose stake lies in a stretch, both ends inclusive to half a metre."""
    return [each for each in places if low_m - 0.5 <= each.measure_m <= high_m + 0.5]


def _beside(
    ask: Ask,
    layers: Mapping[str, Layer],
    line: Line,
    named: tuple[str, str, str],
    within_m: float,
) -> list[Waypoint]:
    layer_id, code, name = named
    table = table_of(layers[layer_id])
    rows = ask(
        select(
            table.c.fid, table.c[name].label("name"), table.c.kind,
            func.ST_AsBinary(func.ST_Force2D(table.c.geom)).label("shape"),
        ).where(table.c[code] == line.name[2], table.c.geom.is_not(None))
    )  # fmt: skip
    placed = [(row, abreast(line, shapely.from_wkb(bytes(row["shape"])), within_m)) for row in rows]
    return [
        Waypoint(
            layer_id, row["fid"], row["name"], row["kind"], line.stake(at.foot.along_m), *at.nearest
        )
        for row, at in placed
        if at.foot.offset_m <= within_m
    ]
