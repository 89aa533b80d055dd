"""The instants of a track that a file holds: M of every vertex, checked and written back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely import get_coordinates, has_m, has_z
from shapely.geometry.base import BaseGeometry

Pairs = NDArray[np.float64]


class Untimed(Exception):
    """A line that is no trajectory, with the reason in Chinese and English.

    Attributes:
        value: What is wrong with it: type of the line, or the instants that do not rise.
    """

    def __init__(self, value: str, reason: str, reason_en: str) -> None:
        """Keep what was found and the two reasons."""
        super().__init__(reason_en)
        self.value = value
        self.reason = reason
        self.reason_en = reason_en


@dataclass(frozen=True, slots=True)
class Trajectory:
    """Vertices of a line in order of time.

    Attributes:
        pairs: (n, 2) as the file has them: longitude and latitude, or the other way round.
        seconds: (n,) since 1970, strictly rising.
    """

    pairs: Pairs
    seconds: NDArray[np.float64]

    def text_at(self, pairs: Pairs) -> str:
        """EWKT of the line at other places, longitude first, with the instants that it has.

        >>> Trajectory(np.zeros((2, 2)), np.array([0.5, 60])).text_at(np.ones((2, 2)))
        'SRID=4326;LINESTRING M (1.0 1.0 0.5, 1.0 1.0 60.0)'
        """
        vertices = zip(pairs.tolist(), self.seconds.tolist(), strict=True)
        told = ", ".join(f"{x!r} {y!r} {second!r}" for (x, y), second in vertices)
        return f"SRID=4326;LINESTRING M ({told})"


def trajectory_of(line: BaseGeometry) -> Trajectory:
    """The vertices of a line string, not empty.

    Raises:
        Untimed: It has no M or a height, or M does not rise from every vertex to the next, as
            PostGIS' ST_IsValidTrajectory wants it.
    """
    if not has_m(line) or has_z(line):
        raise Untimed(line.geom_type, "航迹缺少时间（M）", "has no instants (M)")
    vertices = get_coordinates(line, include_m=True)
    seconds = vertices[:, 2]
    if not np.isfinite(seconds).all():
        raise Untimed("", "航迹时间（M）不是有限数值", "instants (M) are not finite")
    late = np.flatnonzero(np.diff(seconds) <= 0)
    if len(late):
        raise _not_rising(int(late[0]) + 1, seconds)
    return Trajectory(vertices[:, :2], seconds)


def _not_rising(here: int, seconds: NDArray[np.float64]) -> Untimed:
    before, after = float(seconds[here - 1]), float(seconds[here])
    shown, number = f"{before!r}, {after!r}", here + 1
    if before == after:
        return Untimed(shown, f"航迹时间（M）在第 {number} 点重复",
                       f"its instant (M) repeats at vertex {number}")  # fmt: skip
    return Untimed(shown, f"航迹时间（M）在第 {number} 点倒退",
                   f"its instant (M) falls at vertex {number}")  # fmt: skip
