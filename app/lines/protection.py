"""What the law, the impact radius and the high-consequence areas say of one activity."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shapely.geometry.base import BaseGeometry

from app.lines.read import Ask
from app.lines.survey import survey
from layers.declare import Layer
from layers.grading import pipeline_law
from layers.grading.activities import ACTIVITIES
from layers.grading.pipeline_law import PipelineLaw


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
    found = survey(ask, layers, activity.place, rules)
    told = found.pipelines
    verdicts = pipeline_law.judge(activity.kind, found.things, rules)
    notes = [
        f"距离不足 {rule.over_m:g} m，在{rule.article}所称范围以内："
        "其开挖和建（构）筑物请按第三十条另行判定 "
        f"nearer than {rule.over_m:g} m, inside the band of {rule.article_en}: judge the digging "
        "and building that come with it by article 30"
        for rule in pipeline_law.too_near(activity.kind, found.things, rules)
    ]
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
        "hca": found.area,
        "pipelines": told,
        "rule_set": rules.id,
        "rule_version": rules.version,
        "source": rules.source,
        "method": "geodesic distance on WGS 84 to the nearest part, to the centimetre "
        "椭球面测地距离，精确到厘米",
        "notes": found.notes + notes,
    }
