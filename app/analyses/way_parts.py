"""How parts of a vessel's way, known by its number and their begin, take the place of others."""

from collections.abc import Mapping, Sequence

from sqlalchemy import TextClause, text

KEY = ("mmsi", "started_at")

TAKE_AWAY = (
    "DELETE FROM {table} AS t "
    "USING unnest(CAST(:numbers AS text[]), CAST(:since AS timestamptz[])) AS looked (mmsi, since) "
    "WHERE t.mmsi = looked.mmsi AND (looked.since IS NULL OR t.started_at >= looked.since) "
    "AND NOT EXISTS (SELECT FROM unnest(CAST(:mmsi AS text[]), CAST(:started_at AS timestamptz[])) "
    "AS made (mmsi, started_at) WHERE made.mmsi = t.mmsi AND made.started_at = t.started_at)"
)
"""Rows of vessels, from an instant on, that are not among those that were made."""


def put(table: str, types: Mapping[str, str], compared: Sequence[str]) -> TextClause:
    """Write a batch as one statement's arrays; a part that is still the same is left alone.

    Args:
        table: Where parts go; `mmsi` and `started_at` are its key.
        types: Its columns, and what their values are sent as; `geom` as hexadecimal EWKB.
        compared: Columns of which one must differ for a part to be written again.
    """
    columns = ", ".join(types)
    taken = columns.replace("geom", "CAST(geom AS geometry)")
    sent = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in types.items())
    new = ", ".join(f"{name} = excluded.{name}" for name in types if name not in KEY)
    before, after = (", ".join(f"{row}.{name}" for name in compared) for row in ("t", "excluded"))
    return text(
        f"INSERT INTO {table} AS t ({columns}) SELECT {taken} FROM unnest({sent}) "  # noqa: S608 - its own words
        f"AS made ({columns}) ON CONFLICT ({', '.join(KEY)}) DO UPDATE SET {new} "
        f"WHERE ({before}) IS DISTINCT FROM ({after})"
    )
