"""GeoPackages before GDAL opens them: a value that would fill the machine is refused by name."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from app.errors import ImportRefused

LONGEST_TEXT = 16 * 2**20
"""Bytes of a text; a file that is no larger is not asked."""

LONGEST_BINARY = 64 * 2**20
"""Bytes of a geometry, four million corners, or of another binary value."""


def require_short_values(path: Path) -> None:
    """Refuse a GeoPackage with a value that is longer than any is.

    SQLite tells the length of a binary value without reading it, and reads no text beyond the
    limit that it is given. A broken file is left to GDAL, which tells what is wrong with it.

    Raises:
        ImportRefused: There is such a value; table and column are named.
    """
    if path.stat().st_size <= LONGEST_TEXT:
        return
    # Immutable: nothing is written beside the file, not even a lock.
    address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_TEXT)
            for (table,) in database.execute("SELECT table_name FROM gpkg_contents").fetchall():
                _require_short(database, str(table), path.name)
    except sqlite3.Error:
        return


def _require_short(database: sqlite3.Connection, table: str, name: str) -> None:
    asked = database.execute(f"PRAGMA table_info({_quoted(table)})").fetchall()
    columns = [str(each[1]) for each in asked]
    if columns and _long(database, table, columns):
        column = next((each for each in columns if _long(database, table, [each])), "")
        raise ImportRefused(
            f"{name}: column {column[:80]!r} of layer {table[:80]!r} holds a value of more than "
            f"{LONGEST_TEXT:,} bytes 单个值过长"
        )


def _long(database: sqlite3.Connection, table: str, columns: list[str]) -> bool:
    """Whether one of the columns holds a value that is too long."""
    lengths = ", ".join(f"max(length({_quoted(each)}))" for each in columns)
    try:
        asked = database.execute(f"SELECT {lengths} FROM {_quoted(table)}")  # noqa: S608 - quoted
        return any(length is not None and length > LONGEST_BINARY for length in asked.fetchone())
    except sqlite3.DataError as fault:
        if "too big" in str(fault):
            return True
        raise


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
