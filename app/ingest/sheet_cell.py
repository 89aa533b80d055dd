"""A value in a cell of a workbook that riskmap writes."""

from typing import Any


def put(cell: Any, value: Any) -> None:
    """Write a value as it is; text stays text, also where it begins as a formula does.

    Letters that no workbook can hold, such as NUL and lone surrogates, are left out.
    """
    if isinstance(value, str):
        cell.value = "".join(letter for letter in value if _is_held(letter))
        cell.data_type = "s"
    elif isinstance(value, int | float | bool) or value is None:
        cell.value = value
    else:
        cell.value = str(value)


def _is_held(letter: str) -> bool:
    return letter in "\n\t" or (letter >= " " and not "\ud800" <= letter <= "\udfff")
