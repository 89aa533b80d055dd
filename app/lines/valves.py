"""The nearest valve rooms upstream and downstream of a stretch."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from sqlalchemy import func, select

from app.db.tables import table_of
from app.lines.line import MARKER_WITHIN_M, Line
from app.lines.plane import ELLIPSOID
from app.lines.read import Ask
from layers import stake
from layers.declare import Layer

KINDS = ("阀室", "首站", "末站", "分输站", "门站", "压气站", "泵站")
"""Facilities at which a line is shut."""


def valve_rooms(
    ask: Ask, layers: Mapping[str, Layer], line: Line, window: tuple[float, float]
) -> dict[str, Any]:
    """Return `upstream` and `downstream`, each None where the line has none on that side.

    Args:
        ask: Runs a statement.
        layers: Every layer.
        line: A pipeline; other lines have no valve rooms.
        window: True metres of the stretch; distances are told from its near end, along the line
            and as the crow flies.
    """
    if line.name[0] != "pipelines":
        return {"upstream": None, "downstream": None}
    table = table_of(layers["pipeline_facilities"])
    centre = func.ST_Centroid(table.c.geom)
    rows = ask(
        select(table, func.ST_X(centre).label("lon"), func.ST_Y(centre).label("lat")).where(
            table.c.pipeline_code == line.name[2],
            table.c.kind.in_(KINDS),
            table.c.geom.is_not(None),
        )
    )
    if not rows:
        return {"upstream": None, "downstream": None}
    spots = np.array([(row["lon"], row["lat"]) for row in rows])
    feet = line.foot_of_each(spots, (0.0, line.length_m))
    placed = [
        each for each in zip(feet, rows, strict=True) if each[0].offset_m <= 5 * MARKER_WITHIN_M
    ]
    low, high = window
    before = [each for each in placed if each[0].along_m <= low]
    after = [each for each in placed if each[0].along_m >= high]
    up = max(before, key=lambda each: each[0].along_m, default=None)
    down = min(after, key=lambda each: each[0].along_m, default=None)
    return {
        "upstream": up and _told(line, up[0].along_m, up[1], low),
        "downstream": down and _told(line, down[0].along_m, down[1], high),
    }


def _told(line: Line, along: float, row: Mapping[str, Any], end: float) -> dict[str, Any]:
    here = line.place(end)
    straight = ELLIPSOID.inv(*here, row["lon"], row["lat"])[2]
    measure = line.stake(along)
    return {
        "id": row["fid"],
        "code": row["code"],
        "name": row["name"],
        "kind": row["kind"],
        "stake": stake.spell(measure),
        "measure_m": round(measure, 2),
        "along_m": round(abs(end - along), 1),
        "straight_m": round(straight, 1),
        "access": row["access"],
        "remote_cutoff": row["remote_cutoff"],
        "lon": round(row["lon"], 7),
        "lat": round(row["lat"], 7),
        "contact": {name: row[name] for name in ("operator", "responsible_person",
                                                 "responsible_phone")},
    }  # fmt: skip
