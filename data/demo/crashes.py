"""Invented crashes: thinly spread over the routes, and clusters planted to be found."""

import csv
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from data.demo.roads import Network, Route
from data.demo.scatter import DECIMALS

SPREAD = 700
"""Crashes that belong to no cluster, over five years."""

YEARS = 5
CLUSTERS = 22
TREATED = 3
TREATED_AGO_Y = 2
_TREATED_CLASSES = ("国道", "省道")

_RECENT_DAYS = 3 * 365 - 20
_ZONE = timezone(timedelta(hours=8))
_DAY_H, _DUSK_H = (7, 17), (17, 19)
_WEATHER = (("晴", 0.55), ("阴", 0.2), ("雨", 0.2), ("雾", 0.04), ("雪", 0.01))
_TYPES = (("侧面碰撞", 0.34), ("追尾碰撞", 0.24), ("正面碰撞", 0.1), ("刮擦", 0.12),
          ("撞行人", 0.09), ("撞固定物", 0.07), ("翻车", 0.04))  # fmt: skip
_LEAST_ROUTE_M = 3000.0
_MARGIN_M = 600.0
_UNKNOWN, _ASIDE, _BEYOND = 0.006, 0.008, 0.004
"""Shares without a route number, with a place far from the route, with a stake beyond its end."""

_SHARE_BY_STAKE = 0.35


@dataclass(frozen=True)
class Cluster:
    """A planted cluster: where it lies and how grave it is.

    Attributes:
        at_m: Its middle, metres along the line.
        width_m: Standard deviation of its crashes.
        treated: Whether it was treated, so that few crashes follow.
    """

    route: Route
    at_m: float
    width_m: float
    count: int
    fatal: int
    major: int
    treated: bool


def plant(network: Network, random: np.random.Generator) -> list[Cluster]:
    """Choose where crashes shall cluster; the first are treated ones, then the gravest."""
    long = [route for route in network.routes if route.line.length > _LEAST_ROUTE_M]
    busy = [route for route in long if route.road_class in _TREATED_CLASSES]
    found: list[Cluster] = []
    while len(found) < CLUSTERS + TREATED:
        among = busy if len(found) < TREATED else long
        lengths = np.array([route.line.length for route in among])
        route = among[int(random.choice(len(among), p=lengths / lengths.sum()))]
        at = float(random.uniform(_MARGIN_M, route.line.length - _MARGIN_M))
        near = (one for one in found if one.route is route)
        if any(abs(one.at_m - at) < 4 * _MARGIN_M for one in near):
            continue
        number = len(found) - TREATED
        found.append(
            Cluster(
                route, at, float(random.uniform(40, 130)), int(random.integers(7, 14)),
                fatal=3 if 2 <= number < 7 else int(random.integers(0, 2)),  # noqa: PLR2004
                major=1 if 0 <= number < 2 else 0,  # noqa: PLR2004
                treated=number < 0,
            )
        )  # fmt: skip
    return found


def write(
    network: Network, clusters: list[Cluster], path: Path, as_of: date, random: np.random.Generator
) -> int:
    """Write the crashes as CSV, in the order of their time; return how many."""
    rows = [row for cluster in clusters for row in _clustered(cluster, as_of, random)]
    rows += _spread(network, as_of, random)
    rows.sort(key=lambda row: str(row["occurred_at"]))
    for number, row in enumerate(rows, start=1):
        row["code"] = f"SG-{number:05d}"
        _place(network, row, random)
    names = ["code", "occurred_at", "route_code", "measure_m", "deaths", "serious", "slight",
             "loss_yuan", "procedure", "crash_type", "weather", "light", "unsafe_road", "place",
             "lon", "lat"]  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def _clustered(cluster: Cluster, as_of: date, random: np.random.Generator) -> list[dict[str, Any]]:
    rows = []
    for number in range(cluster.count + cluster.major):
        if cluster.treated:
            # Most before the year of the works, one or two after it.
            works = date(as_of.year - TREATED_AGO_Y, 1, 1)
            first = as_of - timedelta(days=YEARS * 365)
            before = int(random.integers(0, (works - first).days))
            day = first + timedelta(days=before) if number > 1 else as_of - timedelta(days=60)
        else:
            day = as_of - timedelta(days=int(random.integers(1, _RECENT_DAYS)))
        at = float(np.clip(random.normal(cluster.at_m, cluster.width_m), 0,
                           cluster.route.line.length))  # fmt: skip
        major, fatal = number < cluster.major, number < cluster.major + cluster.fatal
        general = fatal or random.random() < 0.72  # noqa: PLR2004
        rows.append(_facts(cluster.route, at, day, random)
                    | _harm(random, major=major, fatal=fatal, general=general))  # fmt: skip
    return rows


def _spread(network: Network, as_of: date, random: np.random.Generator) -> list[dict[str, Any]]:
    lengths = np.array([route.line.length for route in network.routes])
    chosen = random.choice(len(lengths), SPREAD, p=lengths / lengths.sum())
    rows = []
    for position in chosen.tolist():
        route = network.routes[position]
        at = float(random.uniform(0, route.line.length))
        day = as_of - timedelta(days=int(random.integers(1, YEARS * 365)))
        fatal, general = random.random() < 0.02, random.random() < 0.3  # noqa: PLR2004
        harm = _harm(random, major=False, fatal=fatal, general=general or fatal)
        rows.append(_facts(route, at, day, random) | harm)
    return rows


def _facts(route: Route, at_m: float, day: date, random: np.random.Generator) -> dict[str, Any]:
    hour = int(np.clip(random.normal(13, 5), 0, 23))
    minute = int(random.integers(0, 60))
    lit = "夜间有路灯" if route.road_class in ("国道", "城市道路") else "夜间无路灯"
    light = "白天" if _DAY_H[0] <= hour < _DAY_H[1] else lit
    return {
        "route": route,
        "at_m": at_m,
        "route_code": route.code,
        "occurred_at": datetime.combine(day, time(hour, minute), _ZONE).isoformat(),
        "light": "黄昏" if _DUSK_H[0] <= hour < _DUSK_H[1] else light,
        "weather": _drawn(_WEATHER, random),
        "crash_type": _drawn(_TYPES, random),
    }


def _harm(
    random: np.random.Generator, *, major: bool, fatal: bool, general: bool
) -> dict[str, Any]:
    deaths = 3 if major else int(fatal)
    serious = int(random.integers(0, 2)) if general else 0
    slight = int(random.integers(1, 3)) if general and not serious else int(random.integers(0, 2))
    return {
        "deaths": deaths,
        "serious": serious,
        "slight": slight if general else 0,
        "loss_yuan": int(random.lognormal(8, 0.9)),
        "procedure": "一般程序" if general else "简易程序",
        "unsafe_road": "是" if major else ("否" if random.random() < 0.6 else ""),  # noqa: PLR2004
    }


def _place(network: Network, row: dict[str, Any], random: np.random.Generator) -> None:
    """Give a row its stake or its coordinates, and some rows the faults of real files."""
    route, at, chance = row["route"], row["at_m"], random.random()
    stake = route.stake(at)
    row["place"] = f"{route.name}{int(stake) // 1000}K+{int(stake) % 1000:03d}M附近"
    aside = random.uniform(150, 400) if chance < _ASIDE else random.normal(0, 6)
    if _ASIDE <= chance < _ASIDE + _BEYOND:
        row["measure_m"] = round(route.stakes[-1] + 2500)
        return
    if random.random() < _SHARE_BY_STAKE:
        row["measure_m"] = round(stake, -1)
        return
    ahead = route.line.interpolate(min(at + 1, route.line.length))
    here = route.line.interpolate(max(at - 1, 0))
    step = np.array([ahead.x - here.x, ahead.y - here.y])
    sideways = np.array([-step[1], step[0]]) / max(float(np.hypot(*step)), 1e-9)
    point = shapely.get_coordinates(route.line.interpolate(at))[0] + sideways * aside
    ((lon, lat),) = network.city.plane.degrees(point[None])
    row |= {"lon": f"{lon:.{DECIMALS}f}", "lat": f"{lat:.{DECIMALS}f}"}
    if random.random() < _UNKNOWN:
        row["route_code"] = ""


def _drawn(words: tuple[tuple[str, float], ...], random: np.random.Generator) -> str:
    names, shares = zip(*words, strict=True)
    return str(random.choice(names, p=np.array(shares) / sum(shares)))
