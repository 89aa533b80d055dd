"""The boxes and the times of layers, looked up once a version."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from math import ceil, floor
from typing import Any
from zoneinfo import ZoneInfo

from app.db.reader import Reader
from app.db.versions import Versions
from app.queries.extent import extent, extent_beyond
from app.queries.feature import DEGREE_DIGITS
from layers.declare import Layer

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees, CRS84."""

Interval = tuple[datetime | None, datetime | None]
"""First and last instant in UTC, both belong to it; None at both ends: no feature has one."""

UNIT = 10**DEGREE_DIGITS
"""A box is widened to the last digit of the coordinates that are told, to hold them too."""


@dataclass(frozen=True)
class Extent:
    """How far the features of a layer reach.

    Attributes:
        box: The smallest that holds every feature; None: none of them is located.
        interval: From the first to the last of their instants; None: time does not apply to the
            layer.
    """

    box: Box | None
    interval: Interval | None


class Extents:
    """How far the features of layers reach, each kept until its layer changes."""

    def __init__(self, reader: Reader, versions: Versions, zone: str) -> None:
        """Keep what reads; nothing is looked up yet.

        Args:
            reader: Short statements.
            versions: When a layer changed.
            zone: Zone in which days are meant.
        """
        self._reader = reader
        self._versions = versions
        self._zone = ZoneInfo(zone)
        self._known: dict[str, tuple[str, dict[str, Any]]] = {}

    def of(self, layer: Layer) -> Extent:
        """How far the features of a layer reach in space and, where it has an instant, in time.

        Raises:
            DatabaseAway: The database does not answer.
        """
        tag = self._versions.tag([layer.id])
        known = self._known.get(layer.id)
        if known is None or known[0] != tag:
            known = (tag, self._read(layer, known[1] if known else {}))
            self._known[layer.id] = known
        return Extent(_box(known[1]), self._interval(layer, known[1]))

    def _read(self, layer: Layer, earlier: dict[str, Any]) -> dict[str, Any]:
        """The row of a layer; positions come every second, so only what lies beyond is read."""
        if layer.partitioned and earlier and None not in earlier.values():
            beyond = self._reader.one(extent_beyond(layer, earlier))
            if beyond is not None and None not in beyond.values():
                return dict(beyond)
        return dict(self._reader.one(extent(layer)) or {})

    def _interval(self, layer: Layer, row: dict[str, Any]) -> Interval | None:
        if layer.instant is None:
            return None
        return self._instant(row.get("first"), time.min), self._instant(row.get("last"), time.max)

    def _instant(self, held: date | datetime | None, edge: time) -> datetime | None:
        """An instant, or that edge of a day, in UTC."""
        if held is None:
            return None
        if not isinstance(held, datetime):
            held = datetime.combine(held, edge, self._zone)
        try:
            return held.astimezone(UTC)
        except OverflowError:
            # The first or the last day of the calendar.
            return held.replace(tzinfo=UTC)


def _box(row: dict[str, Any]) -> Box | None:
    if row.get("west") is None:
        return None
    return (
        floor(row["west"] * UNIT) / UNIT, floor(row["south"] * UNIT) / UNIT,
        ceil(row["east"] * UNIT) / UNIT, ceil(row["north"] * UNIT) / UNIT,
    )  # fmt: skip
