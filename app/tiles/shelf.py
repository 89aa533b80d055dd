"""A bounded shelf of compressed tiles; equal misses are made once."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable


class Shelf:
    """Bytes by key, the least used leaving first when the shelf is full."""

    def __init__(self, bytes_at_most: int) -> None:
        """Start empty."""
        self._room = bytes_at_most
        self._used = 0
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """The bytes of a key; made by the first who asks while the others wait."""
        with self._lock:
            found = self._look(key)
            if found is not None:
                return found
            turn = self._making.setdefault(key, threading.Lock())
        with turn:
            with self._lock:
                found = self._look(key)
            if found is not None:
                return found
            try:
                made = make()
                with self._lock:
                    self._put(key, made)
            finally:
                with self._lock:
                    self._making.pop(key, None)
            return made

    def _look(self, key: Hashable) -> bytes | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def _put(self, key: Hashable, made: bytes) -> None:
        self._kept[key] = made
        self._used += len(made) + 200
        while self._used > self._room and self._kept:
            _, old = self._kept.popitem(last=False)
            self._used -= len(old) + 200
