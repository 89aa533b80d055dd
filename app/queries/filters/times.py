"""Temporal operators of CQL2: each operand is a stretch, an instant one whose ends are equal.

Source: OGC 21-065r2, 7.12, after Allen's interval algebra.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import ColumnElement, Date, DateTime, Text, and_, cast, literal, not_, or_

from app.queries.filters.cql2 import refused

Pair = tuple[ColumnElement[Any], ColumnElement[Any]]
Rule = Callable[[Pair, Pair], ColumnElement[bool]]

DISJOINT: Rule = lambda a, b: or_(a[1] < b[0], a[0] > b[1])  # noqa: E731 - one row of the table

TEMPORAL: dict[str, Rule] = {
    "t_after": lambda a, b: a[0] > b[1],
    "t_before": lambda a, b: a[1] < b[0],
    "t_contains": lambda a, b: and_(a[0] < b[0], a[1] > b[1]),
    "t_disjoint": DISJOINT,
    "t_during": lambda a, b: and_(a[0] > b[0], a[1] < b[1]),
    "t_equals": lambda a, b: and_(a[0] == b[0], a[1] == b[1]),
    "t_finishedby": lambda a, b: and_(a[0] < b[0], a[1] == b[1]),
    "t_finishes": lambda a, b: and_(a[0] > b[0], a[1] == b[1]),
    "t_intersects": lambda a, b: and_(a[0] <= b[1], a[1] >= b[0]),
    "t_meets": lambda a, b: a[1] == b[0],
    "t_metby": lambda a, b: a[0] == b[1],
    "t_overlappedby": lambda a, b: and_(a[0] > b[0], a[0] < b[1], a[1] > b[1]),
    "t_overlaps": lambda a, b: and_(a[0] < b[0], a[1] > b[0], a[1] < b[1]),
    "t_startedby": lambda a, b: and_(a[0] == b[0], a[1] > b[1]),
    "t_starts": lambda a, b: and_(a[0] == b[0], a[1] < b[1]),
}
"""Operator to what it asks of first and last instant of both operands."""

COMPARED: dict[str, Rule] = {
    "<": TEMPORAL["t_before"],
    ">": TEMPORAL["t_after"],
    "<=": lambda a, b: a[1] <= b[1],
    ">=": lambda a, b: a[0] >= b[0],
    "=": lambda a, b: and_(a[0] >= b[0], a[1] <= b[1]),
    "<>": lambda a, b: not_(and_(a[0] >= b[0], a[1] <= b[1])),
}
"""A day beside an instant is all of that day."""

_INSTANT = TypeAdapter(datetime)


@dataclass(frozen=True)
class Stretch:
    """First and last instant, each a column, a day, an instant, or None for an open end."""

    start: Any
    end: Any


def literal_time(node: dict[str, Any]) -> Stretch:
    """The stretch of `{"date": …}` or `{"timestamp": …}`."""
    kind = date if "date" in node else datetime
    value = read_time(node["date"] if kind is date else node["timestamp"], kind)
    return Stretch(value, value)


def read_time(text: Any, kind: type | None = None) -> date | datetime:
    """A day or an instant with an offset; without a kind whichever the text is."""
    if not isinstance(text, str):
        raise refused("a time is text 时间须为文本")
    try:
        if kind is date or (kind is None and len(text) == len("2026-11-03")):
            return date.fromisoformat(text)
        instant = _INSTANT.validate_python(text)
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, ValidationError):
        raise refused(
            f"{text[:40]!r} is no time; write 2026-11-03 or 2026-11-03T08:00:00Z"
        ) from None


def related(rule: Rule, first: Stretch, second: Stretch, zone: str) -> ColumnElement[bool]:
    """What a rule asks of two stretches; where a column holds days, in days of the zone."""
    columns = [each for part in (first, second) for each in (part.start, part.end)
               if isinstance(each, ColumnElement)]  # fmt: skip
    kinds = {isinstance(column.type, Date) for column in columns}
    if len(kinds) > 1:
        raise refused("compares a field of days with a field of instants 日期与时刻不可比较")
    days = kinds == {True}
    return rule(_ends(first, zone, days=days), _ends(second, zone, days=days))


def _ends(stretch: Stretch, zone: str, *, days: bool) -> Pair:
    return (_end(stretch.start, zone, days=days, last=False),
            _end(stretch.end, zone, days=days, last=True))  # fmt: skip


def _end(value: Any, zone: str, *, days: bool, last: bool) -> ColumnElement[Any]:
    kind: Any = Date() if days else DateTime(timezone=True)
    if isinstance(value, ColumnElement):
        return value
    if value is None:
        return cast(literal("infinity" if last else "-infinity", Text()), kind)
    return literal(_day(value, zone) if days else _instant(value, zone, last=last), kind)


def _day(value: date | datetime, zone: str) -> date:
    if not isinstance(value, datetime):
        return value
    try:
        return value.astimezone(ZoneInfo(zone)).date()
    except OverflowError:
        return value.date()


def _instant(value: date | datetime, zone: str, *, last: bool) -> datetime:
    if isinstance(value, datetime):
        return value
    local = datetime.combine(value, time.max if last else time.min, ZoneInfo(zone))
    try:
        return local.astimezone(UTC)
    except OverflowError:
        return local.replace(tzinfo=UTC)
