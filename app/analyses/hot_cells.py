"""Hot spots on a grid: Getis–Ord Gi* and Moran's I of crashes by cell.

Source: Getis, Ord, The analysis of spatial association by use of distance statistics, 1992; Ord,
Getis, 1995; Benjamini, Hochberg, Controlling the false discovery rate, 1995; Moran, 1950.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Cells = NDArray[np.int64]

LEAST_CELLS = 3
"""Fewer values have no distribution."""


@dataclass(frozen=True, slots=True)
class Hot:
    """A statistic of each cell.

    Attributes:
        z: Standard scores of Gi*; above 0 where high values lie together.
        p: Two-sided probability under chance.
        limit: p up to which the false discovery rate holds; 0 where nothing is found.
    """

    z: Numbers
    p: Numbers
    limit: float


def neighbours_of(cells: Cells) -> dict[int, list[int]]:
    """Return for each cell of a grid the cells beside it, corners too.

    Args:
        cells: (n, 2) column and row of each cell, each once.
    """
    known = {(int(x), int(y)): number for number, (x, y) in enumerate(cells)}
    return {
        number: [
            known[x + i, y + j]
            for i in (-1, 0, 1)
            for j in (-1, 0, 1)
            if (i, j) != (0, 0) and (x + i, y + j) in known
        ]
        for (x, y), number in known.items()
    }


def hot(
    values: Sequence[float] | Numbers,
    neighbours: Mapping[int, Sequence[int]],
    level: float = 0.05,
    *,
    transform: str = "B",
) -> Hot | None:
    """Return Gi* of each cell.

    Args:
        values: One a cell.
        neighbours: Cells beside each, without the cell itself.
        level: False discovery rate.
        transform: `B` for equal weights, `R` for weights that sum to one by cell.

    Returns:
        None for fewer than three cells or where all values are the same.
    """
    # esda loads scikit-learn and pandas, which no other command should wait for.
    import esda

    given = np.asarray(values, dtype=np.float64)
    if len(given) < LEAST_CELLS or np.ptp(given) == 0:
        return None
    # Weights are made anew: esda changes their transformation in place.
    with warnings.catch_warnings():
        # An isolated cell has itself alone, which Gi* allows.
        warnings.simplefilter("ignore")
        found = esda.G_Local(
            given, weights(neighbours), transform=transform, star=True, permutations=0
        )
    p = np.minimum(2 * np.asarray(found.p_norm, dtype=np.float64), 1.0)
    return Hot(np.asarray(found.Zs, dtype=np.float64), p, float(esda.fdr(p, level)))


def moran(
    values: Sequence[float] | Numbers, neighbours: Mapping[int, Sequence[int]]
) -> tuple[float, float] | None:
    """Return Moran's I with row-standardised weights, and its standard score.

    Returns:
        None as for `hot`.
    """
    import esda

    given = np.asarray(values, dtype=np.float64)
    if len(given) < LEAST_CELLS or np.ptp(given) == 0:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = esda.Moran(given, weights(neighbours), transformation="r", permutations=0)
    return float(found.I), float(found.z_norm)


def weights(neighbours: Mapping[int, Sequence[int]]) -> "object":
    """Return neighbours as libpysal's weights, each 1."""
    from libpysal.weights import W

    return W({key: list(beside) for key, beside in neighbours.items()}, silence_warnings=True)
