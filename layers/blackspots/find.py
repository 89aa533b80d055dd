"""Black spots of one route by a rule set: windows that meet a criterion, merged and shrunk."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from layers.blackspots import windows
from layers.blackspots.crash_list import CrashList, Flags, Numbers
from layers.blackspots.rules import BlackspotRules, Criterion, Window

Span = tuple[float, float]
"""From stake, to stake; metres."""


@dataclass(frozen=True, slots=True)
class Met:
    """A criterion that a black spot meets: most crashes that it counts in one window."""

    criterion: str
    window: str
    count: int
    at_least: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Blackspot:
    """A stretch of a route where a criterion is met; both ends count.

    Attributes:
        window: Id of the window that found it (点, 段).
        met: The criteria that it meets, in the order of the rule set.
        crashes: All crashes of the stretch.
    """

    from_m: float
    to_m: float
    window: str
    met: tuple[Met, ...]
    crashes: CrashList


def find(
    crashes: CrashList, rules: BlackspotRules, within: Span, setting: str | None = None
) -> list[Blackspot]:
    """Return the black spots of a route in the order of their stakes.

    Shorter windows come first, and a longer one looks only at the stretches between what they
    found: every crash belongs to one black spot at most.

    Args:
        crashes: Of one route and of the period of the rule set.
        rules: Windows and criteria.
        within: First and last stake of the route; a black spot ends there.
        setting: `urban` or `rural`; None is taken for rural.
    """
    found: list[Blackspot] = []
    for window in rules.windows_in(setting):
        taken = [(one.from_m, one.to_m) for one in found]
        for gap, free in _gaps(crashes, taken, within):
            spans = _spans(free, window, rules, gap)
            found += [_blackspot(free, span, window, rules) for span in spans]
    return sorted(found, key=lambda one: one.from_m)


def _gaps(crashes: CrashList, taken: list[Span], within: Span) -> Iterator[tuple[Span, CrashList]]:
    """Yield the stretches between the black spots found so far, each with its crashes."""
    starts = [within[0], *(end for _, end in sorted(taken))]
    stops = [*(start for start, _ in sorted(taken)), within[1]]
    held = np.zeros(len(crashes), dtype=bool)
    for start, end in taken:
        held |= (crashes.measure_m >= start) & (crashes.measure_m <= end)
    free = crashes.at(~held)
    for start, stop in zip(starts, stops, strict=True):
        part = free.between(start, stop)
        if len(part):
            yield (start, stop), part


def _spans(free: CrashList, window: Window, rules: BlackspotRules, gap: Span) -> list[Span]:
    spans: list[Span] = []
    for criterion in rules.criteria_of(window):
        counted = free.measure_m[criterion.mask(free)]
        starts = counted[_counts(free, criterion, window.length_m) >= criterion.at_least]
        spans += [
            windows.shrunk(stretch, counted, rules.margin_m, gap)
            for stretch in windows.merged(starts, window.length_m)
        ]
    return windows.joined(spans)


def _counts(crashes: CrashList, criterion: Criterion, length_m: float) -> Numbers:
    """Return how many crashes count in the window that begins at each crash that counts."""
    mask = criterion.mask(crashes)
    measure_m = crashes.measure_m[mask]
    if not criterion.same_type:
        return windows.sums(measure_m, np.ones(len(measure_m)), length_m)
    types = np.array(crashes.types, dtype=object)[mask]
    known = sorted({str(each) for each in types if each})
    each = [windows.sums(measure_m, _is(types, name), length_m) for name in known]
    return np.max(each, axis=0) if each else np.zeros(len(measure_m))


def _is(types: np.ndarray, name: str) -> Flags:
    return np.asarray(types == name, dtype=bool)


def _blackspot(free: CrashList, span: Span, window: Window, rules: BlackspotRules) -> Blackspot:
    inside = free.between(*span)
    met = tuple(
        Met(one.id, window.id, most, one.at_least, one.zh, one.en)
        for one in rules.criteria_of(window)
        if (most := int(_counts(inside, one, window.length_m).max(initial=0))) >= one.at_least
    )
    return Blackspot(span[0], span[1], window.id, met, inside)
