"""Bytes of a stream of sentences, in whatever pieces they come, cut into lines."""

from collections import Counter
from collections.abc import Iterator

LONGEST_LINE = 1024
"""Bytes; a sentence has 82, its tag block as many again and more."""


class Lines:
    """Cuts bytes that come in any pieces into lines; never holds more than one long line.

    Attributes:
        counts: Where lines that are too long are counted, once each.
    """

    def __init__(self, counts: Counter[str]) -> None:
        """Begin with nothing."""
        self.counts = counts
        self._rest = b""
        self._skipping = False

    def cut(self, piece: bytes) -> Iterator[bytes]:
        """Whole lines, without their ends."""
        *whole, rest = (self._rest + piece).split(b"\n")
        for line in whole:
            if self._skipping:
                self._skipping = False
            else:
                yield line
        self._rest = b"" if self._skipping else rest
        if len(self._rest) > LONGEST_LINE:
            self.counts["too_long"] += 1
            self._skipping, self._rest = True, b""
