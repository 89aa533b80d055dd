"""From what a person writes in a notebook to the query of a request."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

Filter = Mapping[str, Any] | str | None
"""Field to a value or several, None for an empty field; or CQL2 text."""


def features_asked(
    filter: Filter,  # noqa: A002 - the word of OGC API
    bbox: Box | None,
    crs: str | None,
    asof: date | datetime | str | None,
) -> dict[str, str]:
    """The parameters that decide which features, and how they are written.

    >>> features_asked({"grade": [1, 2], "company": None}, (121.1, 30, 121.2, 30.1), None, None)
    {'grade': '1,2', 'company': 'null', 'bbox': '121.1,30,121.2,30.1'}
    """
    named = {"filter": filter} if isinstance(filter, str) else dict(filter or {})
    return {
        **{name: _value(value) for name, value in named.items()},
        **given(bbox=bbox, crs=crs, asof=asof),
    }


def given(**parameters: Any) -> dict[str, str]:
    """The parameters that are not None, as a query writes them."""
    return {name: _value(value) for name, value in parameters.items() if value is not None}


def _value(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case datetime():
            return value.isoformat()
        case str():
            return value
        case Iterable():
            return ",".join(map(_value, value))
        case _:
            return str(value)


def address(path: str, query: Mapping[str, str]) -> str:
    """Path and query.

    >>> address("/api/summary", {"by": "grade"})
    '/api/summary?by=grade'
    """
    return f"{path}?{urlencode(query)}" if query else path
