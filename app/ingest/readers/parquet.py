"""GeoParquet and plain Parquet, in batches."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from app.errors import ImportRefused
from app.ingest.readers.table import KnownWord, Table, counted
from app.ingest.readers.too_long import too_long
from app.ingest.record import Record

ENDINGS = (".parquet", ".geoparquet")

BATCH = 5000

BATCH_BYTES = 64 * 2**20
"""What the rows that are in memory at once may take, on average."""

LARGEST_PART = 256 * 2**20
"""Bytes, unpacked, of one column in one group of rows; a million points take 21 MB."""

LONGEST_VALUE = 16 * 2**20

LONGEST_KEPT_ONCE = LARGEST_PART // BATCH
"""Bytes of a text that is given to many rows, on average."""

BROKEN = (pa.ArrowException, OSError, ValueError, KeyError, TypeError)


@contextmanager
def read(path: Path, known: KnownWord) -> Iterator[Table]:
    """Open a Parquet file; geometry is the primary column of its `geo` metadata (WKB).

    Raises:
        ImportRefused: It is no Parquet.
    """
    del known  # columns carry their names
    try:
        facts = parquet.read_metadata(path)
        _require_bounded(facts, path.name)
        opened = parquet.ParquetFile(path, metadata=facts, read_dictionary=_kept_once(facts))
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


def _require_bounded(facts: parquet.FileMetaData, name: str) -> None:
    """Refuse what is unpacked to more than memory should hold: a part of a column comes whole.

    Raises:
        ImportRefused: One part is too large, or its values are on average; column and row group
            are named.
    """
    for group in range(facts.num_row_groups):
        rows = facts.row_group(group)
        for at in range(rows.num_columns):
            part = rows.column(at)
            size = part.total_uncompressed_size
            each = size / max(1, part.num_values)
            column = f"column {part.path_in_schema[:80]!r}"
            if size > LONGEST_VALUE and each > LONGEST_VALUE / 16:
                where = f"a value of {column} in row group {group}"
                raise too_long(name, where, f"{LONGEST_VALUE:,} bytes")
            if size > LARGEST_PART:
                raise ImportRefused(
                    f"{name}: {column} takes {size:,} bytes in row group {group}; write smaller "
                    "row groups 单列数据过大，请减小行组后另存"
                )


def _kept_once(facts: parquet.FileMetaData) -> list[str]:
    """Columns of texts that are kept once and given to many rows.

    Read as they are kept, a long text takes its room once, not once a row.
    """
    if not facts.num_row_groups:
        return []
    first = facts.row_group(0)
    parts = (first.column(at) for at in range(first.num_columns))
    return [
        part.path_in_schema for part in parts
        if part.physical_type == "BYTE_ARRAY" and part.has_dictionary_page
    ]  # fmt: skip


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


def _rows_at_once(facts: parquet.FileMetaData) -> int:
    """How many rows are in memory at once: fewer where they are large."""
    groups = (facts.row_group(at) for at in range(facts.num_row_groups))
    largest = max((each.total_byte_size / max(1, each.num_rows) for each in groups), default=0)
    return max(1, min(BATCH, int(BATCH_BYTES / max(1, largest))))


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
        for batch in opened.iter_batches(_rows_at_once(opened.metadata), columns=columns):
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
