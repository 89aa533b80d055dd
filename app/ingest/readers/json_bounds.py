"""JSON before it is parsed: how deep it is nested and how long its longest text is."""

from dataclasses import dataclass
from typing import IO

import numpy as np

CHUNK = 1 << 20

STEPS = np.zeros(256, dtype=np.int64)
"""What a byte adds to the depth."""
STEPS[[ord("["), ord("{")]] = 1
STEPS[[ord("]"), ord("}")]] = -1


@dataclass
class Bounds:
    """What has been seen of a JSON so far.

    Attributes:
        deepest: Levels of brackets, those in texts with them, so the truth or more.
        longest: Bytes of the longest text, as it is written.
        longest_at: Where that text begins, in bytes of the content.
    """

    deepest: int = 0
    longest: int = 0
    longest_at: int = 0
    _depth: int = 0
    _read: int = 0
    _begin: int | None = None
    _escaped: bool = False

    def take(self, chunk: bytes) -> None:
        """Look at the next piece of the content."""
        letters = np.frombuffer(chunk, dtype=np.uint8)
        steps = STEPS[letters]
        self.deepest = max(self.deepest, self._depth + int(np.cumsum(steps).max()))
        self._depth += int(steps.sum())
        self._measure_texts(self._quotes(chunk, letters))
        self._read += len(chunk)
        if self._begin is not None and self._read - self._begin > self.longest:
            self.longest, self.longest_at = self._read - self._begin, self._begin

    def _quotes(self, chunk: bytes, letters: np.ndarray) -> np.ndarray:
        """Where quotes stand that begin or end a text: after an even number of backslashes."""
        quotes = np.flatnonzero(letters == ord('"'))
        escaped = self._escaped
        tail = len(chunk) - len(chunk.rstrip(b"\\"))
        self._escaped = (tail % 2 == 1) != (escaped and tail == len(chunk))
        if not escaped and b'\\"' not in chunk:
            return quotes
        places = np.where(letters == ord("\\"), -1, np.arange(len(chunk)))
        before = np.concatenate(([-1], np.maximum.accumulate(places)[:-1]))
        slashes = quotes - 1 - before[quotes]
        if escaped:
            slashes = slashes + (before[quotes] < 0)
        real: np.ndarray = quotes[slashes % 2 == 0]
        return real

    def _measure_texts(self, quotes: np.ndarray) -> None:
        places = quotes + self._read
        if self._begin is not None:
            places = np.concatenate(([self._begin], places))
        whole = len(places) // 2 * 2
        if whole:
            lengths = places[1:whole:2] - places[:whole:2]
            at = int(lengths.argmax())
            if lengths[at] > self.longest:
                self.longest, self.longest_at = int(lengths[at]), int(places[2 * at])
        self._begin = int(places[-1]) if len(places) > whole else None


def bounds_of(stream: IO[bytes], most: int) -> Bounds:
    """The bounds of a JSON, read no further than a NUL or a text longer than `most` bytes.

    Raises:
        OSError, EOFError, zlib.error: The stream is broken.
    """
    bounds = Bounds()
    while chunk := stream.read(CHUNK):
        if b"\x00" in chunk:
            break  # no JSON, however long: the reader stops there
        bounds.take(chunk)
        if bounds.longest > most:
            break
    return bounds
