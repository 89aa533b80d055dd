"""Who reaches a place at sea soonest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Depends, Query

from app.analyses.land_between import land_between
from app.errors import BadParameter, NotFound
from app.http.deps import Parts, only_known
from app.http.parameters import read_instant
from app.http.problems import RESPONSES
from app.http.spelled import InstantText
from app.queries.rescue import last_heard, shown_speeds, where_is
from app.state import State
from layers.sea.rescue import Helper, Reach, RescueRules, by_time, surely_first

FIRST_TAKEN, TIMES = 64, 4
"""The nearest that are looked at first, and how many times as many next."""

router = APIRouter(prefix="/api", tags=["live"], dependencies=[Depends(only_known)],
                   responses=RESPONSES)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """Where, when, how many."""

    lon: Annotated[float | None, Query(ge=-180, le=180, allow_inf_nan=False)] = None
    lat: Annotated[float | None, Query(ge=-90, le=90, allow_inf_nan=False)] = None
    mmsi: Annotated[
        str | None,
        Query(pattern=r"^\d{9}$", description="The vessel in distress, in place of a position."),
    ] = None
    at: Annotated[InstantText | None, Query(description="Instant of the question; now.")] = None
    limit: Annotated[int, Query(ge=1, le=100, description="Vessels at most.")] = 10


@router.get("/live/nearest")
def nearest(parts: Parts, asked: Annotated[Asked, Depends()]) -> dict[str, Any]:
    """Vessels by the time in which they can be at a place, the soonest first.

    Time is the geodesic distance from the last position by the speed that the vessel has shown in
    the days before it (`speed_assumed`: it has shown none). `standing` is by the age of the
    position: `sure`, `uncertain`, or `unknown`, which come last. `earliest_min` and
    `latest_min` hold what it may have sailed since. `land_m` is how
    much land lies on the straight way: it must go round.
    """
    at = (
        read_instant(asked.at, "at", parts.city.time_zone)
        if asked.at is not None
        else datetime.now(UTC)
    )
    place = _place(parts, asked, at)
    rules = RescueRules.among(None)
    rows, ranked = _ranked(parts, place, at, asked, rules)
    chosen = [rows[each.mmsi] for each in ranked]
    between = land_between(parts.city.base_file("land"), parts.city.metric_srid).metres(
        place, *(np.array([row[name] for row in chosen], float) for name in ("lon", "lat"))
    )
    return {
        "lon": place[0], "lat": place[1], "mmsi": asked.mmsi, "at": at.isoformat(),
        "rule_set": rules.id, "rule_version": rules.version,
        "numberMatched": next((row["matched"] for row in chosen), 0) - (asked.mmsi is not None),
        "numberReturned": len(ranked),
        "vessels": [
            _told(row, each, at, round(float(land_m)))
            for row, each, land_m in zip(chosen, ranked, between, strict=True)
        ],
    }  # fmt: skip


def _place(parts: State, asked: Asked, at: datetime) -> tuple[float, float]:
    if asked.mmsi is None:
        for name, value in (("lon", asked.lon), ("lat", asked.lat)):
            if value is None:
                raise BadParameter(name, "is needed, or mmsi 需给出经纬度或 mmsi")
        assert asked.lon is not None
        assert asked.lat is not None
        return asked.lon, asked.lat
    if asked.lon is not None or asked.lat is not None:
        raise BadParameter("mmsi", "stands in place of lon and lat 不能与经纬度同时给出")
    row = parts.reader.one(where_is(parts.layers, asked.mmsi, at))
    if row is None:
        raise NotFound(f"no position of {asked.mmsi} until then 此前没有该船的位置")
    return row["lon"], row["lat"]


def _ranked(
    parts: State, place: tuple[float, float], at: datetime, asked: Asked, rules: RescueRules
) -> tuple[dict[str, Mapping[str, Any]], list[Reach]]:
    """The first ones, and the rows of them all: as many are looked at as make the order sure."""
    take = max(FIRST_TAKEN, 2 * asked.limit)
    while True:
        found = parts.reader.all(last_heard(parts.layers, place, at, take))
        rows = {row["mmsi"]: row for row in found if row["mmsi"] != asked.mmsi}
        ranked = by_time(_helpers(parts, list(rows.values()), at, rules), rules)
        whole = len(found) < take
        if whole or surely_first(ranked, asked.limit, found[-1]["distance_m"], rules):
            return rows, ranked[: asked.limit]
        take *= TIMES


def _helpers(
    parts: State, rows: Sequence[Mapping[str, Any]], at: datetime, rules: RescueRules
) -> list[Helper]:
    if not rows:
        return []
    last = {row["mmsi"]: row["seen_at"] for row in rows}
    lasts = timedelta(days=rules.speed_days)
    speeds = parts.reader.all(
        shown_speeds(parts.layers["vessel_positions"], last, lasts, rules.speed_share)
    )
    shown = {row["mmsi"]: row["speed_kn"] for row in speeds}
    return [
        Helper(
            row["mmsi"], row["distance_m"], (at - row["seen_at"]).total_seconds(),
            shown.get(row["mmsi"]),
        )
        for row in rows
    ]  # fmt: skip


def _told(row: Mapping[str, Any], each: Reach, at: datetime, land_m: int) -> dict[str, Any]:
    bearing = row["bearing_deg"]
    return {
        **{name: row[name] for name in ("fid", "mmsi", "name", "gear", "grade", "status")},
        "lon": row["lon"], "lat": row["lat"], "seen_at": row["seen_at"].isoformat(),
        "age_min": round((at - row["seen_at"]).total_seconds() / 60, 1),
        "distance_m": round(row["distance_m"], 1),
        "bearing_deg": None if bearing is None else round(bearing, 1),
        "speed_kn": round(each.speed_kn, 2), "speed_assumed": each.assumed,
        "minutes": round(each.minutes, 1), "earliest_min": round(each.earliest_min, 1),
        "latest_min": round(each.latest_min, 1), "standing": each.standing, "land_m": land_m,
    }  # fmt: skip
