"""A straight road and its crashes in a database, from a few words."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from pyproj import Transformer
from sqlalchemy import Connection

from app.analyses.blackspot_period import Asked
from app.analyses.blackspots import find_blackspots
from layers.blackspots.areas import CrashAreaRules
from layers.blackspots.rules import BlackspotRules
from layers.blackspots.screening import CrashScreening
from layers.blackspots.severity import CrashWeights
from layers.grading.rule_set import load
from layers.registry import LAYERS
from tests.builders import add, the_city

WEST, SOUTH = 611_000.0, 3_325_000.0
"""First point of the road, metres of the city's system."""

TO = date(2026, 10, 31)
"""Last day of the period."""


@cache
def _degrees() -> Transformer:
    return Transformer.from_crs(the_city().metric_srid, 4326, always_xy=True)


def at(along_m: float, aside_m: float = 0.0) -> tuple[float, float]:
    """Longitude and latitude of a place by the road, which runs east; aside is north."""
    lon, lat = _degrees().transform(WEST + along_m, SOUTH + aside_m)
    return float(lon), float(lat)


def point(along_m: float, aside_m: float = 0.0) -> str:
    """The same as WKT."""
    return "POINT({} {})".format(*at(along_m, aside_m))


def line(*along_m: float, aside_m: float = 0.0) -> str:
    """A road by its way points."""
    told = ", ".join("{} {}".format(*at(metres, aside_m)) for metres in along_m)
    return f"MULTILINESTRING(({told}))"


def add_road(connection: Connection, code: str = "S213", wkt: str | None = None,
             **given: Any) -> int:  # fmt: skip
    """A road of 3 km."""
    named = {"name": "浒溪线", "aadt": 8000.0, "from_m": 0.0} | given
    return add(connection, "roads", wkt or line(0, 1000, 3000), code=code, **named)


def add_crash(connection: Connection, stake: float | None, word: str = "I", wkt: str | None = None,
              **given: Any) -> str:  # fmt: skip
    """A crash of the period: F one dead, M three, I one injured, P damage; returns its code."""
    dead = {"F": 1, "M": 3}.get(word, 0)
    values: dict[str, Any] = {
        "route_code": "S213", "measure_m": stake, "procedure": "一般程序",
        "occurred_at": datetime(2025, 6, 1, 12, tzinfo=UTC), "deaths": dead, "serious": 0,
        "slight": int(word == "I"), "placed_by_stake": False, "crash_type": "侧面碰撞",
    }  # fmt: skip
    values |= given
    values.setdefault("code", f"C{add_crash.__dict__.setdefault('count', 0):05d}")
    add_crash.__dict__["count"] += 1
    add(connection, "crashes", wkt, **values)
    return str(values["code"])


def days_before_end(days: float) -> datetime:
    """An instant so many days before the end of the period."""
    return datetime(2026, 10, 31, 16, tzinfo=UTC) - timedelta(days=days)


def asked(name: str = "blackspot", **given: Any) -> Asked:
    """What to look for, to the end of October 2026."""
    rules, weights, screening = load(name), load("crash_weights"), load("crash_screening")
    assert isinstance(rules, BlackspotRules)
    assert isinstance(weights, CrashWeights)
    assert isinstance(screening, CrashScreening)
    areas = load("crash_area")
    assert isinstance(areas, CrashAreaRules)
    kinds = {"rules": rules, "weights": weights, "screening": screening, "areas": areas}
    return Asked(**{**kinds, "last": TO, **given})


def found(connection: Connection, name: str = "blackspot", **given: Any) -> dict[str, Any]:
    """The outcome of a search."""
    return find_blackspots(connection, LAYERS, the_city(), asked(name, **given))
