"""High-consequence areas (高后果区) of oil and gas pipes: the highest row that is met.

Severity runs Ⅰ (least) < Ⅱ < Ⅲ (most); the colour is that of the consequence alone.

Source: GB 32167-2015 6.1, Tables 1 and 2.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from layers.grading import guard, pipeline, quantity
from layers.grading.assessment import Assessment, Step, UngradableInput, Words, joined, plain
from layers.grading.hca_rules import HcaRow, HcaRules, Neighbour, Pipe
from layers.grading.verdict import assessed, unassessed

ROMAN = (Words("非高后果区", "none"), Words("Ⅰ", "Ⅰ"), Words("Ⅱ", "Ⅱ"), Words("Ⅲ", "Ⅲ"))
"""Names of the severities 0 to 3."""

SEVERITY = Words("高后果区等级", "grade of the high-consequence area")

AREA_CLASSES = (1, 2, 3, 4)
"""一级 to 四级."""


def grade(pipe: Pipe, neighbours: Sequence[Neighbour], rules: HcaRules | None = None) -> Assessment:
    """Grade a piece of pipe by the highest row of its table that is met.

    Args:
        pipe: Medium, class location, and for gas diameter (mm) and MAOP (MPa).
        neighbours: What lies beside the piece; empty: nothing was found.
        rules: The shipped rule set when None.

    Returns:
        The grade of the consequence, with the rows met as steps. What is not known meets no row
        and is named; grade None when the piece would then be no high-consequence area.

    Raises:
        UngradableInput: An unknown medium or kind, a negative distance or count, a diameter or
            pressure out of the plausible range, a class location outside 1..4.

    Source: GB 32167-2015 6.1.1 (oil), 6.1.2 (gas); 以内 is inclusive.
    """
    rules = rules or HcaRules.shipped()
    _check(pipe, neighbours, rules)
    inputs = {"pipe": asdict(pipe), "neighbours": [asdict(item) for item in neighbours]}
    steps = []
    radius = _radius(pipe, rules)
    if radius is not None:
        steps.append(Step("r", radius, "m", Words("潜在影响半径", "potential impact radius")))
    met = [
        (row, shown)
        for row in _applicable(pipe, rules)
        if (shown := _met(row, pipe, neighbours, radius, rules)) is not None
    ]
    steps += [Step(_row(row.id), shown, formula=row.text) for row, shown in met]
    severity = max((row.applied for row, _ in met), default=0)
    steps.append(Step(SEVERITY, ROMAN[severity]))
    if severity == 0 and (absent := _absent(pipe, neighbours, rules)):
        return unassessed(rules, inputs, absent, steps)
    return assessed(rules, rules.colours[severity], inputs, steps, because=_because(met, severity))


def _check(pipe: Pipe, neighbours: Sequence[Neighbour], rules: HcaRules) -> None:
    guard.choice("medium", pipe.medium, ("oil", "gas"))
    area = pipe.area_class
    if area is not None and (isinstance(area, bool) or area not in AREA_CLASSES):
        raise UngradableInput("area_class", area, "须为 1 至 4", "is not 1 to 4")
    kinds = [kind.id for kind in rules.neighbours]
    for neighbour in neighbours:
        guard.choice("kind", neighbour.kind, kinds)
        guard.number("distance_m", neighbour.distance_m, at_least=0)
        for field in ("households", "persons", "days_per_year"):
            if getattr(neighbour, field) is not None:
                guard.count(field, getattr(neighbour, field))


def _radius(pipe: Pipe, rules: HcaRules) -> float | None:
    """Return the potential impact radius of a gas pipe; None for oil or without its size."""
    diameter, pressure = pipe.diameter_mm, pipe.maop_mpa
    if diameter is not None:
        quantity.check("diameter", diameter)
    if pressure is not None:
        quantity.check("pressure", pressure)
    if pipe.medium != "gas" or diameter is None or pressure is None:
        return None
    return pipeline.impact_radius_m(diameter, pressure, rules.radius_form)


def _applicable(pipe: Pipe, rules: HcaRules) -> Iterator[HcaRow]:
    """Yield the rows of the pipe's table that look at a pipe of its size and class location."""
    rows = [row for row in rules.rows if row.medium == pipe.medium]
    sized = any(_sized(row, pipe) for row in rows)
    for row in rows:
        if row.size is not None and not _sized(row, pipe):
            continue
        if row.other_sizes and (sized or pipe.diameter_mm is None or pipe.maop_mpa is None):
            continue
        if row.below_area_class is not None and (
            pipe.area_class is None or pipe.area_class >= row.below_area_class
        ):
            continue
        yield row


def _sized(row: HcaRow, pipe: Pipe) -> bool:
    if row.size is None or pipe.diameter_mm is None or pipe.maop_mpa is None:
        return False
    return row.size.holds(pipe.diameter_mm, pipe.maop_mpa)


def _met(
    row: HcaRow,
    pipe: Pipe,
    neighbours: Sequence[Neighbour],
    radius: float | None,
    rules: HcaRules,
) -> Words | None:
    """Return what meets the row; None when nothing does."""
    if row.area_class is not None:
        return row.text if pipe.area_class == row.area_class else None
    limit = radius if row.within_radius else row.within_m
    kinds = {kind.id: kind for kind in rules.neighbours if kind.id in row.kinds}
    found = [
        item
        for item in neighbours
        if item.kind in kinds
        and limit is not None
        and item.distance_m <= limit
        and kinds[item.kind].counts(item)
        and (row.households is None or (item.households or 0) >= row.households)
    ]
    if not found:
        return None
    nearest = min(found, key=lambda item: item.distance_m)
    title, metres = kinds[nearest.kind].title, plain(nearest.distance_m)
    return Words(f"{title.zh},距离 {metres} m", f"{title.en} at {metres} m")


def _absent(pipe: Pipe, neighbours: Sequence[Neighbour], rules: HcaRules) -> tuple[str, ...]:
    """Return what is not known and could still meet a row."""
    absent = list(guard.missing(area_class=pipe.area_class))
    if pipe.medium == "gas" and neighbours:
        absent += guard.missing(diameter_mm=pipe.diameter_mm, maop_mpa=pipe.maop_mpa)
    rows = [row for row in rules.rows if row.medium == pipe.medium and row.households is not None]
    counted = {kind for row in rows for kind in row.kinds}
    if any(item.kind in counted and item.households is None for item in neighbours):
        absent.append("households")
    return tuple(absent)


def _because(met: Sequence[tuple[HcaRow, Words]], severity: int) -> tuple[Words, Words | None]:
    top = [(row, shown) for row, shown in met if row.applied == severity]
    if not top:
        return Words("不符合任何一条高后果区识别项", "no row of the table is met"), None
    row, shown = top[0]
    own, rank = _row(row.id), ROMAN[severity].zh
    decided = Words(
        f"{own.zh}({shown.zh}):{rank} 级高后果区",
        f"{own.en} ({shown.en}): high-consequence area of grade {rank}",
    )
    rows = joined([_row_id(each.id) for each, _ in top])
    return decided, Words(f"须不再符合 {rows.zh} 行", f"{rows.en} must no longer be met")


def _row(name: str) -> Words:
    return Words(f"{name} 行", f"row {_row_id(name).en}")


def _row_id(name: str) -> Words:
    """Return the id of a row, which begins with its medium, in both languages."""
    medium = {"油": "oil ", "气": "gas "}.get(name[:1])
    return Words(name, name if medium is None else medium + name[1:])
