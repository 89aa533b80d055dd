"""Bands of a value: from the most severe down, each with its lower limit, the last without.

Ends of intervals: with `lower_inclusive` a band is [limit, limit of the band above), otherwise
(limit, limit of the band above].
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator

from layers.grading.assessment import Said, Words, in_chinese, in_english, plain
from layers.grading.rule_set import FaultAt, Frozen, Grade, Number, Text

Value = float | Fraction
"""A value that is compared with limits; a fraction where the comparison must be exact."""


class Limit(Frozen):
    """Where a band begins. `at_least` is None for the last, which takes all that is left."""

    at_least: Number | None = None


class Band(Limit):
    """A band with a name."""

    zh: Text
    en: Text


class GradeBand(Band):
    """A band that is a grade, 1 重大 … 4 低."""

    grade: Grade


def descending(bands: Sequence[Limit]) -> None:
    """Check that every limit is below the one before and that only the last has none.

    Raises:
        FaultAt: Names the entry that breaks the order.
    """
    if not bands:
        raise FaultAt((), "has no band")
    for position, band in enumerate(bands):
        last = position == len(bands) - 1
        if (band.at_least is None) != last:
            reason = "the last band has no lower limit" if last else "a lower limit is needed"
            raise FaultAt((position, "at_least"), reason)
    limits = [band.at_least for band in bands if band.at_least is not None]
    for position, (upper, lower) in enumerate(pairwise(limits), start=1):
        if lower >= upper:
            reason = f"{plain(lower)} is not below {plain(upper)}, the limit before it"
            raise FaultAt((position, "at_least"), reason)


def graded(bands: tuple[GradeBand, ...]) -> tuple[GradeBand, ...]:
    """Return the bands when limits fall and grades become less severe from one to the next.

    Raises:
        FaultAt: Names the entry that breaks either order: a grade is monotone.
    """
    descending(bands)
    for position in range(1, len(bands)):
        if bands[position].grade <= bands[position - 1].grade:
            raise FaultAt((position, "grade"), "is not less severe than the grade before it")
    return bands


GradeBands = Annotated[tuple[GradeBand, ...], AfterValidator(graded)]
"""Bands in falling order of limit and of severity."""


def _named(bands: tuple[Band, ...]) -> tuple[Band, ...]:
    descending(bands)
    return bands


NamedBands = Annotated[tuple[Band, ...], AfterValidator(_named)]
"""Bands in falling order of limit."""


def position(value: Value, bands: Sequence[Limit], *, lower_inclusive: bool = True) -> int:
    """Return the position of the band that holds the value, 0 for the most severe."""
    for index, band in enumerate(bands[:-1]):
        limit = band.at_least
        if limit is None or value > limit or (lower_inclusive and value == limit):
            return index
    return len(bands) - 1


def decided(
    symbol: Said, value: Value, bands: Sequence[Limit], *, lower_inclusive: bool = True
) -> Words:
    """Return the comparison that decided, as `D = 540 ≥ 320`; of the last band `D = 21 < 70`."""
    limit = bands[position(value, bands, lower_inclusive=lower_inclusive)].at_least
    compared = f" = {plain(float(value))}"
    if limit is not None:
        compared += f" {'≥' if lower_inclusive else '>'} {plain(limit)}"
    elif len(bands) > 1 and (above := bands[-2].at_least) is not None:
        compared += f" {'<' if lower_inclusive else '≤'} {plain(above)}"
    return Words(in_chinese(symbol) + compared, in_english(symbol) + compared)


def one_step_down(
    symbol: Said, value: Value, bands: Sequence[Limit], *, lower_inclusive: bool = True
) -> Words | None:
    """Return what the value must become for the next lower band; None in the last."""
    limit = bands[position(value, bands, lower_inclusive=lower_inclusive)].at_least
    if limit is None:
        return None
    zh, en = ("低于", "below") if lower_inclusive else ("不高于", "no higher than")
    return Words(
        f"{in_chinese(symbol)} 须{zh} {plain(limit)}",
        f"{in_english(symbol)} must be {en} {plain(limit)}",
    )
