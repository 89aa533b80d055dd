"""What the sheet of a high-consequence area shows, read from the database."""

from collections.abc import Mapping
from typing import Any

import shapely
from sqlalchemy import func, select

from app.analyses.hca_changes import WORDS, change_of
from app.city import City
from app.db.tables import table_of
from app.errors import NotFound
from app.lines.abreast import abreast
from app.lines.line import Line
from app.lines.read import Ask, read_lines
from app.lines.valves import valve_rooms
from app.queries.analyses import latest
from app.queries.protection import beside
from app.sheets.hca_sheet import BAND_M, Plan
from layers.declare import Layer

ROADS_M = 600.0

SHOWN = 30
"""Targets on a sheet."""


def read_plan(ask: Ask, layers: Mapping[str, Layer], fid: int, city: City) -> Plan:
    """Return what is shown of one area.

    Raises:
        NotFound: There is no such area, or it is not located.
    """
    table = table_of(layers["high_consequence_areas"])
    rows = ask(
        select(table, func.ST_AsBinary(table.c.geom).label("shape"),
               func.ST_AsGeoJSON(table.c.geom).label("text"))
        .where(table.c.fid == fid)
    )  # fmt: skip
    if not rows or rows[0]["shape"] is None:
        raise NotFound(f"high_consequence_areas has no located feature {fid}")
    area = rows[0]
    line = _line(ask, layers, area["pipeline_code"])
    band = float(area["impact_radius_m"] or BAND_M)
    window = _window(line, area)
    found = ask(beside(layers, "protection_targets", area["text"], max(band, BAND_M)).limit(SHOWN))
    roads = ask(beside(layers, "roads", area["text"], ROADS_M).limit(6))
    return Plan(
        area=area,
        shape=shapely.from_wkb(bytes(area["shape"])),
        line=line,
        targets=[_target(line, row, window) for row in found],
        roads=[(row["name"], shapely.from_wkb(bytes(row["shape"]))) for row in roads],
        rooms=valve_rooms(ask, layers, line, window) if line else NO_ROOMS,
        change=_change(ask, area, city),
    )


def _change(ask: Ask, area: Mapping[str, Any], city: City) -> str | None:
    """How the area changed at the last identification, and when that was."""
    if area["found_by"] != "analysis":
        return None
    for run in ask(latest("hca")):
        words = change_of(run["changes"], area["code"]) or WORDS["same"]
        return f"{words}（{city.today(run['finished_at'])} 识别）"
    return None


NO_ROOMS: Mapping[str, Any] = {"upstream": None, "downstream": None}


def _line(ask: Ask, layers: Mapping[str, Layer], code: str) -> Line | None:
    pipes = table_of(layers["pipelines"])
    fids = [row["fid"] for row in ask(select(pipes.c.fid).where(pipes.c.code == code))]
    return next(iter(read_lines(ask, layers, "pipelines", fids)), None) if fids else None


def _window(line: Line | None, area: Mapping[str, Any]) -> tuple[float, float]:
    if line is None:
        return 0.0, 0.0
    return line.along(area["from_m"]), line.along(area["to_m"])


def _target(
    line: Line | None, row: Mapping[str, Any], window: tuple[float, float]
) -> dict[str, Any]:
    shape = shapely.from_wkb(bytes(row["shape"]))
    told = dict(row) | {"shape": shape}
    if line is not None and window[1] > window[0]:
        told |= abreast(line, shape, BAND_M, window).as_json(line, point=shape.geom_type == "Point")
    return told
