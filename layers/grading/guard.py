"""Guards at the door of every method: what is not a sound number is refused with the reason."""

import math
from collections.abc import Iterable

from layers.grading.assessment import UngradableInput, plain


def number(
    field: str, value: object, *, at_least: float | None = None, more_than: float | None = None
) -> float:
    """Return the value as a finite number.

    Args:
        field: Name of the field, for the refusal.
        value: What came; strings and booleans are not numbers.
        at_least: Closed lower bound, None without.
        more_than: Open lower bound, None without.

    Raises:
        UngradableInput: Not a number, NaN, infinite or below the bound.
    """
    if isinstance(value, bool | str | bytes) or not hasattr(value, "__float__"):
        raise UngradableInput(field, value, "不是数值", "is not a number")
    try:
        result = float(value)
    except (OverflowError, ValueError):  # an integer beyond a float, a signalling NaN
        result = math.nan
    if not math.isfinite(result):
        raise UngradableInput(field, value, "不是有限数值", "is not a finite number")
    if at_least is not None and result < at_least:
        bound = plain(at_least)
        raise UngradableInput(field, value, f"不得小于 {bound}", f"is less than {bound}")
    if more_than is not None and result <= more_than:
        bound = plain(more_than)
        raise UngradableInput(field, value, f"须大于 {bound}", f"is not more than {bound}")
    return result


def count(field: str, value: object) -> int:
    """Return the value as a whole number of zero or more.

    Raises:
        UngradableInput: Negative, fractional or not a number.
    """
    result = number(field, value, at_least=0)
    if result != int(result):
        raise UngradableInput(field, value, "须为整数", "is not a whole number")
    return int(result)


def flag(field: str, value: object) -> bool:
    """Return the value when it is true or false.

    Raises:
        UngradableInput: Anything else, since 0, 1 and "false" are read differently by people.
    """
    if not isinstance(value, bool):
        raise UngradableInput(field, value, "须为是或否", "is neither true nor false")
    return value


def choice(field: str, value: object, choices: Iterable[str]) -> str:
    """Return the value when it is one of the choices.

    Raises:
        UngradableInput: Anything else; the reason lists what is allowed.
    """
    allowed = tuple(choices)
    if not isinstance(value, str) or value not in allowed:
        listed = ", ".join(allowed)
        raise UngradableInput(field, value, f"不在允许值内({listed})", f"is not one of {listed}")
    return value


def missing(**inputs: object) -> tuple[str, ...]:
    """Return the names of the inputs that are None, in the order given."""
    return tuple(name for name, value in inputs.items() if value is None)
