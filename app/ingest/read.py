"""From a file to records: the reader of its ending."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import cast

from app.errors import ImportRefused
from app.ingest import readers
from app.ingest.readers.table import KnownWord, Reader, Table

__all__ = ["Table", "endings", "read"]


@contextmanager
def read(path: Path, known: KnownWord = lambda _word: False) -> Iterator[Table]:
    """Open a file; it is closed after the block.

    Args:
        path: The file.
        known: Whether a cell reads like the header of a field; finds the header below a title.

    Raises:
        ImportRefused: No such file, an unknown ending, or content that is not what the name says.
    """
    name = path.name.lower()
    ending = max((each for each in endings() if name.endswith(each)), key=len, default=None)
    if ending is None:
        raise ImportRefused(
            f"{path.name}: no reader for {path.suffix or 'a file without ending'!r}; "
            f"there are: {', '.join(endings())}"
        )
    if path.is_dir() or not path.exists():
        raise ImportRefused(f"{path.name}: there is no such file 找不到文件")
    try:
        with endings()[ending](path, known) as table:
            yield table
    except PermissionError as fault:
        raise ImportRefused(f"{path.name}: can't be read: {fault.strerror}") from None


@cache
def endings() -> dict[str, Reader]:
    """Ending to reader, for every file of the room that names endings."""
    found: dict[str, Reader] = {}
    for each in iter_modules(readers.__path__):
        module = import_module(f"{readers.__name__}.{each.name}")
        for ending in getattr(module, "ENDINGS", ()):
            found[ending] = cast("Reader", module.read)
    return found
