"""Area grades and counts, as the map, the API and the reports tell them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal, cast

from app.db.reader import Reader
from app.queries.summary import OFF, By, areas, summary, total
from app.queries.where import Where
from layers.declare import Layer
from layers.grading import area
from layers.grading.area import AreaRules, Counts, Method
from layers.grading.assessment import Words
from layers.grading.rule_set import load

Per = Literal["area_km2", "population", "enterprises", "none"]
"""What the index of a township is divided by."""

RULES = cast("AreaRules", load("area_severity"))
"""Weights and breaks of the map: grave areas stand out, long registers do not."""

AMOUNTS: dict[Per, Words] = {
    "area_km2": Words("面积", "the area"), "population": Words("常住人口", "the population"),
    "enterprises": Words("企业数", "the number of enterprises"), "none": Words("", ""),
}  # fmt: skip
"""The divisors."""


@dataclass(frozen=True)
class How:
    """What the rows of a summary are, and how each gets its grade.

    Attributes:
        by: What the rows are.
        method: How an area gets its grade: `max`, `count`, or `index` (weighted). A key that is no
            area has no divisor; its grade is that of the worst in it.
        per: What the index of a township is divided by; a township that does not tell it has
            neither index nor grade by it.
    """

    by: By = "township"
    method: Method = "index"
    per: Per = "area_km2"


OFF_NAME = "市域外 outside the city"


def summarise(
    reader: Reader,
    layers: Mapping[str, Layer],
    counted: Sequence[Layer],
    how: How,
    where: Where,
    today: date,
) -> dict[str, Any]:
    """Counts by key with the grade of each key, and the same over everything.

    Args:
        reader: What reads.
        layers: Every layer, for townships and the names of categories.
        counted: Layers whose features count; each must be graded.
        how: What the rows are, and how each gets its grade.
        where: Box and instant.
        today: Day against which assessments are held: a stale one keeps its colour and is told.
    """
    townships = layers["townships"]
    statement = summary(counted, townships, how.by, where, today)
    found = {row["key"]: row for row in reader.all(statement)}
    if how.by == "township":
        known = reader.all(areas(townships))
        rows = [_area_row(facts, found.pop(facts["key"], {}), how) for facts in known]
        rows += [_row(key, OFF_NAME, row) for key, row in found.items()]
    else:
        names = _names(layers, how.by)
        rows = [_row(key, names.get(key, key), row) for key, row in found.items()]
    everything = reader.one(total(counted, where, today)) or {}
    return {
        "by": how.by,
        "method": how.method,
        "per": how.per,
        "asof": (where.asof or datetime.now(UTC)).isoformat(),
        "layers": [layer.id for layer in counted],
        "rows": rows,
        "total": _row("all", "全部 all", everything),
    }


def _area_row(facts: Mapping[str, Any], row: Mapping[str, Any], how: How) -> dict[str, Any]:
    counts = _counts(row)
    graded = _graded(counts, facts, how)
    return {
        **_row(facts["key"], facts["name"], row),
        **graded,
        "area_km2": round(facts["area_km2"], 3),
        "population": facts["population"],
        "enterprises": facts["enterprises"],
    }


def _graded(counts: Counts, facts: Mapping[str, Any], how: How) -> dict[str, Any]:
    """Grade, what decided and index; all empty where the divisor is not known or zero."""
    amount = 1 if how.per == "none" else facts[how.per]
    if how.method == "index" and not amount:
        missing = AMOUNTS[how.per]
        return {
            "grade": None, "decided_by": f"缺少{missing.zh}",
            "decided_by_en": f"{missing.en} not known", "index": None,
        }  # fmt: skip
    scale = (how.per, amount) if amount else None
    assessment = area.grade(counts, how.method, scale if how.method == "index" else None, RULES)
    index = round(area.index(counts, scale, RULES), 4) if scale else None
    return {
        "grade": assessment.grade, "decided_by": assessment.decided_by,
        "decided_by_en": assessment.decided_by_en, "index": index,
    }  # fmt: skip


def _row(key: str, name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    counts = _counts(row)
    return {
        "key": key,
        "name": name,
        "grade": area.grade(counts, "max", rules=RULES).grade,
        "counts": counts.as_json(),
        "total": int(row.get("n") or 0),
        "stale": int(row.get("stale") or 0),
        "length_m": round(float(row.get("length_m") or 0), 1),
    }


def _counts(row: Mapping[str, Any]) -> Counts:
    n1, n2, n3, n4, unassessed = (
        int(row.get(name) or 0) for name in ("n1", "n2", "n3", "n4", "n0")
    )
    return Counts(n1, n2, n3, n4, unassessed)


def _names(layers: Mapping[str, Layer], by: By) -> dict[str, str]:
    names = {layer.id: layer.title for layer in layers.values()} | {OFF: "未注明 not stated"}
    for layer in layers.values():
        if by in layer.fields:
            names |= layer.fields[by].codes
    return names
