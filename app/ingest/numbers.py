"""Numbers of cells: with thousands' commas, with a unit in the cell or the header, or stakes."""

import math
import re
import unicodedata
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from app.ingest import units
from app.ingest.column import Column, Unreadable, filled
from app.ingest.pipe_sizes import is_diameter, sized
from app.ingest.spans import is_stake, staked
from layers.declare import FieldFacts
from layers.grading import quantity
from layers.grading.assessment import UngradableInput

_GROUPED = re.compile(r"^[-+]?\d{1,3}(?:(?:,\d{3})+|(?:\s\d{3})+)(?:\.\d+)?$")
_WITH_UNIT = re.compile(
    r"^([-+]?(?:\d{1,3}(?:(?:,\d{3})+|(?:\s\d{3})+)|\d+)(?:\.\d+)?)\s*([^\s\d.,].*)$"
)
"""A number and what follows it; a decimal point never begins a unit."""

_EVERY = re.compile(r"^每\s*(昼夜|季度|天|日|周|月|季|年)\s*(\d+(?:\.\d+)?)\s*(次|回|遍)$")
"""How often, said the other way round: 每天2次."""

_GROUPS = re.compile(r"[,\s]")


def number_reader(column: Column) -> Callable[[Any], Any]:
    """What reads the numbers of a column; what is no number comes back as it was."""
    facts, given, along = column.facts, column.unit, is_stake(column.facts)
    # A size is in millimetres; where the header says inches it is not known what its numbers are.
    of_pipe = is_diameter(facts) and given is None

    def read(value: Any) -> Any:
        value = filled(value)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float) and given is None:
            return value
        text = str(value)
        if not text.isascii():
            text = unicodedata.normalize("NFKC", text).strip()
        if _GROUPED.match(text):
            text = _GROUPS.sub("", text)
        if _is_plain(text):
            return text if given is None else _converted(text, given, facts)
        if along:
            return staked(text, given)
        size = sized(text) if of_pipe else None
        return _with_unit(text, facts) if size is None else size

    return read


def _is_plain(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _with_unit(text: str, facts: FieldFacts) -> Any:
    """A number with its unit in the cell, which wins over that of the header."""
    every = _EVERY.match(text)
    if every is not None:
        return _converted(every[2], f"次/{every[1]}", facts)
    found = _WITH_UNIT.match(text)
    return _converted(_GROUPS.sub("", found[1]), found[2], facts) if found else text


def _converted(number: str, named: str, facts: FieldFacts) -> Any:
    """A number in a named unit, in the field's own; computed as it is written, in decimals."""
    times = units.factor(named, facts.unit)
    if times is None:
        expected = units.known(facts.unit)
        raise Unreadable(
            f"不认识的单位 {named}，可用 {expected}", f"is in {named}, not in one of {expected}"
        )
    read = float(number)
    if not math.isfinite(read):
        return number
    value = float(Fraction(repr(read)) * times)
    return value if times == 1 else _plausible(value, facts)


def _plausible(value: float, facts: FieldFacts) -> float:
    """A converted pressure or diameter, if it can be one; otherwise its unit is another."""
    measure = "pressure" if facts.unit == "MPa" else "diameter"
    if measure == "diameter" and not is_diameter(facts):
        return value
    try:
        return quantity.check(measure, value)
    except UngradableInput as fault:
        raise Unreadable(fault.reason, fault.reason_en) from None
