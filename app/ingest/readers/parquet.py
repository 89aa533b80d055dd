"""GeoParquet and plain Parquet, in batches."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from app.errors import ImportRefused
from app.ingest.readers.parquet_probe import (
    BATCH,
    BROKEN,
    LARGEST_PART,
    LONGEST_VALUE,
    rows_at_once,
)
from app.ingest.readers.table import KnownWord, Table, counted
from app.ingest.readers.too_long import too_long
from app.ingest.record import Record

ENDINGS = (".parquet", ".geoparquet")

LONGEST_KEPT_ONCE = LARGEST_PART // BATCH
"""Bytes of a text that is given to many rows, on average."""


@contextmanager
def read(path: Path, known: KnownWord) -> Iterator[Table]:
    """Open a Parquet file; geometry is the primary column of its `geo` metadata (WKB).

    Raises:
        ImportRefused: It is no Parquet.
    """
    del known  # columns carry their names
    try:
        opened = parquet.ParquetFile(path, read_dictionary=_probed(path))
    except BROKEN as fault:
        raise ImportRefused(f"{path.name}: is no Parquet: {str(fault)[:200]} 文件损坏") from None
    with opened:
        names = opened.schema_arrow.names
        geo = _geo(opened.schema_arrow.metadata or {}, path.name)
        place = geo.get("primary_column")
        if place is not None and place not in names:
            raise _odd(path.name, "primary_column")
        crs = _crs(geo, place, path.name)
        headers = tuple(name for name in names if name not in {place, "bbox"})
        found = _records(opened, headers, place, path.name)
        records, share = counted(found, opened.metadata.num_rows)
        yield Table(headers, records, crs, progress=share)


def _probed(path: Path) -> list[str]:
    """The columns of texts that are kept once, told by a process that may end for this file.

    Read as they are kept, a long text takes its room once, not once a row.

    Raises:
        ImportRefused: It is no Parquet, or holds more than memory should.
    """
    command = [sys.executable, "-I", str(Path(__file__).with_name("parquet_probe.py")), str(path)]
    environment = {**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system"}
    done = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: S603
    try:
        told = json.loads(done.stdout)
    except ValueError:
        told = {"broken": "its metadata contradicts itself"}
    if "long" in told:
        raise too_long(path.name, told["long"], f"{LONGEST_VALUE:,} bytes")
    if "large" in told:
        raise ImportRefused(
            f"{path.name}: {told['large']}; write smaller row groups 单列数据过大，请减小行组后另存"
        )
    if "broken" in told:
        raise ImportRefused(f"{path.name}: is no Parquet: {told['broken']} 文件损坏")
    return list(told["kept_once"])


def _values(array: Any, column: str, name: str) -> list[Any]:
    """The values of a column; those that are kept once are the same object in every row.

    Raises:
        ImportRefused: Given to every row they would be more than memory should hold.
    """
    if not pa.types.is_dictionary(array.type):
        found: list[Any] = array.to_pylist()
        return found
    kept = array.dictionary.to_pylist()
    values = [None if at is None else kept[at] for at in array.indices.to_pylist()]
    if sum(len(each) for each in values if each is not None) > LARGEST_PART:
        raise too_long(name, f"a value of column {column[:80]!r}", f"{LONGEST_KEPT_ONCE:,} bytes")
    return values


def _geo(metadata: dict[bytes, bytes], name: str) -> dict[str, Any]:
    """What the file says of its geometries; empty where it says nothing."""
    try:
        geo = json.loads(metadata.get(b"geo", b"{}"))
    except (ValueError, RecursionError):
        raise _odd(name, "JSON") from None
    if not isinstance(geo, dict):
        raise _odd(name, "JSON")
    return geo


def _odd(name: str, part: str) -> ImportRefused:
    return ImportRefused(
        f"{name}: {part} of its `geo` metadata is not that of GeoParquet: geo 元数据无效"
    )


def _records(
    opened: parquet.ParquetFile, headers: tuple[str, ...], place: str | None, name: str
) -> Iterator[Record]:
    number = 0
    columns = [*headers, *([place] if place else [])]
    try:
        for batch in opened.iter_batches(rows_at_once(opened.metadata), columns=columns):
            found = [
                _values(array, column, name)
                for column, array in zip(batch.schema.names, batch.columns, strict=True)
            ]
            for cells in zip(*found, strict=True):
                number += 1
                row = dict(zip(batch.schema.names, cells, strict=True))
                yield Record(number, {h: row[h] for h in headers}, row[place] if place else None)
    except BROKEN as fault:
        raise ImportRefused(f"{name}, row {number + 1}: {str(fault)[:200]} 无法读取") from None


def _crs(geo: dict[str, Any], place: str | None, name: str) -> str | None:
    """What the file says of its coordinates: absent means CRS84.

    Raises:
        ImportRefused: What it says is no object where GeoParquet has one.
    """
    if place is None:
        return None
    columns = geo.get("columns", {})
    column = columns.get(place, {}) if isinstance(columns, dict) else None
    if not isinstance(column, dict):
        raise _odd(name, "columns")
    if "crs" not in column:
        return "OGC:CRS84"
    crs = {} if column["crs"] is None else column["crs"]
    identified = crs.get("id", {}) if isinstance(crs, dict) else None
    if not isinstance(identified, dict):
        raise _odd(name, "crs")
    if not identified:
        return None
    return f"{identified.get('authority')}:{identified.get('code')}"
