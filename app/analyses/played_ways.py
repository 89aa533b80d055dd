"""What was heard in a period, as the ways that playback draws: cleaned like for the analyses."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import Connection

from app.analyses.cleaned_reports import Cleaning
from app.analyses.sea_areas import SeaAreas
from app.analyses.sea_reports import reports
from app.city import City
from layers.declare import Layer
from layers.sea.drawing import Way


@dataclass(frozen=True, slots=True)
class Heard:
    """Ways of a period.

    Attributes:
        ways: In the order of their numbers; two vessels on one number are two.
        positions: How many reports there are, with those that were left out.
        left_out: How many were, by reason.
    """

    ways: list[Way]
    positions: int
    left_out: Counter[str]


def heard_ways(
    connection: Connection,
    layers: dict[str, Layer],
    city: City,
    period: tuple[datetime, datetime],
    mmsi: str | None = None,
    *,
    cleaned: bool = True,
) -> Heard:
    """Read a period, both ends closed, of one vessel or of all.

    Cleaned by the rule set `sea_cleaning` from the reports of the period alone, as the analysis
    `events` does; else every report is told, those of one number as one way.
    """
    cleaning = None
    if cleaned:
        havens = SeaAreas(connection, layers, city.zone).havens()
        cleaning = Cleaning.of(connection, layers, city, havens)
    ways: list[Way] = []
    left_out: Counter[str] = Counter()
    positions = 0
    since = None if mmsi is None else {mmsi: None}
    end = period[1] + timedelta(microseconds=1)
    for told in reports(connection, layers, since=since, period=(period[0], end)):
        positions += len(told.seconds)
        if cleaning is None:
            ways.append(Way(told.mmsi, 0, told.seconds, told.lon, told.lat))
            continue
        found = cleaning.cleaned(told)
        left_out.update(found.dropped())
        for vessel in range(int(found.vessels.max(initial=-1)) + 1):
            kept = np.flatnonzero(found.vessels == vessel)
            ways.append(Way(told.mmsi, vessel, told.seconds[kept], told.lon[kept], told.lat[kept]))
    return Heard(ways, positions, left_out)
