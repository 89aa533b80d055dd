"""What was declared of a source, kept in a file: its columns, the zone of its clocks, its crs."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.errors import ImportRefused
from app.ingest.naming import Mapped, known_words, name_columns
from app.ingest.read import read
from app.ingest.zone import read_zone
from layers.declare import Layer

WORDS = ("columns", "timezone", "crs")
"""Members of a file that declares more than columns."""


@dataclass(frozen=True)
class Declared:
    """What a person declared of a source.

    Attributes:
        columns: Header to field, to lon, lat, lonlat or wkt, or to None for «not used».
        timezone: Zone of instants without an offset; None where nothing was declared.
        crs: Reference system of the coordinates; None likewise.
    """

    columns: Mapped
    timezone: str | None = None
    crs: str | None = None


def read_mapping(path: Path) -> Declared:
    """Read a JSON object of headers and fields, or of `columns`, `timezone` and `crs`.

    Raises:
        ImportRefused: No such file, no JSON object of that shape.
        BadParameter: There is no such zone.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        raise ImportRefused(f"{path.name}: there is no such mapping 找不到映射文件") from None
    except (ValueError, RecursionError) as fault:
        raise ImportRefused(f"{path.name}: is no JSON: {fault} 映射文件无效") from None
    whole = isinstance(content, dict) and isinstance(content.get("columns"), dict)
    columns: Any = content["columns"] if whole else content
    others = {name: value for name, value in content.items() if name != "columns"} if whole else {}
    if not _is_mapping(columns) or not set(others) <= set(WORDS) or not _is_mapping(others):
        raise ImportRefused(
            f"{path.name}: a mapping is an object of headers and fields, or of {', '.join(WORDS)} "
            "映射文件无效"
        )
    zone = others.get("timezone")
    return Declared(columns, read_zone(zone, "timezone") if zone else None, others.get("crs"))


def _is_mapping(content: Any) -> bool:
    return isinstance(content, dict) and all(
        isinstance(value, str | None) for value in content.values()
    )


def write_mapping(path: Path, declared: Declared) -> None:
    """Write what `read_mapping` reads back, one column a line."""
    columns = dict(declared.columns)
    others = {"timezone": declared.timezone, "crs": declared.crs}
    said = {name: value for name, value in others.items() if value is not None}
    content: dict[str, Any] = {"columns": columns, **said} if said else columns
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")


def mapping_of(file: Path, layer: Layer, given: Mapped | None) -> Mapped:
    """What an import takes the columns of a file for, to be given again for the next of its source.

    Args:
        file: The file.
        layer: Where its rows go.
        given: What a person decided for some columns.

    Raises:
        ImportRefused: The file can't be read, or a required field has no column.
    """
    with read(file, known_words(layer, given)) as table:
        return name_columns(table, layer, file.name, given).mapping
