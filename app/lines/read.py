"""Lines read from the database with their markers."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import shapely
from sqlalchemy import Executable, Select, func, select

from app.db.tables import table_of
from app.errors import NotFound
from app.lines.line import Line, NoLine, make_line
from layers.declare import Layer

Ask = Callable[[Executable], Sequence[Mapping[str, Any]]]
"""Runs a statement and gives its rows."""


@dataclass(frozen=True)
class Staked:
    """A layer whose features carry stakes, and the layer of its markers.

    Attributes:
        markers: Id of the layer of markers.
        at: Field of a marker that holds the code of its line.
        ends: Fields of the line with its first and last stake; None where it begins at 0.
    """

    markers: str
    at: str
    ends: tuple[str, str] | None


STAKED: Mapping[str, Staked] = {
    "pipelines": Staked("pipeline_markers", "pipeline_code", None),
    "roads": Staked("road_markers", "route_code", ("from_m", "to_m")),
}
"""Layers along which stakes are measured."""


def read_line(ask: Ask, layers: Mapping[str, Layer], layer_id: str, fid: int) -> Line:
    """Read one line.

    Raises:
        NotFound: The layer has no stakes, there is no such feature, or it has no line.
    """
    if layer_id not in STAKED:
        raise NotFound(f"{layer_id} has no stakes; those that have: {', '.join(STAKED)}")
    table = table_of(layers[layer_id])
    rows = ask(_lines(table).where(table.c.fid == fid))
    if not rows:
        raise NotFound(f"{layer_id} has no feature {fid}")
    row = rows[0]
    if row["shape"] is None:
        raise NotFound(f"{layer_id} {fid} is not located 该要素没有坐标")
    markers = ask(_markers(layers, layer_id).where(_code(layers, layer_id) == row["code"]))
    return line_of(layer_id, row, markers)


def read_lines(
    ask: Ask, layers: Mapping[str, Layer], layer_id: str, fids: Sequence[int] | None = None
) -> list[Line]:
    """Read the lines of a layer that are located, by their code; all of them when None."""
    table = table_of(layers[layer_id])
    statement = _lines(table).where(table.c.geom.is_not(None)).order_by(table.c.code)
    wanted = _markers(layers, layer_id)
    if fids is not None:
        statement = statement.where(table.c.fid.in_(fids))
        codes = select(table.c.code).where(table.c.fid.in_(fids))
        wanted = wanted.where(_code(layers, layer_id).in_(codes))
    by_code: dict[str, list[Mapping[str, Any]]] = {}
    for marker in ask(wanted):
        by_code.setdefault(marker["line"], []).append(marker)
    found = []
    for row in ask(statement):
        with suppress(NotFound):
            found.append(line_of(layer_id, row, by_code.get(row["code"], [])))
    return found


def line_of(layer_id: str, row: Mapping[str, Any], markers: Sequence[Mapping[str, Any]]) -> Line:
    """Return a line of a row and its markers.

    Raises:
        NotFound: Its geometry has no length.
    """
    ends = STAKED[layer_id].ends
    span = (0.0, None) if ends is None else (row[ends[0]] or 0.0, row[ends[1]])
    if span[1] is not None and span[1] <= span[0]:
        span = (span[0], None)
    stones = [(each["lon"], each["lat"], each["measure_m"]) for each in markers]
    name = (layer_id, row["fid"], row["code"], row["name"])
    try:
        return make_line(name, shapely.from_wkb(bytes(row["shape"])), None, span, stones)
    except NoLine:
        raise NotFound(f"{layer_id} {row['fid']} has no length 该线没有长度") from None


def _lines(table: Any) -> Select[Any]:
    return select(table, func.ST_AsBinary(table.c.geom).label("shape"))


def _markers(layers: Mapping[str, Layer], layer_id: str) -> Select[Any]:
    table = table_of(layers[STAKED[layer_id].markers])
    return select(
        _code(layers, layer_id).label("line"),
        table.c.measure_m,
        func.ST_X(table.c.geom).label("lon"),
        func.ST_Y(table.c.geom).label("lat"),
    ).where(table.c.geom.is_not(None))


def _code(layers: Mapping[str, Layer], layer_id: str) -> Any:
    staked = STAKED[layer_id]
    return table_of(layers[staked.markers]).c[staked.at]
