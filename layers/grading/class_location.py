"""Class location (地区等级) along a pipe by the sliding window, exact by event points.

Works on stationing alone: what lies within the strip beside the pipe comes as intervals in metres.

Source: GB 50251-2015 4.2.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from layers.grading import guard
from layers.grading.assessment import UngradableInput
from layers.grading.rule_set import FaultAt, Frozen, Number, RuleSet, Text, Whole, once


@dataclass(frozen=True, slots=True)
class Settlement:
    """Buildings beside the pipe, within the strip of the rule set.

    Attributes:
        start_m: Where they begin along the pipe, metres.
        end_m: Where they end; equal to `start_m` for one building. Both ends closed.
        households: Households (户), not people.
        flags: What the place is: see `flags` of the rule set.
    """

    start_m: float
    end_m: float
    households: int
    flags: frozenset[str] = frozenset()


class LocationClass(Frozen):
    """A class and what makes it: enough households in a window, or a flag in it.

    Attributes:
        area_class: 1 一级 … 4 四级.
        households: Closed lower limit in one window; None: not by households.
        flags: Any of them in a window makes the class.
        design_factor: F.
    """

    id: Text
    zh: Text
    en: Text
    area_class: Annotated[Whole, Field(ge=1, le=4)]
    households: Annotated[Whole, Field(ge=0)] | None = None
    flags: tuple[Text, ...] = ()
    design_factor: Annotated[Number, Field(gt=0, le=1)]


class ClassLocationRules(RuleSet):
    """Classes from the most severe down; the last needs no households.

    Attributes:
        window_m: Length of the sliding window, closed at both ends.
        strip_m: Half width of the strip in which buildings count, for whoever finds them.
        margin_m: Least distance of a boundary beyond the outermost building.
        boundary: `window`: a metre has the class of the worst window that contains it;
            `outermost_building`: the class ends at the margin beyond the outermost building.
    """

    kind: Literal["class_location"]
    method: Literal["PIPE"]
    window_m: Annotated[Number, Field(gt=0)]
    strip_m: Annotated[Number, Field(gt=0)]
    margin_m: Annotated[Number, Field(ge=0)]
    boundary: Literal["window", "outermost_building"]
    classes: Annotated[tuple[LocationClass, ...], Field(min_length=1), once("id")]

    @model_validator(mode="after")
    def _falls(self) -> "ClassLocationRules":
        numbered = [
            (position, row.households)
            for position, row in enumerate(self.classes)
            if row.households is not None
        ]
        for (_, upper), (position, lower) in pairwise(numbered):
            if lower >= upper:
                where = ("classes", position, "households")
                raise FaultAt(where, f"{lower} is not below {upper}, the limit before it")
        for position, (upper_row, lower_row) in enumerate(pairwise(self.classes), start=1):
            if lower_row.area_class > upper_row.area_class:
                raise FaultAt(("classes", position, "area_class"), "is above the class before")
        if self.classes[-1].households != 0:
            raise FaultAt(("classes", len(self.classes) - 1, "households"), "the last class is 0")
        return self


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the pipe of one class.

    Attributes:
        start_m: Where it begins, metres (closed).
        end_m: Where it ends, metres (open but for the last).
        class_id: Id of the class.
        name: Of the class, Chinese.
        area_class: 1 一级 … 4 四级.
        design_factor: F.
        households: Most households in one window that makes the class here.
    """

    start_m: float
    end_m: float
    class_id: str
    name: str
    area_class: int
    design_factor: float
    households: int


@dataclass(frozen=True, slots=True)
class _Piece:
    start_m: float
    end_m: float
    households: int


def classify(
    length_m: float, settlements: Sequence[Settlement], rules: ClassLocationRules | None = None
) -> tuple[Stretch, ...]:
    """Return the class of every metre of a pipe, as stretches from its start to its end.

    A settlement counts with all its households in every window that touches it, and the class
    then reaches to its ends: give houses one by one where a long village must count by its parts.
    The windows that reach a class are found from the points at which a settlement enters or
    leaves, so no step is chosen and none missed.

    Args:
        length_m: Length of the pipe, more than 0. A pipe shorter than the window is one window.
        settlements: What lies in the strip, in any order.
        rules: The shipped rule set when None.

    Raises:
        UngradableInput: An interval that is reversed or off the pipe, negative households, an
            unknown flag.

    Source: GB 50251-2015 4.2.1 to 4.2.3.
    """
    rules = rules or ClassLocationRules.shipped()
    length = guard.number("length_m", length_m, more_than=0)
    for settlement in settlements:
        _check(settlement, length, rules)
    layers = [(row, _pieces(row, length, settlements, rules)) for row in rules.classes[:-1]]
    whole = (rules.classes[-1], [_Piece(0, length, 0)])
    cuts = {0.0, length}
    for _, pieces in layers:
        cuts.update(end for piece in pieces for end in (piece.start_m, piece.end_m))
    return tuple(_merged(_cells(sorted(cuts), [*layers, whole])))


def _check(settlement: Settlement, length: float, rules: ClassLocationRules) -> None:
    start = guard.number("start_m", settlement.start_m, at_least=0)
    end = guard.number("end_m", settlement.end_m)
    if end < start:
        raise UngradableInput("end_m", end, "小于起点", "is less than start_m")
    if end > length:
        raise UngradableInput("end_m", end, "超出管道长度", "lies beyond the pipe")
    guard.count("households", settlement.households)
    known = {flag for row in rules.classes for flag in row.flags}
    for flag in settlement.flags:
        guard.choice("flags", flag, sorted(known))


def _pieces(
    row: LocationClass, length: float, settlements: Sequence[Settlement], rules: ClassLocationRules
) -> list[_Piece]:
    """Return where the class holds: every run of window positions that reach it, widened."""
    furthest = max(0.0, length - rules.window_m)
    # an empty place moves no boundary
    counted = [item for item in settlements if _contributes(item, row)]
    reach = [
        (max(0.0, item.start_m - rules.window_m), min(item.end_m, furthest), item)
        for item in counted
    ]
    found = []
    for first, last, households in _runs(row, reach):
        inside = [item for start, end, item in reach if start <= last and end >= first]
        low = min(item.start_m for item in inside) - rules.margin_m
        high = max(item.end_m for item in inside) + rules.margin_m
        if rules.boundary == "window":
            low, high = min(low, first), max(high, last + rules.window_m)
        found.append(_Piece(max(0.0, low), min(length, high), households))
    return found


def _contributes(settlement: Settlement, row: LocationClass) -> bool:
    by_households = row.households is not None and settlement.households > 0
    return by_households or bool(settlement.flags.intersection(row.flags))


def _runs(
    row: LocationClass, reach: Sequence[tuple[float, float, Settlement]]
) -> Iterator[tuple[float, float, int]]:
    """Yield first and last window position of each run that reaches the class, and its peak.

    At one position arrivals come before departures, since windows are closed.
    """
    events = [(start, 0, item) for start, _, item in reach]
    events += [(end, 1, item) for _, end, item in reach]
    households = flagged = peak = 0
    opened: float | None = None
    for place, leaving, item in sorted(events, key=lambda event: event[:2]):
        sign = -1 if leaving else 1
        households += sign * item.households
        flagged += sign * bool(item.flags.intersection(row.flags))
        reached = flagged > 0 or (row.households is not None and households >= row.households)
        if reached:
            opened = place if opened is None else opened
            peak = max(peak, households)
        elif opened is not None:
            yield opened, place, peak
            opened, peak = None, 0


def _cells(
    cuts: Sequence[float], layers: Sequence[tuple[LocationClass, Sequence[_Piece]]]
) -> Iterator[Stretch]:
    """Yield each cell between cuts with the most severe class that covers it."""
    for start, end in pairwise(cuts):
        row, over = next(
            (row, found)
            for row, pieces in layers
            if (found := [p for p in pieces if p.start_m <= start and end <= p.end_m])
        )
        yield Stretch(
            start_m=start,
            end_m=end,
            class_id=row.id,
            name=row.zh,
            area_class=row.area_class,
            design_factor=row.design_factor,
            households=max(piece.households for piece in over),
        )


def _merged(cells: Iterator[Stretch]) -> Iterator[Stretch]:
    """Yield neighbouring cells of one class as one stretch."""
    for _, group in groupby(cells, key=lambda cell: cell.class_id):
        run = list(group)
        most = max(cell.households for cell in run)
        yield replace(run[0], end_m=run[-1].end_m, households=most)
