"""The planner's check: what lies round a site, which rules fire, what is advised."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from app.checks.extent import Where, extent, inside
from app.city import City
from app.lines.read import Ask
from app.lines.survey import Survey, survey
from app.queries.nearby import Around, local_srid, nearby
from layers.declare import Layer
from layers.grading import pipeline_law, planning, planning_nearby
from layers.grading.pipeline_law import PipelineLaw
from layers.grading.planning import SAYS, Near, Reason, Site
from layers.grading.planning_nearby import AreaNear, PipeNear
from layers.grading.planning_rules import PlanningRules

LISTED = 300
"""Features round a site that are listed at most."""

MOST = 1000
"""Features that one rule looks at, the nearest of them."""

HALF_CENTIMETRE = 0.005
"""Distances are compared after rounding: so much beyond a limit may still be on it."""


@dataclass(frozen=True)
class Question:
    """What is asked of a site.

    Attributes:
        site: What is to be built.
        place: Where, lon lat.
        name: What it is called.
    """

    site: Site
    place: BaseGeometry
    name: str | None = None


def checked(
    ask: Ask,
    layers: Mapping[str, Layer],
    city: City,
    question: Question,
    rules: PlanningRules | None = None,
) -> dict[str, Any]:
    """Return the advice with its reasons, what lies round the site, and what the rules are.

    Args:
        ask: Runs a statement.
        layers: Every layer.
        city: For its outline.
        question: What, where.
        rules: The shipped rule set when None.

    Raises:
        UngradableInput: A kind of use that the rule set does not have, a negative count.
    """
    rules = rules or PlanningRules.shipped()
    site, use = question.site, planning.use_of(question.site, rules)
    found = _Round(ask, layers, question.place)
    pipes = survey(ask, layers, question.place)
    reasons = planning.in_order([*_reasons(site, found, rules), *_by_pipes(site, pipes, rules)])
    advice = planning.gravest(reasons)
    around, more = found.all(rules.reach_m)
    where = inside(city, question.place)
    return {
        "advice": advice, "advice_text": SAYS[advice].zh, "advice_text_en": SAYS[advice].en,
        "use": use.id, "use_text": use.zh, "use_text_en": use.en, "name": question.name,
        "persons": site.persons, "households": site.households, "storeys": site.storeys,
        "risk_per_year": site.risk_per_year,
        "geometry": json.loads(shapely.to_geojson(question.place)),
        **extent(question.place), "inside_city": where,
        "reasons": [each.as_json() for each in reasons],
        "criterion": _criterion(site, rules),
        "comparison": planning.comparison(site, rules),
        "around": around, "around_within_m": rules.reach_m, "around_is_cut": more,
        "pipelines": pipes.pipelines,
        "rule_set": rules.id, "rule_version": rules.version, "source": rules.source,
        "method": "geodesic distance on WGS 84 to the nearest part, to the centimetre "
        "椭球面测地距离，精确到厘米",
        "notes": [*_notes(site, where, rules), *pipes.notes],
    }  # fmt: skip


class _Round:
    """Asks what lies round a place."""

    def __init__(self, ask: Ask, layers: Mapping[str, Layer], place: BaseGeometry) -> None:
        self._ask, self._layers = ask, layers
        self._text, self._box = shapely.to_geojson(place), place.bounds

    def features(
        self, layers: Sequence[Layer], within_m: float, grade_max: int | None, limit: int
    ) -> list[dict[str, Any]]:
        """The features within a distance, nearest first, each as GeoJSON."""
        local = local_srid(self._box)
        around = Around(self._text, self._box, within_m, local, grade_max, limit)
        return [json.loads(row["feature"]) for row in self._ask(nearby(layers, around).bound())]

    def near(self, layer: str, within_m: float, grade_max: int | None = None) -> list[Near]:
        """The features of one layer as the rules see them."""
        found = self.features([self._layers[layer]], within_m + HALF_CENTIMETRE, grade_max, MOST)
        return [
            Near(layer, each["distance_m"], each["grade"], each["properties"], called(each))
            for each in found
        ]

    def all(self, within_m: float) -> tuple[list[dict[str, Any]], bool]:
        """What can harm or be harmed, nearest first, and whether the list was cut."""
        harmful = [layer for layer in self._layers.values() if layer.harms]
        found = self.features(harmful, within_m, None, LISTED + 1)
        told = [
            called(each)
            | {
                "layer_title": self._layers[each["layer"]].title,
                "layer_title_en": self._layers[each["layer"]].title_en,
                "distance_m": each["distance_m"],
                "bearing_deg": each["bearing_deg"],
            }
            for each in found[:LISTED]
        ]
        return told, len(found) > LISTED


def called(feature: Mapping[str, Any]) -> dict[str, Any]:
    """Return how a feature is called, ready for JSON."""
    told = feature["properties"]
    return {
        "layer": feature["layer"], "id": feature["id"], "code": told.get("code"),
        "name": told.get("name"), "grade": feature["grade"],
    }  # fmt: skip


def _reasons(site: Site, found: _Round, rules: PlanningRules) -> list[Reason]:
    use = planning.use_of(site, rules)
    near = [
        each
        for rule in rules.bands
        if use.group in rule.groups
        for each in found.near(rule.layer, rule.within_m, rule.grade_max)
    ]
    hazards = found.near("major_hazards", rules.reach_m)
    return [
        *planning.bands(site, _once(near), rules),
        *planning_nearby.beside_hazards(site, hazards, rules),
        *planning.at_risk(site, rules),
    ]


def _once(near: Sequence[Near]) -> list[Near]:
    """Return features each once, though two rules look at one layer."""
    return list({(each.layer, each.feature["id"]): each for each in near}.values())


def _by_pipes(site: Site, found: Survey, rules: PlanningRules) -> list[Reason]:
    """Return the reasons that pipelines give: the law, impact radii, consequence areas."""
    law = PipelineLaw.shipped()
    use = planning.use_of(site, rules)
    verdicts = [
        verdict
        for activity in use.activities
        for verdict in pipeline_law.judge(activity, found.things, law)
    ]
    pipes = [
        PipeNear(_pipe(row, told), told["pir_m"])
        for row, told in zip(found.rows, found.pipelines, strict=True)
        if told["regime"] is not None
    ]
    areas = [
        AreaNear(Near("high_consequence_areas", row["distance_m"], row["grade"], row,
                      _named("high_consequence_areas", row)), row["band_m"])
        for row in found.areas
    ]  # fmt: skip
    return [
        *planning.by_law(verdicts, law.title.zh, rules),
        *planning_nearby.beside_pipes(site, pipes, areas, rules),
    ]


def _pipe(row: Mapping[str, Any], told: Mapping[str, Any]) -> Near:
    named = _named("pipelines", row) | {"stake": told.get("stake") or told.get("stake_from")}
    return Near("pipelines", row["distance_m"], row["grade"], row, named)


def _named(layer: str, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "layer": layer, "id": row["fid"], "code": row["code"], "name": row["name"],
        "grade": row["grade"],
    }  # fmt: skip


def _criterion(site: Site, rules: PlanningRules) -> dict[str, Any] | None:
    found = planning.criterion(site, rules)
    if found is None:
        return None
    return {
        "target": found.target.zh, "target_en": found.target.en,
        "limit_per_year": found.limit_per_year, "presumed": found.presumed, "met": found.met,
        "source": found.source,
    }  # fmt: skip


OUTSIDE: Mapping[Where, str] = {
    "outside": "地块在本市范围以外,登记数据不覆盖周边 the site lies outside the city, whose "
    "registers do not cover its surroundings",
    "partly": "地块部分在本市范围以外,登记数据不覆盖该部分 a part of the site lies outside the "
    "city, where the registers hold nothing",
}


def _notes(site: Site, where: Where, rules: PlanningRules) -> list[str]:
    notes = [OUTSIDE[where]] if where in OUTSIDE else []
    found = planning.criterion(site, rules)
    if found and found.presumed:
        notes.append("人数未填,按最敏感类别 the number of people is not known: strictest class")
    if found and found.met is None:
        notes.append(
            "登记中没有定量风险评价的个人风险等值线;如有报告,请填写地块处的个人风险 the registers "
            "hold no contours of individual risk; give the risk of a report where there is one"
        )
    return notes
