"""Invented places of the villages and communities inside their township; 示意."""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

_TRIES = 1500
"""Candidates drawn a township."""


def places(
    area: BaseGeometry, seat: BaseGeometry, roads: BaseGeometry, urban: int, rural: int
) -> np.ndarray:
    """Return places of the communities, near the seat, then of the villages, along the roads.

    Args:
        area: The township, metres.
        seat: Its seat, metres.
        roads: All roads, metres.
        urban: How many communities.
        rural: How many villages.

    Returns:
        (urban + rural, 2) easting, northing; no two are close to each other.
    """
    random = np.random.default_rng(int(area.area))
    inner = area.buffer(-180)
    candidates = _inside(inner, random)
    points = np.asarray(shapely.points(candidates))
    from_seat = shapely.distance(points, seat)
    from_road = np.minimum(shapely.distance(points, roads), 2500)
    dice = random.exponential(1.0, len(points))
    spacing = 0.62 * np.sqrt(area.area / (urban + rural))
    town = _spread(candidates, np.argsort(from_seat / 700 + dice), urban, min(450.0, spacing))
    land = from_road / 1100 + from_seat / 4000 + dice
    return _spread(candidates, np.argsort(land), urban + rural, spacing, town)


def _inside(area: BaseGeometry, random: np.random.Generator) -> np.ndarray:
    west, south, east, north = area.bounds
    drawn = random.uniform((west, south), (east, north), size=(_TRIES * 6, 2))
    kept: np.ndarray = drawn[shapely.contains_xy(area, drawn[:, 0], drawn[:, 1])][:_TRIES]
    return kept


def _spread(
    candidates: np.ndarray,
    order: np.ndarray,
    wanted: int,
    spacing_m: float,
    taken: np.ndarray | None = None,
) -> np.ndarray:
    """Return candidates in their order, at least `spacing_m` apart; closer when too few fit."""
    chosen = [] if taken is None else list(taken)
    while len(chosen) < wanted:
        for index in order:
            if len(chosen) == wanted:
                break
            gaps = np.array(chosen).reshape(-1, 2) - candidates[index]
            if not len(gaps) or np.hypot(gaps[:, 0], gaps[:, 1]).min() >= spacing_m:
                chosen.append(candidates[index])
        spacing_m *= 0.85
    return np.array(chosen).reshape(-1, 2)
