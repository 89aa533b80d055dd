"""CSV, RFC 4180 in UTF-8 with a mark that spreadsheets want; geometry as WKT."""

import csv as standard
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from typing import Any

from app.exports.form import Form, Order
from app.exports.parts.wkt import rows_with_text
from app.queries.table import columns_of

MARK = "\ufeff"

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings of a text that a spreadsheet would carry out."""


def guarded_text(value: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe stands before such.

    Source: OWASP, CSV Injection.

    >>> guarded_text("=1+1"), guarded_text("仓库")
    ("'=1+1", '仓库')
    """
    return f"'{value}" if value.startswith(FORMULA) else value


def streamed(order: Order) -> Iterator[bytes]:
    """The table batch by batch; the first line names the columns, unless it continues a file."""
    if order.where.after is None:
        yield _lines([(*columns_of(order.layer, order.shape.properties), "WKT")], MARK)
    for rows in rows_with_text(order):
        yield _lines([tuple(map(_cell, row)) for row in rows])


def _lines(rows: list[Any], before: str = "") -> bytes:
    sheet = StringIO(before)
    sheet.seek(0, 2)
    standard.writer(sheet).writerows(rows)
    return sheet.getvalue().encode()


def _cell(value: Any) -> Any:
    match value:
        case str():
            return guarded_text(value)
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat()
        case _:
            return value


FORM = Form(media_type="text/csv", ending="csv", continues=True, streamed=streamed)
