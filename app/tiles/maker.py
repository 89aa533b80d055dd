"""Tiles of one or several layers, from the shelf or from one statement."""

import zlib
from collections.abc import Sequence
from datetime import datetime

from app.db.reader import Reader
from app.db.versions import Versions
from app.queries.crowds import crowded_then
from app.queries.filters.cql2 import Filter
from app.queries.tile import Tile, crowded, tile
from app.queries.where import Where
from app.tiles.shelf import Shelf
from layers.declare import Layer

ALL_FEATURES_FROM_ZOOM = 14
"""Zoom from which a partitioned layer, whose cells are not kept, shows single features."""


class Tiles:
    """Makes and keeps tiles; knows at which zooms a layer is shown by cells."""

    def __init__(self, reader: Reader, versions: Versions, *, budget: int, shelf_mb: int) -> None:
        """Keep what reads; `budget` is the number of features that a tile may carry."""
        self._reader = reader
        self._versions = versions
        self._budget = budget
        self._shelf = Shelf(shelf_mb * 1_000_000)
        self._crowds: dict[tuple[str, str, int, datetime | None], bool] = {}

    def version(self, layers: Sequence[Layer]) -> str:
        """What the tag of these layers' tiles is now."""
        return self._versions.tag(layer.id for layer in layers)

    def compressed(
        self,
        layers: Sequence[Layer],
        place: Tile,
        version: str,
        asof: datetime | None = None,
        asked: Filter | None = None,
    ) -> bytes:
        """The tile as a gzip stream; empty bytes for a tile without features.

        Args:
            layers: What it shows.
            place: Which tile.
            version: What `version` told before; tiles of other versions are made anew.
            asof: State of the layers at an instant; None for now.
            asked: A CQL2 filter; None for none.
        """
        names = tuple(layer.id for layer in layers)
        key = (names, place, version, asof, asked)
        return self._shelf.get(key, lambda: self._make(layers, place, asof, asked))

    def _make(
        self,
        layers: Sequence[Layer],
        place: Tile,
        asof: datetime | None,
        asked: Filter | None,
    ) -> bytes:
        parts = [(layer, self.as_cells(layer, place.z, asof)) for layer in layers]
        statement = tile(parts, place, Where(asof=asof, filter=asked))
        mvt = bytes(self._reader.value(statement) or b"")
        return _gzip(mvt) if mvt else b""

    def as_cells(self, layer: Layer, z: int, asof: datetime | None = None) -> bool:
        """Whether a layer is shown by cells at a zoom.

        The fullest tile decides for the whole zoom, so that neighbours never show the same
        features in two ways.
        """
        if layer.geometry != "Point":
            return False
        if layer.partitioned:
            return z < ALL_FEATURES_FROM_ZOOM
        if not layer.kept:
            asof = None
        key = (layer.id, self._versions.tag([layer.id]), z, asof)
        if key not in self._crowds:
            if len(self._crowds) > 1000:  # noqa: PLR2004
                self._crowds.clear()
            fullest = crowded(layer, z) if asof is None else crowded_then(layer, z, asof)
            self._crowds[key] = self._reader.value(fullest) > self._budget
        return self._crowds[key]


def _gzip(content: bytes) -> bytes:
    packer = zlib.compressobj(3, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()
