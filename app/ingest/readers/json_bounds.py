"""JSON before it is parsed: how deep it is nested and how long its longest text is."""

from dataclasses import dataclass
from typing import IO

import numpy as np

CHUNK = 1 << 20

OUTER_LEVELS = 2
"""Levels of brackets round the features of a collection."""

STEPS = np.zeros(256, dtype=np.int64)
"""What a byte adds to the depth."""
STEPS[[ord("["), ord("{")]] = 1
STEPS[[ord("]"), ord("}")]] = -1


@dataclass
class Bounds:
    """What has been seen of a JSON so far.

    Attributes:
        deepest: Levels of brackets.
        longest: Bytes of the longest text, as it is written.
        longest_at: Where that text begins, in bytes of the content.
        widest: Bytes of the widest stretch without a bracket of the first two levels: a feature
            of a collection, or what is nested in a feature that stands alone.
        widest_at: Where that stretch begins.
    """

    deepest: int = 0
    longest: int = 0
    longest_at: int = 0
    widest: int = 0
    widest_at: int = 0
    _depth: int = 0
    _edge: int = 0
    _read: int = 0
    _begin: int | None = None
    _escaped: bool = False

    def take(self, chunk: bytes) -> None:
        """Look at the next piece of the content."""
        letters = np.frombuffer(chunk, dtype=np.uint8)
        quotes = self._quotes(chunk, letters)
        self._measure_levels(letters, quotes)
        self._measure_texts(quotes)
        self._read += len(chunk)
        self._widen(self._read - self._edge, self._edge)
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

    def _measure_levels(self, letters: np.ndarray, quotes: np.ndarray) -> None:
        """Follow the brackets, but those that stand in a text."""
        places = np.flatnonzero(STEPS[letters])
        begun = 0 if self._begin is None else 1
        places = places[(np.searchsorted(quotes, places) + begun) % 2 == 0]
        if not len(places):
            return
        levels = self._depth + np.cumsum(STEPS[letters[places]])
        self.deepest = max(self.deepest, int(levels.max()))
        self._depth = int(levels[-1])
        edges = places[levels <= OUTER_LEVELS] + self._read
        if len(edges):
            gaps = np.diff(edges, prepend=self._edge)
            at = int(gaps.argmax())
            self._widen(int(gaps[at]), int(edges[at] - gaps[at]))
            self._edge = int(edges[-1])

    def _widen(self, gap: int, begin: int) -> None:
        if gap > self.widest:
            self.widest, self.widest_at = gap, begin

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
    """The bounds of a JSON, read no further than a NUL, or a text or feature beyond `most` bytes.

    Raises:
        OSError, EOFError, zlib.error: The stream is broken.
    """
    bounds = Bounds()
    while chunk := stream.read(CHUNK):
        if b"\x00" in chunk:
            break  # no JSON, however long: the reader stops there
        bounds.take(chunk)
        if max(bounds.longest, bounds.widest) > most:
            break
    return bounds
