"""From a file to records: one function a format, chosen by the file's ending."""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from app.errors import ImportRefused
from app.ingest.record import Record

csv.field_size_limit(1_000_000)

BROKEN = (OSError, EOFError, zlib.error)
"""What a broken file or a broken gzip stream raises while it is read."""

LARGEST_JSON_BYTES = 200_000_000
"""Unpacked size of a GeoJSON, which is held in memory whole; a larger one is better sent as CSV."""

LONGEST_LINE = 16_000_000
"""Characters of one line of a table; a file without line ends must not be held in memory whole."""

HEAD_BYTES = 64 * 1024
"""How much of a file is looked at to tell its encoding and delimiter."""


@dataclass(frozen=True)
class Table:
    """A file that is open: its headers, its records, the CRS that it claims for itself.

    Attributes:
        headers: Names of the columns or properties in order.
        records: The rows, read as they are asked for.
        crs: What the file says of its coordinates; None where it says nothing.
    """

    headers: tuple[str, ...]
    records: Iterator[Record]
    crs: str | None = None


@contextmanager
def read(path: Path) -> Iterator[Table]:
    """Open a file; it is closed after the block.

    Raises:
        ImportRefused: No such file, an unknown ending, or content that is not what the name says.
    """
    endings = [ending.lower() for ending in path.suffixes]
    zipped = bool(endings) and endings[-1] == ".gz"
    ending = (endings[-2] if len(endings) > 1 else "") if zipped else (endings or [""])[-1]
    reader = READERS.get(ending)
    if reader is None:
        raise ImportRefused(
            f"{path.name}: no reader for {ending or 'a file without ending'!r}; "
            f"there are: {', '.join(READERS)}, each also with .gz"
        )
    with _opened(path, zipped=zipped) as stream:
        try:
            if not stream.peek(1):  # type: ignore[attr-defined]
                raise ImportRefused(f"{path.name}: the file is empty 文件为空")
            table = reader(stream, path.name)
        except BROKEN as fault:
            raise ImportRefused(f"{path.name}: can't be read: {fault} 文件损坏") from None
        yield table


def _opened(path: Path, *, zipped: bool) -> IO[bytes]:
    try:
        return gzip.open(path) if zipped else path.open("rb")  # type: ignore[return-value]
    except FileNotFoundError:
        raise ImportRefused(f"{path.name}: there is no such file 找不到文件") from None
    except OSError as fault:
        raise ImportRefused(f"{path.name}: can't be read: {fault.strerror}") from None


def _read_csv(stream: IO[bytes], name: str) -> Table:
    head = stream.peek(HEAD_BYTES)[:HEAD_BYTES]  # type: ignore[attr-defined]
    if b"\x00" in head:
        raise ImportRefused(f"{name}: is no text, so no CSV 不是文本文件")
    encoding = _encoding(head)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="", errors="strict")
    first = next(iter(head.decode(encoding, errors="ignore").splitlines()), "")
    delimiter = max(",\t;", key=first.count)
    rows = csv.reader(_lines(text), delimiter=delimiter)
    try:
        headers = _headers(next(rows, []))
    except (csv.Error, UnicodeDecodeError):
        raise ImportRefused(f"{name}: the header can't be read 表头无法读取") from None
    if not headers:
        raise ImportRefused(f"{name}: has no header line 缺少表头")
    if len(set(headers)) != len(headers):
        twice = next(header for header in headers if headers.count(header) > 1)
        raise ImportRefused(f"{name}: column {twice!r} stands there twice 列名重复")
    return Table(headers, _csv_records(text, rows, headers, name))


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise csv.Error(f"line longer than {LONGEST_LINE} characters")
        yield line


def _headers(cells: list[str]) -> tuple[str, ...]:
    """The header without the empty cells that spreadsheets leave at its end."""
    headers = [cell.strip() for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    return tuple(headers)


def _csv_records(
    text: io.TextIOWrapper, rows: Any, headers: tuple[str, ...], name: str
) -> Iterator[Record]:
    width = len(headers)
    try:
        for cells in rows:
            if any(cells):
                padded = cells[:width] + [""] * (width - len(cells))
                values = dict(zip(headers, padded, strict=True))
                yield Record(rows.line_num, values, surplus=any(cells[width:]))
    except (csv.Error, UnicodeDecodeError, *BROKEN) as fault:
        raise ImportRefused(f"{name}, line {rows.line_num + 1}: {fault} 无法读取") from None
    finally:
        text.close()


def _encoding(head: bytes) -> str:
    """UTF-8 where it is valid, else GB18030, which every Chinese office can write."""
    try:
        head[: head.rfind(b"\n") + 1 or None].decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _read_geojson(stream: IO[bytes], name: str) -> Table:
    read = stream.read(LARGEST_JSON_BYTES + 1)
    if len(read) > LARGEST_JSON_BYTES:
        raise ImportRefused(
            f"{name}: holds more than {LARGEST_JSON_BYTES // 1_000_000} MB; split it, or send it "
            "as CSV with a column wkt 文件过大"
        )
    try:
        content = json.loads(read)
    except (ValueError, RecursionError) as fault:
        raise ImportRefused(f"{name}: is no JSON: {fault} 不是有效的 JSON") from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise ImportRefused(f"{name}: is no GeoJSON FeatureCollection 不是 GeoJSON 要素集合")
    headers = dict.fromkeys(str(key) for each in features for key in _properties(each))
    return Table(tuple(headers), _features(features), _claimed(content))


def _properties(feature: Any) -> dict[str, Any]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties if isinstance(properties, dict) else {}


def _features(features: list[Any]) -> Iterator[Record]:
    for number, feature in enumerate(features, start=1):
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        shape = geometry if isinstance(geometry, dict) else None
        yield Record(number, {str(k): v for k, v in _properties(feature).items()}, shape)


def _claimed(content: dict[str, Any]) -> str | None:
    name = _properties(content.get("crs")).get("name")
    return name if isinstance(name, str) else None


READERS: dict[str, Callable[[IO[bytes], str], Table]] = {
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".geojson": _read_geojson,
    ".json": _read_geojson,
}
"""Reader by ending."""
