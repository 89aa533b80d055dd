"""What the pipeline protection law says of an activity beside a pipeline.

Source: 石油天然气管道保护法 (2010), articles 28 to 35; 以内 is inclusive.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, model_validator

from layers.grading import guard
from layers.grading.activities import ACTIVITIES
from layers.grading.assessment import UngradableInput
from layers.grading.rule_set import FaultAt, Flag, Frozen, Number, RuleSet, Text, Whole

Says = Literal["prohibited", "permit", "standard", "none"]
"""禁止, 须申请, 须符合标准, 不涉及."""

GRAVITY: dict[Says, int] = {says: rank for rank, says in enumerate(get_args(Says))}
"""The worst first."""

SAYS_ZH: dict[Says, str] = {
    "prohibited": "禁止", "permit": "须申请", "standard": "须符合标准", "none": "不涉及",
}  # fmt: skip

Thing = Literal["line", "facility", "river_crossing", "tunnel"]
"""From what a distance is measured."""


class LawRule(Frozen):
    """One rule: what, where, and what is said of it.

    Attributes:
        regime: `law` for oil and gas, `chemicals` for pipelines of dangerous chemicals.
        relative_to: From what the distance is measured; `any`: line or facility.
        over_m: Closed lower limit.
        within_m: Closed upper limit.
        crossing: Applies only where the activity crosses the line.
    """

    id: Text
    regime: Literal["law", "chemicals"] = "law"
    article: Text
    article_en: Text
    verdict: Literal["prohibited", "permit", "standard"]
    relative_to: Literal["line", "facility", "river_crossing", "tunnel", "any"]
    over_m: Annotated[Number, Field(ge=0)] = 0.0
    within_m: Annotated[Number, Field(ge=0)]
    crossing: Flag = False
    activities: Annotated[tuple[Text, ...], Field(min_length=1)]
    zh: Text
    en: Text


class Outside(Frozen):
    """A kind of pipeline to which the law does not apply, and what to say of it."""

    register_kind: Text
    zh: Text
    en: Text


class PipelineLaw(RuleSet):
    """All rules, and the kinds of facilities that they mean."""

    kind: Literal["pipeline_law"]
    method: Literal["DIRECT"]
    decimals: Annotated[Whole, Field(ge=0, le=3)]
    outside: tuple[Outside, ...]
    facilities: tuple[Text, ...]
    river_crossings: tuple[Text, ...]
    tunnels: tuple[Text, ...]
    rules: Annotated[tuple[LawRule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _knows_its_activities(self) -> "PipelineLaw":
        for position, rule in enumerate(self.rules):
            if strangers := set(rule.activities) - set(ACTIVITIES):
                where = ("rules", position, "activities")
                raise FaultAt(where, f"unknown: {', '.join(sorted(strangers))}")
            if rule.over_m > rule.within_m:
                raise FaultAt(("rules", position, "over_m"), "is above within_m")
        return self

    @property
    def reach_m(self) -> float:
        """Beyond this distance no rule applies."""
        return max(rule.within_m for rule in self.rules)

    def thing(self, kind: str) -> Thing | None:
        """Return what a kind of facility is to the law; None: nothing that it names."""
        found: tuple[tuple[tuple[str, ...], Thing], ...] = (
            (self.facilities, "facility"),
            (self.river_crossings, "river_crossing"),
            (self.tunnels, "tunnel"),
        )
        return next((thing for kinds, thing in found if kind in kinds), None)


@dataclass(frozen=True, slots=True)
class Beside:
    """Something of a pipeline beside the activity.

    Attributes:
        thing: What it is.
        distance_m: From the activity to it, geodesic; 0 where they meet.
        feature: How it is called, ready for JSON.
        crosses: Whether the activity crosses it.
        regime: Under which rules its pipeline stands.
    """

    thing: Thing
    distance_m: float
    feature: Any
    crosses: bool = False
    regime: Literal["law", "chemicals"] = "law"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of the activity beside one thing."""

    rule: LawRule
    distance_m: float
    feature: Any

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as the API tells it."""
        rule = self.rule
        return {
            "rule": rule.id, "article": rule.article, "article_en": rule.article_en,
            "verdict": rule.verdict, "relative_to": rule.relative_to,
            "distance_m": self.distance_m, "over_m": rule.over_m, "limit_m": rule.within_m,
            "feature": self.feature, "text": rule.zh, "text_en": rule.en,
        }  # fmt: skip


def judge(
    activity: str, things: Sequence[Beside], rules: PipelineLaw | None = None
) -> tuple[Verdict, ...]:
    """Return every rule that applies, the worst first, then the nearest; empty: none applies.

    A rule that applies to several things is told once, of the nearest.

    Args:
        activity: A kind of `layers.grading.activities.ACTIVITIES`.
        things: Lines, facilities, river crossings and tunnels round the activity.
        rules: The shipped rule set when None.

    Raises:
        UngradableInput: An unknown activity, a distance that is negative or no number.

    Source: 石油天然气管道保护法 (2010), articles 28 to 35.
    """
    rules = rules or PipelineLaw.shipped()
    if activity not in ACTIVITIES:
        known = "、".join(ACTIVITIES)
        raise UngradableInput("activity", activity, f"须为 {known}", f"is not one of {known}")
    found: dict[str, Verdict] = {}
    for beside in sorted(things, key=lambda each: each.distance_m):
        guard.number("distance_m", beside.distance_m, at_least=0)
        metres = round(beside.distance_m, rules.decimals)
        for rule in rules.rules:
            if activity in rule.activities and _applies(rule, beside, metres):
                found.setdefault(rule.id, Verdict(rule, metres, beside.feature))
    return tuple(
        sorted(found.values(), key=lambda each: (GRAVITY[each.rule.verdict], each.distance_m))
    )


def _applies(rule: LawRule, beside: Beside, metres: float) -> bool:
    if rule.regime != beside.regime:
        return False
    here = {"any": ("line", "facility")}.get(rule.relative_to, (rule.relative_to,))
    if beside.thing not in here:
        return False
    if rule.crossing and not beside.crosses:
        return False
    return rule.over_m <= metres <= rule.within_m


def gravest(verdicts: Sequence[Verdict]) -> Says:
    """Return what the worst rule says; `none` where none applies."""
    return verdicts[0].rule.verdict if verdicts else "none"


def too_near(activity: str, things: Sequence[Beside], rules: PipelineLaw) -> tuple[LawRule, ...]:
    """Return the rules that would apply if the activity did not lie nearer still.

    "From 5 m to 50 m" says nothing of 3 m: what is forbidden there is the digging and building that
    comes with the activity, which is another activity. Silence must not be taken for consent.
    """
    return tuple(
        rule
        for rule in rules.rules
        if activity in rule.activities
        and any(
            rule.regime == each.regime
            and rule.relative_to == each.thing
            and round(each.distance_m, rules.decimals) < rule.over_m
            and not each.crosses
            for each in things
        )
    )
