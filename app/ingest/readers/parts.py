"""The parts of a workbook, opened only where a parser can hold what it must hold of them."""

import zlib
from typing import IO, Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from app.errors import ImportRefused
from app.ingest.readers.sheet_facts import Observed, SheetFacts
from app.ingest.readers.too_long import too_long
from app.ingest.readers.xml_bounds import HasDefinitions, holds_long_value

LONGEST_ROW = 4 * 2**20
"""Bytes of a row of a sheet, or of a text that cells share; a cell has 32,767 letters at most."""

HELD_WHOLE = frozenset({"row", "si"})
"""What is put together before it is let go: a row, and a shared text with all its runs."""

LARGEST_TEXTS = 256 * 2**20
"""Bytes of the texts that the cells of a book share: they are held in memory."""

LARGEST_PART = 16 * 2**20
"""Bytes of a part that is held whole: the list of the sheets, the styles."""

SHEETS = "xl/worksheets/"

_BROKEN = (BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError)


class Parts(ZipFile):
    """A packed workbook whose parts are looked at before they are given to a parser."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        """Open it; `name` is that of the file, for refusals."""
        super().__init__(stream)
        self._name = name
        self._facts: dict[str, SheetFacts] = {}

    def read(self, name: Any, pwd: bytes | None = None) -> bytes:
        """The whole of a part.

        Raises:
            ImportRefused: It is larger than such a part is.
        """
        part = self._part(name)
        if part.file_size > LARGEST_PART:
            raise self._large(part)
        return super().read(part, pwd)

    def open(self, name: Any, mode: Any = "r", pwd: Any = None, **options: Any) -> Any:
        """A part as a stream.

        Raises:
            ImportRefused: It has a row or a text that is longer than any is.
        """
        part = self._part(name)
        if part.filename not in self._facts:
            self._require_bounded(part)
        return super().open(part, mode, pwd, **options)

    def facts_of(self, name: str) -> SheetFacts:
        """What the sheet that is a part says of its cells; known once it was opened."""
        return self._facts.setdefault(name, SheetFacts())

    def _part(self, name: Any) -> ZipInfo:
        return name if isinstance(name, ZipInfo) else self.getinfo(name)

    def _large(self, part: ZipInfo) -> ImportRefused:
        return ImportRefused(
            f"{self._name}: its part {part.filename[:80]} has {part.file_size:,} bytes, more than "
            "such a part takes; copy the sheet to a new workbook 文件部件过大，请另存为新文件"
        )

    def _require_bounded(self, part: ZipInfo) -> None:
        facts = self._facts[part.filename] = SheetFacts()
        if part.file_size > LARGEST_TEXTS and not part.filename.startswith(SHEETS):
            raise self._large(part)
        try:
            with super().open(part) as stream:
                long = holds_long_value(Observed(stream, facts), LONGEST_ROW, HELD_WHOLE)
        except HasDefinitions:
            raise ImportRefused(
                f"{self._name}: its part {part.filename[:80]} defines entities, which no workbook "
                "does 文件含实体定义，已拒绝"
            ) from None
        except _BROKEN:
            return  # the reader tells what is wrong with it
        if long:
            where = f"a row or a text of its part {part.filename[:80]}"
            raise too_long(self._name, where, f"{LONGEST_ROW:,} bytes")
