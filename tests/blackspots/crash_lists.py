"""Crashes of one route, built from a few words."""

from collections.abc import Sequence

import numpy as np

from layers.blackspots.crash_list import CrashList

REFERENCE = (
    (100, "P"), (350, "I"), (420, "F"), (480, "I"), (510, "P"), (900, "P"), (2200, "I"),
    (2350, "I"), (2600, "P"), (2650, "F"), (2690, "I"),
)  # fmt: skip
"""The road of 3 km that the published windows and densities were computed on."""


def crash_list(
    told: Sequence[tuple[float, str]], types: Sequence[str] = (), unsafe: Sequence[int] = ()
) -> CrashList:
    """Crashes by stake and class: F one dead, I one slightly injured, P damage, M three dead."""
    told = sorted(told, key=lambda one: one[0])
    words = [word for _, word in told]
    dead = {"F": 1, "M": 3}
    return CrashList(
        codes=tuple(f"C{number}" for number in range(len(told))),
        measure_m=np.array([at for at, _ in told], dtype=np.float64),
        deaths=np.array([dead.get(word, 0) for word in words], dtype=np.int64),
        serious=np.array([int(word == "S") for word in words], dtype=np.int64),
        slight=np.array([int(word == "I") for word in words], dtype=np.int64),
        general=np.array([word != "p" for word in words], dtype=bool),
        unsafe_road=np.array(unsafe or [-1] * len(told), dtype=np.int64),
        types=tuple(types or ["侧面碰撞"] * len(told)),
    )
