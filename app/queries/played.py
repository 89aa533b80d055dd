"""What playback asks beside the positions: how many, how new, whose."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from app.db.tables import table_of
from layers.declare import Layer


def positions_of(positions: Layer, first: datetime, last: datetime) -> Select[int]:
    """How many positions of a period, both ends closed, there are."""
    seen_at = table_of(positions).c.seen_at
    return select(func.count()).where(seen_at >= first, seen_at <= last)


def newest_instant(positions: Layer) -> Select[Any]:
    """When a position came last; NULL where there is none."""
    return select(func.max(table_of(positions).c.seen_at))


def registered(vessels: Layer, mmsis: Sequence[str]) -> Select[Any]:
    """Name, displayed grade and id of vessels by their numbers; none of who is not registered."""
    columns = table_of(vessels).c
    told = (columns.mmsi, columns.name, columns.displayed_grade.label("grade"), columns.fid)
    return select(*told).where(columns.mmsi.in_(mmsis))
