"""Invented lanes of the hills and the coast, where the open road data have none; 示意."""

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

Path = tuple[tuple[float, float], ...]
"""Way points, lon, lat."""

LANES: tuple[tuple[str, float, Path], ...] = (
    ("余梁线", 0.10, ((121.105, 30.028), (121.1, 29.985), (121.082, 29.95), (121.0747, 29.9128))),
    ("梁岚线", 0.16, ((121.0747, 29.9128), (121.118, 29.872), (121.128, 29.84), (121.115, 29.805))),
    ("岚明线", 0.18, ((121.115, 29.805), (121.118, 29.775), (121.1102, 29.7359), (121.1, 29.7))),
    ("明西线", 0.18, ((121.1102, 29.7359), (121.06, 29.738), (121.035, 29.71), (121.01, 29.688))),
    ("明东线", 0.18, ((121.1102, 29.7359), (121.14, 29.742), (121.172, 29.73))),
    ("梁鹿线", 0.16, ((121.0747, 29.9128), (121.13, 29.893), (121.19, 29.87))),
    ("鹿岚线", 0.18, ((121.19, 29.87), (121.16, 29.838), (121.115, 29.805))),
    ("陆鹿线", 0.15, ((121.2303, 29.9905), (121.225, 29.94), (121.203, 29.9), (121.19, 29.87))),
    ("鹿东线", 0.16, ((121.19, 29.87), (121.222, 29.885), (121.25, 29.905))),
    ("梨陆线", 0.14, ((121.165, 30.005), (121.168, 29.967), (121.2, 29.955), (121.225, 29.94))),
    ("陆隐线", 0.13, ((121.2303, 29.9905), (121.275, 29.943), (121.32, 29.938), (121.371, 29.94))),
    (
        "江南线",
        0.08,
        ((121.2303, 29.9905), (121.27, 29.978), (121.3114, 29.9871), (121.35, 29.966)),
    ),
    ("陆北线", 0.04, ((121.2303, 29.9905), (121.238, 29.993), (121.2455, 29.9945))),
    ("渡市线", 0.06, ((121.35, 29.966), (121.345, 30.0), (121.3386, 30.0336))),
    ("丈三线", 0.05, ((121.2842, 30.0153), (121.31, 30.027), (121.3386, 30.0336))),
    ("牟马线", 0.05, ((120.9903, 30.0751), (121.018, 30.078), (121.047, 30.078))),
    ("临牟线", 0.05, ((120.9918, 30.154), (120.985, 30.115), (120.9903, 30.0751))),
    ("低朗线", 0.04, ((121.135, 30.14), (121.105, 30.156), (121.075, 30.168))),
    ("滨海线", 0.03, ((120.962, 30.192), (120.998, 30.222), (121.02, 30.243), (121.05, 30.258))),
    ("曹海线", 0.04, ((121.068, 30.2196), (121.052, 30.238), (121.05, 30.258))),
    ("泗海线", 0.04, ((121.0389, 30.1617), (121.03, 30.2), (121.02, 30.243))),
)
"""Name, sway (share of a stretch's length), way points; a big sway is a mountain road."""

_ROUNDS = 4


def winding(metric: LineString, sway: float, seed: int, inside: BaseGeometry) -> LineString:
    """Return the line with bends, by displacing midpoints; metres.

    The sway is halved until the line stays inside.
    """
    for attempt in range(6):
        random = np.random.default_rng(seed)
        points = shapely.get_coordinates(metric)
        for _ in range(_ROUNDS):
            points = _bent(points, sway / 2**attempt, random)
        line = shapely.simplify(LineString(points), 12.0)
        if inside.covers(line):
            return LineString(line)
    return metric


def _bent(points: np.ndarray, sway: float, random: np.random.Generator) -> np.ndarray:
    """Return twice as many stretches, each midpoint moved sideways."""
    steps = np.diff(points, axis=0)
    sideways = np.column_stack([-steps[:, 1], steps[:, 0]])
    shares = random.uniform(-sway, sway, size=(len(steps), 1)) * 2
    middles = points[:-1] + steps / 2 + sideways * shares
    bent = np.empty((len(points) + len(middles), 2))
    bent[0::2], bent[1::2] = points, middles
    return bent
