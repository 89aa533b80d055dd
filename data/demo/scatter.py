"""Draws points for the categories and keeps those that stand on the city's ground."""

from dataclasses import dataclass

import numpy as np

from data.demo.city import City
from data.demo.sites import Draw

_ROUNDS = 40
DECIMALS = 6
"""Decimals of a degree in every file: a tenth of a metre."""


@dataclass(frozen=True)
class Scattered:
    """Points on the ground: (n, 2) metres, (n, 2) degrees rounded, position of the township."""

    metres: np.ndarray
    degrees: np.ndarray
    township: np.ndarray


def scatter(
    city: City, draws: dict[str, Draw], mixes: list[dict[str, float]], random: np.random.Generator
) -> Scattered:
    """Return one point for each mix, a mix being the weights of the kinds of site.

    Equal mixes must stand together; every point lies in a township, and no two are one spot.
    """
    metres = np.empty((len(mixes), 2))
    township = np.full(len(mixes), -1)
    for start, end in _runs(mixes):
        metres[start:end], township[start:end] = _grounded(
            city, draws, mixes[start], end - start, random
        )
    return _apart(city, metres, township, random)


def _runs(mixes: list[dict[str, float]]) -> list[tuple[int, int]]:
    """Return start and end of each run of one mix."""
    edges = [i for i in range(1, len(mixes)) if mixes[i] is not mixes[i - 1]]
    return list(zip([0, *edges], [*edges, len(mixes)], strict=True))


def _grounded(
    city: City,
    draws: dict[str, Draw],
    mix: dict[str, float],
    size: int,
    random: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    weights = np.array(list(mix.values()), dtype=float)
    kinds = random.choice(len(mix), size, p=weights / weights.sum())
    metres, township = np.empty((size, 2)), np.full(size, -1)
    for position, name in enumerate(mix):
        missing = np.flatnonzero(kinds == position)
        for _ in range(_ROUNDS):
            if not len(missing):
                break
            metres[missing] = draws[name](random, len(missing))
            township[missing] = city.township_of(metres[missing])
            missing = missing[township[missing] < 0]
        if len(missing):
            raise ValueError(f"sites of kind {name!r} lie off the city's ground")
    return metres, township


def _apart(
    city: City, metres: np.ndarray, township: np.ndarray, random: np.random.Generator
) -> Scattered:
    """Move points that fall on one spot, or that rounding carried over a border."""
    degrees = city.plane.degrees(metres).round(DECIMALS)
    for _ in range(_ROUNDS):
        _, first = np.unique(degrees, axis=0, return_index=True)
        again = np.setdiff1d(np.arange(len(degrees)), first)
        if not len(again):
            break
        moved = metres[again] + random.normal(0, 12, (len(again), 2))
        stays = city.township_of(moved)
        kept = stays >= 0
        metres[again[kept]], township[again[kept]] = moved[kept], stays[kept]
        degrees[again] = city.plane.degrees(metres[again]).round(DECIMALS)
    return Scattered(metres, degrees, township)
