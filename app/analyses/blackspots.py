"""Black spots of the whole road network: found, judged by every method, written, compared."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from sqlalchemy import Connection

from app.analyses import blackspot_report as report
from app.analyses.blackspot_evidence import Screening, Spot, evidence
from app.analyses.blackspot_period import (
    DAYS_A_YEAR,
    Asked,
    Instants,
    period_of,
    told,
    years_of,
)
from app.analyses.blackspot_segments import Segments, Wanted
from app.analyses.crash_areas import found_areas
from app.analyses.crash_grid import hot_cells
from app.analyses.crash_places import Placing, listed, place, read_crashes
from app.analyses.crash_ranking import ranked_pieces
from app.analyses.crash_screen import dense_stretches, screen
from app.analyses.road_graph import graph
from app.analyses.routes import Route, key_of, read_routes
from app.analyses.treatments import treatments
from app.city import City
from layers.blackspots.crash_list import CrashList, harm
from layers.blackspots.find import find
from layers.blackspots.rules import BlackspotRules
from layers.declare import Layer
from layers.grading.road import RoadRules

TREATED = ("治理中", "已治理")
"""States in which a segment stays a segment, whatever the crashes say."""

MOST_LISTED = 10_000
"""Crashes without a route that a run lists; their number is always told."""

METHODS = {
    "cumulative": "累计频率",
    "poisson": "泊松",
    "critical_rate": "临界率",
    "empirical_bayes": "经验贝叶斯",
    "kde_plus": "KDE+",
}
"""Names of the methods in Chinese."""

Lists = dict[str, CrashList]
"""Crashes by route."""


def find_blackspots(
    connection: Connection, layers: dict[str, Layer], city: City, asked: Asked
) -> dict[str, Any]:
    """Find the black spots, write them as road segments, and return what was found and why.

    Raises:
        BadParameter: A day in the future, or a period without a length.
    """
    zone = ZoneInfo(city.time_zone)
    period = period_of(asked, zone, datetime.now(UTC))
    years = years_of(period)
    routes = read_routes(connection, layers, city.metric_srid)
    rows = read_crashes(connection, layers, city.metric_srid, period)
    placing = place(rows, routes, asked.screening.snap_m)
    known = _screening(routes, placing, asked, years)
    spots = _spots(routes, placing, asked.rules)
    proofs = evidence(spots, known)
    counted = _counted(connection, layers, city, routes, (asked, period, placing))
    segments = Segments(connection, layers, city.metric_srid, asked.book)
    wanted = [_wanted(*each, asked, counted) for each in zip(spots, proofs, strict=True)]
    kept, changes = _written(segments, wanted, routes, counted)
    calibration = known.screened.calibration
    last = (period[1].astimezone(zone) - timedelta(days=1)).date()
    end = (city.metric_srid, period[1], zone, calibration)
    return {
        "period": told(period, zone),
        "warnings": report.warnings(asked.rules, (last, years), routes, placing),
        "crashes": {"read": len(rows), "matched": len(placing.placed),
                    "unmatched": [asdict(each) for each in placing.unmatched[:MOST_LISTED]]},
        "network": {"routes": len(routes), "calibration": calibration,
                    "length_m": sum(route.length_m for route in routes.values())},
        "blackspots": [report.published(*each) for each in zip(spots, proofs, kept, strict=True)],
        "units": report.flagged(known.screened, routes),
        "clusters": [report.dense(each, routes) for each in known.dense],
        "areas": found_areas(connection, layers, city.metric_srid, period, asked.areas),
        "ranking": ranked_pieces(connection, layers, city.metric_srid, routes,
                                 (period, asked.screening.snap_m, asked.ranking)),
        "hot_cells": hot_cells(routes, placing, asked.screening, city.metric_srid),
        "treatments": treatments(connection, layers, routes, asked.screening, end),
        "changes": changes,
    }  # fmt: skip


def _screening(routes: dict[str, Route], placing: Placing, asked: Asked, years: float) -> Screening:
    roads = graph(routes)
    points = [routes[one.route].point(one.position_m) for one in placing.placed]
    return Screening(
        rules=asked.rules,
        weights=asked.weights,
        parameters=asked.screening,
        years=years,
        placing=placing,
        points=shapely.get_coordinates(np.array(points, dtype=object)).reshape(-1, 2),
        roads=roads,
        screened=screen(routes, placing, asked.screening, years),
        dense=dense_stretches(routes, placing, roads, asked.screening),
    )


def _spots(routes: dict[str, Route], placing: Placing, rules: BlackspotRules) -> list[Spot]:
    return [
        Spot(key, route, each)
        for key, route in routes.items()
        for each in find(listed(placing.on(key)), rules, route.span, route.setting)
    ]


def _counted(
    connection: Connection,
    layers: dict[str, Layer],
    city: City,
    routes: dict[str, Route],
    known: tuple[Asked, Instants, Placing],
) -> Lists:
    """Return the crashes that the grade counts: of the years of its own rule set to the end."""
    asked, period, placing = known
    years = RoadRules.among(asked.book).period_years
    begin = period[1] - timedelta(days=round(years * DAYS_A_YEAR))
    if begin != period[0]:
        rows = read_crashes(connection, layers, city.metric_srid, (begin, period[1]))
        placing = place(rows, routes, asked.screening.snap_m)
    return {key: listed(placing.on(key)) for key in routes}


def _wanted(spot: Spot, proof: dict[str, Any], asked: Asked, counted: Lists) -> Wanted:
    found = spot.blackspot
    estimate = proof["methods"]["empirical_bayes"]
    agreed = "、".join(METHODS[name] for name, agrees in proof["agree"].items() if agrees)
    title = f"{asked.rules.title.zh} {asked.rules.version}"
    return Wanted(
        route=spot.route,
        from_m=found.from_m,
        to_m=found.to_m,
        harm=harm(counted[spot.key].between(found.from_m, found.to_m)),
        found={
            "method": f"{title}；一致：{agreed}" if agreed else title,
            "criteria": "；".join(
                f"{met.criterion} {met.zh} {met.count} 起（{met.window}，≥ {met.at_least}）"
                for met in found.met
            ),
            "score_value": proof["score"],
            "psi_rank_value": estimate["rank"] if estimate else None,
            "crash_codes": " ".join(found.crashes.codes),
        },
    )


def _written(
    segments: Segments, wanted: list[Wanted], routes: dict[str, Route], counted: Lists
) -> tuple[list[Any], dict[str, Any]]:
    """Write the black spots; earlier ones that are none any more go, unless they were treated."""
    matched = segments.match(wanted)
    kept = [segments.write(*each) for each in zip(wanted, matched, strict=True)]
    again = {was["fid"] for was in matched if was}
    over = [row for row in segments.earlier if row["fid"] not in again]
    treated = [row for row in over if row["treatment_state"] in TREATED]
    held = [
        segments.write(_quiet(row, routes[key], counted[key]), row)
        for row in treated
        if (key := key_of(row["route_code"])) in routes
    ]
    gone = [row for row in over if row not in treated]
    segments.remove(gone)
    return kept, report.changes(kept, gone, held)


def _quiet(row: Any, route: Route, crashes: CrashList) -> Wanted:
    """Return a treated stretch as it is now: its crashes counted anew, no criterion met."""
    inside = crashes.between(row["from_m"], row["to_m"])
    return Wanted(
        route=route,
        from_m=row["from_m"],
        to_m=row["to_m"],
        harm=harm(inside),
        found={"method": "已不符合任何条款，因治理保留", "criteria": None, "score_value": None,
               "psi_rank_value": None, "crash_codes": " ".join(inside.codes) or None},
    )  # fmt: skip
