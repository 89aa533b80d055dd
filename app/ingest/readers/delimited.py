"""CSV and TSV, also as .gz: encoding and delimiter are found, lines come as they are asked for."""

import codecs
import csv
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.errors import ImportRefused
from app.ingest.readers.header import Line, find_header
from app.ingest.readers.rows import records_of
from app.ingest.readers.table import KnownWord, Table
from app.ingest.readers.unpacked import unpacked

ENDINGS = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")

csv.field_size_limit(1_000_000)

BROKEN = (OSError, EOFError, zlib.error)
"""What a broken file or a broken gzip stream raises while it is read."""

LONGEST_LINE = 16_000_000
"""Characters of one line."""

HEAD_BYTES = 256 * 1024
"""How much of a file is looked at to tell its encoding and delimiter."""

DELIMITERS = ",\t;|"

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
"""First bytes of a file to its encoding."""


@contextmanager
def read(path: Path, known: KnownWord) -> Iterator[Table]:
    """Open a delimited text file.

    Raises:
        ImportRefused: It is no text, has no header, or a column twice.
    """
    with path.open("rb", buffering=0) as raw, unpacked(path, raw) as stream:
        head = _head(stream, path.name)
        encoding = encoding_of(head)
        text = io.TextIOWrapper(stream, encoding=encoding, newline="", errors="strict")
        delimiter = _delimiter(head, encoding)
        notes: list[str] = []
        sheet = find_header(_lines(text, delimiter, path.name), known)
        records = records_of(sheet, path.name, notes)
        headers = tuple(header for header in sheet.headers if header)
        size = path.stat().st_size or 1
        yield Table(headers, records, notes=notes, progress=lambda: min(raw.tell() / size, 1.0))


def _head(stream: Any, name: str) -> bytes:
    try:
        head: bytes = stream.peek(HEAD_BYTES)[:HEAD_BYTES]
    except BROKEN as fault:
        raise ImportRefused(f"{name}: can't be read: {fault} 文件损坏") from None
    if not head:
        raise ImportRefused(f"{name}: the file is empty 文件为空")
    if b"\x00" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ImportRefused(f"{name}: is no text, so no CSV 不是文本文件")
    return head


def encoding_of(head: bytes) -> str:
    """The encoding that a byte order mark tells, else UTF-8 where it is valid, else GB18030.

    GB18030 holds GBK and GB 2312, which every Chinese office writes.
    """
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    try:
        # The last bytes may be half a character.
        codecs.getincrementaldecoder("utf-8")().decode(head, final=False)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _delimiter(head: bytes, encoding: str) -> str:
    """The delimiter that stands in most of the first lines, as often in each."""
    lines = codecs.getincrementaldecoder(encoding)("ignore").decode(head).splitlines()[:20]
    if not lines:
        return DELIMITERS[0]
    counts = {each: sorted(line.count(each) for line in lines) for each in DELIMITERS}
    return max(DELIMITERS, key=lambda each: (counts[each][len(lines) // 2], counts[each][-1]))


def _bounded(text: io.TextIOWrapper) -> Iterator[str]:
    """Lines; a file without line ends must not be held in memory whole."""
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise csv.Error(f"line longer than {LONGEST_LINE} characters")
        yield line


def _lines(text: io.TextIOWrapper, delimiter: str, name: str) -> Iterator[Line]:
    rows = csv.reader(_bounded(text), delimiter=delimiter)
    try:
        for cells in rows:
            yield rows.line_num, cells
    except (csv.Error, UnicodeDecodeError, *BROKEN) as fault:
        line = rows.line_num + 1
        raise ImportRefused(f"{name}, line {line}: can't be read: {fault} 无法读取") from None
