"""CSV and TSV, also as .gz: encoding and delimiter are found, lines come as they are asked for."""

import codecs
import csv
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from app.errors import ImportRefused
from app.ingest.readers import nmea
from app.ingest.readers.encoding import Undecided, encoding_of
from app.ingest.readers.header import LOOKED_AT, Line, find_header
from app.ingest.readers.nmea import speaks_nmea
from app.ingest.readers.rows import columns_of, records_of
from app.ingest.readers.table import KnownWord, Table
from app.ingest.readers.too_long import too_long
from app.ingest.readers.unpacked import unpacked
from app.ingest.record import Record

ENDINGS = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")

LONGEST_CELL = 1_000_000
"""Characters of one cell: a geometry of 25,000 corners."""

csv.field_size_limit(LONGEST_CELL)

BROKEN = (OSError, EOFError, zlib.error)
"""What a broken file or a broken gzip stream raises while it is read."""

LONGEST_ROW = 4_000_000
"""Characters of one row, which may go over several lines where they stand in quotes."""

HEAD_BYTES = 256 * 1024
"""How much of a file is looked at to tell its encoding and delimiter."""

DELIMITERS = ",\t;|"


@contextmanager
def read(path: Path, known: KnownWord) -> Iterator[Table]:
    """Open a delimited text file, or the sentences of NMEA 0183 that a text file holds.

    Raises:
        ImportRefused: It is no text, has no header, or a column twice.
    """
    with path.open("rb", buffering=0) as raw, unpacked(path, raw) as stream:
        head = _head(stream, path.name)
        if not speaks_nmea(head):
            encoding = _encoding(head, path.name)
            content = io.BufferedReader(Undecided(stream)) if head.isascii() else stream
            delimiter = delimiter_of(_first_lines(head, encoding), known, _wonted(path))
            with io.TextIOWrapper(content, encoding, "strict", newline="") as text:
                headers, records, notes = _table(_lines(text, delimiter, path.name), path, known)
                size = path.stat().st_size or 1
                yield Table(
                    headers, records, notes=notes, progress=lambda: min(raw.tell() / size, 1.0)
                )
            return
    with nmea.read(path, known) as table:
        yield table


def _table(
    lines: Iterator[Line], path: Path, known: KnownWord
) -> tuple[tuple[str, ...], Iterator[Record], list[str]]:
    """Headers, records and notes of a table of text."""
    notes: list[str] = []
    sheet = find_header(lines, known)
    records = records_of(sheet, path.name, notes)
    headers = tuple(header for _, header in columns_of(sheet, path.name))
    return headers, records, notes


def _head(stream: Any, name: str) -> bytes:
    try:
        head: bytes = stream.peek(HEAD_BYTES)[:HEAD_BYTES]
    except BROKEN as fault:
        raise ImportRefused(f"{name}: can't be read: {fault} 文件损坏") from None
    if not head:
        raise ImportRefused(f"{name}: the file is empty 文件为空")
    return head


def _encoding(head: bytes, name: str) -> str:
    encoding = encoding_of(head)
    if encoding is None:
        raise ImportRefused(f"{name}: is no text, so no CSV 不是文本文件")
    return encoding


def _first_lines(head: bytes, encoding: str) -> list[str]:
    """The first lines, whole; what is cut is left out where there are others."""
    lines = codecs.getincrementaldecoder(encoding)("ignore").decode(head).splitlines(keepends=True)
    whole = lines[:-1] if len(lines) > 1 and len(head) >= HEAD_BYTES else lines
    return whole[:LOOKED_AT]


def _wonted(path: Path) -> str:
    """The delimiter that the ending of a file promises."""
    return "\t" if ".tsv" in (each.lower() for each in path.suffixes) else ","


def delimiter_of(lines: list[str], known: KnownWord, wonted: str) -> str:
    """The delimiter of a table, of which the first lines are given.

    That with which a line has most known headers; of equals that which cuts most lines into as
    many cells, then the wonted one. What stands in quotes, or in the cells of a table whose
    headers are known, cuts nothing.
    """

    def fits(delimiter: str) -> tuple[int, int, bool]:
        rows = list(_cut(lines, delimiter))
        widths = sorted(len(row) for row in rows)
        headers = max((sum(map(known, set(row))) for row in rows if len(row) > 1), default=0)
        return headers, widths[len(widths) // 2] if widths else 0, delimiter == wonted

    return max(DELIMITERS, key=fits)


def _cut(lines: list[str], delimiter: str) -> Iterator[list[str]]:
    with suppress(csv.Error):  # the reader tells where it is
        yield from csv.reader(lines, delimiter=delimiter)


class _Lines:
    """The lines of a text; a row without an end must not be held in memory whole."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.taken = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(LONGEST_ROW):
            self.taken += len(line)
            if self.taken >= LONGEST_ROW:
                raise OverflowError
            yield line


def _lines(text: io.TextIOWrapper, delimiter: str, name: str) -> Iterator[Line]:
    lines, begin = _Lines(text), 1
    rows = csv.reader(lines, delimiter=delimiter)
    try:
        for cells in rows:
            yield rows.line_num, cells
            lines.taken, begin = 0, rows.line_num + 1
    except OverflowError:
        where = f"the row that begins at line {begin}"
        raise too_long(name, where, f"{LONGEST_ROW:,} characters") from None
    except (csv.Error, UnicodeDecodeError, *BROKEN) as fault:
        if "field limit" in str(fault):
            where = f"a cell of the row that begins at line {begin}"
            raise too_long(name, where, f"{LONGEST_CELL:,} characters") from None
        line = rows.line_num + 1
        raise ImportRefused(f"{name}, line {line}: can't be read: {fault} 无法读取") from None
