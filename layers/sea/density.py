"""Time of tracks in cells: hours of vessels, whatever the rate of their reports."""

from collections.abc import Callable
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from layers.grading.rule_set import RuleSet, Whole
from layers.sea.path import Numbers
from layers.sea.rules import Positive

Cells = NDArray[np.int64]

CellsOf = Callable[[Numbers, Numbers], Cells]
"""Number of the cell in which each place lies; longitudes and latitudes in degrees."""


class DensityRules(RuleSet):
    """Size of the hexagons and how exactly they are told apart.

    Attributes:
        resolution: Of H3.
        exact_s: A step across an edge that lasts longer is halved once more.
    """

    kind: Literal["sea_density"]
    method: Literal["SEA-DENSITY"]
    resolution: Annotated[Whole, Field(ge=0, le=10)]
    exact_s: Positive


def clipped(
    seconds: Numbers, lon: Numbers, lat: Numbers, first_s: float, end_s: float
) -> tuple[Numbers, Numbers, Numbers]:
    """The part of a track between two instants; its ends lie where the vessel was then.

    Seconds rise strictly. Empty where the track lies outside, or only touches.
    """
    begin, end = max(first_s, float(seconds[0])), min(end_s, float(seconds[-1]))
    if begin >= end:
        nothing = np.empty(0)
        return nothing, nothing, nothing
    inner = seconds[(seconds > begin) & (seconds < end)]
    at = np.concatenate(([begin], inner, [end]))
    return at, np.interp(at, seconds, lon), np.interp(at, seconds, lat)


def time_in_cells(
    seconds: Numbers, lon: Numbers, lat: Numbers, cells_of: CellsOf, exact_s: float
) -> tuple[Cells, Numbers]:
    """Cells that a track crosses, each once, and the seconds that it spends in each.

    Between two positions the vessel moves evenly and straight in degrees. A step whose ends lie in
    one cell lies in it, since cells are convex; any other is halved until it lasts no longer than
    `exact_s`, and then counts half for each end. The sum is the time of the track.

    Args:
        seconds: Rising.
        lon: Degrees; no step crosses 180 degrees.
        lat: Degrees.
        cells_of: The grid.
        exact_s: Seconds.
    """
    step = np.column_stack((lon[:-1], lat[:-1], lon[1:], lat[1:]))
    lasts = np.diff(seconds)
    places = cells_of(lon, lat)
    here, there = places[:-1], places[1:]
    cells, times = [], []
    while len(lasts):
        whole = here == there
        short = ~whole & (lasts <= exact_s)
        cells += [here[whole], here[short], there[short]]
        times += [lasts[whole], lasts[short] / 2, lasts[short] / 2]
        left = ~(whole | short)
        step, lasts, here, there = step[left], lasts[left] / 2, here[left], there[left]
        middle = (step[:, :2] + step[:, 2:]) / 2
        between = cells_of(middle[:, 0], middle[:, 1])
        step = np.vstack((np.hstack((step[:, :2], middle)), np.hstack((middle, step[:, 2:]))))
        lasts = np.concatenate((lasts, lasts))
        here, there = np.concatenate((here, between)), np.concatenate((between, there))
    if not cells:
        return np.empty(0, dtype=np.int64), np.empty(0)
    found, number = np.unique(np.concatenate(cells), return_inverse=True)
    spent = np.bincount(number, np.concatenate(times), minlength=len(found))
    return found, spent.astype(np.float64)
