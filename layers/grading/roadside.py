"""ROAD beside water or a drop (临水临崖高落差): by guardrail, height, water and curve.

Source: 浙江省公路安全保障工程管理办法; the four grades are this city's proposal.
"""

from dataclasses import asdict, dataclass
from typing import Annotated, Literal

from pydantic import Field, model_validator

from layers.grading import guard
from layers.grading.assessment import Assessment, Step, Words, plain
from layers.grading.rule_set import FaultAt, Frozen, Grade, Number, RuleSet, Title, once
from layers.grading.verdict import assessed, named, unassessed

STANDARD_GUARDRAIL = Words("须按标准设置护栏", "it needs a guardrail by the standard")
A_GUARDRAIL = Words("须设置护栏", "it needs a guardrail")

Metres = Annotated[Number, Field(ge=0)]
"""A length in metres."""

Guardrail = Literal["none", "insufficient", "below_standard", "standard"]
"""State of the guardrail."""


@dataclass(frozen=True, slots=True)
class Roadside:
    """What lies beside a segment.

    Attributes:
        guardrail: `none`, `insufficient`, `below_standard` or `standard`; None: not known.
        drop_m: Height of the fall in metres; None: not known.
        water_depth_m: Depth of the water in metres; None: not known.
        edge_distance_m: From the shoulder's edge to the water in metres; None: not known.
        sharp_curve: Whether the radius is below standard; None: not known.
    """

    guardrail: str | None
    drop_m: float | None = None
    water_depth_m: float | None = None
    edge_distance_m: float | None = None
    sharp_curve: bool | None = None


class GuardrailState(Frozen):
    """A state of the guardrail. `grade` None: untreated, so the surroundings decide."""

    id: Guardrail
    grade: Grade | None = None
    title: Title


class RoadsideRules(RuleSet):
    """Limits of an untreated segment, and the grade of a treated one.

    Attributes:
        severe_drop_m: Closed lower limit of `severe_grade`.
        severe_water_depth_m: Closed lower limit of `severe_grade`.
        drop_m: Closed lower limit of `grade`, below which no guardrail is asked for.
        water_distance_m: Closed upper limit of `grade`.
        otherwise: Grade of an untreated segment that meets none of them.
    """

    kind: Literal["roadside"]
    method: Literal["ROAD"]
    severe_drop_m: Metres
    severe_water_depth_m: Metres
    severe_grade: Grade
    drop_m: Metres
    water_distance_m: Metres
    grade: Grade
    otherwise: Grade
    guardrails: Annotated[tuple[GuardrailState, ...], once("id")]

    @model_validator(mode="after")
    def _falls(self) -> "RoadsideRules":
        if self.severe_drop_m <= self.drop_m:
            raise FaultAt(("severe_drop_m",), f"is not above drop_m, {plain(self.drop_m)}")
        if self.severe_grade >= self.grade:
            raise FaultAt(("severe_grade",), "is not more severe than grade")
        if self.grade >= self.otherwise:
            raise FaultAt(("grade",), "is not more severe than otherwise")
        return self


def grade(place: Roadside, rules: RoadsideRules | None = None) -> Assessment:
    """Grade a segment beside water or a drop.

    Args:
        place: What lies beside it; metres.
        rules: The shipped rule set when None.

    Returns:
        Grade 1..4; where values are not known, the least severe that it can be, with a step that
        names them. Grade None when the guardrail is not known, or when an untreated segment meets
        no limit while a value that could meet one is not known: it must not turn blue.

    Raises:
        UngradableInput: A negative length, an unknown state of the guardrail.

    Source: 浙江省公路安全保障工程管理办法 (边坡高度 ≥ 4 m, 江河沟渠距路肩边缘 ≤ 3 m).
    """
    rules = rules or RoadsideRules.shipped()
    _check(place, rules)
    inputs = asdict(place)
    if place.guardrail is None:
        return unassessed(rules, inputs, ("guardrail",))
    state = next(item for item in rules.guardrails if item.id == place.guardrail)
    steps = (Step(Words("护栏", "guardrail"), state.title),)
    if state.grade is not None:
        better = Words("护栏须达到标准", "the guardrail must meet the standard")
        because = (state.title, None if state.grade == rules.otherwise else better)
        return assessed(rules, state.grade, inputs, steps, because=because)
    return _untreated(place, steps, rules)


def asks_for_guardrail(place: Roadside, rules: RoadsideRules) -> bool:
    """Whether what is known beside a segment makes it dangerous unless a guardrail is there.

    Source: 浙江省公路安全保障工程管理办法 (边坡高度 ≥ 4 m, 江河沟渠距路肩边缘 ≤ 3 m).
    """
    return bool(_severe(place, rules) or _plain(place, rules))


def _check(place: Roadside, rules: RoadsideRules) -> None:
    if place.guardrail is not None:
        guard.choice("guardrail", place.guardrail, [item.id for item in rules.guardrails])
    for field in ("drop_m", "water_depth_m", "edge_distance_m"):
        value = getattr(place, field)
        if value is not None:
            guard.number(field, value, at_least=0)
    if place.sharp_curve is not None:
        guard.flag("sharp_curve", place.sharp_curve)


def _untreated(place: Roadside, steps: tuple[Step, ...], rules: RoadsideRules) -> Assessment:
    inputs = asdict(place)
    if severe := _severe(place, rules):
        because = (_untreated_with(severe[0]), STANDARD_GUARDRAIL)
        return assessed(rules, rules.severe_grade, inputs, steps, because=because)
    absent = guard.missing(
        drop_m=place.drop_m, water_depth_m=place.water_depth_m, sharp_curve=place.sharp_curve
    )
    if plainly := _plain(place, rules):
        because = (_untreated_with(plainly[0]), A_GUARDRAIL)
        unknown = (Step(Words("未知", "not known"), named(absent)),) if absent else ()
        return assessed(rules, rules.grade, inputs, (*steps, *unknown), because=because)
    if place.edge_distance_m is None and place.water_depth_m:
        absent = (*absent, "edge_distance_m")
    if absent:
        return unassessed(rules, inputs, absent, steps)
    none = (
        Words("落差和临水距离未达到设置护栏的条件", "neither fall nor water asks for a guardrail"),
        None,
    )
    return assessed(rules, rules.otherwise, inputs, steps, because=none)


def _untreated_with(what: Words) -> Words:
    return Words(f"未治理,{what.zh}", f"not treated, {what.en}")


def _compared(name: Words, value: float, sign: str, limit: float) -> Words:
    compared = f"{plain(value)} m {sign} {plain(limit)} m"
    return Words(f"{name.zh} {compared}", f"{name.en} {compared}")


def _severe(place: Roadside, rules: RoadsideRules) -> list[Words]:
    """Return the severe limits that are met, in words."""
    drop, depth = place.drop_m, place.water_depth_m
    met = []
    if drop is not None and drop >= rules.severe_drop_m:
        met.append(_compared(Words("落差", "fall"), drop, "≥", rules.severe_drop_m))
    if depth is not None and depth >= rules.severe_water_depth_m:
        met.append(_compared(Words("水深", "water"), depth, "≥", rules.severe_water_depth_m))
    if place.sharp_curve:
        met.append(Words("弯道半径低于标准", "the curve is sharper than the standard"))
    return met


def _plain(place: Roadside, rules: RoadsideRules) -> list[Words]:
    """Return the other limits that are met, in words."""
    drop, distance = place.drop_m, place.edge_distance_m
    met = []
    if drop is not None and drop >= rules.drop_m:
        met.append(_compared(Words("落差", "fall"), drop, "≥", rules.drop_m))
    if distance is not None and distance <= rules.water_distance_m:
        beside = Words("临水距路肩", "shoulder to water")
        met.append(_compared(beside, distance, "≤", rules.water_distance_m))
    return met
