"""Area grades and counts, as the map, the API and the reports tell them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from app.db.reader import Reader
from app.queries.summary import OFF, By, areas, summary, total
from app.queries.where import Where
from layers.declare import Layer
from layers.grading import area
from layers.grading.area import AreaRules, Counts, Method
from layers.grading.rule_set import load

SQUARE_KILOMETRES = "area_km2"
"""Scale of the index by which townships are compared."""

RULES = cast("AreaRules", load("area_severity"))
"""Weights and breaks of the map: grave areas stand out, long registers do not."""

OFF_NAME = "市域外 outside the city"


def summarise(
    reader: Reader,
    layers: Mapping[str, Layer],
    counted: Sequence[Layer],
    by: By,
    method: Method,
    where: Where,
) -> dict[str, Any]:
    """Counts by key with the grade of each key, and the same over everything.

    Args:
        reader: What reads.
        layers: Every layer, for townships and the names of categories.
        counted: Layers whose features count; each must be graded.
        by: What the rows are.
        method: How an area gets its grade: `max`, `count`, or `index` (weighted, per km² for a
            township). A key that is no area has no divisor, so its index is the weighted sum and
            its grade that of the worst in it.
        where: Box and instant.
    """
    townships = layers["townships"]
    found = {row["key"]: row for row in reader.all(summary(counted, townships, by, where))}
    if by == "township":
        known = reader.all(areas(townships))
        rows = [_area_row(area_facts, found.pop(area_facts["key"], {}), method)
                for area_facts in known]  # fmt: skip
        rows += [_row(key, OFF_NAME, row) for key, row in found.items()]
    else:
        names = _names(layers, by)
        rows = [_row(key, names.get(key, key), row) for key, row in found.items()]
    everything = reader.one(total(counted, where)) or {}
    return {
        "by": by,
        "method": method,
        "asof": (where.asof or datetime.now(UTC)).isoformat(),
        "layers": [layer.id for layer in counted],
        "rows": rows,
        "total": _row("all", "全部 all", everything),
    }


def _area_row(facts: Mapping[str, Any], row: Mapping[str, Any], method: Method) -> dict[str, Any]:
    counts = _counts(row)
    scale = (SQUARE_KILOMETRES, facts["area_km2"])
    assessment = area.grade(counts, method, scale if method == "index" else None, RULES)
    return {
        **_row(facts["key"], facts["name"], row),
        "grade": assessment.grade,
        "decided_by": assessment.decided_by,
        "index": round(area.index(counts, scale, RULES), 4),
        "area_km2": round(facts["area_km2"], 3),
        "population": facts["population"],
    }


def _row(key: str, name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    counts = _counts(row)
    return {
        "key": key,
        "name": name,
        "grade": area.grade(counts, "max", rules=RULES).grade,
        "counts": counts.as_json(),
        "total": int(row.get("n") or 0),
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
