"""Excel workbook: the rows, what the columns mean, and where it all comes from."""

import json
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from app.exports.form import Form, Order
from app.exports.parts.origin import data_time, origin_of
from app.exports.parts.wkt import rows_with_text
from app.queries.table import columns_of

SHEET_ROWS = 1_048_576
"""What a sheet holds, the line of names included."""

CELL_LETTERS = 32_767

TOO_LONG = "（超出单元格容量，请用其他格式 too long for a cell, take another format）"

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
"""Texts stay texts: a cell that begins with = is no formula."""


def filled(order: Order, file: Path) -> None:
    """Write the workbook row by row; a full sheet is followed by another."""
    names = (*columns_of(order.layer, order.shape.properties), "WKT")
    origin = origin_of(order)
    with xlsxwriter.Workbook(str(file), OPTIONS) as book:
        book.set_properties({"title": order.layer.title, "created": data_time(order)})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        count = 0
        sheet: Any = None
        for count, row in enumerate(chain.from_iterable(rows_with_text(order)), 1):
            line = (count - 1) % (SHEET_ROWS - 1) + 1
            if line == 1:
                sheet = _sheet(book, names, count)
            for column, value in enumerate(row):
                _write(sheet, line, column, value, day)
        if count == 0:
            _sheet(book, names, 1)
        _write_fields(book.add_worksheet("字段 fields"), order)
        _write_pairs(book.add_worksheet("说明 about"), {**origin, "count": count})


def _sheet(book: Any, names: tuple[str, ...], count: int) -> Any:
    number = (count - 1) // (SHEET_ROWS - 1) + 1
    sheet = book.add_worksheet("数据 data" if number == 1 else f"数据 data {number}")
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, names)
    return sheet


def _write(sheet: Worksheet, line: int, column: int, value: Any, day: Any) -> None:
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(line, column, value)
        case datetime():
            # Excel knows no offset: the instant stays whole as text.
            sheet.write_string(line, column, value.isoformat())
        case date():
            sheet.write_datetime(line, column, value, day)
        case str():
            fits = len(value) <= CELL_LETTERS
            sheet.write_string(line, column, value if fits else TOO_LONG)
        case _:
            sheet.write_number(line, column, value)


def _write_fields(sheet: Worksheet, order: Order) -> None:
    sheet.write_row(0, 0, ("字段 field", "名称 title", "单位 unit", "含义 description"))
    for line, facts in enumerate(order.layer.fields.values(), 1):
        sheet.write_row(line, 0, (facts.name, facts.title, facts.unit or "", facts.description))


def _write_pairs(sheet: Worksheet, pairs: dict[str, Any]) -> None:
    for line, (name, value) in enumerate(pairs.items()):
        sheet.write_string(line, 0, name)
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        sheet.write_string(line, 1, text[:CELL_LETTERS])


FORM = Form(
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ending="xlsx",
    told_in="sheet 说明 about",
    filled=filled,
)
