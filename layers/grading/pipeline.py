"""PIPE: potential impact radius, and the risk bands of buried steel pipes.

Source: GB 32167-2015 equation (1); 49 CFR 192.903; GB/T 27512-2011.
"""

from math import sqrt
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field

from layers.grading import bands, guard, quantity
from layers.grading.assessment import Assessment, Step, UngradableInput, Words, plain
from layers.grading.bands import GradeBands, Limit
from layers.grading.rule_set import FaultAt, Frozen, Number, RuleSet, Text, Title, Whole, once
from layers.grading.verdict import assessed, unassessed

Form = Literal["GB32167", "CFR192"]
"""GB32167 takes mm and MPa and gives m; CFR192 takes in and psig and gives ft."""

FactorId = Literal[
    "age_years",
    "inspection_age_years",
    "third_party_activities",
    "encroachments",
    "cover_m",
    "patrol_percent",
]
"""The numeric attributes that can be scored."""

Class = Annotated[Whole, Field(ge=1)]
"""A class of likelihood or consequence, a row of the risk matrix."""


class Radius(Frozen):
    """Coefficients of r = c · d · √p in both forms."""

    gb32167: Annotated[Number, Field(gt=0)]
    cfr192: Annotated[Number, Field(gt=0)]


class Score(Frozen):
    """Limits and bands of GB/T 27512: R = S · C (both closed at 0 and at the limit)."""

    possibility_most: Number
    consequence_most: Number
    bands: GradeBands


class FactorBand(Limit):
    """Points of a factor from a value on."""

    points: Annotated[Whole, Field(ge=0)]


def _one_way(rows: tuple[FactorBand, ...]) -> tuple[FactorBand, ...]:
    """Return the rows when points only fall or only rise along them."""
    bands.descending(rows)
    points = [row.points for row in rows]
    if points not in (sorted(points), sorted(points, reverse=True)):
        raise FaultAt((0, "points"), "points neither only rise nor only fall")
    return rows


class Factor(Frozen):
    """A numeric attribute of a pipe and its points."""

    id: FactorId
    title: Title
    bands: Annotated[tuple[FactorBand, ...], Field(min_length=1), AfterValidator(_one_way)]


class Protection(Frozen):
    """A state of coating and cathodic protection and its points."""

    id: Text
    points: Annotated[Whole, Field(ge=0)]
    title: Title


class ClassBand(Limit):
    """A class of likelihood or consequence from a value on."""

    value: Class


def _classes(rows: tuple[ClassBand, ...]) -> tuple[ClassBand, ...]:
    """Return the rows when classes fall with the limits."""
    bands.descending(rows)
    for position in range(1, len(rows)):
        if rows[position].value >= rows[position - 1].value:
            raise FaultAt((position, "value"), "does not fall with the limit")
    return rows


Classes = Annotated[tuple[ClassBand, ...], Field(min_length=1), AfterValidator(_classes)]
"""Classes in falling order."""


class PipelineRules(RuleSet):
    """Radius, bands of GB/T 27512, and points for likelihood and consequence.

    Attributes:
        third_party_within_m: Band in which third-party activities are counted, metres.
        third_party_months: Months over which they are counted.
        hca_consequence: Class of consequence by grade of the high-consequence area: none, Ⅰ, Ⅱ, Ⅲ.
        population_consequence: Class of consequence by people inside the impact radius.
    """

    kind: Literal["pipeline"]
    method: Literal["PIPE"]
    radius: Radius
    gbt27512: Score
    third_party_within_m: Number
    third_party_months: Whole
    factors: Annotated[tuple[Factor, ...], Field(min_length=1), once("id")]
    protections: Annotated[tuple[Protection, ...], Field(min_length=1), once("id")]
    likelihood: Classes
    hca_consequence: Annotated[tuple[Class, ...], Field(min_length=4, max_length=4)]
    population_consequence: Classes


def impact_radius_m(
    diameter_mm: float,
    maop_mpa: float,
    form: Form = "GB32167",
    rules: PipelineRules | None = None,
) -> float:
    """Return the potential impact radius of a gas pipe in metres.

    Args:
        diameter_mm: Outside diameter in mm, 20 to 2000 (closed).
        maop_mpa: Maximum allowable operating pressure in MPa, 0.1 to 20 (closed), not the pressure
            of the day.
        form: GB32167, or CFR192 computed in its own units and returned in metres.
        rules: The shipped rule set when None.

    Raises:
        UngradableInput: A diameter or pressure out of the plausible range; an unknown form.

    Source: GB 32167-2015 eq. (1), r = 0.099 √(d² p); 49 CFR 192.903, r = 0.69 √(p d²).
    """
    guard.choice("form", form, get_args(Form))
    diameter = quantity.check("diameter", diameter_mm)
    pressure = quantity.check("pressure", maop_mpa)
    if form == "GB32167":
        return (rules or PipelineRules.shipped()).radius.gb32167 * diameter * sqrt(pressure)
    inches = quantity.in_unit("diameter", diameter, "in")
    pounds = quantity.in_unit("pressure", pressure, "psi")
    return quantity.convert("length", _feet(inches, pounds, rules), "ft").value


def impact_radius_ft(
    diameter_in: float, maop_psig: float, rules: PipelineRules | None = None
) -> float:
    """Return the potential impact radius of a natural gas pipe in feet.

    Args:
        diameter_in: Nominal outside diameter in inches.
        maop_psig: Maximum allowable operating pressure in psig.
        rules: The shipped rule set when None.

    Raises:
        UngradableInput: A diameter or pressure out of the plausible range (that of mm and MPa).

    Source: 49 CFR 192.903, r = 0.69 √(p d²).
    """
    quantity.convert("diameter", diameter_in, "in")
    quantity.convert("pressure", maop_psig, "psi")
    return _feet(diameter_in, maop_psig, rules)


def _feet(diameter_in: float, maop_psig: float, rules: PipelineRules | None) -> float:
    return (rules or PipelineRules.shipped()).radius.cfr192 * diameter_in * sqrt(maop_psig)


def grade_gbt27512(
    possibility: float | None, consequence: float | None, rules: PipelineRules | None = None
) -> Assessment:
    """Grade a buried steel pipe by R = S · C.

    Args:
        possibility: S, 0 to 100 (closed); None: not assessed.
        consequence: C, 0 to 150 (closed); None: not assessed.
        rules: The shipped rule set when None.

    Returns:
        Grade by bands closed at their lower end; grade None when an input is None.

    Raises:
        UngradableInput: Outside 0..100 or 0..150.

    Source: GB/T 27512-2011 埋地钢质管道风险评估方法.
    """
    rules = rules or PipelineRules.shipped()
    score = rules.gbt27512
    inputs = {"possibility": possibility, "consequence": consequence}
    if possibility is None or consequence is None:
        return unassessed(rules, inputs, guard.missing(**inputs))
    _at_most("possibility", possibility, score.possibility_most)
    _at_most("consequence", consequence, score.consequence_most)
    risk = possibility * consequence
    band = score.bands[bands.position(risk, score.bands)]
    formula = f"S × C = {plain(possibility)} × {plain(consequence)}"
    compared = bands.decided("R", risk, score.bands)
    because = (
        Words(f"{compared.zh}({band.zh})", f"{compared.en} ({band.en})"),
        bands.one_step_down("R", risk, score.bands),
    )
    source = "GB/T 27512-2011"
    steps = (Step("R", risk, formula=formula),)
    return assessed(rules, band.grade, inputs, steps, because=because, source=source)


def _at_most(field: str, value: float, most: float) -> None:
    if guard.number(field, value, at_least=0) > most:
        limit = plain(most)
        raise UngradableInput(field, value, f"不得大于 {limit}", f"is more than {limit}")
