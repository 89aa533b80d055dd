"""Rule sets: every threshold and table of a grading method, read from TOML and checked.

The only file of this room that reads from disk. Each method declares its own model beside its
function; `kind` in the file says which.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from pkgutil import resolve_name
from re import search
from typing import Annotated, Any, Self, TypeVar, get_args

from pydantic import (
    AfterValidator,
    AllowInfNan,
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    ValidationError,
    model_validator,
)

from layers.grading import toml_text

RULES = Path(__file__).parent / "rules"
"""The rule sets that ship with the product."""

MODELS: Mapping[str, str] = {
    "lec": "layers.grading.lec:LecRules",
    "ls": "layers.grading.ls:LsRules",
    "direct": "layers.grading.direct:DirectRules",
    "expert": "layers.grading.expert:ExpertRules",
    "gb18218": "layers.grading.gb18218:MajorHazardRules",
    "pipeline": "layers.grading.pipeline:PipelineRules",
    "class_location": "layers.grading.class_location:ClassLocationRules",
    "hca": "layers.grading.hca_rules:HcaRules",
    "pipeline_law": "layers.grading.pipeline_law:PipelineLaw",
    "surroundings": "layers.grading.surroundings:Surroundings",
    "road": "layers.grading.road:RoadRules",
    "roadside": "layers.grading.roadside:RoadsideRules",
    "vessel": "layers.grading.vessel:VesselRules",
    "area": "layers.grading.area:AreaRules",
    "accident": "layers.grading.accident:AccidentRules",
    "individual_risk": "layers.grading.individual_risk:IndividualRiskRules",
    "dynamic": "layers.grading.dynamic:DynamicRules",
    "quantity": "layers.grading.quantity:QuantityRules",
    "planning": "layers.grading.planning_rules:PlanningRules",
    "blackspot": "layers.blackspots.rules:BlackspotRules",
    "crash_area": "layers.blackspots.areas:CrashAreaRules",
    "crash_ranking": "layers.blackspots.ranking:CrashRankingRules",
    "crash_weights": "layers.blackspots.severity:CrashWeights",
    "crash_screening": "layers.blackspots.screening:CrashScreening",
    "moratorium": "layers.sea.moratorium:MoratoriumRules",
    "sea_cleaning": "layers.sea.cleaning_rules:CleaningRules",
    "sea_events": "layers.sea.rules:SeaEventRules",
    "sea_density": "layers.sea.density:DensityRules",
    "sea_rescue": "layers.sea.rescue:RescueRules",
}
"""Kind of a rule set to its model; resolved when needed, since methods import this module."""

Number = Annotated[float, Strict(), AllowInfNan(allow_inf_nan=False)]
"""A finite number; text and booleans are refused."""

Whole = Annotated[int, Strict()]
"""A whole number; text and booleans are refused."""

Flag = Annotated[bool, Strict()]
"""true or false."""

Text = Annotated[str, Field(min_length=1)]
"""Text that says something."""

Grade = Annotated[int, Strict(), Field(ge=1, le=4)]
"""1 重大 … 4 低."""


Entry = TypeVar("Entry")
"""An entry of a table."""


class InvalidRuleSet(ValueError):
    """A rule set that must not be used; says file, line, key and reason in one sentence."""

    def __init__(self, file: str, line: int, key: str, reason: str) -> None:
        """Keep the four parts beside the sentence."""
        super().__init__(f"{file}, line {line}, key {key}: {reason}")
        self.file = file
        self.line = line
        self.key = key
        self.reason = reason


class FaultAt(ValueError):
    """Raised by a validator that knows which entry below its own field is wrong."""

    def __init__(self, within: tuple[str | int, ...], reason: str) -> None:
        """Keep the path below the validated field."""
        super().__init__(reason)
        self.within = within


def once(key: str) -> AfterValidator:
    """Return a check that no two entries of a table have the same value under a key."""

    def check(rows: tuple[Entry, ...]) -> tuple[Entry, ...]:
        seen = set()
        for position, row in enumerate(rows):
            value = getattr(row, key)
            if value in seen:
                raise FaultAt((position, key), f"{value} stands twice")
            seen.add(value)
        return rows

    return AfterValidator(check)


def checked_text(key: str, template: str, limits: Mapping[str, object]) -> str:
    """Return a text with its limits filled in, so that it never tells another than the rule's.

    Raises:
        FaultAt: The text names a limit that is not there.
    """
    try:
        return template.format(**limits)
    except (AttributeError, KeyError, IndexError, ValueError) as fault:
        reason = f"{template!r} names a limit other than {', '.join(limits) or 'none'}"
        raise FaultAt((key,), reason) from fault


class Frozen(BaseModel):
    """A part of a rule set: immutable, and a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Title(Frozen):
    """A name in both languages of the map."""

    zh: Text
    en: Text


class RuleSet(Frozen):
    """What every rule set says about itself.

    Attributes:
        kind: Which model the file follows.
        id: Name by which assessments refer to it.
        method: Method written into assessments.
        version: Version written into assessments.
        effective_from: First day on which it applies (closed).
        effective_to: Last day on which it applies (closed); None while it is in force.
        title: Name for people.
        source: The document and clause.
    """

    kind: Text
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
    method: Text
    version: Text
    effective_from: date
    effective_to: date | None = None
    title: Title
    source: Text

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise FaultAt(("effective_to",), "lies before effective_from")
        return self

    def applies_on(self, day: date) -> bool:
        """Return whether the rule set is in force on a day; both ends count."""
        return self.effective_from <= day and (
            self.effective_to is None or day <= self.effective_to
        )

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy that is checked like a file; pydantic's own would skip the checks."""
        del deep  # frozen all the way down: nothing is shared that could change
        return type(self).model_validate({**self.model_dump(), **(update or {})})

    @classmethod
    def among(cls, book: Mapping[str, "RuleSet"] | None) -> Self:
        """Return the rule set of this model in a book (kind to rule set), or the shipped one.

        Raises:
            TypeError: The book holds another model under this kind.
        """
        kind = cls.kind_of()
        rules = book[kind] if book and kind in book else default(kind)
        if not isinstance(rules, cls):
            raise TypeError(f"{kind} is not {cls.__name__}")
        return rules

    @classmethod
    @cache
    def kind_of(cls) -> str:
        """Return the kind that files of this model name."""
        return str(get_args(cls.model_fields["kind"].annotation)[0])

    @classmethod
    @cache
    def shipped(cls) -> Self:
        """Return the rule set of this model that ships with the product."""
        return cls.among(None)


RuleBook = Mapping[str, RuleSet]
"""Kind to the rule set that replaces the shipped one."""


@cache
def default(kind: str) -> RuleSet:
    """Return the shipped rule set of a kind, read once."""
    return load(kind)


def load(path_or_id: str | Path) -> RuleSet:
    """Read and check one rule set.

    Args:
        path_or_id: A path to a TOML file, or the id of a shipped rule set.

    Raises:
        InvalidRuleSet: No such file, no TOML, or a value that must not be used.
    """
    path = Path(path_or_id)
    if path.suffix != ".toml":
        path = RULES / f"{path_or_id}.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as fault:
        raise InvalidRuleSet(str(path), 0, "-", "cannot be read") from fault
    except UnicodeDecodeError as fault:
        raise InvalidRuleSet(str(path), 1, "-", "is not UTF-8") from fault
    return parse(text, str(path))


def parse(text: str, file: str = "<text>") -> RuleSet:
    """Return the rule set that a TOML text describes.

    Raises:
        InvalidRuleSet: No TOML, an unknown kind, or a value that must not be used.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        place = search(r"line (\d+)", str(fault))
        last = text.count("\n") + 1
        raise InvalidRuleSet(file, int(place[1]) if place else last, "-", str(fault)) from fault
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in MODELS:
        line = toml_text.line_of(text, ("kind",))
        raise InvalidRuleSet(file, line, "kind", f"{kind!r} is not one of {', '.join(MODELS)}")
    model: type[RuleSet] = resolve_name(MODELS[kind])
    try:
        return model.model_validate(data)
    except ValidationError as fault:
        raise _described(fault, text, file) from fault


def dump(rule_set: RuleSet) -> str:
    """Return the rule set as TOML that `parse` reads back to an equal one."""
    return toml_text.write(rule_set.model_dump(exclude_none=True))


def _described(fault: ValidationError, text: str, file: str) -> InvalidRuleSet:
    """Return the first fault with its line, and how many more there are."""
    first = fault.errors()[0]
    cause = first.get("ctx", {}).get("error")
    path = first["loc"] + (cause.within if isinstance(cause, FaultAt) else ())
    others = fault.error_count() - 1
    more = f" (and {others} more)" if others else ""
    key = ".".join(str(part) for part in path) or "-"
    return InvalidRuleSet(
        file, toml_text.line_of(text, path), key, first["msg"].removeprefix("Value error, ") + more
    )
