"""What a search for black spots tells: evidence for JSON, warnings, what changed since before."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from app.analyses.blackspot_evidence import Spot
from app.analyses.blackspot_segments import Kept
from app.analyses.crash_places import Placing
from app.analyses.crash_screen import RouteCluster, Screened
from app.analyses.routes import Route
from layers.blackspots.rules import BlackspotRules

MONTH_Y = 0.1
"""About a month: a period that differs less is as long as the rules ask."""


def published(spot: Spot, told: Mapping[str, Any], kept: Kept) -> dict[str, Any]:
    """Return a black spot with its evidence."""
    found = spot.blackspot
    return {
        "id": kept.fid,
        "code": kept.code,
        "name": kept.name,
        "route_code": spot.route.code,
        "route_name": spot.route.name,
        "from_m": round(found.from_m, 1),
        "to_m": round(found.to_m, 1),
        "grade": kept.grade,
        **told,
    }


def flagged(screened: Screened, routes: Mapping[str, Route]) -> list[dict[str, Any]]:
    """Return the units that any method points at, the most crashes first."""
    chosen = [unit for unit in screened.units if unit.cumulative or unit.out_of_control]
    return [
        {**asdict(unit), "route": routes[unit.route].code, "out_of_control": unit.out_of_control}
        for unit in sorted(chosen, key=lambda each: -each.count)
    ]


def dense(each: RouteCluster, routes: Mapping[str, Route]) -> dict[str, Any]:
    """Return a cluster of KDE+ by its stakes."""
    found = each.cluster
    return {
        "route": routes[each.route].code,
        "from_m": each.from_m,
        "to_m": each.to_m,
        "crashes": found.crashes,
        "strength": found.strength,
        "p": found.probability,
        "peak_per_km": found.peak_per_km,
    }


def warnings(
    rules: BlackspotRules,
    period: tuple[date, float],
    routes: Mapping[str, Route],
    placing: Placing,
) -> list[str]:
    """Return what a person should look at, Chinese and English.

    Args:
        rules: What made a black spot.
        period: Last day and length in years.
        routes: By key.
        placing: Crashes on them.
    """
    last, years = period
    told = []
    if not rules.applies_on(last):
        span = f"{rules.effective_from}/{rules.effective_to or '..'}"
        told.append(f"{rules.id} 在 {last} 不适用 is not in force on {last}: {span}")
    if abs(years - rules.period_years) > MONTH_Y:
        told.append(
            f"规则按 {rules.period_years:g} 年计，本次为 {years:.1f} 年 "
            f"the rules count {rules.period_years:g} years, these are {years:.1f}"
        )
    stones = sum(route.stationing.dropped for route in routes.values())
    if stones:
        told.append(f"{stones} 个里程桩与路线不符，未采用 {stones} markers contradict their route")
    if placing.unmatched:
        count = len(placing.unmatched)
        told.append(f"{count} 起事故未能落到路线上 {count} crashes match no route")
    return told


def changes(
    kept: Sequence[Kept], gone: Sequence[Mapping[str, Any]], held: Sequence[Kept]
) -> dict[str, Any]:
    """Return what is new, gone, graver, less grave, or no black spot any more but treated.

    Args:
        kept: Black spots now, each with what it was.
        gone: Earlier ones that are none any more and were taken out.
        held: Earlier ones that are none any more and stay because they were treated.
    """
    told: dict[str, Any] = {"new": [], "gone": [], "treated": [], "worse": [], "better": [],
                            "same": 0}  # fmt: skip
    for each in kept:
        named = {"code": each.code, "name": each.name}
        if each.was is None:
            told["new"].append(named | {"grade": each.grade})
        elif each.was["grade"] == each.grade:
            told["same"] += 1
        else:
            worse = (each.grade or 5) < (each.was["grade"] or 5)
            step = {"from": each.was["grade"], "to": each.grade}
            told["worse" if worse else "better"].append(named | step)
    told["gone"] = [{name: row[name] for name in ("code", "name", "grade")} for row in gone]
    told["treated"] = [{"code": each.code, "name": each.name, "grade": each.grade} for each in held]
    return told
