"""Query parameters: each read by one small function that says what it expected."""

import math
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import QueryParams

from app.crs import Crs, read_crs
from app.errors import BadParameter, UnknownParameter
from app.queries.feature import Shape
from app.queries.filters.cql2 import read_filter
from app.queries.source import GRADES, published
from app.queries.where import Box, Span, Where
from app.refusals import in_words
from layers.declare import FieldFacts, Layer

FARTHEST_M = 1e8
"""No projected system has coordinates beyond; zone prefixes of 40 million included."""

LARGEST_INTEGER = 2**31 - 1
FILTERS = ("bbox", "bbox-crs", "datetime", "asof", "filter", "filter-lang", "filter-crs")
"""Parameters that decide which features there are, beside the layer's own fields."""

_INSTANT = TypeAdapter(datetime)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def refuse_unknown(query: QueryParams, known: Iterable[str]) -> None:
    """Refuse parameters that nothing reads: a misspelt filter must not let everything through."""
    understood = sorted(known)
    strangers = [name for name in query if name not in understood]
    if strangers:
        raise UnknownParameter(sorted(set(strangers)), understood)
    for name in query:
        if len(query.getlist(name)) > 1:
            raise BadParameter(name, "is given more than once")


def read_where(query: QueryParams, layer: Layer, zone: str) -> Where:
    """The filter of a request for one layer's features."""
    box, srid = read_box(query.get("bbox"), query.get("bbox-crs"))
    return Where(
        box=box,
        box_srid=srid,
        span=read_span(query.get("datetime"), zone),
        fields={name: read_values(query[name], layer, name) for name in _named(query, layer)},
        asof=read_instant(query["asof"], "asof", zone) if "asof" in query else None,
        filter=read_filter(
            query.get("filter"), query.get("filter-lang"), query.get("filter-crs"), zone
        ),
    )


def read_box(text: str | None, crs: str | None = None) -> tuple[Box | None, int]:
    """A box from `west,south,east,north` and its EPSG code; heights of six numbers are ignored.

    In a system whose authority puts north first the numbers come so, and are turned round.
    """
    if text is None:
        return None, 4326
    system = read_crs(crs, "bbox-crs") if crs else read_crs("CRS84")
    numbers = [_number(part) for part in text.split(",")]
    if len(numbers) == 6:  # noqa: PLR2004
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4:  # noqa: PLR2004
        raise BadParameter("bbox", "write four numbers: west,south,east,north")
    if system.north_first:
        numbers = [numbers[1], numbers[0], numbers[3], numbers[2]]
    west, south, east, north = numbers
    _require_box((west, south, east, north), system)
    return (west, south, east, north), system.srid


def _require_box(box: Box, system: Crs) -> None:
    """Refuse a box that its system can't hold; in degrees west > east crosses 180°."""
    west, south, east, north = box
    if not system.degrees and max(map(abs, box)) > FARTHEST_M:
        raise BadParameter("bbox", "lies outside the domain of bbox-crs")
    if not system.degrees and west > east:
        raise BadParameter("bbox", "west lies east of east")
    if south > north:
        raise BadParameter("bbox", "south is above north")
    if system.degrees and not _on_earth(west, south, east, north):
        raise BadParameter("bbox", "degrees lie in -180..180 and -90..90, longitude first")


def _on_earth(west: float, south: float, east: float, north: float) -> bool:
    return all(abs(lon) <= 180 for lon in (west, east)) and all(  # noqa: PLR2004
        abs(lat) <= 90  # noqa: PLR2004
        for lat in (south, north)
    )


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise BadParameter("bbox", f"{text.strip()[:40]!r} is no number") from None
    if not math.isfinite(number):
        raise BadParameter("bbox", "numbers must be finite")
    return number


def read_span(text: str | None, zone: str) -> Span | None:
    """An instant, or `start/end` with `..` or nothing for an open end; both ends belong to it."""
    if text is None:
        return None
    start, slash, end = text.partition("/")
    if not slash:
        return Span(*_day_or_instant(start, zone), zone)
    opened = {"", ".."}
    first = None if start in opened else _day_or_instant(start, zone)[0]
    last = None if end in opened else _day_or_instant(end, zone)[1]
    if first is None and last is None:
        raise BadParameter("datetime", "one end must be given")
    if first and last and first > last:
        raise BadParameter("datetime", "the end lies before the start")
    return Span(first, last, zone)


def read_instant(text: str, parameter: str, zone: str) -> datetime:
    """An instant; a day means its end in the display zone, so that `asof=2026-11-03` holds all."""
    try:
        return _day_or_instant(text, zone)[1]
    except BadParameter as fault:
        raise BadParameter(parameter, fault.detail) from None


def _day_or_instant(text: str, zone: str) -> tuple[datetime, datetime]:
    """First and last instant of what a text names."""
    # A "+" of an offset arrives as a space.
    text = text.strip().replace(" ", "+")
    try:
        if len(text) == len("2026-11-03"):
            day = date.fromisoformat(text)
            local = ZoneInfo(zone)
            ends = (datetime.combine(day, each, local) for each in (time.min, time.max))
            first, last = (_in_utc(end) for end in ends)
            return first, last
        instant = _INSTANT.validate_python(require_day(text))
    except (ValueError, OverflowError, ValidationError):
        raise BadParameter(
            "datetime", f"{text[:60]!r} is no instant; write 2026-11-03T08:00:00Z or 2026-11-03"
        ) from None
    if instant.tzinfo is None:
        raise BadParameter(
            "datetime", f"{text[:60]!r} has no offset; write for example Z or +08:00"
        )
    return _in_utc(instant), _in_utc(instant)


def require_day(text: str) -> str:
    """The text, which must begin with a day: pydantic takes a bare number for seconds since 1970.

    Raises:
        ValueError: It begins otherwise.
    """
    if not _DAY.match(text):
        raise ValueError("a date is written 2026-11-03 日期写作 2026-11-03")
    return text


def _in_utc(local: datetime) -> datetime:
    """The instant in UTC; the first and the last day of the calendar end with it."""
    try:
        return local.astimezone(UTC)
    except OverflowError:
        return local.replace(tzinfo=UTC)


def _named(query: QueryParams, layer: Layer) -> list[str]:
    return [name for name in query if name in filterable(layer)]


def filterable(layer: Layer) -> tuple[str, ...]:
    """Fields by which a request may filter."""
    return published(layer)


def read_values(text: str, layer: Layer, name: str) -> list[Any]:
    """Accepted values of a field: one, or for grades and codes several split by commas.

    `unassessed` and `null` stand for an empty field.
    """
    facts = layer.fields.get(name)
    several = name in GRADES or (facts is not None and (facts.codes or facts.kind is int))
    parts = text.split(",") if several else [text]
    return [_value(part.strip(), layer, name) for part in parts]


def _value(text: str, layer: Layer, name: str) -> Any:
    require_text(text, name)
    if text in {"unassessed", "null"}:
        return None
    if name in GRADES:
        if text not in {"1", "2", "3", "4"}:
            raise BadParameter(name, "is 1, 2, 3, 4 or unassessed")
        return int(text)
    facts = layer.fields.get(name)
    return text if facts is None else _typed(text, facts)


def _typed(text: str, facts: FieldFacts) -> Any:
    meanings = {meaning: code for code, meaning in facts.codes.items()}
    try:
        if facts.kind in {date, datetime}:
            require_day(text)
        value: Any = TypeAdapter[Any](facts.kind).validate_python(meanings.get(text, text))
    except ValidationError as fault:
        raise BadParameter(facts.name, in_words(fault.errors()[0])) from None
    except ValueError as fault:
        raise BadParameter(facts.name, str(fault)) from None
    return bounded(value, facts.name)


def bounded(value: Any, parameter: str) -> Any:
    """A value that the database can be asked for."""
    if isinstance(value, float) and not math.isfinite(value):
        raise BadParameter(parameter, "must be finite")
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        raise BadParameter(parameter, "is too large")
    if isinstance(value, str):
        require_text(value, parameter)
    return value


def require_text(text: str, parameter: str) -> None:
    """Refuse what no database keeps as text.

    Raises:
        BadParameter: A NUL character or a lone surrogate.
    """
    try:
        fits = "\x00" not in text and bool(text.encode() or True)
    except UnicodeEncodeError:
        fits = False
    if not fits:
        raise BadParameter(parameter, "holds a character that is no text")


def read_shape(query: QueryParams, layer: Layer) -> Shape:
    """Which properties, and in which reference system."""
    crs: Crs = read_crs(query.get("crs", "CRS84"))
    if "properties" not in query:
        return Shape(crs=crs)
    names = tuple(name for name in query["properties"].split(",") if name)
    for name in names:
        if name not in published(layer):
            raise BadParameter("properties", f"{layer.id} has no field {name[:60]!r}")
    return Shape(names, crs)
