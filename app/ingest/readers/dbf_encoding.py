"""The encoding of a .dbf that has no .cpg beside it, told by its text."""

import codecs
from collections.abc import Iterator
from pathlib import Path

CHUNK = 4 * 2**20
"""Bytes that are looked at at once."""

NAME_BYTES = 11
"""Of the 32 bytes that describe a field; what follows are numbers, a width of 240 no letter.

Source: dBASE III+ table file header; ESRI Shapefile Technical Description, «Shapefile attributes».
"""


def dbf_encoding(table: Path) -> str:
    """UTF-8 where the names of the fields and the whole text are valid, else GB18030."""
    with table.open("rb") as stream:
        head = stream.read(32)
        length = int.from_bytes(head[8:10], "little")
        described = stream.read(max(0, length - len(head)))
        names = (described[at : at + NAME_BYTES] for at in range(0, len(described), 32))
        # A name is cut at ten bytes, maybe within a letter.
        if not all(_valid([name.split(b"\0")[0]]) for name in names):
            return "GB18030"
        return "UTF-8" if _valid(iter(lambda: stream.read(CHUNK), b"")) else "GB18030"


def _valid(pieces: Iterator[bytes] | list[bytes]) -> bool:
    """Whether pieces are UTF-8; one may end within a letter, which the next one completes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in pieces:
            decoder.decode(piece)
    except UnicodeDecodeError:
        return False
    return True
