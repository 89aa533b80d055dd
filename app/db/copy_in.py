"""Rows in by COPY: whatever the driver has to say of it is raised, and never printed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

PIECE_BYTES = 1 << 18


def copy_in(driver: Any, command: str, source: Any, piece_bytes: int = PIECE_BYTES) -> None:
    """Copy rows into a table.

    Args:
        driver: Connection of psycopg2, in a transaction.
        command: COPY … FROM STDIN.
        source: What `read` gives the rows of.
        piece_bytes: How many are asked for at a time.

    Raises:
        psycopg2.Error: The database refused them or went away.
    """
    with driver.cursor() as cursor, _raised_only():
        cursor.copy_expert(command, source, size=piece_bytes)


@contextmanager
def _raised_only() -> Iterator[None]:
    # Where the session ends while COPY runs, psycopg2 prints the error with its traces by Python's
    # hook for what nobody caught, and raises it as well.
    hook = sys.excepthook
    sys.excepthook = lambda *_fault: None
    try:
        yield
    finally:
        sys.excepthook = hook
