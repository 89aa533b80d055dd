"""Words of the tables of high-consequence areas: pipe, neighbour, row, rule set.

Severity runs Ⅰ (least) < Ⅱ < Ⅲ (most).

Source: GB 32167-2015 6.1, Tables 1 and 2.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from layers.grading.assessment import Words, plain
from layers.grading.rule_set import (
    FaultAt,
    Flag,
    Frozen,
    Grade,
    Number,
    RuleSet,
    Text,
    Title,
    Whole,
    checked_text,
    once,
)

Severity = Annotated[Whole, Field(ge=1, le=3)]
"""1 Ⅰ (least) … 3 Ⅲ (most)."""

AreaClass = Annotated[Whole, Field(ge=1, le=4)]
"""1 一级 … 4 四级."""


@dataclass(frozen=True, slots=True)
class Pipe:
    """The pipe where it is looked at; None: not known.

    Attributes:
        medium: `oil` or `gas`.
        area_class: Class location there, 1 一级 … 4 四级.
        diameter_mm: Outside diameter; only gas needs it.
        maop_mpa: Maximum allowable operating pressure; only gas needs it.
    """

    medium: str
    area_class: int | None
    diameter_mm: float | None = None
    maop_mpa: float | None = None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Something beside the pipe.

    Attributes:
        kind: A kind of the rule set.
        distance_m: From the centreline to its nearest edge, metres.
        households: Of a settlement; None: not known.
        persons: Who gather there; None: the kind as given is trusted.
        days_per_year: On how many days; None: the kind as given is trusted.
    """

    kind: str
    distance_m: float
    households: int | None = None
    persons: int | None = None
    days_per_year: int | None = None


class NeighbourKind(Frozen):
    """A kind of neighbour, and from how many people on how many days it counts (closed)."""

    id: Text
    title: Title
    persons: Whole | None = None
    days_per_year: Whole | None = None

    def counts(self, neighbour: Neighbour) -> bool:
        """Return whether enough people gather on enough days; what is not known is trusted."""
        pairs = (
            (neighbour.persons, self.persons),
            (neighbour.days_per_year, self.days_per_year),
        )
        return all(have is None or need is None or have >= need for have, need in pairs)


class PipeSize(Frozen):
    """The pipes to which a row applies; every bound is open."""

    diameter_over_mm: Number | None = None
    diameter_under_mm: Number | None = None
    maop_over_mpa: Number | None = None
    maop_under_mpa: Number | None = None

    def holds(self, diameter_mm: float, maop_mpa: float) -> bool:
        """Return whether a pipe lies inside every bound."""
        over = ((diameter_mm, self.diameter_over_mm), (maop_mpa, self.maop_over_mpa))
        under = ((diameter_mm, self.diameter_under_mm), (maop_mpa, self.maop_under_mpa))
        return all(bound is None or value > bound for value, bound in over) and all(
            bound is None or value < bound for value, bound in under
        )


class HcaRow(Frozen):
    """A row of Table 1 or 2.

    Attributes:
        severity: The reading that is applied by default.
        other_reading: What another copy of the standard says; None: not contested.
        use_other_reading: The switch.
        area_class: Met by this class location alone.
        below_area_class: Applies only below this class location (open).
        kinds: Met by a neighbour of one of them.
        within_m: Closed upper limit of its distance; None with `within_radius`.
        within_radius: Whether the limit is the potential impact radius (closed).
        households: Closed lower limit of its households.
        size: Pipes to which the row applies; None: all.
        other_sizes: Applies to pipes to which no row with a size applies.
        zh: What the row says; `{within_m}`, `{households}` and the bounds of `size` stand for
            the limits.
    """

    id: Text
    medium: Literal["oil", "gas"]
    severity: Severity
    other_reading: Severity | None = None
    use_other_reading: Flag = False
    area_class: AreaClass | None = None
    below_area_class: AreaClass | None = None
    kinds: tuple[Text, ...] = ()
    within_m: Annotated[Number, Field(ge=0)] | None = None
    within_radius: Flag = False
    households: Whole | None = None
    size: PipeSize | None = None
    other_sizes: Flag = False
    zh: Text
    en: Text

    @property
    def text(self) -> Words:
        """What the row says, with its limits."""
        return Words(self._filled("zh"), self._filled("en"))

    def _filled(self, key: str) -> str:
        sizes = self.size.model_dump(exclude_none=True) if self.size else {}
        limits = {**sizes, "within_m": self.within_m, "households": self.households}
        known = {name: plain(value) for name, value in limits.items() if value is not None}
        return checked_text(key, getattr(self, key), known)

    @model_validator(mode="after")
    def _texts_hold(self) -> "HcaRow":
        self._filled("zh")
        self._filled("en")
        return self

    @property
    def applied(self) -> int:
        """Severity by the reading that is switched on."""
        return (self.other_reading or self.severity) if self.use_other_reading else self.severity


def _colours(grades: tuple[int, ...]) -> tuple[int, ...]:
    """Return grades of severity 0 to 3 when they become more severe with it."""
    if list(grades) != sorted(grades, reverse=True):
        raise FaultAt((), "a higher severity has a less severe grade")
    return grades


class HcaRules(RuleSet):
    """Both tables, the kinds of neighbours, and the colour of each severity (0, Ⅰ, Ⅱ, Ⅲ)."""

    kind: Literal["hca"]
    method: Literal["PIPE"]
    colours: Annotated[
        tuple[Grade, ...], Field(min_length=4, max_length=4), AfterValidator(_colours)
    ]
    radius_form: Literal["GB32167", "CFR192"]
    neighbours: Annotated[tuple[NeighbourKind, ...], Field(min_length=1), once("id")]
    rows: Annotated[tuple[HcaRow, ...], Field(min_length=1), once("id")]

    @model_validator(mode="after")
    def _rows_agree(self) -> "HcaRules":
        kinds = {kind.id for kind in self.neighbours}
        for position, row in enumerate(self.rows):
            where = ("rows", position)
            if not kinds.issuperset(row.kinds):
                raise FaultAt((*where, "kinds"), "names a kind that neighbours does not have")
            if row.use_other_reading and row.other_reading is None:
                raise FaultAt((*where, "use_other_reading"), "there is no other reading")
            if bool(row.kinds) == (row.area_class is not None):
                raise FaultAt((*where, "kinds"), "a row is met by kinds or by area_class")
            if bool(row.kinds) and (row.within_m is None) != row.within_radius:
                raise FaultAt((*where, "within_m"), "needs within_m or within_radius, not both")
        return self
