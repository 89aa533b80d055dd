"""The analysis `hca`: class locations and high-consequence areas of pipelines."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import shapely
from sqlalchemy import Connection, func, select

from app.analyses.analysis import Order, Outcome
from app.analyses.hca_areas import areas
from app.analyses.hca_changes import changes, class_changes
from app.analyses.hca_changes import lines as lines_of
from app.analyses.hca_pieces import TABLES, Graded, Near, Piping, Rules, graded
from app.analyses.hca_store import Store, Stored
from app.city import City
from app.db.tables import table_of
from app.errors import BadParameter
from app.lines.line import Line
from app.lines.read import read_lines
from layers import stake
from layers.declare import Layer
from layers.grading.class_location import Stretch

MARGIN_M = 1.0
"""Targets are looked for a little further than the widest band; the band decides."""


def run(connection: Connection, layers: dict[str, Layer], city: City, order: Order) -> Outcome:
    """Find class locations and high-consequence areas, and write the areas.

    Raises:
        BadParameter: There is no pipeline of the code that was asked for.
    """
    rules = Rules.among(order.book)
    today = datetime.now(ZoneInfo(city.time_zone)).date()
    rows = _pipelines(connection, layers, order.only)
    fids = [row["fid"] for row in rows]
    lines = read_lines(_asker(connection), layers, "pipelines", fids)
    pipes, skipped = _sorted_out(rows, {line.name[1]: line for line in lines})
    store = Store(connection, layers, order.book, today)
    told: list[dict[str, Any]] = []
    gone: list[Mapping[str, Any]] = []
    kept: list[Stored] = []
    for line, row, table in pipes:
        piping = _piping(connection, layers, line, (row, table, rules))
        stretches = piping.classes()
        pieces = graded(piping, stretches)
        found = areas(piping, pieces, rules.surroundings.merge_gap_m)
        stored, lost = store.replace(row["code"], found)
        kept += stored
        gone += lost
        told.append(_told(piping, stretches, pieces, stored))
    if not order.only:
        gone += store.remove_others([each["code"] for each in told])
    found_otherwise = changes(kept, gone) | {"class_locations": class_changes(connection, told)}
    return Outcome(
        parameters={"only": list(order.only), "day": today.isoformat()},
        rule_sets=[rules.hca, rules.classes, rules.surroundings],
        result={"pipelines": told, "skipped": skipped, "areas": len(kept)},
        changes=found_otherwise,
        lines=lines_of(kept, skipped, found_otherwise),
    )


Pipe = tuple[Line, Mapping[str, Any], str]
"""Line, row and table of a pipeline that is looked at."""


def _sorted_out(
    rows: Sequence[Mapping[str, Any]], lines: Mapping[int, Line]
) -> tuple[list[Pipe], list[dict[str, Any]]]:
    """Return the pipelines that are looked at, and those that are left out with the reason."""
    pipes: list[Pipe] = []
    skipped = []
    for row in rows:
        line, table = lines.get(row["fid"]), TABLES.get(row["medium"] or "")
        if line is not None and table is not None:
            pipes.append((line, row, table))
            continue
        reason = "没有坐标 not located" if line is None else "介质不在两表中 medium in no table"
        skipped.append({"code": row["code"], "name": row["name"], "reason": reason})
    return pipes, skipped


def _asker(connection: Connection) -> Any:
    return lambda statement: connection.execute(statement).mappings().all()


def _pipelines(
    connection: Connection, layers: dict[str, Layer], only: Sequence[str]
) -> list[Mapping[str, Any]]:
    table = table_of(layers["pipelines"])
    statement = select(table).order_by(table.c.code)
    if only:
        statement = statement.where(table.c.code.in_(only))
    rows: list[Mapping[str, Any]] = [dict(row) for row in connection.execute(statement).mappings()]
    missing = sorted(set(only) - {row["code"] for row in rows})
    if missing:
        raise BadParameter("only", f"there is no pipeline {', '.join(missing)} 没有该管道")
    return rows


def _piping(
    connection: Connection, layers: dict[str, Layer], line: Line,
    facts: tuple[Mapping[str, Any], str, Rules],
) -> Piping:  # fmt: skip
    """Return a pipe with the targets that lie within its widest band."""
    row, table, rules = facts
    bare = Piping(line, row, table, (), rules)
    reach = max((*bare.bands_m, rules.classes.strip_m)) + MARGIN_M
    targets, pipes = table_of(layers["protection_targets"]), table_of(layers["pipelines"])
    pipe = select(pipes.c.geom).where(pipes.c.fid == row["fid"]).scalar_subquery()
    found = connection.execute(
        select(targets, func.ST_AsBinary(targets.c.geom).label("shape"))
        .where(func.ST_DWithin(func.geography(targets.c.geom), func.geography(pipe), reach))
        .order_by(func.ST_Distance(func.geography(targets.c.geom), func.geography(pipe)),
                  targets.c.code)
    ).mappings()  # fmt: skip
    near = [
        Near(dict(each), line.plane.flat(shapely.from_wkb(bytes(each["shape"])))) for each in found
    ]
    return Piping(line, row, table, near, rules)


def _told(
    piping: Piping, stretches: Sequence[Stretch], pieces: Sequence[Graded], stored: Sequence[Stored]
) -> dict[str, Any]:
    """Return what was found on one pipe, ready for JSON."""
    line = piping.line
    unknown = sorted({piece.unknown for piece in pieces if piece.unknown})
    return {
        "id": line.name[1],
        "code": line.name[2],
        "name": line.name[3],
        "origin": line.origin,
        "length_m": round(line.length_m, 1),
        "impact_radius_m": piping.radius_m and round(piping.radius_m, 2),
        "not_known": unknown,
        "class_locations": [
            {
                "from": stake.spell(line.stake(each.start_m)),
                "to": stake.spell(line.stake(each.end_m)),
                "from_m": round(line.stake(each.start_m), 2),
                "to_m": round(line.stake(each.end_m), 2),
                "class": each.class_id, "name": each.name, "area_class": each.area_class,
                "design_factor": each.design_factor, "households": each.households,
            }
            for each in stretches
        ],
        "areas": [
            {"id": each.fid, "code": each.code, "name": each.name, "change": each.change,
             "from": stake.spell(each.area.from_m), "to": stake.spell(each.area.to_m),
             **each.area.values(), **each.area.evidence(), "townships": each.townships}
            for each in stored
        ],
    }  # fmt: skip
