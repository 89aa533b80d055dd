"""Days and instants of cells: written in Chinese, with slashes or dots, or as Excel counts them."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.ingest.column import Unreadable, filled

FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000
"""Excel's numbers of the days from 1954 to 2119."""

SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a day, not an instant

_DAY = re.compile(
    r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?:\s*[T ]?\s*(.*))?$"
)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_NO_DAY = re.compile(r"^\d{4}\s*(?:年|[-/.年]\s*\d{1,2}\s*月?)?$")
"""A year, or a year and a month."""

_CLOCK = re.compile(
    r"^(\d{1,2})\s*[:时]\s*(\d{1,2})(?:\s*[:分]\s*(\d{1,2})(?:\.\d+)?)?\s*(?:分|秒)?$"
)


def when(value: Any, kind: type, zone: str | None) -> Any:
    """A day or an instant as ISO 8601; what is none comes back as it was, for the row to refuse.

    Args:
        value: What the cell holds: text, Excel's number, or a date.
        kind: `date` or `datetime`.
        zone: Zone of an instant without an offset; None leaves it without one.

    Raises:
        Unreadable: The clock of the zone shows that instant twice or never; a day is only a month
            or a year.
    """
    value = filled(value)
    if value is None:
        return None
    if _is_serial(value):
        instant = SERIAL_ZERO + timedelta(days=float(value))
        return instant.date().isoformat() if kind is date else _zoned(instant, zone)
    plain = value.isoformat() if isinstance(value, date) else str(value)
    text = unicodedata.normalize("NFKC", plain).strip()
    found = _DAY.match(text) or _COMPACT.match(text)
    if found is None and kind is date and _NO_DAY.match(text):
        raise Unreadable("没有写到日，请写成 2012-03-01", "names no day, write as 2012-03-01")
    return text if found is None else _read(found, text, kind, zone)


def _read(found: re.Match[str], text: str, kind: type, zone: str | None) -> Any:
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return text
    clock = (found[4] or "").strip() if found.re is _DAY else ""
    if kind is date:
        return day.isoformat() if not clock or _CLOCK.match(clock) else text
    return _instant(day, clock, text, zone)


def _instant(day: date, clock: str, text: str, zone: str | None) -> Any:
    """An instant whose clock has no offset is local; anything else is for the row to read."""
    found = _CLOCK.match(clock)
    if found is None:
        return text if clock else day.isoformat()
    hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        instant = datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001
    except ValueError:
        return text
    return _zoned(instant, zone)


def _zoned(instant: datetime, zone: str | None) -> str:
    if zone is None:
        return instant.isoformat()
    local = instant.replace(tzinfo=ZoneInfo(zone))
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise Unreadable(
            f"{zone} 的钟在调钟时有两个这一时刻或没有，请写明时差，如 +08:00",
            f"is twice or never on the clocks of {zone}: write its offset, as +08:00",
        )
    return local.isoformat()


def _is_serial(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        number = float(value)
    except ValueError:
        return False
    return FIRST_SERIAL <= number <= LAST_SERIAL
