"""Excel sheets (.xlsx), line by line; formulas give kept values, links are not followed."""

import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipInfo

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.exceptions import InvalidFileException

from app.errors import ImportRefused
from app.ingest.readers.header import Line, find_header
from app.ingest.readers.parts import Parts
from app.ingest.readers.rows import columns_of, records_of
from app.ingest.readers.table import KnownWord, Table
from app.ingest.readers.zip_guard import members_of
from app.ingest.record import Record

ENDINGS = (".xlsx", ".xlsm")

LONGEST_CELL = 32_767
"""Characters that Excel itself lets into a cell."""

LAST_ROW = 1_048_576
"""Row that is the last of a sheet; a file may claim another, and all before it would be empty."""

BROKEN = (InvalidFileException, KeyError, ValueError, OSError, EOFError, SyntaxError, TypeError,
          IndexError, AttributeError, BadZipFile, zlib.error, NotImplementedError, RuntimeError,
          OverflowError)  # fmt: skip
"""What openpyxl and the unpacking raise for files that are no workbooks."""


@contextmanager
def read(path: Path, known: KnownWord) -> Iterator[Table]:
    """Open the first sheet that has content.

    Raises:
        ImportRefused: It is no workbook, or none of its sheets has a header.
    """
    members = members_of(path)
    with path.open("rb") as stream, warnings.catch_warnings():
        # Styles and validations that openpyxl does not know change no value.
        warnings.simplefilter("ignore")
        try:
            book = _opened(stream, path.name)
        except BROKEN as fault:
            raise ImportRefused(f"{path.name}: is no workbook: {fault} 不是有效的 Excel") from None
        try:
            headers, records, notes = _table(book, path, known)
            yield Table(headers, records, notes=notes, progress=lambda: _share(stream, members))
        finally:
            book.close()


def _share(stream: IO[bytes], members: list[ZipInfo]) -> float:
    """Which part of the packed sheet that is being read lies before the place of the file."""
    at = stream.tell()
    here = max((each for each in members if each.header_offset <= at),
               key=lambda each: each.header_offset)  # fmt: skip
    if not here.filename.startswith("xl/worksheets/"):
        return 1.0  # the sheet has ended
    return min((at - here.header_offset) / max(1, here.compress_size), 1.0)


def _opened(stream: IO[bytes], name: str) -> Any:
    """The workbook, as `openpyxl.load_workbook` opens it, of parts that were looked at."""
    reader = ExcelReader(stream, read_only=True, data_only=True, keep_links=False)
    reader.archive = Parts(stream, name)
    reader.read()
    return reader.wb


def _table(
    book: Any, path: Path, known: KnownWord
) -> tuple[tuple[str, ...], Iterator[Record], list[str]]:
    """Headers, records and notes of the first sheet that has a header."""
    notes: list[str] = []
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    for sheet in sheets:
        # A sheet may claim a size that it does not have.
        sheet.reset_dimensions()
        found = find_header(_lines(sheet, path.name), known)
        if any(found.headers):
            if len(sheets) > 1:
                others = "、".join(each.title for each in sheets if each is not sheet)
                notes.append(f"读取工作表 read sheet {sheet.title}；未读 not read: {others[:80]}")
            records = records_of(found, path.name, notes)
            return tuple(h for _, h in columns_of(found, path.name)), records, notes
    raise ImportRefused(f"{path.name}: no sheet has a header line 缺少表头")


def _lines(sheet: Any, name: str) -> Iterator[Line]:
    try:
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            if number > LAST_ROW:
                raise ValueError(f"a row beyond {LAST_ROW:,}")
            yield number, [_plain(cell) for cell in cells]
    except BROKEN as fault:
        raise ImportRefused(f"{name}: a sheet can't be read: {fault} 工作表损坏") from None


def _plain(cell: Any) -> Any:
    """A cell as text or number; a day that Excel keeps as an instant at midnight is a day."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, str) and len(cell) > LONGEST_CELL:
        return cell[: LONGEST_CELL + 1]
    return cell
