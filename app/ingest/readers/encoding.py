"""The encoding of a text file: by its mark, its NULs or its letters, decided where they come."""

import codecs
import io
import unicodedata
from typing import IO, Any

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
"""First bytes of a file to its encoding."""

WITHOUT_MARK = ("utf-16-le", "utf-16-be")

LEAST_ASCII = 0.02
"""Share of delimiters, digits and line ends among the letters of a table, at least."""

SEEN_BYTES = 1 << 16
"""What is looked at from the first letter on that is not ASCII."""


def encoding_of(head: bytes) -> str | None:
    """The encoding of a file by its first bytes; None for what is no text.

    That which a byte order mark tells; UTF-16 where NULs stand as it has them; else UTF-8 where it
    is valid, else GB18030, which holds GBK and GB 2312, which every Chinese office writes.
    """
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    if b"\x00" in head:
        shares = {each: _ascii_share(head, each) for each in WITHOUT_MARK}
        best = max(shares, key=lambda each: shares[each])
        return best if shares[best] >= LEAST_ASCII else None
    try:
        # The last bytes may be half a letter.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _ascii_share(head: bytes, encoding: str) -> float:
    """The share of letters that are ASCII, 0 where the bytes are no text of that encoding."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return 0.0
    if any(unicodedata.category(each) in {"Cc", "Cn", "Co"} for each in set(text) - set("\r\n\t")):
        return 0.0
    return sum(each.isascii() for each in text) / max(1, len(text))


class Undecided(io.RawIOBase):
    """A file that begins in ASCII, as UTF-8: its encoding is told by the first other letters.

    Years of numbers may come before the first name, so that the beginning of the file tells
    nothing. What has been given until then is the same in both encodings.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        """Take a stream, which stays open when this one is closed."""
        self._stream = stream
        self._decoder: codecs.IncrementalDecoder | None = None
        self._ready = b""
        self._ended = False

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Give the next bytes.

        Raises:
            UnicodeDecodeError: They are neither UTF-8 nor GB18030.
        """
        while not self._ready and not self._ended:
            self._ready = self._next()
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _next(self) -> bytes:
        piece = self._stream.read(SEEN_BYTES)
        self._ended = not piece
        if self._decoder is None and not piece.isascii():
            # A letter at the very end tells too little.
            piece += self._stream.read(SEEN_BYTES)
            encoding = encoding_of(piece.replace(b"\x00", b" ")) or "utf-8"
            self._decoder = codecs.getincrementaldecoder(encoding)()
        if self._decoder is None:
            return piece
        return self._decoder.decode(piece, final=self._ended).encode()
