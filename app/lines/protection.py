"""What the law, the impact radius and the high-consequence areas say of one activity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from shapely import to_geojson
from shapely.geometry.base import BaseGeometry

from app.lines.abreast import abreast
from app.lines.read import Ask, read_lines
from app.queries.protection import beside
from layers.declare import Layer
from layers.grading import pipeline, pipeline_law
from layers.grading.activities import ACTIVITIES
from layers.grading.assessment import UngradableInput
from layers.grading.hca import ROMAN
from layers.grading.pipeline_law import Beside, PipelineLaw

HCA_WITHIN_M = 200.0
"""Band of a high-consequence area where the pipe has no impact radius, or a smaller one."""

FARTHEST_RADIUS_M = 1000.0
"""No impact radius of a plausible pipe is larger."""

CHEMICALS = frozenset({"chemicals", "hydrogen"})
"""Media of pipelines of dangerous chemicals."""


@dataclass(frozen=True)
class Activity:
    """What somebody does or means to do.

    Attributes:
        kind: A kind of `layers.grading.activities.ACTIVITIES`.
        place: Where, lon lat.
        first: First day; None: not known.
        last: Last day; None: not known.
    """

    kind: str
    place: BaseGeometry
    first: date | None = None
    last: date | None = None


def judged(
    ask: Ask,
    layers: Mapping[str, Layer],
    activity: Activity,
    rules: PipelineLaw | None = None,
) -> dict[str, Any]:
    """Return every rule that applies, the impact radius and the high-consequence area.

    Args:
        ask: Runs a statement.
        layers: Every layer.
        activity: What, where and when.
        rules: The shipped rule set when None.
    """
    rules = rules or PipelineLaw.shipped()
    text = to_geojson(activity.place)
    reach = max(rules.reach_m, FARTHEST_RADIUS_M)
    pipes = list(ask(beside(layers, "pipelines", text, reach)))
    works = list(ask(beside(layers, "pipeline_facilities", text, rules.reach_m)))
    told, notes = _pipes(ask, layers, pipes, activity, rules)
    things = _things(pipes, works, told, rules)
    verdicts = pipeline_law.judge(activity.kind, things, rules)
    nearest = told[0] if told else None
    return {
        "activity": activity.kind,
        "activity_text": ACTIVITIES[activity.kind],
        "from": activity.first and activity.first.isoformat(),
        "to": activity.last and activity.last.isoformat(),
        "verdict": pipeline_law.gravest(verdicts),
        "verdict_text": pipeline_law.SAYS_ZH[pipeline_law.gravest(verdicts)],
        "verdicts": [each.as_json() for each in verdicts],
        "pir_m": nearest and nearest["pir_m"],
        "within_pir": any(each["within_pir"] for each in told),
        "hca": _area(ask, layers, text, told),
        "pipelines": told,
        "rule_set": rules.id,
        "rule_version": rules.version,
        "source": rules.source,
        "method": "geodesic distance on WGS 84 to the nearest part, to the centimetre "
        "椭球面测地距离，精确到厘米",
        "notes": notes,
    }


def _pipes(
    ask: Ask,
    layers: Mapping[str, Layer],
    rows: Sequence[Mapping[str, Any]],
    activity: Activity,
    rules: PipelineLaw,
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return what is said of each pipeline near the activity, nearest first, and notes."""
    lines = {line.name[1]: line for line in
             read_lines(ask, layers, "pipelines", [row["fid"] for row in rows])}  # fmt: skip
    told, notes = [], []
    for row in rows:
        radius = _radius(row)
        outside = next((each for each in rules.outside
                        if each.register_kind == row["register_kind"]), None)  # fmt: skip
        if outside:
            notes.append(f"{row['name'] or row['code']}: {outside.zh} {outside.en}")
        told.append(
            {
                "id": row["fid"], "code": row["code"], "name": row["name"],
                "medium": row["medium"], "operator": row["operator"],
                "distance_m": round(row["distance_m"], 2), "crosses": row["crosses"],
                "regime": None if outside else _regime(row),
                "pir_m": radius and round(radius, 2),
                "within_pir": radius is not None and row["distance_m"] <= radius,
                "contact": {name: row[name] for name in (
                    "responsible_person", "responsible_phone", "authority")},
            }
        )  # fmt: skip
        line = lines.get(row["fid"])
        if line is not None:
            placed = abreast(line, activity.place, FARTHEST_RADIUS_M)
            point = activity.place.geom_type == "Point"
            told[-1] |= placed.as_json(line, point=point) | {"origin": line.origin}
    if not rows:
        notes.append("附近没有登记的管道 no registered pipeline lies near")
    return told, notes


def _radius(row: Mapping[str, Any]) -> float | None:
    """Return the impact radius of a gas pipe whose size is known."""
    diameter, pressure = row["outside_diameter_mm"], row["maop_mpa"]
    if row["medium"] != "gas" or diameter is None or pressure is None:
        return None
    try:
        return pipeline.impact_radius_m(diameter, pressure)
    except UngradableInput:
        return None


def _regime(row: Mapping[str, Any]) -> Literal["law", "chemicals"]:
    return "chemicals" if row["medium"] in CHEMICALS else "law"


def _things(
    pipes: Sequence[Mapping[str, Any]],
    works: Sequence[Mapping[str, Any]],
    told: Sequence[Mapping[str, Any]],
    rules: PipelineLaw,
) -> list[Beside]:
    """Return what the rules measure from; a pipeline outside of the law gives nothing."""
    regimes = {each["code"]: each["regime"] for each in told}
    found = [
        Beside("line", row["distance_m"], _named("pipelines", row), bool(row["crosses"]), regime)
        for row in pipes
        if (regime := regimes[row["code"]]) is not None
    ]
    for row in works:
        thing = rules.thing(row["kind"])
        regime = regimes.get(row["pipeline_code"], "law")
        if thing is not None and regime is not None:
            named = _named("pipeline_facilities", row)
            found.append(Beside(thing, row["distance_m"], named, bool(row["crosses"]), regime))
    return found


def _named(layer_id: str, row: Mapping[str, Any]) -> dict[str, Any]:
    return {"layer": layer_id, "id": row["fid"], "code": row["code"], "name": row["name"]}


def _area(
    ask: Ask, layers: Mapping[str, Layer], place: str, told: Sequence[Mapping[str, Any]]
) -> dict[str, Any] | None:
    """Return the gravest high-consequence area in whose band the activity lies."""
    radii = {each["code"]: each["pir_m"] or 0.0 for each in told}
    rows = ask(beside(layers, "high_consequence_areas", place, FARTHEST_RADIUS_M))
    inside = [
        row
        for row in rows
        if row["distance_m"] <= max(radii.get(row["pipeline_code"], 0.0), HCA_WITHIN_M)
    ]
    if not inside:
        return None
    row = max(inside, key=lambda each: (int(each["severity"]), -each["distance_m"]))
    return {
        "id": row["fid"],
        "code": row["code"],
        "name": row["name"],
        "severity": ROMAN[int(row["severity"])].zh,
        "grade": row["grade"],
        "distance_m": round(row["distance_m"], 2),
        "decided_by": row["decided_by"],
    }
