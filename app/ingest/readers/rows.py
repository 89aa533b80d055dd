"""From the lines below a header to records; remarks between them are left out and told."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from openpyxl.utils import get_column_letter

from app.errors import ImportRefused
from app.ingest.readers.header import Sheet
from app.ingest.readers.remark import filled, is_remark
from app.ingest.record import Record

TOLD = 12
"""Remarks that are told with their text; of later ones the lines are told."""


SURPLUS = "多余单元格 surplus"
"""How the headers begin under which refused rows give cells back that had none; a number follows.

What stands in such a column is still beyond the header, until it is put in its place.
"""


ADDED = ("原行号 row", "原因 reason")
"""Headers of what refused rows are given beside their own; an import leaves them alone."""


def records_of(sheet: Sheet, name: str, notes: list[str]) -> Iterator[Record]:
    """Records of a sheet; lines that are remarks are told in `notes`.

    Raises:
        ImportRefused: The sheet has no header, or the column of a field twice.
    """
    columns = columns_of(sheet, name)
    if sheet.repeated:
        notes.append(
            f"重复的列名已编号 columns of the same name: {', '.join(sheet.repeated)[:200]}"
        )
    return _records(sheet, columns, notes)


def columns_of(sheet: Sheet, name: str) -> list[tuple[int, str]]:
    """Position and header of every column that has one.

    Raises:
        ImportRefused: There is none, or one stands twice.
    """
    columns = [
        (at, header) for at, header in enumerate(sheet.headers)
        if header and header not in ADDED and not header.startswith(SURPLUS)
    ]  # fmt: skip
    if not columns:
        raise ImportRefused(f"{name}: has no header line 缺少表头")
    headers = [header for _, header in columns]
    twice = next((header for header in headers if headers.count(header) > 1), None)
    if twice is not None:
        raise ImportRefused(f"{name}: column {twice!r} stands there twice 列名重复")
    return columns


def _records(sheet: Sheet, columns: list[tuple[int, str]], notes: list[str]) -> Iterator[Record]:
    width = len(sheet.headers)
    given_back = [at for at, header in enumerate(sheet.headers) if header.startswith(SURPLUS)]
    headless = [at for at, header in enumerate(sheet.headers) if not header]
    plain = len(columns) == width
    nameless: Counter[int] = Counter()
    remarks: list[int] = []
    for number, cells in sheet.lines:
        if not any(cell is not None and cell != "" for cell in cells):
            continue
        if is_remark(cells, len(columns)):
            remarks.append(number)
            if len(remarks) <= TOLD:
                text = " ".join(filled(cells))[:60]
                notes.append(f"第 {number} 行为说明，未导入 line {number} is a remark: {text}")
            continue
        if headless:
            nameless.update(
                at for at in headless if at < len(cells) and cells[at] not in {None, ""}
            )
        if plain and len(cells) == width:
            # What nearly every row is: a cell for every header.
            yield Record(number, dict(zip(sheet.headers, cells, strict=True)))
            continue
        values = {header: cells[at] if at < len(cells) else "" for at, header in columns}
        beyond = [cells[at] for at in given_back if at < len(cells)]
        yield Record(number, values, surplus=_filled((*beyond, *cells[width:])))
    notes.extend(_untold(remarks[TOLD:], nameless))


def _untold(remarks: list[int], nameless: Counter[int]) -> Iterator[str]:
    """Remarks that were not told one by one, and columns that no header names, with their rows."""
    if nameless:
        columns = (f"{get_column_letter(at + 1)}（{nameless[at]}）" for at in sorted(nameless))
        yield (
            "没有表头的列，内容未导入 columns without a header, not imported (rows): "
            f"{'、'.join(columns)}"
        )
    if remarks:
        others = ", ".join(map(str, remarks[:100]))
        more = " …" if len(remarks) > 100 else ""  # noqa: PLR2004 - as many as are named
        yield f"另有 {len(remarks)} 行说明，未导入 more remarks, at the lines: {others}{more}"


def _filled(cells: tuple[Any, ...]) -> tuple[Any, ...]:
    """Cells up to the last that holds something."""
    last = max((at for at, cell in enumerate(cells) if str("" if cell is None else cell).strip()),
               default=-1)  # fmt: skip
    return cells[: last + 1]
