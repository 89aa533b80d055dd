"""Accident-prone places by area: so many crashes in a circle, on whatever road they lie.

Source: the rule set names the document; the circle of most points has two of them on its edge
(Chazelle and Lee, On a circle placement problem, 1986), so that no grid decides what is found.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.sparse import csr_matrix
from scipy.spatial import cKDTree

from layers.blackspots.crash_list import Numbers
from layers.grading.rule_set import Number, RuleSet, Text, Whole

EDGE_M = 1e-6
"""Crashes so little beyond the edge of a circle that was laid through them are in it."""


class CrashAreaRules(RuleSet):
    """How many crashes in which area make a place accident-prone.

    Attributes:
        period_years: Years over which crashes are counted.
        area_km2: Area of the circle.
        at_least: Closed lower limit of their number.
        zh: What such a place is called; `en` in English.
    """

    kind: Literal["crash_area"]
    method: Literal["ROAD"]
    period_years: Annotated[Number, Field(gt=0, le=20)]
    area_km2: Annotated[Number, Field(gt=0, le=100)]
    at_least: Annotated[Whole, Field(ge=2)]
    zh: Text
    en: Text

    @property
    def radius_m(self) -> float:
        """Of the circle."""
        return float(np.sqrt(self.area_km2 * 1e6 / np.pi))


@dataclass(frozen=True, slots=True)
class CrashArea:
    """A circle by its centre, in the plane of the crashes, and the places of the crashes in it."""

    x: float
    y: float
    members: tuple[int, ...]


def crash_areas(x: Numbers, y: Numbers, rules: CrashAreaRules) -> list[CrashArea]:
    """Circles with enough crashes, the fullest first; a crash counts in one only.

    Args:
        x: Metres in any plane.
        y: Likewise.
        rules: Area and number.

    Returns:
        Circles that may overlap; none has fewer crashes than asked, and among the crashes of no
        circle no further one has enough.
    """
    if len(x) < rules.at_least:
        return []
    points = np.column_stack((x, y))
    tree = cKDTree(points)
    centres = _centres(points, tree, rules.radius_m)
    inside = tree.query_ball_point(centres, rules.radius_m + EDGE_M, return_sorted=True)
    many = np.array([len(each) for each in inside])
    likely = np.flatnonzero(many >= rules.at_least)
    if not len(likely):
        return []
    ends = np.concatenate(([0], np.cumsum(many[likely])))
    members = np.concatenate([inside[each] for each in likely]).astype(np.int64)
    holds = csr_matrix((np.ones(len(members)), members, ends), shape=(len(likely), len(points)))
    free = np.ones(len(points))
    found: list[CrashArea] = []
    while True:
        counts = holds @ free
        best = int(np.argmax(counts))
        if counts[best] < rules.at_least:
            return found
        own = members[ends[best] : ends[best + 1]]
        own = own[free[own] > 0]
        free[own] = 0
        centre = centres[likely[best]]
        found.append(CrashArea(float(centre[0]), float(centre[1]), tuple(own.tolist())))


def _centres(points: Numbers, tree: cKDTree, radius_m: float) -> NDArray[np.float64]:
    """Centres that decide: of circles round a crash, and of those through two of them."""
    pairs = tree.query_pairs(2 * radius_m, output_type="ndarray")
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    one, two = points[pairs[:, 0]], points[pairs[:, 1]]
    apart = np.linalg.norm(two - one, axis=1)
    one, two, apart = one[apart > 0], two[apart > 0], apart[apart > 0]
    high = np.sqrt(np.maximum(radius_m**2 - (apart / 2) ** 2, 0)) / apart
    across = np.column_stack((one[:, 1] - two[:, 1], two[:, 0] - one[:, 0])) * high[:, None]
    middle = (one + two) / 2
    return np.concatenate((points, middle + across, middle - across))
