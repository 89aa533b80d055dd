"""DCPA and TCPA of two vessels that keep course and speed, against published values."""

import numpy as np
import pytest

from layers.sea.closest_approach import closest_approach, velocity

NM_M, KN_M_PER_S = 1852.0, 1852 / 3600


@pytest.mark.parametrize(
    ("own", "place", "target", "minutes", "miles"),
    [
        ((0, 10), (0, 4), (180, 10), 12, 0),
        ((0, 10), (0.5, 4), (180, 10), 12, 0.5),
        ((0, 12), (3, 3), (270, 8), 17.3076923, 0.8320503),
        ((45, 10), (1, 0), (45, 10), 0, 1),
        ((180, 10), (0, 4), (0, 10), -12, 0),
        ((0, 10), (5, 0), (270, 10), 15, 3.535534),
        ((0, 10), (0, 10), (180, 10), 30, 0),
        ((90, 10), (10, -10), (0, 10), 60, 0),
        ((0, 12), (0, 2), (0, 8), 30, 0),
        ((0, 10), (3, 0), (0, 10), 0, 3),
        ((0, 10), (-1, -3), (180, 10), -9, 1),
        ((20, 15), (6, 4), (250, 12), 17.1123, 1.778194),
    ],
)
def test_published_cases(
    own: tuple[float, float], place: tuple[float, float], target: tuple[float, float],
    minutes: float, miles: float,
) -> None:  # fmt: skip
    courses, speeds = np.array([own, target], dtype=float).T
    east, north = velocity(speeds * KN_M_PER_S, courses)
    x, y = (np.array([each * NM_M]) for each in place)
    found = closest_approach(x, y, np.diff(east), np.diff(north))
    assert found.seconds[0] / 60 == pytest.approx(minutes, abs=1e-4)
    assert found.distance_m[0] / NM_M == pytest.approx(miles, abs=1e-6)
