"""NMEA 0183 of AIS, also as .gz: position reports are records, what gives none is told."""

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import IO

from app.errors import ImportRefused
from app.ingest.nmea import Decoder, Heard
from app.ingest.readers.table import KnownWord, Table
from app.ingest.readers.unpacked import unpacked
from app.ingest.record import Record
from app.ingest.sentence_lines import Lines

ENDINGS = (".nmea", ".nm4", ".log", ".nmea.gz", ".nm4.gz", ".log.gz")

SENTENCE = re.compile(rb"(\\[^\\\r\n]{1,200}\\)?[!$][A-Z]{2}[A-Z]{3},")
"""How a line begins that is a sentence, maybe after a tag block."""

LINES_SEEN = 20

HEADERS = ("mmsi", "seen_at", "lon", "lat", "speed_kn", "course_deg", "heading_deg", "status",
           "message_type")  # fmt: skip

PIECE_BYTES = 1 << 18

BROKEN = (OSError, EOFError, zlib.error)
"""What a broken gzip stream raises while it is read."""


@contextmanager
def read(path: Path, known: KnownWord) -> Iterator[Table]:
    """Open a file of sentences with tag blocks, whose instants are those of the reports.

    Raises:
        ImportRefused: The file is empty, no text, or a log of something else.
    """
    del known  # sentences have no header
    size = path.stat().st_size
    if not size:
        raise ImportRefused(f"{path.name}: the file is empty 文件为空")
    left_out: Counter[str] = Counter()
    with path.open("rb", buffering=0) as raw, unpacked(path, raw) as stream:
        _require_text(stream, path.name)
        heard = _heard(stream, path.name, left_out)
        yield Table(
            HEADERS,
            (Record(number, _values(each)) for number, each in heard),
            left_out=left_out,
            progress=lambda: min(raw.tell() / size, 1.0),
            positions=heard,
        )


def speaks_nmea(head: bytes) -> bool:
    """Whether most of the first lines of a file are sentences, so that it is no table."""
    lines = [line for line in head.split(b"\n")[:LINES_SEEN] if line.strip()]
    return 2 * sum(bool(SENTENCE.match(line)) for line in lines) > len(lines)


def _require_text(stream: BufferedReader, name: str) -> None:
    try:
        head = stream.peek(PIECE_BYTES)
    except BROKEN as fault:
        raise ImportRefused(f"{name}: can't be read: {fault} 文件损坏") from None
    if b"\x00" in head:
        raise ImportRefused(f"{name}: is no text, so no NMEA 不是文本文件")
    if name.lower().endswith((".log", ".log.gz")) and not speaks_nmea(head):
        raise ImportRefused(f"{name}: is a log, but not of NMEA 0183 不是 NMEA 0183 日志")


def _heard(stream: IO[bytes], name: str, left_out: Counter[str]) -> Iterator[tuple[int, Heard]]:
    """Position reports with the number of the line that completed them."""
    decoder, number = Decoder(), 0
    try:
        for line in _lines(stream, Lines(decoder.counts)):
            number += 1
            heard = decoder.take(line)
            if heard is not None:
                yield number, heard
    except BROKEN as fault:
        raise ImportRefused(f"{name}, line {number + 1}: {fault} 无法读取") from None
    decoder.end()
    left_out.update({why: many for why, many in decoder.counts.items() if why != "accepted"})


def _lines(stream: IO[bytes], lines: Lines) -> Iterator[bytes]:
    while piece := stream.read(PIECE_BYTES):
        yield from lines.cut(piece)
    yield from lines.cut(b"\n")


def _values(heard: Heard) -> dict[str, object]:
    return {name: getattr(heard, name) for name in HEADERS}
