"""Which grade a point shall have, and the values by which the register grades it so.

Grades are dealt out by quota and zone, so that the map tells a story; the values are then chosen
among those that the shipped rule sets grade so.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from layers.grading import lec, ls

UNASSESSED = 0
METHODS = ("", "LEC", "LS", "EXPERT")
"""Methods by position; the first is none."""

SHARES = {1: 0.012, 2: 0.070, 3: 0.275}
"""Share of the points with each grade; the rest is low, but for the not assessed."""

SHARE_UNASSESSED = 0.04

ZONES = ("elsewhere", "chemistry in the north", "downtown", "two streets", "hills")
"""Zones by position; `two streets` is the part of downtown that has red points."""

_QUOTAS = {
    1: (0.08, 0.715, 0.0, 0.17, 0.035),
    2: (0.46, 0.17, 0.14, 0.16, 0.07),
}
"""Share of a grade that each zone gets."""

_LIKELIHOODS = (6, 3, 1, 0.5)
_EXPOSURES = (10, 6, 3, 2, 1)


@dataclass(frozen=True)
class Rating:
    """Values of the register, one array item a point; NaN where there is none.

    Attributes:
        grade: Grade that the point shall have, 0 for not assessed.
        method: Position in `METHODS`.
        l_value: Likelihood of LEC or LS.
        e_value: Exposure of LEC.
        c_value: Consequence of LEC.
        s_value: Severity of LS.
        direct: Whether a direct rule makes it red and not the score.
    """

    grade: np.ndarray
    method: np.ndarray
    l_value: np.ndarray
    e_value: np.ndarray
    c_value: np.ndarray
    s_value: np.ndarray
    direct: np.ndarray


def grades(zone: np.ndarray, hot: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return the grade of each point, 0 for not assessed.

    Args:
        zone: Position in `ZONES`.
        hot: How dangerous its category is; orders the points of a zone.
        random: Source of chance.
    """
    size = len(zone)
    score = hot + random.normal(0, 1.0, size)
    dealt = np.full(size, -1)
    dealt[random.permutation(size)[: round(size * SHARE_UNASSESSED)]] = UNASSESSED
    for grade, quotas in _QUOTAS.items():
        wanted = size * SHARES[grade]
        for position, share in enumerate(quotas):
            free = np.flatnonzero((dealt < 0) & (zone == position))
            _deal(dealt, free, score, grade, round(wanted * share))
    _deal(dealt, np.flatnonzero(dealt < 0), score, 3, round(size * SHARES[3]))
    dealt[dealt < 0] = 4
    return dealt


def _deal(dealt: np.ndarray, free: np.ndarray, score: np.ndarray, grade: int, count: int) -> None:
    """Give a grade to the free points of the highest score."""
    dealt[free[np.argsort(-score[free], kind="stable")[:count]]] = grade


def rate(
    grade: np.ndarray, method: np.ndarray, direct: np.ndarray, random: np.random.Generator
) -> Rating:
    """Return values that give each point its grade by its method.

    A point that is red by a direct rule has values of the grade below: its score alone is orange.
    """
    method = np.where(grade == UNASSESSED, 0, method)
    values = {name: np.full(len(grade), np.nan) for name in "lecs"}
    scored = np.where(direct, 2, grade)
    for level in (1, 2, 3, 4):
        here = np.flatnonzero((scored == level) & (method == METHODS.index("LEC")))
        for column, drawn in zip(
            "lec", _drawn(lec_values()[level], len(here), random), strict=True
        ):
            values[column][here] = drawn
        here = np.flatnonzero((scored == level) & (method == METHODS.index("LS")))
        for column, drawn in zip("ls", _drawn(ls_values()[level], len(here), random), strict=True):
            values[column][here] = drawn
    return Rating(grade, method, values["l"], values["e"], values["c"], values["s"], direct)


def _drawn(rows: np.ndarray, size: int, random: np.random.Generator) -> np.ndarray:
    drawn: np.ndarray = rows[random.integers(len(rows), size=size)].T
    return drawn


@lru_cache
def lec_values() -> dict[int, np.ndarray]:
    """Return the credible (L, E, C) of each grade by the shipped rule set."""
    found: dict[int, list[tuple[float, float, float]]] = {1: [], 2: [], 3: [], 4: []}
    consequences = {1: (15, 40, 100), 2: (15, 40, 100), 3: (7, 15, 40), 4: (1, 3, 7, 15)}
    for level, severities in consequences.items():
        for likelihood in _LIKELIHOODS:
            for exposure in _EXPOSURES:
                for severity in severities:
                    if lec.grade(likelihood, exposure, severity).grade == level:
                        found[level].append((likelihood, exposure, severity))
    return {level: np.array(rows) for level, rows in found.items()}


@lru_cache
def ls_values() -> dict[int, np.ndarray]:
    """Return the (L, S) of each grade by the shipped rule set."""
    found: dict[int, list[tuple[float, float]]] = {1: [], 2: [], 3: [], 4: []}
    for likelihood in range(1, 6):
        for severity in range(1, 6):
            level = ls.grade(likelihood, severity).grade
            if level is not None:
                found[level].append((likelihood, severity))
    return {level: np.array(rows, dtype=float) for level, rows in found.items()}
