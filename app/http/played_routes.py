"""Positions of a period for playback on the map: cleaned, and simplified for display."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import numpy as np
from fastapi import APIRouter, Depends, Query

from app.analyses.played_ways import heard_ways
from app.errors import BadParameter
from app.http.deps import Parts, only_known
from app.http.parameters import read_span
from app.http.problems import RESPONSES
from app.http.spelled import PeriodText
from app.queries.played import newest_instant, positions_of, registered
from app.state import State
from layers.sea.drawing import Drawing, Way, drawing, silences

LONGEST = timedelta(days=31)

MOST_POSITIONS = 4_000_000
"""In one answer; they are held in memory while it is made."""

DEGREE_DIGITS = 5
"""About a metre."""

router = APIRouter(prefix="/api", tags=["live"], dependencies=[Depends(only_known)],
                   responses=RESPONSES)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """Which positions, and how they are told."""

    period: Annotated[
        PeriodText | None,
        Query(
            alias="datetime",
            description="A day, or start/end, at most 31 days; the last day "
            "on which a position came.",
        ),
    ] = None
    mmsi: Annotated[str | None, Query(pattern=r"^\d{9}$", description="Of this vessel only.")] = (
        None
    )
    points: Annotated[int, Query(ge=100, le=200_000, description="Positions at most.")] = 40_000
    within_m: Annotated[
        int | None,
        Query(
            ge=0, le=10_000,
            description="Leave out positions that the rest draws to so many metres; "
            "as few as `points` asks for.",
        ),
    ] = None  # fmt: skip
    cleaned: Annotated[
        bool, Query(description="Without the positions that no analysis reads; false: all.")
    ] = True


@router.get("/live/tracks")
def tracks(parts: Parts, asked: Annotated[Asked, Depends()]) -> dict[str, Any]:
    """What was heard in a period, vessel by vessel: seconds from `from`, longitude, latitude.

    What can't be true is left out by the rules of the analyses (`left_out`: how many, by reason),
    unless `cleaned=false` asks for it. Where there are more positions than `points`, or `within_m`
    is asked for, those stay that draw the ways (TD-TR): at its instant none of the others is
    further than `within_m` metres from the drawn place; 0 is every position. A silence of more
    than `silence_s` is no part of a way: `silences` are the places in the arrays after which one
    begins. That is for display; distances, stops and closest approaches need every position
    (`/api/collections/vessel_positions/items`).
    """
    first, last = _ends(parts, asked.period)
    if asked.mmsi is None:
        _refuse_too_many(parts, first, last)
    with parts.reader.connection() as connection:
        heard = heard_ways(connection, parts.layers, parts.city, (first, last), asked.mmsi,
                           cleaned=asked.cleaned)  # fmt: skip
    drawn = drawing(heard.ways, asked.points, asked.within_m)
    vessels = _told(parts, heard.ways, drawn, first)
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "cleaned": asked.cleaned,
        "left_out": dict(heard.left_out),
        "within_m": drawn.within_m,
        "silence_s": drawn.silence_s,
        "numberMatched": heard.positions,
        "numberReturned": sum(len(each["seconds"]) for each in vessels),
        "vessels": vessels,
    }


def _told(
    parts: State, ways: Sequence[Way], drawn: Drawing, first: datetime
) -> list[dict[str, Any]]:
    """Ways as arrays, each with what the register knows of its vessel."""
    known = registered(parts.layers["vessels"], sorted({way.mmsi for way in ways}))
    rows = {row["mmsi"]: row for row in parts.reader.all(known)} if ways else {}
    nobody = {"name": None, "grade": None, "fid": None}
    return [
        {
            **nobody, **rows.get(way.mmsi, {}), "mmsi": way.mmsi, "vessel": way.vessel,
            "seconds": np.round(way.seconds[kept] - first.timestamp()).tolist(),
            "lon": np.round(way.lon[kept], DEGREE_DIGITS).tolist(),
            "lat": np.round(way.lat[kept], DEGREE_DIGITS).tolist(),
            "silences": silences(way.seconds, kept, drawn.silence_s),
        }
        for way, kept in zip(ways, drawn.kept, strict=True)
    ]  # fmt: skip


def _refuse_too_many(parts: State, first: datetime, last: datetime) -> None:
    """One vessel never sends so many in the longest period."""
    many = parts.reader.value(positions_of(parts.layers["vessel_positions"], first, last))
    if many > MOST_POSITIONS:
        told = (
            f"holds {many} positions, more than {MOST_POSITIONS}: ask for less time, or one vessel"
        )
        raise BadParameter("datetime", f"{told} 位置太多，请缩短时段或只看一条船")


def _ends(parts: State, period: str | None) -> tuple[datetime, datetime]:
    """First and last instant that are asked for, both closed."""
    zone = parts.city.time_zone
    if period is None:
        newest = parts.reader.value(newest_instant(parts.layers["vessel_positions"]))
        period = f"{(newest or datetime.now(UTC)).astimezone(ZoneInfo(zone)).date()}"
    span = read_span(period, zone)
    if span is None or span.start is None or span.end is None:
        raise BadParameter("datetime", "both ends must be given 起止时间都要给出")
    if span.end - span.start > LONGEST:
        raise BadParameter("datetime", "is longer than 31 days 时间跨度超过31天")
    return span.start, span.end
