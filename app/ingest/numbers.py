"""Numbers of cells: with thousands' commas, with a unit in the cell or the header, or stakes."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from app.ingest.column import Column, Unreadable, filled
from layers import stake
from layers.declare import FieldFacts
from layers.grading import quantity
from layers.grading.assessment import UngradableInput

MEASURES = {"MPa": "pressure", "mm": "diameter", "t": "mass"}
"""Unit of a field to the kind of quantity; lengths in metres and kilometres are read apart."""

_GROUPED = re.compile(r"^[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_NEAR = re.compile(r"\s*(?:附近|处)$")
"""How the police end the stake of a place."""
_WITH_UNIT = re.compile(r"^([-+]?[0-9][0-9,]*(?:\.[0-9]+)?)\s*([^\s0-9].*)$")

LENGTHS = {"m": 1.0, "米": 1.0, "km": 1000.0, "公里": 1000.0, "千米": 1000.0, "cm": 0.01,
           "mm": 0.001, "毫米": 0.001, "海里": 1852.0, "nm": 1852.0, "里": 500.0}  # fmt: skip


def number_reader(column: Column) -> Callable[[Any], Any]:
    """What reads the numbers of a column; what is no number comes back as it was."""
    unit, given, staked = column.facts.unit, column.unit, _is_stake(column.facts)

    def read(value: Any) -> Any:
        value = filled(value)
        if value is None or (isinstance(value, int | float) and given is None):
            return value
        text = unicodedata.normalize("NFKC", str(value)).strip()
        if staked and not _is_plain(text):
            return _staked(text)
        if _GROUPED.match(text):
            text = text.replace(",", "")
        if given is None and _is_plain(text):
            return text
        return text if unit is None else _converted(text, unit, given)

    return read


def _is_stake(facts: FieldFacts) -> bool:
    return facts.unit == "m" and ("桩" in facts.title or "里程" in facts.title)


def _is_plain(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _staked(text: str) -> Any:
    """Metres of a stake; of a stretch those of its start."""
    try:
        return stake.parse_span(_NEAR.sub("", text))[0]
    except stake.InvalidStake as fault:
        raise Unreadable(fault.reason, fault.reason_en) from None


def _converted(text: str, unit: str, header_unit: str | None) -> Any:
    """A number with a unit, in the field's own; the cell's unit wins over the header's."""
    found = _WITH_UNIT.match(text)
    number, named = (found[1], found[2].strip()) if found else (text, header_unit)
    if named is None or not _is_plain(number.replace(",", "")):
        return text
    value = float(number.replace(",", ""))
    if named == unit:
        return value
    if unit in MEASURES:
        return _measured(MEASURES[unit], value, named)
    if unit in LENGTHS and named.lower() in LENGTHS:
        return value * LENGTHS[named.lower()] / LENGTHS[unit]
    if found is None:
        return text  # a word in brackets of the header that is no unit
    raise Unreadable(f"单位应为 {unit}，不是 {named}", f"is in {named}, not in {unit}")


def _measured(measure: str, value: float, unit: str) -> float:
    try:
        return quantity.convert(measure, value, unit).value
    except UngradableInput as fault:
        raise Unreadable(fault.reason, fault.reason_en) from None
