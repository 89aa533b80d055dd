"""The version of every layer: ETag and cache key."""

import threading
import time
from collections.abc import Iterable, Mapping

from sqlalchemy import select

from app.db.reader import Reader
from app.db.tables import LAYER_VERSIONS


class Versions:
    """Layer versions as the database told them at most half a second ago.

    A version is read before the data: data may be newer than its version says, never older, so a
    cached answer is replaced at the next look.
    """

    def __init__(self, reader: Reader, *, fresh_s: float = 0.5) -> None:
        """Keep the reader; nothing is read yet."""
        self._reader = reader
        self._fresh_s = fresh_s
        self._lock = threading.Lock()
        self._read_at = -1e9
        self._tags: dict[str, str] = {}

    def tag(self, layers: Iterable[str]) -> str:
        """A text that changes whenever one of the layers changes.

        Raises:
            DatabaseAway: The versions are too old and the database does not answer.
        """
        return _joined(layers, self._fresh())

    def tag_now(self, layers: Iterable[str]) -> str:
        """The same as it is at this moment: for what must show a change once it is committed.

        Raises:
            DatabaseAway: The database does not answer.
        """
        return _joined(layers, self._read())

    def _fresh(self) -> dict[str, str]:
        with self._lock:
            if time.monotonic() - self._read_at > self._fresh_s:
                self._tags = self._read()
                self._read_at = time.monotonic()
            return self._tags

    def _read(self) -> dict[str, str]:
        # The instant tells two databases apart that count the same versions.
        return {
            row["layer"]: f"{row['version']:x}.{int(row['changed_at'].timestamp() * 1e6):x}"
            for row in self._reader.all(select(LAYER_VERSIONS))
        }


def _joined(layers: Iterable[str], tags: Mapping[str, str]) -> str:
    return "-".join(tags.get(layer, "0") for layer in layers)
