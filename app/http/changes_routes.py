"""What changed grade between two instants."""

import binascii
import json
from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field, TypeAdapter

from app.errors import BadParameter
from app.http.deps import Parts, layers_named, only_known
from app.http.negotiation import root_of
from app.http.parameters import read_instant
from app.http.problems import RESPONSES
from app.http.spelled import ChangingIds, InstantText, PlaceText
from app.http.turning import place_text
from app.queries.changes import ABSENT, UNASSESSED, Between, Place, deeds, matrix, page
from app.state import State
from layers.declare import Layer

DEFAULT_SPAN = timedelta(days=30)
"""How far back the first instant lies where none is given."""

WORDS = {1: "1", 2: "2", 3: "3", 4: "4", UNASSESSED: "unassessed", ABSENT: "absent"}
"""Ranks as keys of the matrix."""

_NUMBER = TypeAdapter(Annotated[int, Field(ge=0, le=2**63 - 1)])

Steps = Counter[tuple[int, int]]
"""Rank before and after to the number of features."""

router = APIRouter(prefix="/api", tags=["changes"], dependencies=[Depends(only_known)],
                   responses=RESPONSES)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """Which layers, how many features, after which."""

    layers: Annotated[
        ChangingIds | None,
        Query(description="Ids split by commas; all graded ones with a history."),
    ] = None
    limit: Annotated[int, Query(ge=1, le=10_000, description="Features at most.")] = 100
    after: Annotated[PlaceText | None, Query(description="From a next link.")] = None


@router.get("/changes")
def changes(
    request: Request,
    parts: Parts,
    asked: Annotated[Asked, Depends()],
    begin: Annotated[
        InstantText | None,
        Query(alias="from", description="Instant or end of a day; 30 days before to."),
    ] = None,
    end: Annotated[
        InstantText | None, Query(alias="to", description="Instant or end of a day; now.")
    ] = None,
) -> dict[str, Any]:
    """Per layer a matrix from × to and counts; the features that changed grade, worst first."""
    between = _between(begin, end, parts.city.time_zone)
    chosen = _layers(asked.layers, parts)
    place = None if asked.after is None else _place(asked.after)
    found = parts.reader.all(page(chosen, between, asked.limit, place))
    told = [_counts(layer, _steps(parts, layer, between)) for layer in chosen]
    shown, more = found[: asked.limit], len(found) > asked.limit
    return {
        "from": between.begin.isoformat(),
        "to": between.end.isoformat(),
        "layers": told,
        "numberMatched": sum(each["changed"] for each in told),
        "numberReturned": len(shown),
        "features": _features(parts, chosen, between, shown),
        "links": _links(request, between, shown[-1] if more else None),
    }


def _between(begin: str | None, end: str | None, zone: str) -> Between:
    last = datetime.now(UTC) if end is None else read_instant(end, "to", zone)
    try:
        first = last - DEFAULT_SPAN if begin is None else read_instant(begin, "from", zone)
    except OverflowError:
        raise BadParameter("to", "lies before any history") from None
    if first > last:
        raise BadParameter("from", "lies after `to`")
    return Between(first, last)


def _layers(text: str | None, parts: State) -> list[Layer]:
    """The layers asked for, or all that can tell their changes."""
    default = [layer for layer in parts.layers.values() if layer.graded and layer.kept]
    chosen = layers_named(text, parts, default)
    for layer in chosen:
        if layer not in default:
            why = "keeps no history" if layer.graded else "has no grades"
            raise BadParameter("layers", f"{layer.id} {why}")
    return chosen


def _steps(parts: State, layer: Layer, between: Between) -> Steps:
    rows = parts.reader.all(matrix(layer, between))
    return Counter({(row["was"], row["now"]): row["n"] for row in rows})


def _counts(layer: Layer, steps: Steps) -> dict[str, Any]:
    def count(holds: Any) -> int:
        return sum(n for (was, now), n in steps.items() if was != now and holds(was, now))

    return {
        "layer": layer.id,
        "title": layer.title,
        "title_en": layer.title_en,
        "changed": count(lambda _was, _now: True),
        "worse": count(lambda was, now: now < was < UNASSESSED),
        "better": count(lambda was, now: was < now < UNASSESSED),
        "new": count(lambda was, _now: was == ABSENT),
        "gone": count(lambda _was, now: now == ABSENT),
        "assessed": count(lambda was, now: was == UNASSESSED and now < UNASSESSED),
        "unassessed": count(lambda was, now: was < UNASSESSED and now == UNASSESSED),
        "matrix": {WORDS[was]: {WORDS[now]: steps[was, now] for now in WORDS} for was in WORDS},
    }


def _features(
    parts: State, layers: Sequence[Layer], between: Between, rows: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The features of a page, each with who changed it, when and why."""
    done: dict[tuple[int, int], Mapping[str, Any]] = {}
    for number, layer in enumerate(layers):
        ranks = {row["fid"]: row["now"] for row in rows if row["layer"] == number}
        if ranks:
            found = parts.reader.all(deeds(layer, between, ranks))
            done |= {(number, deed["fid"]): deed for deed in found}
    return [
        _feature(layers[row["layer"]], row, done.get((row["layer"], row["fid"]), {}))
        for row in rows
    ]


def _feature(layer: Layer, row: Mapping[str, Any], deed: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "layer": layer.id,
        "id": row["fid"],
        "name": row["name"],
        "from": _grade(row["was"]),
        "to": _grade(row["now"]),
        "changed_at": deed.get("at"),
        "changed_by": deed.get("by"),
        "reason": deed.get("reason"),
        "township_code": row["township_code"],
    }


def _grade(rank: int) -> int | str:
    """1 to 4, or the word for what has no grade or is not there."""
    return rank if rank < UNASSESSED else WORDS[rank]


def _links(
    request: Request, between: Between, last: Mapping[str, Any] | None
) -> list[dict[str, str]]:
    query = dict(request.query_params)
    path = f"{root_of(request)}{request.url.path}"
    links = [{"href": f"{path}?{urlencode(query)}" if query else path, "rel": "self"}]
    if last is not None:
        place = json.dumps([last["now"], last["was"], last["layer"], last["fid"]])
        # The same two instants on every page, also where "now" was meant.
        query |= {"from": between.begin.isoformat(), "to": between.end.isoformat(),
                  "after": place_text(place)}  # fmt: skip
        links.append({"href": f"{path}?{urlencode(query)}", "rel": "next"})
    return [{**link, "type": "application/json"} for link in links]


def _place(text: str) -> Place:
    try:
        numbers = json.loads(urlsafe_b64decode((text + "=" * (-len(text) % 4)).encode()))
        return Place(*(_NUMBER.validate_python(each, strict=True) for each in numbers))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise BadParameter("after", "take it from a `next` link of the same request") from None
