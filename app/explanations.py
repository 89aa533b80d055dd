"""Why a feature has its colour: the assessment, what raises it now, how long it holds, its past."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, select

from app.db.reader import Reader
from app.db.tables import ASSESSMENTS, history_of
from app.queries.source import rows_of
from layers.declare import Layer, Raising
from layers.grading import dynamic

UNTOLD: dict[str, Any] = {
    "inputs": {}, "steps": [], "decided_by": None, "decided_by_en": None, "source": None,
    "one_step_down": None, "one_step_down_en": None,
}  # fmt: skip
"""What an assessment would tell, for a feature that has none."""

PAST_STATES = 100
"""Earlier states that are told, the latest ones."""


def explain(
    reader: Reader,
    layers: Mapping[str, Layer],
    layer: Layer,
    fid: int,
    today: date,
    asof: datetime | None = None,
) -> dict[str, Any] | None:
    """Everything that is known of a feature's grade; None where there is no such feature.

    Args:
        reader: What reads.
        layers: Every layer, for what raises the displayed grade.
        layer: A graded layer.
        fid: Id of the feature.
        today: Day in the city's zone, against which validity and deadlines are held.
        asof: The state at an instant; None for now.
    """
    row = reader.one(_assessed(layer, fid, asof))
    if row is None:
        return None
    assessed_on, until = _of(row, layer.assessed_on), _of(row, layer.holds_until)
    return {
        **UNTOLD,
        **(row["content"] or {}),
        "grade": row["grade"],
        "method": row["grade_method"],
        "rule_set": row["rule_set"],
        "rule_version": row["rule_version"],
        "assessed_at": assessed_on,
        "assessor": row.get("assessor"),
        "valid_until": until,
        "stale": row["grade"] is not None and dynamic.is_stale(assessed_on, until, today),
        "displayed": _displayed(reader, layers, layer, row, today, asof),
        "changed_at": row["changed_at"],
        "changed_by": row["changed_by"],
        "history": _history(reader, layer, fid, asof),
    }


def _assessed(layer: Layer, fid: int, asof: datetime | None) -> Select[Any]:
    rows = rows_of(layer, asof)
    return (
        select(*rows.c, ASSESSMENTS.c.content)
        .outerjoin(ASSESSMENTS, ASSESSMENTS.c.id == rows.c.assessment)
        .where(rows.c.fid == fid)
    )


def _of(row: Mapping[str, Any], name: str | None) -> Any:
    return row[name] if name else None


def _displayed(
    reader: Reader,
    layers: Mapping[str, Layer],
    layer: Layer,
    row: Mapping[str, Any],
    today: date,
    asof: datetime | None,
) -> dict[str, Any]:
    """The displayed grade as it is kept, the reasons that hold, and what is open."""
    found = []
    for raiser, raising, name in _raisers(layers, layer):
        for each in reader.all(_linked(raiser, raising, name, row[layer.key[0]], asof)):
            reasons = raising.reasons(_Read(each), today)
            if reasons:
                found.append({"layer": raiser.id, "id": each["fid"], "name": each["name"],
                              "reasons": list(reasons)})  # fmt: skip
    counts = Counter(reason for each in found for reason in each["reasons"])
    told = dynamic.grade(row["grade"], counts).as_json()
    return {**told, "displayed": row["displayed_grade"], "open": found}


def _raisers(layers: Mapping[str, Layer], layer: Layer) -> Iterator[tuple[Layer, Raising, str]]:
    """Layers whose open features raise those of a layer, with the field that names the feature."""
    for raiser in layers.values():
        for target, name in raiser.raising.at if raiser.raising else ():
            if target == layer.id and raiser.raising:
                yield raiser, raiser.raising, name


class _Read:
    """A row whose columns are read as attributes."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:
        return self._row[name]


def _linked(
    raiser: Layer, raising: Raising, name: str, key: str, asof: datetime | None
) -> Select[Any]:
    """Features of a layer whose field holds the key of a feature of another."""
    rows = rows_of(raiser, asof)
    read = [rows.c[each] for each in raising.reads]
    return (
        select(rows.c.fid, rows.c[raiser.label].label("name"), *read)
        .where(rows.c[name] == key)
        .order_by(rows.c.fid)
    )


def _history(reader: Reader, layer: Layer, fid: int, asof: datetime | None) -> list[dict[str, Any]]:
    """Earlier states, the latest first."""
    if not layer.kept:
        return []
    past = history_of(layer)
    before = past.c.replaced_at <= asof if asof else None
    rows = reader.all(
        select(past.c.grade, past.c.displayed_grade, past.c.grade_method, past.c.rule_set,
               past.c.rule_version, ASSESSMENTS.c.content["decided_by"].label("decided_by"),
               ASSESSMENTS.c.content["decided_by_en"].label("decided_by_en"),
               past.c.changed_at, past.c.replaced_at, past.c.replaced_by, past.c.reason)
        .outerjoin(ASSESSMENTS, ASSESSMENTS.c.id == past.c.assessment)
        .where(and_(past.c.fid == fid, *([] if before is None else [before])))
        .order_by(past.c.replaced_at.desc())
        .limit(PAST_STATES)
    )  # fmt: skip
    return [dict(row) for row in rows]
