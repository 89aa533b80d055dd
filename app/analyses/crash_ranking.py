"""The pieces of road with the most deaths, from the crashes of the database."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from app.analyses.blackspot_period import DAYS_A_YEAR, Instants
from app.analyses.crash_places import listed, place, read_crashes
from app.analyses.routes import Route
from layers.blackspots.police_name import segment
from layers.blackspots.ranking import CrashRankingRules, worst_pieces
from layers.declare import Layer


def ranked_pieces(
    connection: Connection,
    layers: dict[str, Layer],
    srid: int,
    routes: Mapping[str, Route],
    known: tuple[Instants, float, CrashRankingRules],
) -> list[dict[str, Any]]:
    """Pieces of routes by deaths in the years of the rule set up to the end of a period.

    Args:
        connection: To read by.
        layers: Every layer.
        srid: Metric system of the city.
        routes: By key.
        known: Period, of which the end counts, open; how far a crash may lie from its route,
            metres; length and number of the pieces.

    Returns:
        The worst first, ready for JSON, each named as the police print it.
    """
    period, snap_m, rules = known
    years = timedelta(days=round(rules.period_years * DAYS_A_YEAR))
    rows = read_crashes(connection, layers, srid, (period[1] - years, period[1]))
    placing = place(rows, dict(routes), snap_m)
    roads = {key: (listed(placing.on(key)), route.span) for key, route in routes.items()}
    told = []
    for piece in worst_pieces(roads, rules):
        route, crashes = routes[piece.route], piece.crashes
        told.append({
            "name": segment(route.name, route.code, piece.from_m, piece.to_m),
            "route_code": route.code, "from_m": round(piece.from_m, 1),
            "to_m": round(piece.to_m, 1), "crashes": len(crashes), "deaths": piece.deaths,
            "injuries": int((crashes.serious + crashes.slight).sum()),
            "deaths_a_year": round(piece.deaths / rules.period_years, 2),
            "codes": list(crashes.codes),
        })  # fmt: skip
    return told
