"""How many features a layer has, counted once a version."""

from app.db.reader import Reader
from app.db.versions import Versions
from app.queries.feature import count
from app.queries.where import Where
from layers.declare import Layer

BOUND = 10_000_001
"""Counted no further."""


class Counts:
    """Numbers of features, each kept until its layer changes."""

    def __init__(self, reader: Reader, versions: Versions) -> None:
        """Keep what reads; nothing is counted yet."""
        self._reader = reader
        self._versions = versions
        self._known: dict[str, tuple[str, int]] = {}

    def of(self, layer: Layer) -> int:
        """The number of features of a layer, 10 000 001 for more.

        Raises:
            DatabaseAway: The database does not answer.
        """
        tag = self._versions.tag([layer.id])
        known = self._known.get(layer.id)
        if known is None or known[0] != tag:
            known = (tag, int(self._reader.value(count(layer, Where(), BOUND))))
            self._known[layer.id] = known
        return known[1]
