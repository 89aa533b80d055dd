"""The boxes of layers, looked up once a version."""

from math import ceil, floor

from app.db.reader import Reader
from app.db.versions import Versions
from app.queries.extent import extent
from app.queries.feature import DEGREE_DIGITS
from layers.declare import Layer

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees, CRS84."""

UNIT = 10**DEGREE_DIGITS
"""A box is widened to the last digit of the coordinates that are told, to hold them too."""


class Extents:
    """How far the features of layers reach, each kept until its layer changes."""

    def __init__(self, reader: Reader, versions: Versions) -> None:
        """Keep what reads; nothing is looked up yet."""
        self._reader = reader
        self._versions = versions
        self._known: dict[str, tuple[str, Box | None]] = {}

    def of(self, layer: Layer) -> Box | None:
        """The smallest box that holds every feature of a layer; None: none of them is located.

        Raises:
            DatabaseAway: The database does not answer.
        """
        tag = self._versions.tag([layer.id])
        known = self._known.get(layer.id)
        if known is None or known[0] != tag:
            known = (tag, self._read(layer))
            self._known[layer.id] = known
        return known[1]

    def _read(self, layer: Layer) -> Box | None:
        row = self._reader.one(extent(layer))
        if row is None or row["west"] is None:
            return None
        return (
            floor(row["west"] * UNIT) / UNIT, floor(row["south"] * UNIT) / UNIT,
            ceil(row["east"] * UNIT) / UNIT, ceil(row["north"] * UNIT) / UNIT,
        )  # fmt: skip
