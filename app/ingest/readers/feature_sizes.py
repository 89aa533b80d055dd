"""FlatGeobuf and Shapefile before GDAL opens them: how large their largest feature is.

Neither packs its features, and both say how large each is before it begins, so that one that would
fill the machine is found without reading it.
"""

import struct
from pathlib import Path
from typing import IO

import numpy as np

from app.ingest.readers.too_long import too_long

LARGEST_FEATURE = 16 * 2**20
"""Bytes of a feature: a million corners, or a text that no field has."""

NAMED_FEATURE = f"{LARGEST_FEATURE:,} bytes"

MAGIC_BYTES, PREFIX_BYTES = 8, 4
"""Of a FlatGeobuf: how it begins, and what says the size of its header and of each feature."""

NODE_BYTES = 40
"""Of its index: four coordinates and an offset."""

FEATURES_COUNT, INDEX_NODE_SIZE = 8, 9
"""Numbers of two fields of its header.

Source: FlatGeobuf 3.0, header.fbs, packedrtree.cpp.
"""

USUAL_NODE_SIZE = 16

SHX_HEADER_BYTES = 100
"""Source: ESRI Shapefile Technical Description, «Organization of the Index File»."""


def require_small_features(path: Path) -> None:
    """Refuse a FlatGeobuf with a feature that is larger than any is.

    A broken file is left to GDAL, which tells what is wrong with it.

    Raises:
        ImportRefused: There is such a feature; its number is told.
    """
    size = path.stat().st_size
    if size <= LARGEST_FEATURE:
        return
    with path.open("rb") as stream:
        try:
            at = _first_feature(stream)
        except struct.error:
            return
        number = 0
        while at + PREFIX_BYTES <= size:
            number += 1
            stream.seek(at)
            feature = int.from_bytes(stream.read(PREFIX_BYTES), "little")
            if feature > LARGEST_FEATURE:
                raise too_long(path.name, f"feature {number} ({feature:,} bytes)", NAMED_FEATURE)
            at += PREFIX_BYTES + feature
            if not feature:
                return


def _first_feature(stream: IO[bytes]) -> int:
    """Where the features of a FlatGeobuf begin, behind header and index.

    Raises:
        struct.error: Its header is broken.
    """
    stream.seek(MAGIC_BYTES)
    (size,) = struct.unpack("<I", stream.read(PREFIX_BYTES))
    header = stream.read(min(size, LARGEST_FEATURE))
    (many,) = struct.unpack_from("<Q", _field(header, FEATURES_COUNT, bytes(8)))
    node = _field(header, INDEX_NODE_SIZE, struct.pack("<H", USUAL_NODE_SIZE))
    (node_size,) = struct.unpack_from("<H", node)
    return int(MAGIC_BYTES + PREFIX_BYTES + size + _index_bytes(many, node_size))


def _field(table: bytes, number: int, absent: bytes) -> bytes:
    """The bytes of a field of a FlatBuffers table and what follows; `absent` where it has none."""
    (root,) = struct.unpack_from("<I", table)
    (back,) = struct.unpack_from("<i", table, root)
    fields = root - back
    (length,) = struct.unpack_from("<H", table, fields)
    place = 4 + 2 * number
    offset = struct.unpack_from("<H", table, fields + place)[0] if place < length else 0
    return table[root + offset :] if offset else absent


def _index_bytes(many: int, node_size: int) -> int:
    """Size of the packed tree over features; there is none of no features, or of no node size."""
    if not many or node_size < 2:  # noqa: PLR2004 - a node of one would never end
        return 0
    nodes = level = many
    while level > 1:
        level = -(-level // node_size)
        nodes += level
    return nodes * NODE_BYTES


def require_small_shapes(shape: Path, name: str) -> None:
    """Refuse a Shapefile with a geometry that is larger than any is, by what its index says.

    Args:
        shape: The .shp.
        name: Of the file that was given, for the refusal.

    Raises:
        ImportRefused: There is such a geometry; its number is told.
    """
    if shape.stat().st_size <= LARGEST_FEATURE:
        return
    beside = {each.name.lower(): each for each in shape.parent.iterdir()}
    index = np.fromfile(beside[f"{shape.stem}.shx".lower()], dtype=">i4", offset=SHX_HEADER_BYTES)
    sizes = index[: len(index) // 2 * 2].reshape(-1, 2)[:, 1].astype(np.int64) * 2
    if len(sizes) and sizes.max() > LARGEST_FEATURE:
        number = int(sizes.argmax()) + 1
        raise too_long(name, f"feature {number} ({sizes.max():,} bytes)", NAMED_FEATURE)
