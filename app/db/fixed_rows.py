"""Numbers out of the database at the speed of memory: COPY in binary, read as arrays.

A row of numbers without a null has the same length as every other: its text is never made.
"""

import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, TextClause

from app.db.copy import Stream, quoted
from app.db.stopping import stop_of

HEAD_BYTES = 19
"""Signature, flags and the length of an empty extension."""

KINDS = {"int4": ">i4", "int8": ">i8", "float8": ">f8"}
"""PostgreSQL's types, and how they stand in a row."""

MICROSECONDS_2000 = 946_684_800
"""Seconds from 1970 to 2000, from which PostgreSQL counts microseconds."""

Rows = NDArray[np.void]


def fixed_rows(
    connection: Connection, statement: Select[Any] | TextClause, columns: dict[str, str]
) -> Iterator[Rows]:
    """Rows of a statement in pieces, as arrays with a field a column.

    The connection takes no other statement until the last piece is there or the iterator closed.

    Args:
        connection: In a transaction, whose own rows are seen.
        statement: Whose columns have these types and are never null; an instant is an `int8` of
            microseconds since 2000.
        columns: Name to type: `int4`, `int8`, `float8`.
    """
    driver = connection.connection.driver_connection
    assert driver is not None
    command = b"COPY (" + quoted(driver, statement) + b") TO STDOUT (FORMAT binary)"
    shape = _shape(columns)
    stream = Stream(driver, command, stop_of(connection))
    rest, started = b"", False
    try:
        for chunk in stream.chunks():
            rest += chunk
            if not started:
                rest, started = rest[HEAD_BYTES:], True
            many = len(rest) // shape.itemsize
            yield np.frombuffer(rest, dtype=shape, count=many)
            rest = rest[many * shape.itemsize :]
    finally:
        stream.stop()
    if rest != struct.pack(">h", -1):
        raise ValueError(f"a row had a null, or another type: {len(rest)} bytes are left")


def _shape(columns: dict[str, str]) -> np.dtype[np.void]:
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for name, kind in columns.items():
        fields += [(f"{name} bytes", ">i4"), (name, KINDS[kind])]
    return np.dtype(fields)


def seconds_of(instants: NDArray[Any]) -> NDArray[np.float64]:
    """Seconds since 1970 of instants as PostgreSQL writes them."""
    return instants.astype(np.float64) / 1e6 + MICROSECONDS_2000
