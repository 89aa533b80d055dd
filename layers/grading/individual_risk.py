"""Individual risk: criteria of GB 36894, and a screening ring by the TNT equivalent.

The ring is for screening only: it replaces no quantitative risk assessment.

Source: GB 36894-2018; TNT equivalent method of vapour cloud explosions.
"""

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field

from layers.grading import guard
from layers.grading.assessment import Assessment, Step, Words
from layers.grading.rule_set import FaultAt, Frozen, Grade, Number, RuleSet, Text, Title, once
from layers.grading.verdict import assessed, unassessed

State = Literal["new", "in_service"]
"""新建、改建、扩建 or 在役."""

Positive = Annotated[Number, Field(gt=0)]
"""More than zero."""


class Criterion(Frozen):
    """A class of protection targets and the closed upper limits of its risk, per year."""

    id: Text
    title: Title
    new: Positive
    in_service: Positive


def _rising(rows: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
    """Return the criteria when limits rise along them and none of a new plant is laxer."""
    for position, row in enumerate(rows):
        if row.new > row.in_service:
            raise FaultAt((position, "new"), "is above in_service")
        if position and row.new <= rows[position - 1].new:
            raise FaultAt((position, "new"), "does not rise from class to class")
        if position and row.in_service <= rows[position - 1].in_service:
            raise FaultAt((position, "in_service"), "does not rise from class to class")
    return rows


class Tnt(Frozen):
    """Constants of the TNT equivalent: W = ground · fraction · W_f · Q_f / Q_TNT, R = c (W/1000)^e.

    Attributes:
        ground: Factor of an explosion at the ground.
        fraction: Share of the fuel's energy that goes into the explosion.
        tnt_kj_per_kg: Heat of TNT.
        coefficient_m: c, metres.
        per_kg: Mass to which W is related, kg.
        exponent: e.
        label: What stands beside the ring, always.
    """

    ground: Positive
    fraction: Annotated[Number, Field(gt=0, le=1)]
    tnt_kj_per_kg: Positive
    coefficient_m: Positive
    per_kg: Positive
    exponent: Positive
    label: Title


class IndividualRiskRules(RuleSet):
    """Criteria from the most to the least sensitive target, and the screening ring.

    Attributes:
        grade_when_exceeded: Grade of a target at which the limit is exceeded.
        grade_when_met: Grade otherwise.
    """

    kind: Literal["individual_risk"]
    method: Literal["QRA"]
    grade_when_exceeded: Grade
    grade_when_met: Grade
    criteria: Annotated[
        tuple[Criterion, ...], Field(min_length=1), AfterValidator(_rising), once("id")
    ]
    tnt: Tnt


@dataclass(frozen=True, slots=True)
class Contour:
    """A ring of equal individual risk that a map draws round a plant.

    Attributes:
        risk_per_year: The limit.
        inside: Targets that must not lie inside it, Chinese.
    """

    risk_per_year: float
    inside: str


@dataclass(frozen=True, slots=True)
class ScreeningRing:
    """A ring for screening, labelled so.

    Attributes:
        tnt_kg: Equivalent mass of TNT, kg.
        death_radius_m: Radius, metres.
        label: What must stand beside it, Chinese.
        label_en: The same in English.
        source: The formula.
    """

    tnt_kg: float
    death_radius_m: float
    label: str
    label_en: str
    source: str


def grade(
    target: str, risk_per_year: float | None, state: State, rules: IndividualRiskRules | None = None
) -> Assessment:
    """Judge the individual risk at a protection target.

    Args:
        target: Class of the target: `high`, `second` or `third` of the shipped rules.
        risk_per_year: Individual risk there, per year; None: not computed.
        state: `new` (built or extended) or `in_service`.
        rules: The shipped rule set when None.

    Returns:
        The grade of an exceeded or a met limit; a risk equal to the limit meets it.

    Raises:
        UngradableInput: An unknown class or state, a negative or NaN risk.

    Source: GB 36894-2018 individual risk criteria; the grades are this city's proposal.
    """
    rules = rules or IndividualRiskRules.shipped()
    guard.choice("target", target, [row.id for row in rules.criteria])
    guard.choice("state", state, get_args(State))
    row = next(row for row in rules.criteria if row.id == target)
    limit = _limit(row, state)
    inputs = {"target": target, "risk_per_year": risk_per_year, "state": state}
    if risk_per_year is None:
        return unassessed(rules, inputs, ("risk_per_year",))
    risk = guard.number("risk_per_year", risk_per_year, at_least=0)
    steps = (
        Step(Words("防护目标", "protection target"), row.title),
        Step(Words("基准", "criterion"), limit, Words("次/年", "a year")),
    )
    if risk > limit:
        because = (
            _compared(risk, ">", limit),
            Words(
                f"个人风险须不高于 {limit:.3g} 次/年",
                f"the individual risk must be no higher than {limit:.3g} a year",
            ),
        )
        return assessed(rules, rules.grade_when_exceeded, inputs, steps, because=because)
    met = (_compared(risk, "≤", limit), None)
    return assessed(rules, rules.grade_when_met, inputs, steps, because=met)


def _compared(risk: float, sign: str, limit: float) -> Words:
    return Words(
        f"个人风险 {risk:.3g} {sign} {limit:.3g} 次/年",
        f"individual risk {risk:.3g} {sign} {limit:.3g} a year",
    )


def contours(state: State, rules: IndividualRiskRules | None = None) -> tuple[Contour, ...]:
    """Return the rings to draw, from the lowest risk (the widest ring) to the highest.

    Raises:
        UngradableInput: An unknown state.

    Source: GB 36894-2018.
    """
    rules = rules or IndividualRiskRules.shipped()
    guard.choice("state", state, get_args(State))
    return tuple(Contour(_limit(row, state), row.title.zh) for row in rules.criteria)


def screening_ring(
    mass_kg: float, heat_kj_per_kg: float, rules: IndividualRiskRules | None = None
) -> ScreeningRing:
    """Return the death radius of a vapour cloud explosion by the TNT equivalent.

    Args:
        mass_kg: Mass of fuel in kg (not tonnes), more than 0.
        heat_kj_per_kg: Heat of combustion in kJ/kg, more than 0.
        rules: The shipped rule set when None.

    Raises:
        UngradableInput: A mass or heat of zero or less.

    Source: TNT 当量法: W = 1.8 a W_f Q_f / Q_TNT, R = 13.6 (W/1000)^0.37; screening only.
    """
    rules = rules or IndividualRiskRules.shipped()
    tnt = rules.tnt
    mass = guard.number("mass_kg", mass_kg, more_than=0)
    heat = guard.number("heat_kj_per_kg", heat_kj_per_kg, more_than=0)
    equivalent = tnt.ground * tnt.fraction * mass * heat / tnt.tnt_kj_per_kg
    return ScreeningRing(
        tnt_kg=equivalent,
        death_radius_m=tnt.coefficient_m * (equivalent / tnt.per_kg) ** tnt.exponent,
        label=tnt.label.zh,
        label_en=tnt.label.en,
        source=rules.source,
    )


def _limit(row: Criterion, state: State) -> float:
    return row.new if state == "new" else row.in_service
