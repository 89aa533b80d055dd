"""GeoParquet and plain Parquet, in batches."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from app.errors import ImportRefused
from app.ingest.readers.table import KnownWord, Table
from app.ingest.record import Record

ENDINGS = (".parquet", ".geoparquet")

BATCH = 5000

BROKEN = (pa.ArrowException, OSError, ValueError, KeyError, TypeError)


@contextmanager
def read(path: Path, known: KnownWord) -> Iterator[Table]:
    """Open a Parquet file; geometry is the primary column of its `geo` metadata (WKB).

    Raises:
        ImportRefused: It is no Parquet.
    """
    del known  # columns carry their names
    try:
        opened = parquet.ParquetFile(path)
        geo = json.loads((opened.schema_arrow.metadata or {}).get(b"geo", b"{}"))
    except BROKEN as fault:
        raise ImportRefused(f"{path.name}: is no Parquet: {str(fault)[:200]} 文件损坏") from None
    place = geo.get("primary_column")
    headers = tuple(name for name in opened.schema_arrow.names if name not in {place, "bbox"})
    try:
        yield Table(headers, _records(opened, headers, place, path.name), _crs(geo, place))
    finally:
        opened.close()


def _records(
    opened: parquet.ParquetFile, headers: tuple[str, ...], place: str | None, name: str
) -> Iterator[Record]:
    number = 0
    columns = [*headers, *([place] if place else [])]
    try:
        for batch in opened.iter_batches(BATCH, columns=columns):
            for row in batch.to_pylist():
                number += 1
                yield Record(number, {h: row[h] for h in headers}, row[place] if place else None)
    except BROKEN as fault:
        raise ImportRefused(f"{name}, row {number + 1}: {str(fault)[:200]} 无法读取") from None


def _crs(geo: dict[str, Any], place: str | None) -> str | None:
    """What the file says of its coordinates: absent means CRS84."""
    if place is None:
        return None
    column = geo.get("columns", {}).get(place, {})
    if "crs" not in column:
        return "OGC:CRS84"
    identified = (column["crs"] or {}).get("id", {})
    if not identified:
        return None
    return f"{identified.get('authority')}:{identified.get('code')}"
