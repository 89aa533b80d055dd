"""Excel sheets (.xlsx), line by line; formulas give kept values, links are not followed."""

import warnings
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipInfo

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.utils.exceptions import InvalidFileException

from app.errors import ImportRefused
from app.ingest.readers.header import Line, Sheet, find_header
from app.ingest.readers.parts import Parts
from app.ingest.readers.rows import columns_of, records_of
from app.ingest.readers.sheet_facts import SheetFacts, filled_down
from app.ingest.readers.table import KnownWord, Table
from app.ingest.readers.zip_guard import members_of
from app.ingest.record import Record

ENDINGS = (".xlsx", ".xlsm")

SYSTEM = "riskmap crs="
"""How the keywords of a workbook of refused rows begin; the system of its coordinates follows."""

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
    """Open the sheet that has most known headers.

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
            yield Table(headers, records, _system(book), notes, lambda: _share(stream, members))
        finally:
            book.close()


def _system(book: Any) -> str | None:
    """The system of the coordinates of refused rows, as the workbook that gave them back says."""
    words = str(book.properties.keywords or "")
    return words.removeprefix(SYSTEM) if words.startswith(SYSTEM) else None


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
    """Headers, records and notes of the sheet that has most known headers, the first of equals."""
    notes: list[str] = []
    found = [
        (sheet, find_header(_lines(sheet, path.name), known))
        for sheet in book.worksheets if sheet.sheet_state == "visible"
    ]  # fmt: skip
    scores = [(sum(map(known, set(each.headers))), any(each.headers)) for _, each in found]
    if not any(some for _, some in scores):
        raise ImportRefused(f"{path.name}: no sheet has a header line 缺少表头")
    sheet, table = found[scores.index(max(scores))]
    others = [
        f"{each.title}{'' if each.sheet_state == 'visible' else '（隐藏）'}"
        for each in book.worksheets if each is not sheet
    ]  # fmt: skip
    if others:
        told = "、".join(others)
        notes.append(f"读取工作表 read sheet {sheet.title}；未读 not read: {told[:80]}")
    facts: SheetFacts = sheet.parent._archive.facts_of(sheet._worksheet_path)  # noqa: SLF001
    columns = columns_of(table, path.name)
    return tuple(header for _, header in columns), _records(table, path.name, facts, notes), notes


def _records(table: Sheet, name: str, facts: SheetFacts, notes: list[str]) -> Iterator[Record]:
    """The rows; what the sheet says of its cells is told after the last."""
    filled: Counter[int] = Counter()
    yield from records_of(
        replace(table, lines=filled_down(table.lines, facts, filled)), name, notes
    )
    if filled:
        told = "、".join(f"{table.headers[at]}（{filled[at]}）" for at in sorted(filled)
                        if at < len(table.headers))  # fmt: skip
        notes.append(f"合并单元格的值用于其下各行 merged cells hold for all their rows: {told}")
    notes.extend(facts.notes())


def _lines(sheet: Any, name: str) -> Iterator[Line]:
    sheet.reset_dimensions()  # a sheet may claim a size that it does not have
    shares = _shares(sheet.parent)
    try:
        for number, cells in enumerate(sheet.iter_rows(values_only=not shares), start=1):
            if number > LAST_ROW:
                raise ValueError(f"a row beyond {LAST_ROW:,}")
            yield number, [_shown(cell, shares) if shares else _plain(cell) for cell in cells]
    except BROKEN as fault:
        raise ImportRefused(f"{name}: a sheet can't be read: {fault} 工作表损坏") from None


def _shares(book: Any) -> frozenset[int]:
    """Numbers of the styles that show a share as percent; most books have none."""
    formats = {
        at + BUILTIN_FORMATS_MAX_SIZE: text
        for at, text in enumerate(book._number_formats)  # noqa: SLF001
    } | BUILTIN_FORMATS
    return frozenset(
        at for at, style in enumerate(book._cell_styles)  # noqa: SLF001
        if "%" in str(formats.get(style.numFmtId, ""))
    )  # fmt: skip


def _shown(cell: Any, shares: frozenset[int]) -> Any:
    """A cell as it is shown: 0.85 that a sheet shows as 85% is 85%."""
    value = cell.value
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and (
            cell._style_id in shares  # noqa: SLF001
        )
    ):
        return f"{(Decimal(repr(value)) * 100).normalize():f}%"
    return _plain(value)


def _plain(cell: Any) -> Any:
    """A cell as text or number; a day that Excel keeps as an instant at midnight is a day."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, str) and len(cell) > LONGEST_CELL:
        return cell[: LONGEST_CELL + 1]
    return cell
