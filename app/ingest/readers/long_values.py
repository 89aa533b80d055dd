"""GeoPackages before GDAL opens them: a value that would fill the machine is refused by name."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from app.errors import ImportRefused
from app.ingest.readers.too_long import too_long

LONGEST_VALUE = 16 * 2**20
"""Bytes of a text or of a geometry, a million corners."""

STEPS, STEPS_A_BYTE, STEPS_AT_ONCE = 10**7, 50, 10**6
"""What asking may take: a fixed number of steps and some for every byte of the file.

Views and calculated columns can make much, or go on for ever, from a file of a few bytes.
"""


def require_short_values(path: Path) -> None:
    """Refuse a GeoPackage with a value that is longer than any is, kept or calculated.

    SQLite tells the length of a binary value without reading it, and makes or reads no text beyond
    the limit that it is given. A broken file is left to GDAL, which tells what is wrong with it.

    Raises:
        ImportRefused: There is such a value; table and column are named. Or a view takes for ever.
    """
    # Immutable: nothing is written beside the file, not even a lock.
    address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    left = STEPS + STEPS_A_BYTE * path.stat().st_size

    def exhausted() -> bool:
        nonlocal left
        left -= STEPS_AT_ONCE
        return left < 0

    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
            database.set_progress_handler(exhausted, STEPS_AT_ONCE)
            for (table,) in database.execute("SELECT table_name FROM gpkg_contents").fetchall():
                _require_short(database, str(table), path.name)
    except (sqlite3.Error, UnicodeDecodeError):  # of a broken file what is said may be no text
        if left < 0:
            raise ImportRefused(
                f"{path.name}: a view in it calculates too long; save its layer as a table "
                "视图计算过久，请将图层另存为数据表"
            ) from None


def _require_short(database: sqlite3.Connection, table: str, name: str) -> None:
    # Calculated columns are told by table_xinfo only.
    asked = database.execute(f"PRAGMA table_xinfo({_quoted(table)})").fetchall()
    columns = [str(each[1]) for each in asked]
    if columns and _long(database, table, columns):
        column = next((each for each in columns if _long(database, table, [each])), "")
        where = f"a value of column {column[:80]!r} of layer {table[:80]!r}"
        raise too_long(name, where, f"{LONGEST_VALUE:,} bytes")


def _long(database: sqlite3.Connection, table: str, columns: list[str]) -> bool:
    """Whether one of the columns holds a value that is too long."""
    lengths = ", ".join(f"max(length({_quoted(each)}))" for each in columns)
    try:
        asked = database.execute(f"SELECT {lengths} FROM {_quoted(table)}")  # noqa: S608 - quoted
        return any(length is not None and length > LONGEST_VALUE for length in asked.fetchone())
    except sqlite3.DataError as fault:
        if "too big" in str(fault):
            return True
        raise


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
