"""A mapping of a source kept in a file: which of its columns is which field."""

import json
from pathlib import Path

from app.errors import ImportRefused
from app.ingest.naming import Mapped, known_words, name_columns
from app.ingest.read import read
from layers.declare import Layer


def read_mapping(path: Path) -> Mapped:
    """Read a JSON object: header to field, to lon, lat or wkt, or to null for «not used».

    Raises:
        ImportRefused: No such file, no JSON object of that shape.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        raise ImportRefused(f"{path.name}: there is no such mapping 找不到映射文件") from None
    except ValueError as fault:
        raise ImportRefused(f"{path.name}: is no JSON: {fault} 映射文件无效") from None
    if not isinstance(content, dict) or not all(
        isinstance(field, str | None) for field in content.values()
    ):
        raise ImportRefused(
            f"{path.name}: a mapping is an object of headers and fields 映射文件无效"
        )
    return content


def write_mapping(path: Path, mapping: Mapped) -> None:
    """Write a mapping that `read_mapping` reads back, one column a line."""
    path.write_text(json.dumps(dict(mapping), ensure_ascii=False, indent=2) + "\n", "utf-8")


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
