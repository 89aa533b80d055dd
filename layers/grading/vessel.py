"""VESSEL: static score of a fishing vessel, and the worst of it and the active events.

Source: 余政办发〔2016〕82号 item 22 names the high-risk gear; the score is this city's proposal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Literal

from pydantic import Field

from layers.grading import bands, guard
from layers.grading.assessment import Assessment, Step, Words, joined
from layers.grading.bands import GradeBands, Limit
from layers.grading.input_names import INPUTS
from layers.grading.rule_set import Frozen, Grade, Number, RuleSet, Text, Title, Whole, once
from layers.grading.verdict import assessed, unassessed

POINTS, SUM = Words("分", "points"), Words("总分", "sum of points")

Points = Annotated[Whole, Field(ge=0)]
"""Points of a factor."""


@dataclass(frozen=True, slots=True)
class VesselFacts:
    """What is scored; None: not known.

    Attributes:
        gear: A gear of the rule set.
        hull_age_years: Full years since the hull was built.
        wooden: Whether the hull is of wood.
        length_m: Length overall in metres.
        crew: People on board.
        papers_in_order: Certificates valid and crew at the minimum or above.
        positioning_works: AIS and BeiDou fitted, and not offline for longer than the rule says.
        violations: In the last twelve months.
    """

    gear: str | None
    hull_age_years: int | None
    wooden: bool | None
    length_m: float | None
    crew: int | None
    papers_in_order: bool | None
    positioning_works: bool | None
    violations: int | None


class Gear(Frozen):
    """Points of one gear."""

    id: Text
    points: Points
    title: Title


class AgeBand(Limit):
    """Points of hulls from an age on."""

    points: Points


class LengthRule(Frozen):
    """Points of a length that is short for the open sea, or long with many people.

    Attributes:
        below_m: Open upper limit of short vessels.
        from_m: Closed lower limit of long ones.
        crew_from: Closed lower limit of the crew of long ones.
    """

    below_m: Number
    from_m: Number
    crew_from: Whole
    points: Points


class Event(Frozen):
    """An event at sea and the grade of a vessel while it lasts."""

    id: Text
    grade: Grade
    title: Title


class VesselRules(RuleSet):
    """Points of each factor, bands of the sum, grades of events.

    Attributes:
        offline_hours: Open lower limit of hours offline in the last `offline_days`.
        offline_days: Days looked back for hours offline.
        violation_points: For each violation, up to `violation_most`.
    """

    kind: Literal["vessel"]
    method: Literal["VESSEL"]
    bands: GradeBands
    gears: Annotated[tuple[Gear, ...], Field(min_length=1), once("id")]
    ages: Annotated[tuple[AgeBand, ...], Field(min_length=1)]
    wooden_points: Points
    length: LengthRule
    papers_points: Points
    positioning_points: Points
    offline_hours: Number
    offline_days: Whole
    violation_points: Points
    violation_most: Points
    events: Annotated[tuple[Event, ...], once("id")]


def grade(facts: VesselFacts, rules: VesselRules | None = None) -> Assessment:
    """Grade a vessel by the sum of its points.

    Args:
        facts: Ages in years, lengths in metres; None: not known.
        rules: The shipped rule set when None.

    Returns:
        Grade 1..4 by the sum. What is not known scores nothing and is named in a step: the grade
        is then the least severe that it can be. Grade None when that would be the lowest grade:
        what is not known must not turn a vessel blue.

    Raises:
        UngradableInput: An unknown gear, a negative or fractional count, a negative length.

    Source: 余政办发〔2016〕82号 第 22 项; 评分为本市方案.
    """
    rules = rules or VesselRules.shipped()
    _check(facts, rules)
    points = _points(facts, rules)
    score = sum(value for value in points.values() if value is not None)
    absent = [name for name, value in points.items() if value is None]
    steps = [Step(name, value, POINTS) for name, value in points.items()]
    steps.append(Step(SUM, score, POINTS))
    band = rules.bands[bands.position(score, rules.bands)]
    if absent and band is rules.bands[-1]:
        return unassessed(rules, asdict(facts), absent, steps)
    because = (
        bands.decided(SUM, score, rules.bands),
        bands.one_step_down(SUM, score, rules.bands),
    )
    return assessed(rules, band.grade, asdict(facts), steps, because=because)


def dynamic(
    static: Assessment, events: Sequence[str], rules: VesselRules | None = None
) -> Assessment:
    """Return the worst of the static grade and of the events that are active.

    Args:
        static: The vessel's own assessment; its grade may be None.
        events: Ids of active events.
        rules: The shipped rule set when None.

    Raises:
        UngradableInput: An event that the rule set does not know.

    Source: DOMAIN 4.1: dynamic level = worst of static and any active event.
    """
    rules = rules or VesselRules.shipped()
    known = {event.id: event for event in rules.events}
    active = [known[guard.choice("events", name, known)] for name in events]
    if not active:
        return static
    worst = min(active, key=lambda event: event.grade)
    if static.grade is not None and static.grade <= worst.grade:
        return static
    inputs = {"static_grade": static.grade, "events": list(events)}
    steps = [Step(event.id, event.grade, formula=event.title) for event in active]
    own = Words("未评估", "not assessed")
    if static.grade is not None:
        own = Words(f"{static.grade} 级", f"grade {static.grade}")
    names = joined([event.title for event in active if event.grade == worst.grade])
    because = (
        Words(f"{names.zh}(静态{own.zh})", f"{names.en} (the vessel itself: {own.en})"),
        Words(f"须解除事件:{names.zh}", f"it must end: {names.en}"),
    )
    return assessed(rules, worst.grade, inputs, steps, because=because)


def _check(facts: VesselFacts, rules: VesselRules) -> None:
    if facts.gear is not None:
        guard.choice("gear", facts.gear, [gear.id for gear in rules.gears])
    for field in ("hull_age_years", "crew", "violations"):
        if getattr(facts, field) is not None:
            guard.count(field, getattr(facts, field))
    if facts.length_m is not None:
        guard.number("length_m", facts.length_m, more_than=0)
    for field in ("wooden", "papers_in_order", "positioning_works"):
        if getattr(facts, field) is not None:
            guard.flag(field, getattr(facts, field))


def _points(facts: VesselFacts, rules: VesselRules) -> Mapping[Words, int | None]:
    """Return the points of each factor by its name; None: not known."""
    gears = {gear.id: gear.points for gear in rules.gears}
    age = facts.hull_age_years
    found = {
        "gear": None if facts.gear is None else gears[facts.gear],
        "hull_age_years": None
        if age is None
        else rules.ages[bands.position(age, rules.ages)].points,
        "wooden": None if facts.wooden is None else rules.wooden_points * facts.wooden,
        "length_m": _length_points(facts.length_m, facts.crew, rules.length),
        "papers_in_order": _fault_points(rules.papers_points, in_order=facts.papers_in_order),
        "positioning_works": _fault_points(
            rules.positioning_points, in_order=facts.positioning_works
        ),
        "violations": None
        if facts.violations is None
        else min(facts.violations * rules.violation_points, rules.violation_most),
    }
    return {INPUTS[name]: points for name, points in found.items()}


def _length_points(length_m: float | None, crew: int | None, rule: LengthRule) -> int | None:
    if length_m is None:
        return None
    if length_m < rule.below_m:
        return rule.points
    if length_m < rule.from_m:
        return 0
    if crew is None:
        return None
    return rule.points if crew >= rule.crew_from else 0


def _fault_points(points: int, *, in_order: bool | None) -> int | None:
    if in_order is None:
        return None
    return 0 if in_order else points
