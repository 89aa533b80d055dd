"""Positions of a period for playback on the map, thinned for display."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query

from app.errors import BadParameter
from app.http.deps import Parts, only_known
from app.http.parameters import read_span
from app.http.problems import RESPONSES
from app.queries.played import newest_instant, period_counts, played, step_of
from app.state import State

LONGEST = timedelta(days=31)

router = APIRouter(prefix="/api", tags=["live"], dependencies=[Depends(only_known)],
                   responses=RESPONSES)  # fmt: skip


@router.get("/live/tracks")
def tracks(
    parts: Parts,
    period: Annotated[
        str | None,
        Query(
            alias="datetime",
            description="A day, or start/end, at most 31 days; the last day "
            "on which a position came.",
        ),
    ] = None,
    mmsi: Annotated[
        str | None, Query(pattern=r"^\d{9}$", description="Of this vessel only.")
    ] = None,
    points: Annotated[int, Query(ge=100, le=200_000, description="Positions at most.")] = 40_000,
) -> dict[str, Any]:
    """What was heard in a period, vessel by vessel: seconds from `from`, longitude, latitude.

    Where there are more positions than `points`, one a vessel and step is told, the first of it:
    `step_s` says so, null is every position. That is for display; distances, stops and closest
    approaches need every position (`/api/collections/vessel_positions/items`).
    """
    positions = parts.layers["vessel_positions"]
    first, last = _ends(parts, period)
    counts = parts.reader.one(period_counts(positions, first, last, mmsi)) or {}
    step_s = step_of(counts["positions"], counts["vessels"], last - first, points)
    rows = parts.reader.all(played(parts.layers, first, last, mmsi, step_s))
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "step_s": step_s,
        "numberMatched": counts["positions"],
        "numberReturned": sum(len(row["seconds"]) for row in rows),
        "vessels": [dict(row) for row in rows],
    }


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
