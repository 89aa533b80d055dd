"""How texts of requests are spelled, as the API's definition tells it; the routes read them.

`format` names of our own are hints for people and for tests: a program that does not know one
takes the value for any text.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, Field, WithJsonSchema

from app.http.parameters import require_day
from layers.registry import LAYERS

INSTANT: dict[str, Any] = {
    "anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]
}

PERIOD: dict[str, Any] = {
    "type": "string", "anyOf": [*INSTANT["anyOf"], {"type": "string", "format": "period"}],
}  # fmt: skip
"""Features Part 1 (fc-time-definition) wants the type told beside its spellings."""

CRS: dict[str, Any] = {"type": "string", "format": "crs"}

CQL2: dict[str, Any] = {"type": "string", "format": "cql2", "minLength": 1}

LANGUAGE: dict[str, Any] = {
    "type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text",
}  # fmt: skip

PLACE: dict[str, Any] = {"type": "string", "format": "place", "minLength": 1}

DEGREES: dict[str, Any] = {
    "type": "array", "minItems": 4, "maxItems": 4,
    "items": {"type": "number", "minimum": -180, "maximum": 180},
}  # fmt: skip


def layer_ids(*, graded: bool = False, kept: bool = False) -> list[str]:
    """Ids of the layers; only those that have grades, or a history, where asked."""
    return [
        layer.id
        for layer in LAYERS.values()
        if (layer.graded or not graded) and (layer.kept or not kept)
    ]


def listed(ids: list[str]) -> dict[str, Any]:
    """A list of ids; in a query they are split by commas."""
    return {"type": "array", "minItems": 1, "items": {"type": "string", "enum": ids}}


def _dated(value: Any) -> Any:
    """What is no text is no date: pydantic takes a number for seconds since 1970.

    >>> _dated("2026-11-03")
    '2026-11-03'
    """
    return require_day(value) if isinstance(value, str) else _refused(value)


def _refused(value: Any) -> Any:
    if value is None or isinstance(value, date):
        return value
    raise ValueError("a date is written 2026-11-03 日期写作 2026-11-03")


Day = Annotated[date, BeforeValidator(_dated)]
"""A day in a body."""

Seen = Annotated[
    AwareDatetime, BeforeValidator(_dated),
    Field(ge=datetime(1970, 1, 1, tzinfo=UTC), lt=datetime(3000, 1, 1, tzinfo=UTC)),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]  # fmt: skip
"""An instant in a body, with its offset; what a phone's clock can tell."""

Words = Annotated[str, Field(pattern=r"^[^\u0000]*$")]
"""Words in a body that the database keeps; it keeps no NUL."""

InstantText = Annotated[str, WithJsonSchema(INSTANT)]
"""An instant with its offset, or a day."""

PeriodText = Annotated[str, WithJsonSchema(PERIOD)]
"""An instant, a day, or start/end of either."""

CrsName = Annotated[str, WithJsonSchema(CRS)]
"""CRS84, EPSG:4549, 4549, or the OGC URI or URN of either."""

Cql2Text = Annotated[str, WithJsonSchema(CQL2)]
"""A filter."""

Cql2Language = Annotated[str, WithJsonSchema(LANGUAGE)]
"""Which of its languages."""

PlaceText = Annotated[str, WithJsonSchema(PLACE)]
"""A place in a list, as a link of the same request carries it."""

DegreesText = Annotated[str, WithJsonSchema(DEGREES)]
"""West, south, east, north."""

LayerIds = Annotated[str, WithJsonSchema(listed(layer_ids()))]
"""Ids of layers, split by commas."""

GradedIds = Annotated[str, WithJsonSchema(listed(layer_ids(graded=True)))]
"""Ids of layers that have grades."""

ChangingIds = Annotated[str, WithJsonSchema(listed(layer_ids(graded=True, kept=True)))]
"""Ids of layers whose grades have a history."""

StakeText = Annotated[
    str, WithJsonSchema({"type": "string", "format": "stake", "minLength": 1, "maxLength": 60})
]
"""K12+300."""

LineName = Annotated[
    str, WithJsonSchema({"type": "string", "format": "line", "minLength": 1, "maxLength": 60})
]
"""A line with stakes: pipelines/12."""
