"""Position reports of one number, cleaned: what can't be true is left out, with its reason."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from layers.sea.cleaning_rules import CleaningRules
from layers.sea.identity import vessels_of
from layers.sea.path import Flags, Numbers
from layers.sea.runs import NOBODY, Labels

Reason = Literal["clock_ahead", "on_land", "unreachable", "net_beacon"]
"""Why a report is left out."""

REASONS: tuple[Reason, ...] = ("clock_ahead", "on_land", "unreachable", "net_beacon")
"""Every reason; a code of `Cleaned.reasons` is its place here plus one."""

TITLES: dict[str, str] = {
    "clock_ahead": "时钟超前", "on_land": "位于陆上", "unreachable": "不可达",
    "net_beacon": "网位仪",
}  # fmt: skip
"""Reasons for people."""

Inland = Callable[[Numbers, Numbers, Numbers], Flags]
"""Whether places, longitudes and latitudes in degrees, lie deep inland and in no port.

The third are the instants, seconds since 1970.
"""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What became of each report.

    Attributes:
        vessels: Whose it is: 0 for the main vessel on the number; -1 where it is left out.
        reasons: 0 where it is kept, else the place of its reason in `REASONS` plus one.
    """

    vessels: Labels
    reasons: NDArray[np.int8]

    def dropped(self, among: NDArray[np.bool_] | None = None) -> Counter[str]:
        """How many were left out, by reason; reasons without any are absent.

        Args:
            among: Which reports are looked at; None: all.
        """
        reasons = self.reasons if among is None else self.reasons[among]
        many = np.bincount(reasons, minlength=len(REASONS) + 1)
        return Counter({name: int(n) for name, n in zip(REASONS, many[1:], strict=True) if n})


def clean(
    seconds: Numbers, lon: Numbers, lat: Numbers, now_s: float, inland: Inland, rules: CleaningRules
) -> Cleaned:
    """Clean the reports of one number, each reason in its turn: clock, land, reach.

    Args:
        seconds: Since 1970, strictly rising.
        lon: Degrees.
        lat: Degrees.
        now_s: The clock, seconds since 1970.
        inland: Asked for all places at once.
        rules: Limits.

    Source: DOMAIN 4.2 of the project: sentinels and duplicates are refused on import.
    """
    reasons = np.zeros(len(seconds), dtype=np.int8)
    reasons[inland(lon, lat, seconds)] = _code("on_land")
    reasons[seconds > now_s + rules.ahead_min * 60] = _code("clock_ahead")
    rest = np.flatnonzero(reasons == 0)
    vessels = np.full(len(seconds), NOBODY, dtype=np.int64)
    vessels[rest] = vessels_of(seconds[rest], lon[rest], lat[rest], rules)
    reasons[rest[vessels[rest] == NOBODY]] = _code("unreachable")
    return Cleaned(vessels, reasons)


def believed(
    speed_kn: Numbers, course_deg: Numbers, rules: CleaningRules
) -> tuple[Numbers, Numbers]:
    """Told speeds and courses, NaN where they are none by the rules; the position stays.

    Args:
        speed_kn: Over ground; NaN where not told.
        course_deg: Likewise.
        rules: Which are none.

    Source: Global Fishing Watch, gpsdio-segment: values of devices that know none.
    """
    speeds, courses = speed_kn.copy(), course_deg.copy()
    for none in rules.no_speeds:
        speeds[(speeds >= none.from_kn) & (speeds <= none.to_kn)] = np.nan
    circle = rules.full_circle
    if circle is not None:
        courses[(courses > circle.above_deg) & ~(speeds <= circle.to_kn)] = np.nan
    return speeds, courses


def all_beacon(many: int) -> Cleaned:
    """Every report of a net beacon left out."""
    nobody = np.full(many, NOBODY, dtype=np.int64)
    return Cleaned(nobody, np.full(many, _code("net_beacon"), dtype=np.int8))


def _code(reason: Reason) -> int:
    return REASONS.index(reason) + 1
