"""Risk points of the demonstration city: how many, where, how dangerous; written as CSV."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import shapely

from data.demo.categories import Category, categories
from data.demo.city import City
from data.demo.ratings import METHODS, grades, rate
from data.demo.risk_rows import COLUMNS, Plan, rows
from data.demo.scatter import Scattered, scatter
from data.demo.sites import HILLS_BELOW, draws

DEFAULT_COUNT = 5_000
MOST = 1_000_000

_CHUNK = 20_000
_NORTH = ("330281102", "330281103")
_TWO_STREETS = ("330281002", "330281003")
_DOWNTOWN = ("330281001", "330281004")
_CHEMICAL = ("01", "05", "07")
_DIRECT = ("01", "02")
"""Categories in which a direct rule may make a point red."""

_SHARE_DIRECT = 0.3
"""Share of the red points of those categories that a direct rule makes red."""

_PREMISES_M = 110
"""Points within a square of this side stand on one company's premises."""


def write(city: City, path: Path, count: int, as_of: date, random: np.random.Generator) -> int:
    """Write `count` risk points as CSV, assessed before `as_of`; return how many."""
    plan = _plan(city, min(count, MOST), random)
    seen: Counter[str] = Counter()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for start in range(0, len(plan.category), _CHUNK):
            here = np.arange(start, min(start + _CHUNK, len(plan.category)))
            writer.writerows(rows(city, plan, here, as_of, random, seen))
    return len(plan.category)


def _plan(city: City, count: int, random: np.random.Generator) -> Plan:
    facts = list(categories().values())
    category, place, village = _placed(city, facts, count, random)
    hot = np.array([fact.hot for fact in facts])[category]
    grade = grades(_zones(city, category, place), hot, random)
    method = _methods(facts, category, random)
    direct = (grade == 1) & _among(category, _DIRECT) & (random.random(count) < _SHARE_DIRECT)
    premises = np.floor(place.metres / _PREMISES_M).astype(np.int64)
    return Plan(
        category=category,
        place=place,
        rating=rate(grade, np.where(direct, METHODS.index("LEC"), method), direct, random),
        village=village,
        brand=premises[:, 0] * 613 + premises[:, 1],
        sequence=_sequence(place.township * 100 + category),
    )


def _placed(
    city: City, facts: list[Category], count: int, random: np.random.Generator
) -> tuple[np.ndarray, Scattered, np.ndarray]:
    """Return category, place and nearest village, in the order of the codes."""
    shares = np.array([fact.share for fact in facts])
    until = np.round(np.cumsum(shares) / shares.sum() * count).astype(int)
    category = np.searchsorted(until, np.arange(count), side="right")
    place = scatter(city, draws(city), [facts[i].where for i in category.tolist()], random)
    tree = shapely.STRtree(shapely.points([village.place for village in city.villages]))
    village = np.asarray(tree.nearest(shapely.points(place.metres)))
    order = np.lexsort((village, category, place.township))
    ordered = Scattered(place.metres[order], place.degrees[order], place.township[order])
    return category[order], ordered, village[order]


def _zones(city: City, category: np.ndarray, place: Scattered) -> np.ndarray:
    """Return the position in `ratings.ZONES` of each point."""
    codes = np.array([area.code for area in city.areas])[place.township]
    zone = np.zeros(len(category), dtype=int)
    zone[np.isin(codes, _DOWNTOWN)] = 2
    zone[np.isin(codes, _TWO_STREETS)] = 3
    zone[place.degrees[:, 1] < HILLS_BELOW] = 4
    zone[np.isin(codes, _NORTH) & _among(category, _CHEMICAL)] = 1
    return zone


def _among(category: np.ndarray, codes: tuple[str, ...]) -> np.ndarray:
    listed = list(categories())
    return np.isin(category, [listed.index(code) for code in codes])


def _methods(
    facts: list[Category], category: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """Return the position in `METHODS` of each point, by the habits of its category."""
    method = np.zeros(len(category), dtype=int)
    for position, fact in enumerate(facts):
        here = np.flatnonzero(category == position)
        weights = np.array([fact.methods.get(name, 0.0) for name in METHODS])
        method[here] = random.choice(len(METHODS), len(here), p=weights / weights.sum())
    return method


def _sequence(group: np.ndarray) -> np.ndarray:
    """Return 1, 2, 3 … within each group; groups stand together."""
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    lengths = np.diff(np.append(starts, len(group)))
    return np.arange(len(group)) - np.repeat(starts, lengths) + 1
