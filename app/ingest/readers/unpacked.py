"""The content of a file as bytes, unpacked where its name ends in .gz, and no bomb."""

import gzip
import io
from pathlib import Path
from typing import Any

from app.ingest.readers.zip_guard import SMALL_BYTES, WORST_RATIO


class _Watched(io.RawIOBase):
    """Unpacks, and stops where little has become too much."""

    def __init__(self, raw: io.FileIO) -> None:
        self._raw, self._content, self._bytes = raw, gzip.GzipFile(fileobj=raw), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        size = self._content.readinto(buffer)
        self._bytes += size
        if self._bytes > SMALL_BYTES and self._bytes > WORST_RATIO * max(1, self._raw.tell()):
            raise OSError(f"is packed more than {WORST_RATIO} times 疑似压缩炸弹")
        return size

    def close(self) -> None:
        self._content.close()
        super().close()


def unpacked(path: Path, raw: io.FileIO) -> io.BufferedReader:
    """The content of an open file; reading raises OSError where it is packed like a bomb."""
    if path.suffix.lower() == ".gz":
        return io.BufferedReader(_Watched(raw), 1 << 18)
    return io.BufferedReader(raw, 1 << 18)
