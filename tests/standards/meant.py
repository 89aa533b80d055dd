"""What the definition can't say of a request in JSON schema, so that valid data is meant well.

Formats of our own get values; parameters that stand for each other, or must lie in order, are put
right; addresses lead to what is there. Requests that are wrong on purpose stay as they are.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, HookContext, Response
from schemathesis.core.failures import AcceptedNegativeData, Failure, ServerError
from schemathesis.openapi.checks import RejectedPositiveData

ITEMS = "GET /api/collections/{layer}/items"

UNDONE = 18
"""The import of the demonstration that is undone: patrol tracks."""

KEY = "00000000-0000-4000-8000-000000000001"
"""A capture with a photo that the test writes before."""

SITE = {"type": "Polygon", "coordinates": [[[121.1, 30.05], [121.102, 30.05], [121.102, 30.051],
                                            [121.1, 30.05]]]}  # fmt: skip

SPOT = {"type": "Point", "coordinates": [121.15, 30.05]}

PROPERTIES: dict[str, dict[str, Any]] = {
    "third_party_works": {"name": "a", "activity": "mechanical_excavation"},
    "encroachments": {"name": "a", "kind": "占压"},
    "hidden_dangers": {"name": "a", "level": "0", "pipeline_code": "A"},
}
"""Of captures, by the layer that they go to."""

WALKED = {"code": ""}
"""The pipeline that is walked; the test fills it in."""

TEXTS = (
    "township_code IS NULL", "S_INTERSECTS(geometry, BBOX(121.1,30,121.2,30.1))",
    "township_code LIKE '3302%' AND NOT (township_code IN ('330281001', '余姚'))",
    "township_code > 'a' OR township_code <= 'Z'",
)  # fmt: skip

BOXES = ("121.1,30.0,121.3,30.1", "121.1,30.0,0,121.3,30.1,9.5")

TREES = (
    '{"op":"isNull","args":[{"property":"township_code"}]}',
    '{"op":"like","args":[{"property":"township_code"},"33%"]}',
    '{"op":"s_within","args":[{"property":"geometry"},{"bbox":[121,30,121.5,30.5]}]}',
)


def register() -> None:
    """Give our formats their values. Schemathesis keeps them for the process."""
    formats: dict[str, tuple[str, ...]] = {
        "crs": ("CRS84", "EPSG:4326", "EPSG:4549", "4490", "urn:ogc:def:crs:EPSG::3857",
                "http://www.opengis.net/def/crs/EPSG/0/32651"),
        "cql2": TEXTS,
        "period": ("2026-10-01/2026-10-20", "2026-11-03T08:00:00Z/2026-11-04T08:00:00+08:00"),
        "place": (_place(5),),
        "stake": ("K0", "K0+000", "K0+050.5", "0.1km", "120"),
        "mapping": ("", "{}", '{"名称": "name", "a": null}'),
        "line": ("pipelines/1", "pipelines/7"),
    }  # fmt: skip
    for name, values in formats.items():
        schemathesis.openapi.format(name, st.sampled_from(values))


def _place(*values: int) -> str:
    return urlsafe_b64encode(str(list(values)).encode()).decode().rstrip("=")


def before_call(_context: HookContext, case: Case, _kwargs: dict[str, Any]) -> None:
    """Put a request right that is meant well."""
    if case.meta is None:
        return
    label, parts = case.operation.label, case.meta.components
    if all(part.mode.is_positive for place, part in parts.items() if place.value == "path"):
        _address(case.path_parameters, label)
    if not case.meta.generation.mode.is_positive:
        return
    query: dict[str, Any] = case.query
    _read_filter(query)
    _set_in_order(query)
    for one, others in EITHER.get(label, ()):
        _choose(query, one, others)
    if label in QUERIES:
        QUERIES[label](query)
    if label in BODIES and isinstance(case.body, dict):
        BODIES[label](case.body)


def filter_failure(_context: HookContext, failure: Failure, case: Case, response: Response) -> bool:
    """Whether what a check says is a fault.

    OGC API – Features, 7.15.3: a `limit` above the largest is taken as the largest, not refused.
    An import without a file names one that was sent before, which a made-up name never is.
    A statement that runs into its limit on a loaded machine is 503 by the service's own promise.
    """
    label = case.operation.label
    if isinstance(failure, ServerError):
        return "/problems/statement-too-slow" not in response.text
    if isinstance(failure, AcceptedNegativeData) and label == ITEMS:
        return not str(case.query.get("limit", "")).isdigit()
    if isinstance(failure, RejectedPositiveData):
        sent_before = label == "POST /api/imports" and "upload" in case.body
        return not (sent_before or any(words in response.text for words in ROUND_THE_EARTH))
    return True


ROUND_THE_EARTH = ("to its opposite on Earth", "too far round the Earth")
"""What no JSON schema can say of a geometry: that it is small enough to be measured."""


def _address(path: dict[str, Any], label: str) -> None:
    """Most features that are asked for exist, and so does the capture."""
    if isinstance(path.get("id"), int):
        path["id"] = UNDONE if label.endswith("/undo") else 1 + path["id"] % 40
    if "key" in path and not label.startswith("PUT /api/captures/{key}/photos"):
        path["key"] = path["key"] if label.startswith("PUT") else KEY
    if "number" in path and label.startswith("GET"):
        path["number"] = 1


def _read_filter(query: dict[str, Any]) -> None:
    """A filter is written in the language that the request names, its places in its system."""
    if "filter" not in query:
        return
    told = TREES if query.get("filter-lang") == "cql2-json" else TEXTS
    at_home = query.get("filter-crs", "CRS84") == "CRS84"
    # The first of each has no place.
    query["filter"] = told[len(query["filter"]) % len(told) if at_home else 0]


def _set_in_order(query: dict[str, Any]) -> None:
    """The corners of a box lie in the world and in order; so do two instants."""
    if "bbox" in query:
        query["bbox"] = BOXES[str(query["bbox"]).count(",") == 5]
        query.pop("bbox-crs", None)
    if {"from", "to"} <= query.keys() and not str(query["from"]).startswith("K"):
        query["from"], query["to"] = "2026-10-01", "2026-11-01"


def _choose(query: dict[str, Any], one: str, others: tuple[str, ...]) -> None:
    """One parameter stands in place of others; where none is given, the one is."""
    if one in query:
        for name in others:
            query.pop(name, None)
    else:
        for name in others:
            query.setdefault(name, 30.05 if name == "lat" else 121.15)


def _nearby(query: dict[str, Any]) -> None:
    if "line" in query or "stake" in query:
        query |= {"line": "pipelines/7", "stake": "K0+010"}
        query.pop("lon", None), query.pop("lat", None)
    else:
        query.setdefault("lon", 121.15), query.setdefault("lat", 30.05)
    if "accuracy_m" in query:
        query.setdefault("within_m", 300)


def _page(query: dict[str, Any]) -> None:
    """A place belongs to an order, and a page lies on one side of it."""
    if "after" in query or "before" in query:
        query.pop("sortby", None)
    if "after" in query:
        query.pop("before", None)
    for name in ("sortby", "properties"):
        if name in query:
            query[name] = ["township_code"]


def _resume(query: dict[str, Any]) -> None:
    if "after" in query:
        query["f"] = "csv"
    if "properties" in query:
        query["properties"] = ["township_code"]


def _turn(query: dict[str, Any]) -> None:
    if "after" in query:
        query["after"] = _place(1, 2, 0, 5)


def _period(query: dict[str, Any]) -> None:
    if "datetime" in query:
        query["datetime"] = "2026-10-01/2026-10-20"


def _narrow(query: dict[str, Any]) -> None:
    """Twenty kilometres on either side of a long line take seconds, and tell nothing more."""
    if float(query.get("within_m", 1000)) > 500:
        query["within_m"] = 500


def _site(body: dict[str, Any]) -> None:
    body |= {"geometry": SITE, "crs": "CRS84"}


def _days(body: dict[str, Any]) -> None:
    body["geometry"] = SITE
    if body.get("from") and body.get("to"):
        body |= {"from": "2026-10-01", "to": "2026-11-01"}


def _capture(body: dict[str, Any]) -> None:
    """Fields are those of the register that it goes to; the day is one of our time."""
    body |= {"properties": PROPERTIES[body["layer"]], "geometry": SPOT,
             "seen_at": "2026-11-25T08:30:00+08:00"}  # fmt: skip


def _patrol(body: dict[str, Any]) -> None:
    body |= {"pipeline_code": WALKED["code"], "from_m": 10, "to_m": 200}
    body["track"] = [[*each[:2], number, each[3]] for number, each in enumerate(body["track"])]


EITHER: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "GET /api/collections/{layer}/items/{id}/locate": (("stake", ("lon", "lat")),),
    "GET /api/live/nearest": (("mmsi", ("lon", "lat")),),
}
"""Parameters of which one stands in place of others."""

QUERIES: dict[str, Callable[[dict[str, Any]], None]] = {
    "GET /api/nearby": _nearby,
    ITEMS: _page,
    "GET /api/collections/{layer}/export": _resume,
    "GET /api/collections/{layer}/export/metadata": _resume,
    "GET /api/changes": _turn,
    "GET /api/collections/{layer}/items/{id}/nearby": _narrow,
    "POST /api/nearby": _narrow,
    "GET /api/live/tracks": _period,
}
"""What hangs together in the query of an operation."""

BODIES: dict[str, Callable[[dict[str, Any]], None]] = {
    "POST /api/check": _site, "POST /api/verdict": _days,
    "PUT /api/captures/{key}": _capture, "PUT /api/patrols/{key}": _patrol,
}  # fmt: skip
"""What hangs together in the body of an operation."""
