"""Pages of features: how many, in which order, from which place; and what lies on either side.

A place is the values of the sorted fields and the id of a feature, so that pages stay right while
features come and go.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError
from starlette.datastructures import QueryParams

from app.errors import BadParameter
from app.http.parameters import bounded
from app.queries.feature import Order, Page
from app.queries.source import GRADES, published
from layers.declare import Layer

DEFAULT_LIMIT, LARGEST_LIMIT = 10, 10_000

_ID = TypeAdapter(Annotated[int, Field(ge=0, le=2**63 - 1)])

Row = Mapping[str, Any]


class Turned:
    """A page of rows that were asked for with one more than the limit.

    Attributes:
        rows: The rows of the page, in order.
        last: Place of its last row where a page follows; None where this is the last.
        first: Place of its first row where a page lies before; None where this is the first.
    """

    def __init__(self, asked: Sequence[Row], part: Page) -> None:
        """Take the page out of what was asked.

        The page from which the client came lies on the other side, even if its rows are gone by
        now; of an empty page no place is known.
        """
        more = len(asked) > part.limit
        backward = part.before is not None
        self.rows = asked[-part.limit :] if backward else asked[: part.limit]
        follows = backward or more
        precedes = more if backward else part.after is not None
        self.last: str | None = self.rows[-1]["place"] if self.rows and follows else None
        self.first: str | None = self.rows[0]["place"] if self.rows and precedes else None


def read_page(query: QueryParams, layer: Layer) -> Page:
    """How many features, in which order, after which place."""
    order = tuple(_order(part, layer) for part in query.get("sortby", "").split(",") if part)
    if "after" in query and "before" in query:
        raise BadParameter("before", "is given beside after: a page lies on one side of a place")
    after, before = (
        _place(query[side], side, layer, order) if side in query else None
        for side in ("after", "before")
    )
    return Page(read_limit(query), order, after, before)


def read_limit(query: QueryParams) -> int:
    """1 to 10 000; a larger number is taken as 10 000, as OGC API – Features has it."""
    text = query.get("limit", str(DEFAULT_LIMIT))
    if not re.fullmatch(r"-?[0-9]{1,100}", text):
        raise BadParameter("limit", f"{text[:40]!r} is no whole number")
    limit = int(text)
    if limit < 1:
        raise BadParameter("limit", "must be at least 1")
    return min(limit, LARGEST_LIMIT)


def _order(part: str, layer: Layer) -> Order:
    # A leading "+" arrives as a space.
    name = part.strip().lstrip("+-")
    if name not in published(layer):
        raise BadParameter("sortby", f"{layer.id} has no field {name[:60]!r}")
    return Order(name, descending=part.strip().startswith("-"))


def place_text(place: str) -> str:
    """The text of `after` or `before` for a place that the database gave as a JSON array."""
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _place(text: str, side: str, layer: Layer, order: tuple[Order, ...]) -> tuple[Any, ...]:
    try:
        padded = text + "=" * (-len(text) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded.encode()))
        *sorted_by, fid = values
        pairs = zip(order, sorted_by, strict=True)
        return (*(_sorted(layer, each, value) for each, value in pairs), _ID.validate_python(fid))
    except (binascii.Error, ValueError, TypeError, RecursionError, ValidationError):
        raise BadParameter(
            side, "take it from a `next` or `prev` link of the same request"
        ) from None


def _sorted(layer: Layer, each: Order, value: Any) -> Any:
    if value is None:
        return None
    typed = TypeAdapter[Any](_kind(layer, each.name)).validate_python(value)
    return bounded(typed, "after")


def _kind(layer: Layer, name: str) -> type:
    facts = layer.fields.get(name)
    if facts is None:
        return int if name in GRADES else str
    return facts.kind
