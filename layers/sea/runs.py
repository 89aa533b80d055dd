"""Runs of positions that one vessel can have made, between two silences."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import dist

import numpy as np
from numpy.typing import NDArray

from layers.sea.cleaning_rules import CleaningRules
from layers.sea.path import KNOT_M_PER_S, Numbers

Labels = NDArray[np.int64]

NOBODY = -1
"""Label of a position that belongs to no vessel."""

NOWHERE = -1
"""Place of the position before the first of a run."""


@dataclass(slots=True, eq=False)
class Run:
    """Positions that one vessel can have made, places counted from the silence before.

    Attributes:
        number: Its label.
        last: Place of its last position.
        many: How many it has.
        waited: Reports of others since.
        doubted: The run whose last positions it would put out; None: it stands for itself.
        wrong: How many those are.
        near: Whether it lies so near an established run that by itself it is an error.
    """

    number: int
    last: int
    many: int = 1
    waited: int = 0
    doubted: "Run | None" = None
    wrong: int = 0
    near: bool = False


class Runs:
    """Gives the positions between two silences to runs, in order of time."""

    def __init__(
        self, seconds: Numbers, places: Numbers, jumps: Labels, rules: CleaningRules
    ) -> None:
        """Take positions.

        Args:
            seconds: Since 1970, strictly rising.
            places: (n, 3) metres.
            jumps: Places that can't be reached from the position before, rising.
            rules: Limits.
        """
        self._seconds: list[float] = seconds.tolist()
        self._places: list[list[float]] = places.tolist()
        self._jumps: list[int] = [*jumps.tolist(), len(seconds)]
        self._rules = rules
        self._limit = rules.fastest_kn * KNOT_M_PER_S
        self._blur = self._limit * rules.blur_min * 60
        self._eased = rules.eased_m**2
        self._slack_s = rules.slack_s
        self._least = rules.least_positions
        self._open: list[Run] = []
        self._rivals: list[Run] = []
        self._many: list[int] = []
        self._before: list[int] = [NOWHERE] * len(seconds)
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
                if place == 0 or many[each] >= self._least]  # fmt: skip
        rank[kept] = np.arange(len(kept))
        return np.where(self._labels == NOBODY, NOBODY, rank[self._labels])

    def _take(self, here: int, stop: int) -> int:
        """Give a position to its run, and with it those up to `stop` where there is one run."""
        run, beside = self._nearest(here)
        if run is None:
            run = self._begun(here, near=beside)
            if run is None:
                return here + 1
        else:
            self._before[here] = run.last
            run.many += 1
            run.last = here
            self._many[run.number] += 1
        self._labels[here] = run.number
        if self._rivals:
            run = self._settled(run)
        self._give_up(run)
        if len(self._open) == 1 and stop > here + 1:
            rest = stop - here - 1
            self._labels[here + 1 : stop] = run.number
            self._before[here + 1 : stop] = range(here, stop - 1)
            run.last, run.many = stop - 1, run.many + rest
            self._many[run.number] += rest
            return stop
        return here + 1

    def _nearest(self, here: int) -> tuple[Run | None, bool]:
        """Which run can have come here, and whether an established one is beside it.

        An established run goes before a short one, then the nearest.
        """
        best, least, beside = None, (True, float("inf")), False
        at, place, eased = self._seconds[here] + self._slack_s, self._places[here], self._eased
        for run in self._open:
            way = dist(place, self._places[run.last])
            straight = self._limit * (at - self._seconds[run.last])
            short = run.many < self._least
            # As `_granted`, whose call would cost as much as all of this.
            if way <= straight or way**3 <= straight * (way * way + eased):
                if (short, way) < least:
                    best, least = run, (short, way)
            elif not short and way <= straight + self._blur:
                beside = True
        return best, beside

    def _granted(self, way: float, straight: float) -> bool:
        """Whether a way is granted where the fastest would make `straight`; metres."""
        return way**3 <= straight * (way * way + self._eased)

    def _begun(self, here: int, *, near: bool) -> Run | None:
        """A run that begins; None where the position is an error."""
        doubted, wrong = self._doubted(here)
        if near and doubted is None:
            return None
        run = Run(len(self._many), here, doubted=doubted, wrong=wrong, near=near)
        self._many.append(1)
        self._open.append(run)
        if doubted is not None:
            self._rivals.append(run)
        return run

    def _doubted(self, here: int) -> tuple[Run | None, int]:
        """The run whose last positions are likelier wrong than this one, and how many of them."""
        at, place = self._seconds[here], self._places[here]
        for run in self._open:
            first = run.last
            for wrong in range(1, self._rules.lookback_positions + 1):
                before = self._before[first]
                if before == NOWHERE or run.doubted is not None:
                    break
                wait_s = at - self._seconds[before] + self._slack_s
                if self._granted(dist(place, self._places[before]), self._limit * wait_s):
                    off, theirs = self._off(before, here), self._off(before, first)
                    if off * self._rules.lookback_factor <= theirs:
                        return run, wrong
                first = before
        return None, 0

    def _off(self, before: int, here: int) -> float:
        """Metres from where a run would be if it had gone on from `before` as it came there."""
        start = before
        for _ in range(self._rules.lookback_positions):
            if self._before[start] == NOWHERE:
                break
            start = self._before[start]
        been_s = self._seconds[before] - self._seconds[start]
        share = (self._seconds[here] - self._seconds[before]) / been_s if been_s else 0.0
        return dist(self._places[here], _gone_on(self._places[start], self._places[before], share))

    def _settled(self, taken: Run) -> Run:
        """Settle what depends on the run that took a position; the run that has it then."""
        if taken.doubted is None:
            self._stands(taken)
            return taken
        if taken.many <= taken.wrong:
            return taken
        doubted, place = taken.doubted, taken.doubted.last
        for _ in range(taken.wrong):
            self._labels[place], place = NOBODY, self._before[place]
        first = here = taken.last
        while here != NOWHERE:
            self._labels[here], first, here = doubted.number, here, self._before[here]
        self._before[first] = place
        doubted.many, doubted.last = doubted.many - taken.wrong + taken.many, taken.last
        self._many[doubted.number], self._many[taken.number] = doubted.many, 0
        self._open = [each for each in self._open if each not in (taken, doubted)]
        self._open.append(doubted)
        self._rivals.remove(taken)
        self._stands(doubted)
        return doubted

    def _stands(self, run: Run) -> None:
        """The last positions of a run are in doubt no longer: what would put them out is over."""
        for rival in [each for each in self._rivals if each.doubted is run]:
            rival.doubted = None
            self._rivals.remove(rival)
            if rival.near:
                self._many[rival.number] = 0
                self._open = [each for each in self._open if each is not rival]

    def _give_up(self, taken: Run) -> None:
        taken.waited = 0
        if len(self._open) == 1:
            return
        patience = self._rules.patience_positions
        kept = []
        for run in self._open:
            run.waited += run is not taken
            if run.waited <= patience or run.many >= self._least:
                kept.append(run)
        self._open = kept


def _gone_on(start: Sequence[float], end: Sequence[float], share: float) -> list[float]:
    """The place as far beyond `end` as `share` of the way from `start` to it."""
    return [there + share * (there - here) for here, there in zip(start, end, strict=True)]
