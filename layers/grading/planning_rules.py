"""The rule set of the planner's check: kinds of use, consultation bands, what is computed."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from layers.grading.activities import ACTIVITIES
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

Advice = Literal["against", "consult", "none"]
"""不建议选址, 须征求意见, 无意见; the gravest first."""

Group = Literal["people", "work", "hazard", "route", "open"]
"""What a kind of use is to the rules."""

Computed = Literal["PIR", "HCA", "HCA-NEW", "ALPHA", "VCE", "RISK"]
"""What is computed beyond a distance to a feature."""

Positive = Annotated[Number, Field(gt=0)]


class Use(Frozen):
    """A kind of use of a site.

    Attributes:
        group: What it is to the rules.
        resident: Whether its people are permanent population.
        target: Class of GB 36894; None: none, or by how many people there are.
        crowd: Whether the class comes from how many people there are.
        register_kind: What it is among protection targets; None: nothing to GB 32167.
        sensitivity: Level of the comparison, 1 to 4; None: not compared.
        activities: What is done there, as the pipeline protection law names it.
    """

    id: Text
    group: Group
    resident: Flag = False
    target: Literal["high", "second", "third"] | None = None
    crowd: Flag = False
    register_kind: Text | None = None
    sensitivity: Annotated[Whole, Field(ge=1, le=4)] | None = None
    activities: Annotated[tuple[Text, ...], Field(min_length=1)]
    zh: Text
    en: Text


class Rule(Frozen):
    """What every rule says.

    Attributes:
        groups: Uses to which it applies.
        zh: What is told; `{within_m}` stands for the distance of a band.
    """

    id: Text
    groups: Annotated[tuple[Group, ...], Field(min_length=1)]
    advice: Literal["against", "consult"]
    title: Title
    zh: Text
    en: Text
    source: Text

    @property
    def text(self) -> Words:
        """What is told where it applies."""
        return Words(self.zh, self.en)


class BandRule(Rule):
    """A feature of a layer within a distance.

    Attributes:
        layer: Id of the layer.
        within_m: Closed upper limit.
        grade_max: Only this grade or worse; None: all.
        field: Field whose value must be one of `values`; None: all.
    """

    layer: Text
    within_m: Annotated[Number, Field(ge=0)]
    grade_max: Grade | None = None
    field: Text | None = None
    values: tuple[Text, ...] = ()

    @property
    def text(self) -> Words:
        """What is told where it applies, with the distance."""
        limits = {"within_m": plain(self.within_m)}
        return Words(
            checked_text("zh", self.zh, limits),
            checked_text("en", self.en, limits),
        )

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        _ = self.text
        if (self.field is None) != (not self.values):
            raise FaultAt(("values",), "field and values belong together")
        return self


class ComputedRule(Rule):
    """Something that is computed; its id says what."""

    id: Computed


class Fuel(Frozen):
    """A substance for which a screening ring is drawn."""

    substance: Text
    heat_kj_per_kg: Positive


class Crowd(Frozen):
    """How many people make which class (closed lower limit)."""

    at_least: Annotated[Whole, Field(ge=0)]
    target: Literal["high", "second", "third"]


class Zone(Frozen):
    """A zone of the comparison: closed lower limit of the risk per year."""

    at_least: Positive
    zh: Text
    en: Text


class ComparisonRules(Frozen):
    """Another country's method, told beside the advice and never part of it."""

    title: Title
    source: Text
    zones: Annotated[tuple[Zone, ...], Field(min_length=1)]
    against: Annotated[tuple[tuple[Flag, ...], ...], Field(min_length=4, max_length=4)]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        limits = [zone.at_least for zone in self.zones]
        if limits != sorted(set(limits), reverse=True):
            raise FaultAt(("zones",), "limits do not fall from the inner zone outwards")
        for position, row in enumerate(self.against):
            if len(row) != len(self.zones):
                raise FaultAt(("against", position), "has not one answer a zone")
        return self


def _falling(rows: tuple[Crowd, ...]) -> tuple[Crowd, ...]:
    """Return the classes when their limits fall to zero, so that every number has one."""
    limits = [row.at_least for row in rows]
    if limits != sorted(set(limits), reverse=True) or limits[-1] != 0:
        raise FaultAt((), "limits do not fall to 0")
    return rows


class LawAdvice(Frozen):
    """What a verdict of the pipeline protection law means for the advice."""

    prohibited: Literal["against", "consult"]
    permit: Literal["against", "consult"]
    standard: Literal["against", "consult"]


class PlanningRules(RuleSet):
    """Everything that the check of a site goes by.

    Attributes:
        decimals: Of a metre, to which distances are rounded before they are compared.
        reach_m: What lies around is listed up to here.
        largest_m: Longest extent of a site, corner to corner.
    """

    kind: Literal["planning"]
    method: Literal["DIRECT"]
    decimals: Annotated[Whole, Field(ge=0, le=3)]
    reach_m: Positive
    largest_m: Positive
    law: LawAdvice
    crowd_source: Text
    crowd: Annotated[tuple[Crowd, ...], Field(min_length=1), AfterValidator(_falling)]
    fuels: Annotated[tuple[Fuel, ...], once("substance")]
    uses: Annotated[tuple[Use, ...], Field(min_length=1), once("id")]
    bands: Annotated[tuple[BandRule, ...], once("id")]
    computed: Annotated[tuple[ComputedRule, ...], once("id")]
    comparison: ComparisonRules | None = None

    @model_validator(mode="after")
    def _knows_its_activities(self) -> Self:
        for position, use in enumerate(self.uses):
            if strangers := set(use.activities) - set(ACTIVITIES):
                where = ("uses", position, "activities")
                raise FaultAt(where, f"unknown: {', '.join(sorted(strangers))}")
        return self

    def use(self, name: str) -> Use | None:
        """Return a kind of use; None: there is none of that name."""
        return next((each for each in self.uses if each.id == name), None)

    def of(self, name: Computed, use: Use) -> ComputedRule | None:
        """Return a computed rule where it applies to a use; None: it does not, or is left out."""
        return next(
            (each for each in self.computed if each.id == name and use.group in each.groups), None
        )
