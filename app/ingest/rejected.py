"""Rejections as a table for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

COLUMNS = ("row", "field", "value", "reason", "reason_en")

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With what a cell begins that a spreadsheet would take for a formula."""


def as_csv(rejects: Iterable[Mapping[str, Any]]) -> bytes:
    """UTF-8 with a byte order mark; what would be a formula is made plain text by an apostrophe."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    writer.writerows([_plain(each.get(name)) for name in COLUMNS] for each in rejects)
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def _plain(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMULA) and not _is_number(value):
        return f"'{value}"
    return value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
