"""TOML as text: where a key stands, and how plain data is written.

tomllib keeps no line numbers and writes nothing; this fills both gaps for rule sets.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

KeyPath = tuple[str | int, ...]
"""Keys and array positions from the root of the document."""

_STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'')
_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"^\s*([A-Za-z0-9_-]+)\s*=\s*(.*)$")
_INNER_KEY = re.compile(r"([A-Za-z0-9_-]+)\s*=")
_BARE_KEY = re.compile(r"^[A-Za-z0-9_-]+$")


def line_of(text: str, path: Sequence[str | int]) -> int:
    """Return the line (from 1) of a key, or of its nearest ancestor that is written out."""
    lines = dict(_key_lines(text))
    for length in range(len(path), 0, -1):
        if tuple(path[:length]) in lines:
            return lines[tuple(path[:length])]
    return 1


def write(data: Mapping[str, object]) -> str:
    """Return a TOML document: a line a key, a line an entry of an array of tables."""
    return "".join(f"{_key(key)} = {_value(value)}\n" for key, value in data.items())


def _key_lines(text: str) -> Iterator[tuple[KeyPath, int]]:
    """Yield each key path with its line; entries of arrays of inline tables start a line."""
    table: KeyPath = ()
    seen: dict[KeyPath, int] = {}
    array: KeyPath | None = None
    position = 0
    for line, raw in enumerate(text.splitlines(), start=1):
        bare = _STRING.sub('""', raw).split("#", 1)[0]
        if array is not None:
            if bare.lstrip().startswith("{"):
                yield from _entry((*array, position), bare, line)
                position += 1
            array = None if bare.strip() == "]" else array
        elif header := _HEADER.match(bare):
            table = _table(header, seen)
            yield table, line
        elif key := _KEY.match(bare):
            path = (*table, key[1])
            yield from _entry(path, key[2], line)
            if key[2].strip() == "[":
                array, position = path, 0


def _entry(path: KeyPath, content: str, line: int) -> Iterator[tuple[KeyPath, int]]:
    """Yield a key or an array entry, and the keys of the inline table that it holds."""
    yield path, line
    if content.lstrip().startswith("{"):
        for inner in _INNER_KEY.finditer(content):
            yield (*path, inner[1]), line


def _table(header: re.Match[str], seen: dict[KeyPath, int]) -> KeyPath:
    """Return the path of a `[table]` or of the next `[[table]]`, counting as it goes."""
    path: KeyPath = tuple(part.strip() for part in header[2].split("."))
    if header[1] == "[":
        return path
    seen[path] = seen.get(path, -1) + 1
    return (*path, seen[path])


def _key(key: str) -> str:
    return key if _BARE_KEY.match(key) else json.dumps(key, ensure_ascii=False)


def _value(value: object) -> str:
    """Return one value as TOML.

    Raises:
        TypeError: The value has no TOML form.
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, Sequence):
        return _array(value)
    raise TypeError(type(value).__name__)


def _array(values: Sequence[object]) -> str:
    if not any(isinstance(value, Mapping) for value in values):
        return "[" + ", ".join(_value(value) for value in values) + "]"
    return "[\n" + "".join(f"  {_value(value)},\n" for value in values) + "]"
