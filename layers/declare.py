"""The words in which a layer is declared: row, field, source, layer.

Declarations are values, frozen and checked when they are made: a wrong field name fails when the
module is imported, before anything listens. Nothing here knows of a database, a page or a network.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal, Protocol, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from layers.grading.assessment import Assessment
from layers.grading.rule_set import RuleBook

GeometryKind = Literal["Point", "MultiLineString", "LineStringM", "MultiPolygon", "Geometry"]
"""OGC simple feature types; `Geometry` is any of them, `LineStringM` carries epoch seconds in M."""

Reach = Literal["city", "world"]
"""Where a layer's features may lie: in the metric zone of the city, or anywhere (vessels)."""


LARGEST_INTEGER = 2**31 - 1


class DeclarationError(ValueError):
    """A layer file contradicts itself; says which layer and which word."""


class Row(BaseModel):
    """One feature's attributes: import schema, table columns and JSON schema in one class."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False
    )

    @field_validator("*", mode="after")
    @classmethod
    def _fits(cls, value: Any) -> Any:
        """Whole numbers stay within what every database and file format keeps."""
        if type(value) is int and abs(value) > LARGEST_INTEGER:
            raise PydanticCustomError("int_too_large", "is beyond ±2 147 483 647")
        return value


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """What is known of one field beyond its type.

    Attributes:
        name: Identifier: column, JSON property, query parameter.
        title: The field's name in Chinese, as registers write it.
        description: What it holds, in English.
        kind: Python type of a value: str, int, float, bool, date or datetime.
        required: Whether a row without it is refused.
        nullable: Whether a row may hold nothing here.
        unit: Symbol of the unit, None for what has none.
        also: Other headers under which files bring it, Chinese or English.
        codes: Meaning of each code in Chinese, where values are codes.
        spellings: Other ways in which files write a value, and the value.
        private: Whether it is personal data.
    """

    name: str
    title: str
    description: str
    kind: type
    required: bool
    nullable: bool
    unit: str | None
    also: tuple[str, ...]
    codes: Mapping[str, str]
    spellings: Mapping[str, str]
    private: bool


def field(  # noqa: PLR0913 - the words of one line of a declaration
    title: str,
    description: str,
    default: Any = ...,
    *,
    unit: str | None = None,
    also: tuple[str, ...] = (),
    codes: Mapping[str, str] | None = None,
    spellings: Mapping[str, str] | None = None,
    private: bool = False,
    **bounds: Any,
) -> Any:
    """Declare one field of a row in one line.

    Args:
        title: The field's name in Chinese.
        description: What it holds, in English; where a code or a limit comes from.
        default: Value of a row that does not name it; `...` makes the field required.
        unit: Symbol of the unit; every number that is not a count or a year has one.
        also: Other headers under which files bring it.
        codes: Code to Chinese meaning, where the values are codes.
        spellings: Other ways in which files write a value, to the value.
        private: Whether it is personal data.
        bounds: Limits as pydantic names them (`ge`, `le`, `gt`, `lt`, `pattern`, `max_length`).
    """
    facts: dict[str, Any] = {
        "unit": unit, "also": list(also), "codes": dict(codes or {}),
        "spellings": dict(spellings or {}), "private": private,
    }  # fmt: skip
    return Field(default, title=title, description=description, json_schema_extra=facts, **bounds)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a layer's content comes from, and what may be done with it."""

    title: str
    licence: str
    url: str | None = None


class Grading(Protocol):
    """How a layer grades a row; called without a book it uses the shipped rule sets."""

    def __call__(self, row: Any, /, book: RuleBook | None = None) -> Assessment:
        """Grade a row; `book` holds the rule sets that replace the shipped ones."""


@dataclass(frozen=True, slots=True)
class Raising:
    """How open features of one layer raise the displayed grade of features of others.

    Attributes:
        at: Id of a graded layer, and the field that holds the key of its feature.
        reads: Fields that `reasons` reads.
        reasons: From a row and today to the reasons of the dynamic rule set that it counts for.
    """

    at: tuple[tuple[str, str], ...]
    reads: tuple[str, ...]
    reasons: Callable[[Any, date], tuple[str, ...]]

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of all fields that it looks at."""
        return (*(name for _, name in self.at), *self.reads)


@dataclass(frozen=True)
class Layer:
    """One collection of the API, one table, one entry of the map's layer tree.

    Attributes:
        id: File name in `layers/`, table name, collection id.
        title: Name in Chinese.
        title_en: Name in English.
        summary: One sentence on what a feature is, in English.
        group: Heading in the layer tree, Chinese and English.
        geometry: Kind of geometry of a feature.
        row: Its attributes.
        key: Fields that tell one feature from another across imports.
        label: Field by which a person calls a feature.
        source: Origin and licence.
        grade: From a row, and where wanted a book of rule sets, to its assessment; None for a
            layer that has no grade.
        grade_fields: Fields that the grade is made from; a row is graded anew when one changes.
        legend: What the colour says, Chinese; empty for a layer without grades.
        tile_fields: Attributes carried in tiles beside id and grade; the rest comes by click.
        marked: Tile field of a point layer without grades; what has more than 0 is drawn stronger.
        card_fields: Attributes on the map's card, in order.
        owner_fields: Attributes that say who answers for the feature, in order.
        raising: How its open features raise the displayed grade of others; None: they do not.
        assessed_on: Field with the day of the assessment; None where the layer has none.
        holds_until: Field with the last day on which the assessment holds; None likewise.
        instant: Field by which `datetime` filters; None where time does not apply.
        reach: Where features may lie.
        zooms: First and last zoom at which the map draws it.
        drawn: Whether the map shows it when it opens.
        harms: Whether it can harm or be harmed, so that `nearby` asks it by default.
        counted: Whether the city's summary counts its features.
        kept: Whether earlier states of its rows are kept.
        partitioned: Whether the table is cut into months of `instant`.
    """

    id: str
    title: str
    title_en: str
    summary: str
    group: tuple[str, str]
    geometry: GeometryKind
    row: type[Any]
    key: tuple[str, ...]
    label: str
    source: Source
    grade: Grading | None = None
    grade_fields: tuple[str, ...] = ()
    legend: str = ""
    tile_fields: tuple[str, ...] = ()
    marked: str | None = None
    card_fields: tuple[str, ...] = ()
    owner_fields: tuple[str, ...] = ()
    raising: Raising | None = None
    assessed_on: str | None = None
    holds_until: str | None = None
    instant: str | None = None
    reach: Reach = "city"
    zooms: tuple[int, int] = (0, 22)
    drawn: bool = True
    harms: bool = False
    counted: bool = False
    kept: bool = True
    partitioned: bool = False

    def __post_init__(self) -> None:
        """Refuse a declaration that contradicts itself."""
        named = (*self.key, self.label, *self.tile_fields, *self.card_fields, *self.owner_fields,
                 *self.grade_fields)  # fmt: skip
        single = (self.instant, self.assessed_on, self.holds_until)
        raising = self.raising.fields if self.raising else ()
        for name in (*named, *raising, *(each for each in single if each)):
            if name not in self.row.model_fields:
                raise DeclarationError(f"{self.id}: {self.row.__name__} has no field {name!r}")
        if not self.key:
            raise DeclarationError(f"{self.id}: a layer needs a key")
        self._refuse_unfit_mark()
        if self.graded and not (self.legend and self.grade_fields):
            raise DeclarationError(f"{self.id}: a graded layer needs a legend and grade_fields")
        if self.partitioned and (self.instant is None or self.instant not in self.key):
            raise DeclarationError(f"{self.id}: partitions need an instant that is in the key")
        for name in self.fields:
            if name in RESERVED:
                raise DeclarationError(f"{self.id}: {name!r} is a column of every layer")

    def _refuse_unfit_mark(self) -> None:
        if self.marked and (self.graded or self.marked not in self.tile_fields):
            raise DeclarationError(f"{self.id}: marked needs a tile field and no grades")

    @property
    def graded(self) -> bool:
        """Whether features carry a grade."""
        return self.grade is not None

    @cached_property
    def fields(self) -> Mapping[str, FieldFacts]:
        """The row's fields by name, in the order of the declaration."""
        return {name: _facts(name, self.row) for name in self.row.model_fields}


RESERVED = frozenset(
    {
        "fid", "layer", "geom", "geom_3857", "geom_metric", "geometry", "township_code",
        "grade", "grade_method", "rule_set", "rule_version", "assessment", "raised",
        "displayed_grade", "stale", "stale_from",
        "changed_at", "changed_by", "replaced_at", "replaced_by", "reason",
        "bbox", "datetime", "limit", "crs", "filter", "sortby", "properties", "f", "asof", "after",
        "distance_m", "bearing_deg", "stake", "side",
    }
)  # fmt: skip
"""Names that the machinery uses itself, as columns, properties or query parameters."""


def _facts(name: str, row: type[Row]) -> FieldFacts:
    info = row.model_fields[name]
    extra = info.json_schema_extra
    if not isinstance(extra, dict) or info.title is None or info.description is None:
        raise DeclarationError(f"{row.__name__}.{name}: declare it with layers.declare.field")
    facts: dict[str, Any] = dict(extra)
    return FieldFacts(
        name=name,
        title=info.title,
        description=info.description,
        kind=_value_type(info.annotation),
        required=info.is_required(),
        nullable=type(None) in get_args(info.annotation),
        unit=facts["unit"],
        also=tuple(facts["also"]),
        codes=facts["codes"],
        spellings=facts["spellings"],
        private=facts["private"],
    )


def _value_type(annotation: Any) -> type:
    """The plain type under Optional, Annotated and Literal."""
    if annotation is AwareDatetime:
        return datetime
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        inner = [part for part in get_args(annotation) if part is not type(None)]
        return _value_type(inner[0])
    if origin is Literal:
        return type(get_args(annotation)[0])
    if isinstance(annotation, type):
        return annotation
    return _value_type(get_args(annotation)[0])
