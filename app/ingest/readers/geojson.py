"""GeoJSON, also as .gz and as lines: features are parsed one by one, never the whole file."""

import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import ijson

from app.errors import ImportRefused
from app.ingest.readers.json_bounds import bounds_of
from app.ingest.readers.table import KnownWord, Table, counted
from app.ingest.readers.too_long import too_long
from app.ingest.readers.unpacked import unpacked
from app.ingest.record import Record

ENDINGS = (".geojson", ".json", ".geojsonl", ".geojsonseq", ".geojson.gz", ".json.gz",
           ".geojsonl.gz")  # fmt: skip

BROKEN = (ijson.JSONError, ValueError, RecursionError, OSError, EOFError, zlib.error)
"""What a broken file or a broken gzip stream raises while it is read."""

WHOLE_BYTES = 64 * 2**20
"""Size up to which a file is parsed at once; larger ones are parsed feature by feature."""

DEEPEST = 100
"""Levels of nesting; a multi-polygon in a collection has nine."""

LONGEST_VALUE = 16 * 2**20
"""Bytes of one text, or of one feature."""

LONGEST_LINE = 64 * 2**20
"""Bytes of one line of a line-delimited file."""


@contextmanager
def read(path: Path, known: KnownWord) -> Iterator[Table]:
    """Open a FeatureCollection, a single Feature or a file of features, one a line.

    Raises:
        ImportRefused: It is no JSON or neither a FeatureCollection nor a Feature.
    """
    del known  # properties carry their names
    split = any(part in {".geojsonl", ".geojsonseq"} for part in path.suffixes)
    if not path.stat().st_size:
        raise ImportRefused(f"{path.name}: the file is empty 文件为空")
    _require_bounded(path)
    whole = None if split else _small(path)
    if whole is not None:
        yield _whole(path.name, whole)
        return
    features = _by_line if split else _features
    # Read twice: a property may begin with the last feature, and a column that is missed is lost.
    with path.open("rb", buffering=0) as raw, unpacked(path, raw) as stream:
        headers = dict.fromkeys(
            str(key) for each in features(stream, path.name) for key in _properties(each)
        )
    claimed = None if split else _facts(path)
    with path.open("rb", buffering=0) as raw, unpacked(path, raw) as stream:
        records = _records(features(stream, path.name))
        size = path.stat().st_size
        yield Table(tuple(headers), records, claimed,
                    progress=lambda: min(raw.tell() / size, 1.0))  # fmt: skip


def _small(path: Path) -> bytes | None:
    """The content of a file of little size; None for a larger one."""
    try:
        with path.open("rb", buffering=0) as raw, unpacked(path, raw) as stream:
            text = stream.read(WHOLE_BYTES + 1)
    except BROKEN as fault:
        raise _no_json(path.name, fault) from None
    if not text:
        raise ImportRefused(f"{path.name}: the file is empty 文件为空")
    return text if len(text) <= WHOLE_BYTES else None


def _whole(name: str, text: bytes) -> Table:
    """A small file, parsed at once: the parser of the library takes NaN, whose row is refused."""
    try:
        content = json.loads(text)
    except BROKEN as fault:
        raise _no_json(name, fault) from None
    if not isinstance(content, dict):
        content = {}
    alone = content.get("type") == "Feature"
    features = [content] if alone else content.get("features")
    if not isinstance(features, list):
        raise ImportRefused(f"{name}: is no GeoJSON FeatureCollection 不是 GeoJSON 要素集合")
    headers = dict.fromkeys(str(key) for each in features for key in _properties(each))
    claimed = _properties(content.get("crs")).get("name")
    crs = claimed if isinstance(claimed, str) else None
    records, share = counted(_records(iter(features)), len(features))
    return Table(tuple(headers), records, crs, progress=share)


def _no_json(name: str, fault: Exception) -> ImportRefused:
    words = " ".join(str(fault).split())[:200]
    return ImportRefused(f"{name}: is no JSON: {words} 不是有效的 JSON")


def _require_bounded(path: Path) -> None:
    """Refuse what would take the machine's memory or time to parse.

    Raises:
        ImportRefused: Nested deeper than any geometry is, or a text or feature longer than any is.
    """
    with path.open("rb", buffering=0) as raw, unpacked(path, raw) as stream:
        try:
            bounds = bounds_of(stream, LONGEST_VALUE)
        except BROKEN:
            return  # the reader tells what is wrong with it
    most = f"{LONGEST_VALUE:,} bytes"
    if bounds.longest > LONGEST_VALUE:
        raise too_long(path.name, f"the text of JSON at byte {bounds.longest_at:,}", most)
    if bounds.widest > LONGEST_VALUE:
        raise too_long(path.name, f"the feature at byte {bounds.widest_at:,}", most)
    if bounds.deepest > DEEPEST:
        raise ImportRefused(f"{path.name}: JSON is nested deeper than {DEEPEST} 嵌套过深")


def _features(stream: IO[bytes], name: str) -> Iterator[Any]:
    try:
        yield from ijson.items(stream, "features.item", use_float=True)
    except BROKEN as fault:
        raise _no_json(name, fault) from None


def _by_line(stream: IO[bytes], name: str) -> Iterator[Any]:
    number = 0
    try:
        while line := stream.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE:
                raise too_long(name, f"line {number}", f"{LONGEST_LINE:,} bytes")
            text = line.strip(b"\x1e \r\n\t")
            if text:
                yield json.loads(text)
    except BROKEN as fault:
        raise ImportRefused(f"{name}, line {number}: {str(fault)[:200]} 不是有效的 JSON") from None


def _facts(path: Path) -> str | None:
    """The name in the old `crs` member, where it stands before the features.

    Raises:
        ImportRefused: There is no list of features; an empty one is no fault.
    """
    claimed = None
    with path.open("rb", buffering=0) as raw, unpacked(path, raw) as stream:
        try:
            for prefix, event, value in ijson.parse(stream):
                if (prefix, event) == ("features", "start_array"):
                    return claimed
                if (prefix, event) == ("crs.properties.name", "string"):
                    claimed = str(value)
        except BROKEN:
            pass
    raise ImportRefused(f"{path.name}: is no GeoJSON FeatureCollection 不是 GeoJSON 要素集合")


def _properties(feature: Any) -> dict[str, Any]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties if isinstance(properties, dict) else {}


def _records(features: Iterator[Any]) -> Iterator[Record]:
    for number, feature in enumerate(features, start=1):
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        shape = geometry if isinstance(geometry, dict) else None
        yield Record(number, {str(k): v for k, v in _properties(feature).items()}, shape)
