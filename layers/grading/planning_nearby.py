"""What pipes and major hazard installations beside a site mean for it: computed, not looked up.

Source: GB 32167-2015 (impact radius, Tables 1 and 2); GB 18218-2018 4.3 (α by the people around).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from layers.grading import class_location, gb18218, hca, individual_risk, inventory, surroundings
from layers.grading.assessment import Assessment, UngradableInput, Words
from layers.grading.class_location import ClassLocationRules
from layers.grading.hca_rules import Pipe
from layers.grading.planning import Near, Reason, Site, reason, rounded, use_of
from layers.grading.planning_rules import Computed, PlanningRules, Use
from layers.grading.surroundings import Target

TABLES = {"gas": "gas", "oil": "oil", "products": "oil"}
"""Medium of a pipeline, and the table of the standard that applies."""

KG_PER_T = 1000

LEAST_CLASS = 1
"""Class location where nobody lives."""


@dataclass(frozen=True, slots=True)
class PipeNear:
    """A pipeline that the law knows, near the site.

    Attributes:
        near: The pipeline.
        radius_m: Impact radius; None: it has none.
    """

    near: Near
    radius_m: float | None


@dataclass(frozen=True, slots=True)
class AreaNear:
    """A high-consequence area near the site, and how wide its band is."""

    near: Near
    band_m: float


def beside_pipes(
    site: Site,
    pipes: Sequence[PipeNear],
    areas: Sequence[AreaNear],
    rules: PlanningRules | None = None,
) -> list[Reason]:
    """Return the reasons that impact radii and high-consequence areas give.

    Args:
        site: The site.
        pipes: Pipelines round it to which the law applies.
        areas: High-consequence areas round it.
        rules: The shipped rule set when None.

    Raises:
        UngradableInput: An unknown use, a distance that is negative or no number.
    """
    rules = rules or PlanningRules.shipped()
    use = use_of(site, rules)
    inside = [(each.near, each.radius_m) for each in pipes if each.radius_m is not None]
    banded = [(each.near, each.band_m) for each in areas]
    return [
        *_within("PIR", use, inside, rules),
        *_within("HCA", use, banded, rules),
        *_new_area(site, use, pipes, rules),
    ]


def _within(
    name: Computed, use: Use, pairs: Sequence[tuple[Near, float]], rules: PlanningRules
) -> list[Reason]:
    """Return the reason of the nearest feature whose own distance the site keeps not."""
    rule = rules.of(name, use)
    met = [
        (near, limit)
        for each, limit in pairs
        for near in rounded([each], rules)
        if near.distance_m <= limit
    ]
    if rule is None or not met:
        return []
    near, limit = min(met, key=lambda pair: pair[0].distance_m)
    return [reason(rule, near, limit_m=round(limit, rules.decimals), others=len(met) - 1)]


def _new_area(
    site: Site, use: Use, pipes: Sequence[PipeNear], rules: PlanningRules
) -> list[Reason]:
    """Return the reason of the pipe beside which the site would make the gravest area."""
    rule = rules.of("HCA-NEW", use)
    if rule is None or use.register_kind is None:
        return []
    found = []
    for pipe in pipes:
        near = rounded([pipe.near], rules)[0]
        made = _graded(site, use, near)
        if made is not None and made.grade is not None and (rank := _severity(made)) > 0:
            found.append((rank, -near.distance_m, near, made))
    if not found:
        return []
    rank, _, near, made = max(found, key=lambda each: each[:2])
    told = Words(made.decided_by, made.decided_by_en)
    return [reason(rule, near, detail=told, others=len(found) - 1)]


def _graded(site: Site, use: Use, near: Near) -> Assessment | None:
    """Return the grade of a piece of pipe that has nothing beside it but the site."""
    row = near.values
    table = TABLES.get(str(row.get("medium")))
    if table is None or use.register_kind is None:
        return None
    target = Target(use.register_kind, site.households, site.storeys, site.persons)
    beside = surroundings.neighbours(target, near.distance_m)
    area_class = _area_class(target, near.distance_m)
    pipe = Pipe(table, area_class, row.get("outside_diameter_mm"), row.get("maop_mpa"))
    try:
        return hca.grade(pipe, beside)
    except UngradableInput:
        # The register's diameter or pressure is implausible: nothing can be told of this pipe.
        return None


def _area_class(target: Target, distance_m: float) -> int:
    """Return the class location of a pipe that has nothing in its strip but the site."""
    rules = ClassLocationRules.shipped()
    placed = surroundings.settlement(target, (0.0, 1.0))
    if placed is None or distance_m > rules.strip_m:
        return LEAST_CLASS
    return max(each.area_class for each in class_location.classify(1.0, [placed], rules))


def _severity(made: Assessment) -> int:
    value = next(step.value for step in made.steps if step.name == hca.SEVERITY.zh)
    return [words.zh for words in hca.ROMAN].index(str(value))


def beside_hazards(
    site: Site, hazards: Sequence[Near], rules: PlanningRules | None = None
) -> list[Reason]:
    """Return the reasons that major hazard installations give beyond their distance.

    Args:
        site: The site.
        hazards: Installations round it, with `inventory`, `population`, `reported_population`.
        rules: The shipped rule set when None.

    Raises:
        UngradableInput: An unknown use, a distance that is negative or no number.
    """
    rules = rules or PlanningRules.shipped()
    use, found = use_of(site, rules), rounded(hazards, rules)
    return [*_raised(site, use, found, rules), *_ringed(use, found, rules)]


def _raised(site: Site, use: Use, hazards: Sequence[Near], rules: PlanningRules) -> list[Reason]:
    """Return the reason of the nearest installation whose level the new people raise."""
    rule = rules.of("ALPHA", use)
    if rule is None or not use.resident or not site.persons:
        return []
    band = gb18218.MajorHazardRules.shipped().population_within_m
    for near in hazards:
        if near.distance_m > band:
            continue
        known = [near.values.get(name) for name in ("population", "reported_population")]
        people = max((int(each) for each in known if each is not None), default=0)
        before, after = _level(near, people), _level(near, people + site.persons)
        if before and after and _worse(after[0], before[0]):
            more = people + site.persons
            told = Words(
                f"常住人口 {people} → {more},α {before[1]} → {after[1]},级别 {before[2].zh} → "
                f"{after[2].zh}",
                f"population {people} → {more}, α {before[1]} → {after[1]}, {before[2].en} → "
                f"{after[2].en}",
            )
            return [reason(rule, near, limit_m=band, detail=told)]
    return []


def _worse(grade: int | None, than: int | None) -> bool:
    """Return whether a grade is more severe than another; None: no installation."""
    return grade is not None and (than is None or grade < than)


def _level(near: Near, people: int) -> tuple[int | None, Any, Words] | None:
    """Return grade, α and level of an installation with so many people round it."""
    try:
        made = gb18218.grade(inventory.read(near.values.get("inventory") or ""), people)
    except UngradableInput:
        return None
    steps = {step.name: step for step in made.steps}
    level = steps[gb18218.LEVEL.zh]
    factor = steps["α"].value if "α" in steps else None
    return made.grade, factor, Words(str(level.value), str(level.in_english[1]))


def _ringed(use: Use, hazards: Sequence[Near], rules: PlanningRules) -> list[Reason]:
    """Return the reason of the nearest installation inside whose screening ring the site lies."""
    rule = rules.of("VCE", use)
    if rule is None:
        return []
    met = []
    for near in hazards:
        radius = _ring(near, rules)
        if radius is not None and near.distance_m <= radius:
            met.append((near, radius))
    if not met:
        return []
    near, radius = met[0]
    return [reason(rule, near, limit_m=round(radius, rules.decimals), others=len(met) - 1)]


def _ring(near: Near, rules: PlanningRules) -> float | None:
    """Return the largest screening ring of what an installation holds; None: it has none."""
    heats = {fuel.substance: fuel.heat_kj_per_kg for fuel in rules.fuels}
    try:
        holdings = inventory.read(near.values.get("inventory") or "")
    except UngradableInput:
        return None
    rings = [
        individual_risk.screening_ring(each.quantity_t * KG_PER_T, heats[each.substance])
        for each in holdings
        if each.substance in heats and each.quantity_t > 0
    ]
    return max((ring.death_radius_m for ring in rings), default=None)
