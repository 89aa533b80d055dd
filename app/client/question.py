"""From what a person writes in a notebook to the query of a request."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

Filter = Mapping[str, Any] | str | None
"""Field to a value or several, None for an empty field; or CQL2, as text or as a JSON mapping."""


def features_asked(
    filter: Filter,  # noqa: A002 - the word of OGC API
    bbox: Box | None,
    crs: str | None,
    asof: date | datetime | str | None,
) -> dict[str, str]:
    """The parameters that decide which features of one layer, and how they are written.

    >>> features_asked({"grade": [1, 2], "company": None}, (121.1, 30, 121.2, 30.1), None, None)
    {'grade': '1,2', 'company': 'null', 'bbox': '121.1,30,121.2,30.1'}
    >>> features_asked("grade <= 2", None, "EPSG:4549", None)
    {'filter': 'grade <= 2', 'crs': 'EPSG:4549'}
    """
    named = _cql2(filter)
    if named is None:
        named = {name: _value(value) for name, value in dict(filter or {}).items()}  # type: ignore[arg-type]
    return {**named, **given(bbox=bbox, crs=crs, asof=asof)}


def filter_asked(filter: Filter) -> dict[str, str]:  # noqa: A002 - the word of OGC API
    """The filter of a question about several layers, as parameters: CQL2 whatever it came as.

    >>> filter_asked({"grade": [1, None]})["filter"]
    '{"op": "or", "args": [{"op": "in", "args": [{"property": "grade"}, [1]]}, {"op": "isNull", \
"args": [{"property": "grade"}]}]}'
    >>> filter_asked(None)
    {}
    """
    found = _cql2(filter)
    if found is not None:
        return found
    if not filter:
        return {}
    assert isinstance(filter, Mapping)
    parts = [_accepts(name, value) for name, value in filter.items()]
    tree = parts[0] if len(parts) == 1 else {"op": "and", "args": parts}
    return _as_json(tree)


def _cql2(filter: Filter) -> dict[str, str] | None:  # noqa: A002 - the word of OGC API
    """A filter that is CQL2 already, as parameters; None: it is none, or names fields."""
    if isinstance(filter, str):
        return {"filter": filter}
    if filter and "op" in filter and "args" in filter:
        return _as_json(filter)
    return None


def _as_json(tree: Any) -> dict[str, str]:
    return {"filter": json.dumps(tree, ensure_ascii=False), "filter-lang": "cql2-json"}


def _accepts(name: str, value: Any) -> dict[str, Any]:
    """The condition that a field has one of its accepted values."""
    several = value if isinstance(value, Iterable) and not isinstance(value, str) else [value]
    values = [_literal(each) for each in several if each is not None]
    field = {"property": name}
    among = {"op": "in", "args": [field, values]}
    if None not in several:
        return among
    empty = {"op": "isNull", "args": [field]}
    return {"op": "or", "args": [among, empty]} if values else empty


def _literal(value: Any) -> Any:
    match value:
        case datetime():
            return {"timestamp": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case _:
            return value


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


def shaped(geometry: Any) -> dict[str, Any]:
    """A geometry as GeoJSON: one of shapely, or a GeoJSON mapping as it is.

    >>> from shapely import Point
    >>> shaped(Point(121, 30))
    {'type': 'Point', 'coordinates': (121.0, 30.0)}
    """
    found = getattr(geometry, "__geo_interface__", geometry)
    return dict(found)


def address(path: str, query: Mapping[str, str]) -> str:
    """Path and query.

    >>> address("/api/summary", {"by": "grade"})
    '/api/summary?by=grade'
    """
    return f"{path}?{urlencode(query)}" if query else path
