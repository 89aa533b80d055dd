"""Rows with a stake but no coordinates: the stake on a known pipeline or road gives their place.

What a file brought stays; only rows without a place get one, with them or with their line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Executable, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import array

from app.db.tables import table_of
from app.lines.line import Line
from app.lines.read import STAKED, read_lines
from layers.declare import Layer


@dataclass(frozen=True)
class On:
    """Where a layer's rows stand along lines.

    Attributes:
        lines: Id of the layer of lines.
        code: Field that holds the code of the line.
        at: Field of the stake, or of the first one.
        until: Field of the last stake; None for places.
        name: Field that holds the name of the line; None where the layer has none.
    """

    lines: str
    code: str
    at: str
    until: str | None = None
    name: str | None = None


PLACED: Mapping[str, On] = {
    "hidden_dangers": On("pipelines", "pipeline_code", "measure_m"),
    "third_party_works": On("pipelines", "pipeline_code", "measure_m"),
    "pipeline_facilities": On("pipelines", "pipeline_code", "measure_m"),
    "encroachments": On("pipelines", "pipeline_code", "from_m", "to_m"),
    "road_segments": On("roads", "route_code", "from_m", "to_m", "route_name"),
}
"""Layers whose rows a stake can place; crashes, which move with their road, have their own step."""


def placed_by(layer_id: str) -> tuple[str, ...]:
    """Layers whose rows get a place when a layer of lines or of their markers changes."""
    lines = {each for each, staked in STAKED.items() if layer_id in {each, staked.markers}}
    return tuple(name for name, on in PLACED.items() if on.lines in lines)


def place_staked(connection: Connection, layer: Layer, layers: Mapping[str, Layer]) -> list[str]:
    """Place the rows that a change of a layer lets be placed; returns what to tell."""
    names = [layer.id] if layer.id in PLACED else placed_by(layer.id)
    told = []
    for name in names:
        number = _place(connection, layers, name) if name in layers else 0
        if number:
            told.append(f"{layers[name].title}：{number} 条按桩号定位 placed by their stake")
    return told


def _place(connection: Connection, layers: Mapping[str, Layer], name: str) -> int:
    on, table = PLACED[name], table_of(layers[name])
    ends = [table.c[field].label(field) for field in (on.at, on.until) if field]
    named = [table.c[field] for field in (on.code, on.name) if field]
    calls = func.array_remove(array([func.upper(func.btrim(each)) for each in named]), None)
    waiting = select(table.c.fid, calls.label("calls"), *ends).where(
        table.c.geom.is_(None), or_(*(each.is_not(None) for each in named)),
        table.c[on.at].is_not(None),
    )  # fmt: skip

    def ask(statement: Executable) -> Sequence[Mapping[str, Any]]:
        return [dict(row) for row in connection.execute(statement).mappings()]

    rows = ask(waiting)
    if not rows or on.lines not in layers:
        return 0
    lines = _by_call(read_lines(ask, layers, on.lines))
    found = []
    for row in rows:
        line = next((lines[each] for each in row["calls"] if each in lines), None)
        shape = None if line is None else _shape(line, layers[name], row, on)
        if shape is not None:
            found.append({"at": row["fid"], "ewkt": f"SRID=4326;{shape.wkt}"})
    if found:
        _write(connection, layers, name, found)
    return len(found)


def _by_call(lines: Sequence[Line]) -> dict[str, Line]:
    """Lines by their codes, and by names that one line alone has and no code is."""
    codes = {str(line.name[2]).strip().upper(): line for line in lines}
    names = [str(line.name[3] or "").strip().upper() for line in lines]
    alone = {
        name: line for name, line in zip(names, lines, strict=True)
        if name and names.count(name) == 1
    }  # fmt: skip
    return {**alone, **codes}


def _shape(line: Line, layer: Layer, row: Mapping[str, Any], on: On) -> BaseGeometry | None:
    """The place or the stretch; None where the line does not reach the stake."""
    start = row[on.at]
    end = row[on.until] if on.until else None
    if not line.holds(start) or (end is not None and not line.holds(end)):
        return None
    if end is not None and end != start:
        low, high = sorted((line.along(start), line.along(end)))
        return _degrees(line, line.cut(low, high))
    if layer.geometry == "MultiLineString":
        return None  # one stake is no stretch
    return shapely.Point(line.place(line.along(start)))


def _degrees(line: Line, flat: BaseGeometry) -> BaseGeometry | None:
    if flat.is_empty:
        return None
    return shapely.transform(flat, lambda metres: np.asarray(line.plane.degrees(metres)))


def _write(
    connection: Connection, layers: Mapping[str, Layer], name: str, found: list[dict[str, Any]]
) -> None:
    table, areas = table_of(layers[name]), table_of(layers["townships"])
    place = func.ST_GeomFromEWKT(bindparam("ewkt"))
    code = (
        select(func.min(areas.c.code)).where(func.ST_Intersects(areas.c.geom, place))
    ).scalar_subquery()
    values: dict[str, Any] = {"geom": place}
    if layers[name].geometry in {"Point", "Geometry"}:
        values["township_code"] = code
    connection.execute(update(table).where(table.c.fid == bindparam("at")).values(values), found)
