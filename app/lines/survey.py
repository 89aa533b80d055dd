"""What of pipelines lies round a place: lines with their stakes, facilities, consequence areas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from shapely import to_geojson
from shapely.geometry.base import BaseGeometry

from app.lines.abreast import abreast
from app.lines.read import Ask, read_lines
from app.queries.protection import beside
from layers.declare import Layer
from layers.grading import pipeline
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
class Survey:
    """What was found round a place.

    Attributes:
        pipelines: What is said of each pipeline, nearest first, ready for JSON; `regime` is None
            for one that stands outside of the law.
        rows: Their rows in the register, in the same order.
        things: What the rules of the law measure from.
        areas: Rows of the high-consequence areas round the place, each with `band_m`.
        notes: What must be said beside them.
    """

    pipelines: list[dict[str, Any]]
    rows: list[Mapping[str, Any]]
    things: list[Beside]
    areas: list[dict[str, Any]]
    notes: list[str]

    @property
    def area(self) -> dict[str, Any] | None:
        """The gravest high-consequence area in whose band the place lies, ready for JSON."""
        inside = [row for row in self.areas if row["distance_m"] <= row["band_m"]]
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


def survey(
    ask: Ask, layers: Mapping[str, Layer], place: BaseGeometry, rules: PipelineLaw | None = None
) -> Survey:
    """Return what of pipelines lies round a place.

    Args:
        ask: Runs a statement.
        layers: Every layer.
        place: Lon lat.
        rules: The shipped rule set when None.
    """
    rules = rules or PipelineLaw.shipped()
    text = to_geojson(place)
    reach = max(rules.reach_m, FARTHEST_RADIUS_M)
    pipes = list(ask(beside(layers, "pipelines", text, reach)))
    works = list(ask(beside(layers, "pipeline_facilities", text, rules.reach_m)))
    told, notes = _pipes(ask, layers, pipes, place, rules)
    radii = {each["code"]: each["pir_m"] or 0.0 for each in told}
    areas = [
        {**row, "band_m": max(radii.get(row["pipeline_code"], 0.0), HCA_WITHIN_M)}
        for row in ask(beside(layers, "high_consequence_areas", text, FARTHEST_RADIUS_M))
    ]
    return Survey(told, pipes, _things(pipes, works, told, rules), areas, notes)


def _pipes(
    ask: Ask,
    layers: Mapping[str, Layer],
    rows: Sequence[Mapping[str, Any]],
    place: BaseGeometry,
    rules: PipelineLaw,
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return what is said of each pipeline near the place, nearest first, and notes."""
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
            placed = abreast(line, place, FARTHEST_RADIUS_M)
            point = place.geom_type == "Point"
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
