"""Stakes along a route: metres along its line to stakes and back, calibrated by its stones.

A stone stands where it was set, not where the line on the map measures a kilometre: between two
stones stakes are shared out evenly, beyond the outermost a metre is a metre.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from layers.blackspots.crash_list import Numbers

LEAST_STONES = 2
"""One stone shifts stakes, two scale them."""

FASTEST = 2.0
"""By how much stakes may run faster or slower than the line."""


@dataclass(frozen=True, slots=True)
class Stationing:
    """Positions along a line and their stakes, both rising; metres.

    Attributes:
        dropped: Stones that contradict the others and were left out.
    """

    positions: Numbers
    stakes: Numbers
    dropped: int = 0

    @property
    def first_m(self) -> float:
        """Stake of the line's first point."""
        return float(self.stakes[0])

    @property
    def last_m(self) -> float:
        """Stake of the line's last point."""
        return float(self.stakes[-1])

    def stake(self, position_m: Numbers | float) -> Numbers:
        """Return the stakes at positions; beyond the line those of its ends."""
        return np.interp(np.asarray(position_m, dtype=np.float64), self.positions, self.stakes)

    def position(self, stake_m: Numbers | float) -> Numbers:
        """Return the positions of stakes; beyond the line its ends."""
        return np.interp(np.asarray(stake_m, dtype=np.float64), self.stakes, self.positions)


def stationing(
    length_m: float, ends: tuple[float, float | None], stones: Sequence[tuple[float, float]] = ()
) -> Stationing:
    """Calibrate a line.

    Args:
        length_m: Length of the line, positive.
        ends: Stake of its first point and of its last; None: first plus length.
        stones: Position along the line and stake of each stone, in any order. Of stones that do
            not rise together with the line the fewest possible are left out.

    Raises:
        ValueError: The line has no length, or its last stake is not above its first.
    """
    last = ends[0] + length_m if ends[1] is None else ends[1]
    if length_m <= 0 or last <= ends[0]:
        raise ValueError("a route must have a length and rising stakes")
    kept = _rising(sorted(stones))
    dropped = len(stones) - len(kept)
    if len(kept) < LEAST_STONES:
        return Stationing(np.array([0.0, length_m]), np.array([ends[0], last]), dropped)
    positions = np.array([position for position, _ in kept], dtype=np.float64)
    stakes = np.array([stake for _, stake in kept], dtype=np.float64)
    if positions[0] > 0:
        start = max(stakes[0] - positions[0], 0.0) if stakes[0] > 0 else -positions[0]
        positions, stakes = np.append(0.0, positions), np.append(start, stakes)
    if positions[-1] < length_m:
        end = stakes[-1] + length_m - positions[-1]
        positions, stakes = np.append(positions, length_m), np.append(stakes, end)
    return Stationing(positions, stakes, dropped)


def _rising(stones: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the longest series of stones whose positions and stakes both rise.

    A step whose stakes run more than twice or less than half as fast as the line counts against
    the series, half a stone: a stone with a wrong number is left out, a break in the stakes
    (断链) stays.
    """
    if not stones:
        return []
    positions, stakes = (np.array(column, dtype=np.float64) for column in zip(*stones, strict=True))
    best = np.ones(len(stones))
    before = np.full(len(stones), -1)
    for here in range(1, len(stones)):
        onward, upward = positions[here] - positions[:here], stakes[here] - stakes[:here]
        odd = (upward > FASTEST * onward) | (onward > FASTEST * upward)
        series = np.where((onward > 0) & (upward > 0), best[:here] - odd / 2, 0.0)
        last = int(np.argmax(series))
        if series[last] > 0:
            best[here], before[here] = 1 + series[last], last
    kept = []
    number = int(np.argmax(best))
    while number >= 0:
        kept.append(stones[number])
        number = int(before[number])
    return kept[::-1]
