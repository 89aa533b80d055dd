"""Reads a Parquet in a process of its own, before the service does.

Metadata that contradicts itself ends the whole process (pyarrow 26 lets a C++ exception out), and
sizes that a file states may be lies: both end this process, whose memory is limited, and no other.
It is run by its path, with nothing but pyarrow: `python parquet_probe.py FILE`.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

LARGEST_PART = 256 * 2**20
"""Bytes, unpacked, of one column in one group of rows; a million points take 21 MB."""

LONGEST_VALUE = 16 * 2**20
"""Bytes of one value."""

BATCH, BATCH_BYTES = 5000, 64 * 2**20
"""Rows that are in memory at once, and what they may take, on average."""

ROOM_BYTES = 2**30
"""Memory that reading may take, beyond that of the program."""

BROKEN = (pa.ArrowException, OSError, ValueError, KeyError, TypeError)
"""What pyarrow raises for files that are no Parquet."""


def rows_at_once(facts: parquet.FileMetaData) -> int:
    """How many rows are in memory at once: fewer where they are large."""
    groups = (facts.row_group(at) for at in range(facts.num_row_groups))
    largest = max((each.total_byte_size / max(1, each.num_rows) for each in groups), default=0)
    return max(1, min(BATCH, int(BATCH_BYTES / max(1, largest))))


def probe(path: Path) -> dict[str, Any]:
    """What reading the file comes to.

    Returns:
        `broken` with a reason; `long` or `large` with the place of what is too much; or
        `kept_once`, the columns of texts that are kept once and given to many rows.
    """
    try:
        facts = parquet.read_metadata(path)
        found = _beyond(facts)
        if found is not None:
            return found
        kept = _kept_once(facts)
        _limit()
        with parquet.ParquetFile(path, metadata=facts, read_dictionary=kept) as opened:
            for _ in opened.iter_batches(rows_at_once(facts), use_threads=False):
                pass
    except (MemoryError, pa.ArrowMemoryError):
        return {"large": f"reading takes more than {ROOM_BYTES:,} bytes of memory"}
    except BROKEN as fault:
        return {"broken": str(fault)[:200]}
    return {"kept_once": kept}


def _beyond(facts: parquet.FileMetaData) -> dict[str, str] | None:
    """The first part of a column that is larger than any is, by what the file says."""
    for group in range(facts.num_row_groups):
        rows = facts.row_group(group)
        for at in range(rows.num_columns):
            part = rows.column(at)
            size = part.total_uncompressed_size
            column = f"column {part.path_in_schema[:80]!r}"
            if size > LONGEST_VALUE and size / max(1, part.num_values) > LONGEST_VALUE / 16:
                return {"long": f"a value of {column} in row group {group}"}
            if size > LARGEST_PART:
                return {"large": f"{column} takes {size:,} bytes in row group {group}"}
    return None


def _kept_once(facts: parquet.FileMetaData) -> list[str]:
    """Columns of texts that are kept once and given to many rows."""
    if not facts.num_row_groups:
        return []
    first = facts.row_group(0)
    parts = (first.column(at) for at in range(first.num_columns))
    return [
        part.path_in_schema for part in parts
        if part.physical_type == "BYTE_ARRAY" and part.has_dictionary_page
    ]  # fmt: skip


def _limit() -> None:
    """Let this process take no more than its room."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    most = pages * resource.getpagesize() + ROOM_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(probe(Path(sys.argv[1]))))
