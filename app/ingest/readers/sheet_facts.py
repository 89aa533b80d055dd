"""What a sheet says of its cells beside their values: merged downwards, hidden, not calculated."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import IO

from openpyxl.utils import column_index_from_string

from app.ingest.readers.header import Line

LONGEST_KEPT = 4 * 2**20
"""Bytes that wait for their end."""

MOST_MERGED = 100_000

_BEGINS = (b"<row", b"<c ", b"<mergeCell ")
_MERGED = re.compile(rb'<mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')
_HIDDEN = re.compile(rb'<row\s[^>]*?hidden="(?:1|true)"')
_UNCALCULATED = re.compile(rb"<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")


class SheetFacts:
    """What was seen of a sheet so far.

    Attributes:
        merged: First row of cells that are merged downwards, to their column and last row.
        hidden: Rows that are hidden.
        uncalculated: Formulas for which no value is kept.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.merged: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        self.hidden = self.uncalculated = self._merges = 0
        self._kept = b""

    def take(self, piece: bytes) -> None:
        """Look at the next piece of the sheet; an empty one ends it."""
        text = self._kept + piece
        cut = max(text.rfind(begin) for begin in _BEGINS) if piece else len(text)
        self._look(text[: max(cut, 0)])
        self._kept = text[max(cut, 0) :]
        if len(self._kept) > LONGEST_KEPT:
            self._kept = b""

    def _look(self, text: bytes) -> None:
        if b'hidden="' in text:
            self.hidden += len(_HIDDEN.findall(text))
        if b"<f" in text:
            self.uncalculated += len(_UNCALCULATED.findall(text))
        if b"<mergeCell " in text:
            for column, first, last in _MERGED.findall(text):
                if int(last) > int(first) and self._merges < MOST_MERGED:
                    self._merges += 1
                    at = column_index_from_string(column.decode()) - 1
                    self.merged[int(first)].append((at, int(last)))

    def notes(self) -> Iterator[str]:
        """What a person should know of the sheet."""
        if self.hidden:
            yield f"{self.hidden} 行在表中被隐藏，一并读取 rows are hidden in the sheet, read too"
        if self.uncalculated:
            yield (
                f"{self.uncalculated} 个公式没有计算结果，按空值读取，请用 Excel 打开保存后再导入 "
                "formulas have no kept value, read as empty: open and save the file in Excel"
            )


class Observed:
    """A stream whose content is looked at while it is read."""

    def __init__(self, stream: IO[bytes], facts: SheetFacts) -> None:
        """Tell `facts` what is read of `stream` for the first time."""
        self._stream, self._facts, self._again = stream, facts, False

    def read(self, size: int) -> bytes:
        """The next piece."""
        piece = self._stream.read(size)
        if not self._again:
            self._facts.take(piece)
        return piece

    def seek(self, place: int) -> None:
        """Begin again; what was not read is read now."""
        while not self._again and self.read(1 << 20):
            pass
        self._again = True
        self._stream.seek(place)


def filled_down(lines: Iterator[Line], facts: SheetFacts, filled: Counter[int]) -> Iterator[Line]:
    """Rows with what cells that are merged downwards hold for all of them.

    Args:
        lines: Below the header.
        facts: Of their sheet, known when the first line has been read.
        filled: Told how many cells of which column were filled.
    """
    holding: dict[int, tuple[int, object]] = {}
    for number, cells in lines:
        line = list(cells)
        if holding and any(cell is not None and cell != "" for cell in line):
            for at, (last, value) in holding.items():
                if number <= last and at < len(line) and line[at] in {None, ""}:
                    line[at] = value
                    filled[at] += 1
        for at, last in facts.merged.get(number, ()):
            value = line[at] if at < len(line) else None
            holding[at] = (last, value) if value is not None else (0, None)
        yield number, line
