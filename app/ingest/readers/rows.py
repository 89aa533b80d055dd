"""From the lines below a header to records; remarks between them are left out and told."""

from collections.abc import Iterator

from app.errors import ImportRefused
from app.ingest.readers.header import Sheet, is_note
from app.ingest.record import Record


def records_of(sheet: Sheet, name: str, notes: list[str]) -> Iterator[Record]:
    """Records of a sheet; lines that are remarks are told in `notes`.

    Raises:
        ImportRefused: The sheet has no header, or one column name twice.
    """
    columns = columns_of(sheet, name)
    width = len(sheet.headers)
    return _records(sheet, columns, width, notes)


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


def _records(
    sheet: Sheet, columns: list[tuple[int, str]], width: int, notes: list[str]
) -> Iterator[Record]:
    for number, cells in sheet.lines:
        if not any(cell is not None and cell != "" for cell in cells):
            continue
        if is_note(cells):
            text = next(str(cell).strip() for cell in cells if cell)
            notes.append(f"第 {number} 行为说明，未导入 line {number} is a remark: {text[:60]}")
            continue
        values = {header: cells[at] if at < len(cells) else "" for at, header in columns}
        surplus = any(cell is not None and str(cell).strip() for cell in cells[width:])
        yield Record(number, values, surplus=surplus)
