"""Stays in port as rows of their table: the positions between the tracks of a vessel."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import Connection, text

from app.analyses.track_rows import PortsAt, line_of
from app.analyses.way_parts import TAKE_AWAY, put
from layers.sea.trips import PortStay

TYPES = {
    "mmsi": "text", "started_at": "timestamptz", "ended_at": "timestamptz", "port": "text",
    "positions": "int", "dropped": "int", "geom": "text",
}  # fmt: skip
"""Columns of a stay, and what their values are sent as; a line as hexadecimal EWKB."""

PUT = put("vessel_stays", TYPES, ("geom", "port", "dropped"))


@dataclass(frozen=True, slots=True)
class StayRow:
    """A stay in port, its line as hexadecimal EWKB; instants in UTC."""

    mmsi: str
    started_at: datetime
    ended_at: datetime
    port: str | None
    positions: int
    dropped: int
    geom: str


def stay_rows(mmsi: str, found: Sequence[PortStay], ports_at: PortsAt) -> Iterator[StayRow]:
    """Stays in port of one number, with the port in which each began."""
    if not found:
        return
    begins = (
        np.array([getattr(stay, name)[0] for stay in found]) for name in ("lon", "lat", "seconds")
    )
    for stay, port in zip(found, ports_at(*begins), strict=True):
        first, last = (datetime.fromtimestamp(float(stay.seconds[end]), UTC) for end in (0, -1))
        yield StayRow(mmsi, first, last, port, len(stay.seconds), stay.dropped, line_of(stay))


def replace_stays(
    connection: Connection, since: Mapping[str, datetime | None], rows: Sequence[StayRow]
) -> None:
    """Put the stays of vessels in the place of those they had; equal ones are left alone.

    Args:
        connection: In a transaction.
        since: MMSI to the instant from which stays are replaced, closed; None: all.
        rows: Their stays.
    """
    looked = {"numbers": list(since), "since": list(since.values())}
    made = {name: [getattr(row, name) for row in rows] for name in TYPES}
    there = {"mmsi": made["mmsi"], "started_at": made["started_at"]}
    connection.execute(text(TAKE_AWAY.format(table="vessel_stays")), {**looked, **there})
    if rows:
        connection.execute(PUT, made)
