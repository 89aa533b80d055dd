"""The crashes of one route, as arrays in the order of their stakes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]

MAJOR_DEATHS = 3
"""Deaths from which an accident is 较大 or graver, 国务院令第493号."""


@dataclass(frozen=True, slots=True)
class CrashList:
    """Crashes on one route; every array has one entry a crash.

    Attributes:
        codes: Numbers of the crashes.
        measure_m: Stakes in metres, rising.
        deaths: Dead.
        serious: Seriously injured.
        slight: Slightly injured.
        general: Whether it was dealt with by general procedure (一般程序).
        unsafe_road: 1 the road played a part, 0 it did not, -1 not known.
        types: Types of crash as text; empty where not known.
    """

    codes: tuple[str, ...]
    measure_m: Numbers
    deaths: Counts
    serious: Counts
    slight: Counts
    general: Flags
    unsafe_road: Counts
    types: tuple[str, ...]

    def __len__(self) -> int:
        """How many crashes."""
        return len(self.codes)

    @property
    def hurt(self) -> Counts:
        """Killed or injured."""
        return self.deaths + self.serious + self.slight

    def at(self, chosen: Sequence[int] | Counts | Flags) -> "CrashList":
        """Return some of the crashes, by positions or by a mask."""
        index = np.arange(len(self))[np.asarray(chosen)]
        return CrashList(
            codes=tuple(self.codes[i] for i in index.tolist()),
            measure_m=self.measure_m[index],
            deaths=self.deaths[index],
            serious=self.serious[index],
            slight=self.slight[index],
            general=self.general[index],
            unsafe_road=self.unsafe_road[index],
            types=tuple(self.types[i] for i in index.tolist()),
        )

    def between(self, from_m: float, to_m: float) -> "CrashList":
        """Return the crashes of a stretch; both ends count."""
        return self.at((self.measure_m >= from_m) & (self.measure_m <= to_m))


@dataclass(frozen=True, slots=True)
class Harm:
    """How grave the crashes of a stretch are, in the counts of the road rules."""

    crashes: int
    fatal_crashes: int
    major_crashes: int
    general_crashes: int
    unsafe_road: bool | None
    deaths: int
    injuries: int


def harm(crashes: CrashList) -> Harm:
    """Count the crashes of a stretch.

    Returns:
        Counts; `unsafe_road` True where the road played a part in any crash of three deaths or
        more, False where it is known to have played none in all of them, else None.
    """
    major = crashes.deaths >= MAJOR_DEATHS
    parts = crashes.unsafe_road[major]
    known = bool((parts == 1).any()) if (parts == 1).any() or (parts == 0).all() else None
    return Harm(
        crashes=len(crashes),
        fatal_crashes=int((crashes.deaths > 0).sum()),
        major_crashes=int(major.sum()),
        general_crashes=int(crashes.general.sum()),
        unsafe_road=known,
        deaths=int(crashes.deaths.sum()),
        injuries=int((crashes.serious + crashes.slight).sum()),
    )
