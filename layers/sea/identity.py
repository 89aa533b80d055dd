"""Several vessels on one number, told apart: each position goes to whom can have reached it.

A position that no vessel known so far can have reached begins a new run, unless it lies so near an
established one that an error is likelier than another vessel. Runs that stay short are noise: so a
bad first position is dropped like any other, and two vessels whose reports interleave become two.

More speed is granted over short ways, where stamps that are seconds off outweigh it.

Source: Global Fishing Watch, gpsdio-segment of December 2017 (commit e86dc90), reduced to the
implied speed; it grants 25 kn, twice that over 40 nm, and takes what lies within 100 nm for an
error. With these values its own labels come out one for one.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import dist

import numpy as np
from numpy.typing import NDArray

from layers.sea.cleaning_rules import CleaningRules
from layers.sea.path import KNOT_M_PER_S, Numbers, on_the_sphere

Labels = NDArray[np.int64]

NOBODY = -1
"""Label of a position that belongs to no vessel."""


@dataclass(slots=True)
class _Run:
    """Positions that one vessel can have made: number, place of the last, how many, waited."""

    number: int
    last: int
    many: int = 1
    waited: int = 0


def vessels_of(seconds: Numbers, lon: Numbers, lat: Numbers, rules: CleaningRules) -> Labels:
    """Whose each position of one number is.

    Args:
        seconds: Since 1970, strictly rising.
        lon: Degrees.
        lat: Degrees.
        rules: Limits.

    Returns:
        For every position 0 for the vessel with the most positions between two silences, 1 for
        the next, and so on; -1 for a position of nobody.
    """
    labels = np.full(len(seconds), NOBODY, dtype=np.int64)
    if not len(seconds):
        return labels
    places = on_the_sphere(lon, lat)
    ways = np.linalg.norm(np.diff(places, axis=0), axis=1)
    waits = np.diff(seconds)
    straight = rules.fastest_kn * KNOT_M_PER_S * (waits + rules.slack_s)
    # The same as in `_nearest`, for all steps at once.
    jumps = np.flatnonzero(ways**3 > straight * (ways**2 + rules.eased_m**2)) + 1
    silences = np.flatnonzero(waits > rules.longest_gap_h * 3600) + 1
    edges = [0, *silences.tolist(), len(seconds)]
    for first, end in pairwise(edges):
        within = jumps[(jumps > first) & (jumps < end)]
        if not len(within):
            labels[first:end] = 0
            continue
        part = slice(first, end)
        runs = _Runs(seconds[part], places[part], within - first, rules)
        labels[part] = runs.ranked()
    return labels


class _Runs:
    """Runs between two silences."""

    def __init__(
        self, seconds: Numbers, places: Numbers, jumps: Labels, rules: CleaningRules
    ) -> None:
        self._seconds: list[float] = seconds.tolist()
        self._places: list[list[float]] = places.tolist()
        self._jumps: list[int] = [*jumps.tolist(), len(seconds)]
        self._rules = rules
        self._limit = rules.fastest_kn * KNOT_M_PER_S
        self._blur = self._limit * rules.blur_min * 60
        self._eased = rules.eased_m**2
        self._open: list[_Run] = []
        self._many: list[int] = []
        self._labels = np.full(len(seconds), NOBODY, dtype=np.int64)

    def ranked(self) -> Labels:
        """Labels by the number of positions; those of short runs are nobody's."""
        here, jump = 0, 0
        while here < len(self._seconds):
            while self._jumps[jump] <= here:
                jump += 1
            here = self._take(here, self._jumps[jump])
        many = np.array(self._many)
        order = np.argsort(-many, kind="stable")
        rank = np.full(len(many), NOBODY, dtype=np.int64)
        kept = [each for place, each in enumerate(order.tolist())
                if place == 0 or many[each] >= self._rules.least_positions]  # fmt: skip
        rank[kept] = np.arange(len(kept))
        return np.where(self._labels == NOBODY, NOBODY, rank[self._labels])

    def _take(self, here: int, stop: int) -> int:
        """Give a position to its run, and with it those up to `stop` where there is one run."""
        run, beside = self._nearest(here)
        if run is None and beside:
            return here + 1
        if run is None:
            run = _Run(len(self._many), here)
            self._many.append(1)
            self._open.append(run)
        else:
            run.many += 1
            run.last = here
            self._many[run.number] += 1
        self._labels[here] = run.number
        self._give_up(run)
        if len(self._open) == 1 and stop > here + 1:
            rest = stop - here - 1
            self._labels[here + 1 : stop] = run.number
            run.last, run.many = stop - 1, run.many + rest
            self._many[run.number] += rest
            return stop
        return here + 1

    def _nearest(self, here: int) -> tuple[_Run | None, bool]:
        """Which run can have come here, and whether an established one is beside it.

        An established run goes before a short one, then the nearest.
        """
        best, least, beside = None, (True, float("inf")), False
        at, place = self._seconds[here], self._places[here]
        for run in self._open:
            way = dist(place, self._places[run.last])
            straight = self._limit * (at - self._seconds[run.last] + self._rules.slack_s)
            short = run.many < self._rules.least_positions
            square = way * way
            if way * square <= straight * (square + self._eased):
                if (short, way) < least:
                    best, least = run, (short, way)
            elif not short and way <= straight + self._blur:
                beside = True
        return best, beside

    def _give_up(self, taken: _Run) -> None:
        taken.waited = 0
        for run in self._open:
            run.waited += run is not taken
        self._open = [
            run for run in self._open
            if run.waited <= self._rules.patience_positions
            or run.many >= self._rules.least_positions
        ]  # fmt: skip
