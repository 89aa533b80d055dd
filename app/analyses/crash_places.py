"""Crashes on their routes: by coordinates within reach of the route, or by stake."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, func, select

from app.analyses.routes import Route, key_of
from app.db.tables import table_of
from layers.blackspots.crash_list import CrashList
from layers.declare import Layer


@dataclass(frozen=True)
class Unmatched:
    """A crash that could not be put on a route, and why, in Chinese and English."""

    code: str
    route_code: str | None
    reason: str
    reason_en: str


@dataclass(frozen=True)
class Placed:
    """A crash on a route.

    Attributes:
        measure_m: Its stake.
        position_m: Metres along the route's line.
        row: What is stored of it.
    """

    route: str
    measure_m: float
    position_m: float
    row: Any


@dataclass(frozen=True)
class Placing:
    """All crashes of a period: those on routes, in the order of route and stake, and the rest."""

    placed: list[Placed]
    unmatched: list[Unmatched]

    @cached_property
    def _by_route(self) -> dict[str, list[Placed]]:
        by_route: dict[str, list[Placed]] = defaultdict(list)
        for one in self.placed:
            by_route[one.route].append(one)
        return by_route

    def on(self, route: str) -> list[Placed]:
        """Return the crashes of one route, in the order of their stakes."""
        return self._by_route.get(route, [])


def read_crashes(
    connection: Connection, layers: dict[str, Layer], srid: int, period: tuple[datetime, datetime]
) -> Sequence[Any]:
    """Read the crashes of a half-open period, with their place in metres of `srid`."""
    table = table_of(layers["crashes"])
    metres = func.ST_Transform(table.c.geom, srid)
    names = ("fid", "code", "occurred_at", "route_code", "measure_m", "deaths", "serious", "slight",
             "procedure", "unsafe_road", "crash_type", "placed_by_stake")  # fmt: skip
    columns = [table.c[name] for name in names]
    return connection.execute(
        select(*columns, func.ST_X(metres).label("x"), func.ST_Y(metres).label("y"))
        .where(table.c.occurred_at >= period[0], table.c.occurred_at < period[1])
        .order_by(table.c.code)
    ).all()


def place(rows: Iterable[Any], routes: dict[str, Route], within_m: float) -> Placing:
    """Put crashes on their routes.

    Coordinates win over a stake, which the police often round to a hundred metres; a crash whose
    point was itself found from its stake is placed by the stake.

    Args:
        rows: As `read_crashes` gives them.
        routes: By key.
        within_m: How far from its route a crash may lie, and a stake beyond its end; closed.
    """
    placed: list[Placed] = []
    unmatched: list[Unmatched] = []
    by_route: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        fault = _unknown(row, routes)
        if fault:
            unmatched.append(Unmatched(row.code, row.route_code, *fault))
        else:
            by_route[key_of(row.route_code)].append(row)
    for key, own in by_route.items():
        for outcome in _on_route(own, routes[key], key, within_m):
            (placed if isinstance(outcome, Placed) else unmatched).append(outcome)  # type: ignore[arg-type]
    placed.sort(key=lambda one: (one.route, one.measure_m, one.row.code))
    return Placing(placed, sorted(unmatched, key=lambda one: one.code))


def _unknown(row: Any, routes: dict[str, Route]) -> tuple[str, str] | None:
    if not row.route_code:
        return "没有路线编号", "has no route number"
    if key_of(row.route_code) not in routes:
        code = row.route_code
        return f"没有已定位的路线 {code}", f"there is no located route {code}"
    if row.x is None and row.measure_m is None:
        return "既无坐标也无桩号", "has neither coordinates nor a stake"
    return None


def _on_route(rows: list[Any], route: Route, key: str, within_m: float) -> list[Placed | Unmatched]:
    by_point = [row for row in rows if not _by_stake(row)]
    points = shapely.points([(row.x, row.y) for row in by_point]).tolist() if by_point else []
    positions, apart = route.snap(points)
    stakes = route.stationing.stake(positions)
    outcomes: list[Placed | Unmatched] = [
        Placed(key, float(stake), float(position), row)
        if gap <= within_m
        else Unmatched(
            row.code,
            row.route_code,
            f"距路线 {gap:.0f} m，超过 {within_m:.0f} m",
            f"lies {gap:.0f} m from its route, more than {within_m:.0f} m",
        )
        for row, position, gap, stake in zip(by_point, positions, apart, stakes, strict=True)
    ]
    return [*outcomes, *(_at_stake(row, route, key, within_m) for row in rows if _by_stake(row))]


def _by_stake(row: Any) -> bool:
    return row.measure_m is not None and (row.x is None or row.placed_by_stake)


def _at_stake(row: Any, route: Route, key: str, within_m: float) -> Placed | Unmatched:
    first, last = route.span
    if not first - within_m <= row.measure_m <= last + within_m:
        return Unmatched(
            row.code,
            row.route_code,
            f"桩号 {row.measure_m:.0f} m 超出路线 {first:.0f}–{last:.0f} m",
            f"stake {row.measure_m:.0f} m lies beyond the route's {first:.0f} to {last:.0f} m",
        )
    measure = float(np.clip(row.measure_m, first, last))
    return Placed(key, measure, float(route.stationing.position(measure)), row)


def listed(placed: Sequence[Placed]) -> CrashList:
    """Return crashes of one route, in the order of their stakes, as arrays."""
    rows = [one.row for one in placed]
    unsafe = {True: 1, False: 0, None: -1}

    def numbers(name: str) -> np.ndarray:
        return np.array([getattr(row, name) for row in rows], dtype=np.int64)

    return CrashList(
        codes=tuple(row.code for row in rows),
        measure_m=np.array([one.measure_m for one in placed], dtype=np.float64),
        deaths=numbers("deaths"),
        serious=numbers("serious"),
        slight=numbers("slight"),
        general=np.array([row.procedure == "一般程序" for row in rows], dtype=bool),
        unsafe_road=np.array([unsafe[row.unsafe_road] for row in rows], dtype=np.int64),
        types=tuple(row.crash_type or "" for row in rows),
    )
