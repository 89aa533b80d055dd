"""Accident-prone places by area, from the crashes of the database, on a road or off it."""

from datetime import timedelta
from typing import Any

import numpy as np
from pyproj import Transformer
from sqlalchemy import Connection

from app.analyses.blackspot_period import DAYS_A_YEAR, Instants
from app.analyses.crash_places import read_crashes
from layers.blackspots.areas import CrashAreaRules, crash_areas
from layers.declare import Layer


def found_areas(
    connection: Connection,
    layers: dict[str, Layer],
    srid: int,
    period: Instants,
    rules: CrashAreaRules,
) -> list[dict[str, Any]]:
    """Places with enough crashes in the years of the rule set up to the end of a period.

    Crashes without a place are in none.

    Args:
        connection: To read by.
        layers: Every layer.
        srid: Metric system of the city.
        period: Of which the end counts, open.
        rules: Area, years, number.

    Returns:
        The fullest first, ready for JSON; longitude and latitude of the centre.
    """
    years = timedelta(days=round(rules.period_years * DAYS_A_YEAR))
    read = read_crashes(connection, layers, srid, (period[1] - years, period[1]))
    rows = [row for row in read if row.x is not None]
    x, y = (np.array([getattr(row, name) for row in rows]) for name in ("x", "y"))
    back = Transformer.from_crs(srid, 4326, always_xy=True)
    told = []
    for area in crash_areas(x, y, rules):
        own = [rows[each] for each in area.members]
        lon, lat = back.transform(area.x, area.y)
        told.append({
            "name": rules.zh, "name_en": rules.en,
            "lon": round(lon, 6), "lat": round(lat, 6), "radius_m": round(rules.radius_m, 1),
            "crashes": len(own), "deaths": sum(row.deaths for row in own),
            "injuries": sum(row.serious + row.slight for row in own),
            "codes": [row.code for row in own],
        })  # fmt: skip
    return told
