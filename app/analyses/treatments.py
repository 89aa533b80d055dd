"""Black spots that were treated: what the treatment did, by empirical Bayes before and after."""

from dataclasses import asdict
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from app.analyses.blackspot_period import Instants, years_of
from app.analyses.crash_places import Placing, place, read_crashes
from app.analyses.routes import Route, key_of
from app.db.tables import table_of
from layers.blackspots import bayes
from layers.blackspots.before_after import Span, effect
from layers.blackspots.screening import CrashScreening
from layers.declare import Layer

LEAST_YEARS = 0.5
"""Shorter times tell nothing of a year."""


def treatments(
    connection: Connection,
    layers: dict[str, Layer],
    routes: dict[str, Route],
    rules: CrashScreening,
    asked: tuple[int, datetime, ZoneInfo, float | None],
) -> list[dict[str, Any]]:
    """Return the effect of every finished treatment of a black spot, or why there is none.

    The year of the works itself is left out.

    Args:
        connection: For reading.
        layers: Every layer.
        routes: By key.
        rules: Safety performance function and years before.
        asked: Metric system, end of the crashes, zone of the city, calibration of the function.
    """
    srid, end, zone, calibration = asked
    since = _first_crash(connection, layers)
    segments = table_of(layers["road_segments"])
    rows = connection.execute(
        select(segments)
        .where(
            segments.c.kind == "事故多发",
            segments.c.treatment_state == "已治理",
            segments.c.treatment_year.is_not(None),
        )
        .order_by(segments.c.code)
    ).all()
    told = []
    for row in rows:
        route = routes.get(key_of(row.route_code or ""))
        each = {"code": row.code, "name": row.name, "treatment_year": row.treatment_year}
        spans = _years(row.treatment_year, since, end, zone, rules)
        fault = _fault(row, route, spans, calibration)
        if fault is not None or route is None or spans is None or not calibration:
            told.append(each | {"effect": None, "reason": fault})
            continue
        placings = tuple(
            place(read_crashes(connection, layers, srid, span), routes, rules.snap_m)
            for span in spans
        )
        told.append(each | {"effect": _effect(row, route, spans, placings, (rules, calibration))})
    return told


def _first_crash(connection: Connection, layers: dict[str, Layer]) -> datetime | None:
    crashes = table_of(layers["crashes"])
    return connection.scalar(select(func.min(crashes.c.occurred_at)))


def _years(
    year: int, since: datetime | None, end: datetime, zone: ZoneInfo, rules: CrashScreening
) -> tuple[Instants, Instants] | None:
    """Return the times before and after the year of the works; None where data are too short."""
    works = datetime.combine(date(year, 1, 1), time(), zone).astimezone(UTC)
    reopened = datetime.combine(date(year + 1, 1, 1), time(), zone).astimezone(UTC)
    wanted = datetime.combine(date(year - int(rules.before_years), 1, 1), time(), zone)
    if since is None:
        return None
    before = (max(wanted.astimezone(UTC), since), works)
    after = (reopened, end)
    if min(years_of(before), years_of(after)) < LEAST_YEARS:
        return None
    return before, after


def _fault(row: Any, route: Route | None, spans: Any, calibration: float | None) -> str | None:
    """Return why there is no effect, in Chinese and English; None where there can be one."""
    if route is None:
        return "路线未知 the route is not known"
    if row.from_m is None or row.to_m is None or row.to_m <= row.from_m:
        return "起止桩号不全 stakes are not known"
    if route.aadt is None or not calibration:
        return "缺少交通量 traffic is not known"
    return None if spans else "治理前后的事故数据不足 too little time before or after"


def _effect(
    row: Any,
    route: Route,
    spans: tuple[Instants, Instants],
    placings: tuple[Placing, ...],
    model: tuple[CrashScreening, float],
) -> dict[str, Any]:
    rules, calibration = model
    length = row.to_m - row.from_m
    seen = []
    for span, placing in zip(spans, placings, strict=True):
        inside = [one for one in placing.on(key_of(route.code))
                  if row.from_m <= one.measure_m <= row.to_m]  # fmt: skip
        years = years_of(span)
        a_year = bayes.predicted(route.aadt or 0.0, length, 1, rules.spf_intercept)
        seen.append(Span(years, len(inside), calibration * float(a_year) * years))
    before, after = seen
    k = float(bayes.overdispersion(length, rules.overdispersion_per_mile))
    return {"before": asdict(before), "after": asdict(after)} | asdict(effect(before, after, k))
