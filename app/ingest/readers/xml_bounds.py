"""XML before it is parsed: how far its tags stand apart, so that no parser must hold too much.

Text may come in pieces: a parser puts together what stands in CDATA sections, between comments, and
in the runs of one cell. What it has to hold lies between two tags at which it lets go.
"""

import re
from collections.abc import Iterator
from typing import Protocol
from xml.parsers.expat import ExpatError, ParserCreate

CHUNK = 1 << 20
"""Bytes that are looked at at once."""

_DECLARED = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<\?xml\b[^>]*\?>")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_READABLE = {b"utf-8", b"utf8", b"us-ascii", b"ascii"}


class HasDefinitions(Exception):
    """An XML that defines entities, by which few bytes become many."""


class _TooLong(Exception):
    pass


class Seekable(Protocol):
    """What can be read in pieces, and again from its beginning."""

    def read(self, size: int, /) -> bytes:
        """The next piece; an empty one at the end."""

    def seek(self, place: int, /) -> object:
        """Go to a place."""


def holds_long_value(
    stream: Seekable, most: int, whole: frozenset[str] = frozenset(), piece_bytes: int = CHUNK
) -> bool:
    """Whether two tags stand more than `most` bytes apart; up to a piece more may be let through.

    Args:
        stream: The XML; where it is broken, what stands before counts.
        most: Bytes.
        whole: Names of elements that a parser holds whole, with all tags within.
        piece_bytes: How much is looked at at once.

    Raises:
        HasDefinitions: It has a document type definition.
        OSError, EOFError, zlib.error, BadZipFile: The stream is broken.
    """
    if _plainly_short(_pieces(stream, piece_bytes), most, whole):
        return False
    stream.seek(0)
    return _measured_long(_pieces(stream, piece_bytes), most, whole)


def _pieces(stream: Seekable, piece_bytes: int) -> Iterator[bytes]:
    while piece := stream.read(piece_bytes):
        yield piece


def _plainly_short(pieces: Iterator[bytes], most: int, whole: frozenset[str]) -> bool:
    """Whether nothing is hidden and the tags stand near each other; fast, and False if in doubt."""
    marks = [f"<{name}{end}".encode() for name in whole for end in (" ", ">")] or [b"<"]
    longest = max(map(len, (*marks, b"<!")))
    kept, apart, first = b"", 0, True
    for each in pieces:
        piece = kept + each
        if first:
            piece, first = _declared(piece), False
        if b"<!" in piece or b"<?" in piece:
            return False
        at = max(piece.rfind(mark) for mark in marks)
        apart = apart + len(each) if at < 0 else len(piece) - at
        if apart > most:
            return False
        kept = piece[1 - longest :]
    return True


def _declared(piece: bytes) -> bytes:
    """What follows the declaration of an XML in UTF-8; of another something that is in doubt."""
    found = _DECLARED.match(piece)
    if found is None:
        return b"<?" if piece[:2] in {b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"} else piece
    encoding = _ENCODING.search(found[0])
    plain = encoding is None or encoding[1].lower() in _READABLE
    return piece[found.end() :] if plain else b"<?"


def _measured_long(pieces: Iterator[bytes], most: int, whole: frozenset[str]) -> bool:
    """The same by parsing it; what the parser is given is never far from what it has taken."""
    tags, read = _Tags(most, whole), 0
    try:
        for piece in pieces:
            read += len(piece)
            tags.parser.Parse(piece)
            # Of a comment or a tag the parser tells nothing until it ends.
            if read - len(piece) - tags.begin > most:
                return True
    except _TooLong:
        return True
    except (ExpatError, ValueError, LookupError):
        pass  # broken, or in letters that no parser of XML knows
    return False


class _Tags:
    """Stops a parser where two tags stand too far apart, or where entities are defined.

    Attributes:
        parser: It is given the content.
        begin: Where the tag stands from which is counted.
    """

    def __init__(self, most: int, whole: frozenset[str]) -> None:
        self._most, self._whole = most, whole
        self.begin = self._inside = 0
        self.parser = ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._defined

    def _start(self, name: str, _attributes: object) -> None:
        self._measure()
        self._inside += _local(name) in self._whole

    def _end(self, name: str) -> None:
        self._inside -= _local(name) in self._whole
        self._measure()

    def _measure(self) -> None:
        here = self.parser.CurrentByteIndex
        if here - self.begin > self._most:
            raise _TooLong
        if not self._inside:
            self.begin = here

    def _defined(self, *_facts: object) -> None:
        raise HasDefinitions


def _local(name: str) -> str:
    return name.rpartition(":")[2]
