"""From the lines below a header to records; remarks between them are left out and told."""

from collections.abc import Iterator

from app.errors import ImportRefused
from app.ingest.readers.header import Sheet
from app.ingest.readers.remark import filled, is_remark
from app.ingest.record import Record

TOLD = 12
"""Remarks that are told with their text; of later ones the lines are told."""


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
    columns = [(at, header) for at, header in enumerate(sheet.headers) if header]
    if not columns:
        raise ImportRefused(f"{name}: has no header line 缺少表头")
    headers = [header for _, header in columns]
    twice = next((header for header in headers if headers.count(header) > 1), None)
    if twice is not None:
        raise ImportRefused(f"{name}: column {twice!r} stands there twice 列名重复")
    return columns


def _records(sheet: Sheet, columns: list[tuple[int, str]], notes: list[str]) -> Iterator[Record]:
    width = len(sheet.headers)
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
        values = {header: cells[at] if at < len(cells) else "" for at, header in columns}
        surplus = any(cell is not None and str(cell).strip() for cell in cells[width:])
        yield Record(number, values, surplus=surplus)
    if len(remarks) > TOLD:
        others = ", ".join(map(str, remarks[TOLD : TOLD + 100]))
        more = " …" if len(remarks) > TOLD + 100 else ""
        notes.append(
            f"另有 {len(remarks) - TOLD} 行说明，未导入 more remarks, at the lines: {others}{more}"
        )
