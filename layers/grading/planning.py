"""What is advised of a site with a kind of use, from what lies near it.

Every reason names its rule, its distance and its source; the gravest reason is the advice. No
reason means no objection by these rules, and nothing more than that.

Source: 石油天然气管道保护法 (2010); GB 32167-2015; GB 18218-2018; GB 36894-2018; consultation
distances are a proposal of this city.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from layers.grading import guard, individual_risk
from layers.grading.assessment import Bilingual, UngradableInput, Words, plain
from layers.grading.pipeline_law import Verdict
from layers.grading.planning_rules import Advice, BandRule, PlanningRules, Rule, Use

GRAVITY: dict[Advice, int] = {advice: rank for rank, advice in enumerate(get_args(Advice))}
"""The gravest first."""

SAYS: dict[Advice, Words] = {
    "against": Words("不建议选址", "advise against"),
    "consult": Words("须征求意见", "consult"),
    "none": Words("无意见", "no objection"),
}
"""How the advice is said."""


@dataclass(frozen=True, slots=True)
class Site:
    """What is to be built.

    Attributes:
        use: Kind of use, an id of the rule set.
        persons: People there; None: not known.
        households: 户; None: not known.
        storeys: Above ground; None: not known.
        risk_per_year: Individual risk there by a quantitative assessment, per year; None: there is
            no assessment.
    """

    use: str
    persons: int | None = None
    households: int | None = None
    storeys: int | None = None
    risk_per_year: float | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """A feature near the site.

    Attributes:
        layer: Id of its layer.
        distance_m: Geodesic, 0 where site and feature meet or one lies in the other.
        grade: 1 to 4; None: not assessed.
        values: Its properties.
        feature: How it is called, ready for JSON.
    """

    layer: str
    distance_m: float
    grade: int | None
    values: Mapping[str, Any]
    feature: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is advised.

    Attributes:
        rule: Id of the rule.
        advice: What it advises.
        title: What it is about.
        text: What the rule says.
        source: Law, standard or proposal.
        feature: What it was measured from; None: nothing on the map.
        distance_m: From the site to it.
        limit_m: Closed upper limit; None: the rule has none.
        detail: What was computed; None: nothing.
        others: How many more features meet the rule.
    """

    rule: str
    advice: Advice
    title: Bilingual
    text: Bilingual
    source: str
    feature: Mapping[str, Any] | None = None
    distance_m: float | None = None
    limit_m: float | None = None
    detail: Words | None = None
    others: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the reason as the API tells it."""
        says = SAYS[self.advice]
        return {
            "rule": self.rule, "advice": self.advice,
            "advice_text": says.zh, "advice_text_en": says.en,
            "title": self.title.zh, "title_en": self.title.en,
            "text": self.text.zh, "text_en": self.text.en, "source": self.source,
            "feature": self.feature and dict(self.feature), "distance_m": self.distance_m,
            "limit_m": self.limit_m, "detail": self.detail and self.detail.zh,
            "detail_en": self.detail and self.detail.en, "others": self.others,
        }  # fmt: skip


def use_of(site: Site, rules: PlanningRules) -> Use:
    """Return the kind of use of a site.

    Raises:
        UngradableInput: The rule set has none of that name, a count or a risk is negative.
    """
    use = rules.use(site.use)
    if use is None:
        known = "、".join(each.id for each in rules.uses)
        raise UngradableInput("use", site.use, f"须为 {known}", f"is not one of {known}")
    for name in ("persons", "households", "storeys"):
        if getattr(site, name) is not None:
            guard.count(name, getattr(site, name))
    if site.risk_per_year is not None:
        guard.number("risk_per_year", site.risk_per_year, at_least=0)
    return use


def reason(rule: Rule, near: Near | None = None, **told: Any) -> Reason:
    """Return the reason that a rule gives, measured from a feature."""
    feature = {"feature": near.feature, "distance_m": near.distance_m} if near else {}
    return Reason(
        rule=rule.id, advice=rule.advice, title=rule.title, text=rule.text, source=rule.source,
        **{**feature, **told},
    )  # fmt: skip


def rounded(near: Sequence[Near], rules: PlanningRules) -> list[Near]:
    """Return features with their distances rounded as they are compared, the nearest first.

    Raises:
        UngradableInput: A distance that is negative or no number.
    """
    found = [
        Near(each.layer, round(guard.number("distance_m", each.distance_m, at_least=0),
                               rules.decimals), each.grade, each.values, each.feature)
        for each in near
    ]  # fmt: skip
    return sorted(found, key=lambda each: each.distance_m)


def bands(site: Site, near: Sequence[Near], rules: PlanningRules | None = None) -> list[Reason]:
    """Return a reason for every band in which a feature lies, measured from the nearest.

    Args:
        site: The site.
        near: Features round it, of any layers.
        rules: The shipped rule set when None.

    Raises:
        UngradableInput: An unknown use, a distance that is negative or no number.
    """
    rules = rules or PlanningRules.shipped()
    use, found = use_of(site, rules), rounded(near, rules)
    reasons = []
    for rule in rules.bands:
        met = [each for each in found if _lies_in(rule, each)] if use.group in rule.groups else []
        if met:
            reasons.append(reason(rule, met[0], limit_m=rule.within_m, others=len(met) - 1))
    return reasons


def _lies_in(rule: BandRule, near: Near) -> bool:
    if near.layer != rule.layer or near.distance_m > rule.within_m:
        return False
    if rule.grade_max is not None and (near.grade is None or near.grade > rule.grade_max):
        return False
    return rule.field is None or near.values.get(rule.field) in rule.values


def by_law(verdicts: Sequence[Verdict], law: str, rules: PlanningRules) -> list[Reason]:
    """Return a reason for every rule of the pipeline protection law that applies, each once.

    Args:
        verdicts: What the law says.
        law: Its name; articles of the order on chemical pipelines name that order themselves.
        rules: What a verdict means for the advice.
    """
    found: dict[str, Reason] = {}
    for verdict in verdicts:
        rule = verdict.rule
        found.setdefault(
            rule.id,
            Reason(
                rule=rule.id,
                advice=getattr(rules.law, rule.verdict),
                title=Words(
                    f"管道保护法{rule.article}", f"pipeline protection law, {rule.article_en}"
                ),
                text=Words(rule.zh, rule.en),
                source=f"{law}{rule.article}" if rule.regime == "law" else rule.article,
                feature=verdict.feature,
                distance_m=verdict.distance_m,
                limit_m=rule.within_m,
            ),
        )
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Criterion:
    """The individual risk that the use may be exposed to.

    Attributes:
        target: Class of GB 36894.
        limit_per_year: Closed upper limit for a new target.
        presumed: Whether the number of people is not known, so that the strictest class holds.
        met: Whether the risk that was given meets it; None: none was given.
        source: Standard.
    """

    target: Words
    limit_per_year: float
    presumed: bool
    met: bool | None
    source: str


def criterion(site: Site, rules: PlanningRules | None = None) -> Criterion | None:
    """Return the criterion of individual risk for the use; None: the standard has none for it.

    Source: GB 36894-2018; classes by number of people from 原安监总局公告2014年第13号.
    """
    rules = rules or PlanningRules.shipped()
    use = use_of(site, rules)
    standard = individual_risk.IndividualRiskRules.shipped()
    target, presumed = use.target, False
    if use.crowd:
        presumed = site.persons is None
        persons = rules.crowd[0].at_least if site.persons is None else site.persons
        target = next(row.target for row in rules.crowd if persons >= row.at_least)
    if target is None:
        return None
    row = next(row for row in standard.criteria if row.id == target)
    met = None if site.risk_per_year is None else site.risk_per_year <= row.new
    named = Words(row.title.zh, row.title.en)
    source = rules.crowd_source if use.crowd else standard.source
    return Criterion(named, row.new, presumed, met, source)


def at_risk(site: Site, rules: PlanningRules | None = None) -> list[Reason]:
    """Return the reason that a risk above the criterion gives; empty: it is met, or not known."""
    rules = rules or PlanningRules.shipped()
    rule, limit = rules.of("RISK", use_of(site, rules)), criterion(site, rules)
    if rule is None or limit is None or limit.met is not False:
        return []
    risk, most = f"{site.risk_per_year:.3g}", f"{limit.limit_per_year:.3g}"
    told = Words(
        f"{limit.target.zh}:{risk} > {most} 次/年", f"{limit.target.en}: {risk} > {most} a year"
    )
    return [reason(rule, detail=told)]


def comparison(site: Site, rules: PlanningRules | None = None) -> dict[str, Any] | None:
    """Return what another country's method says; None: it needs a risk, or knows no such use.

    It never changes the advice.
    """
    rules = rules or PlanningRules.shipped()
    use, other = use_of(site, rules), rules.comparison
    if other is None or use.sensitivity is None or site.risk_per_year is None:
        return None
    risk = site.risk_per_year
    zone = next((n for n, each in enumerate(other.zones) if risk >= each.at_least), None)
    against = zone is not None and other.against[use.sensitivity - 1][zone]
    named = Words("区外", "outside the zones") if zone is None else other.zones[zone]
    return {
        "title": other.title.zh, "title_en": other.title.en, "source": other.source,
        "zone": named.zh, "zone_en": named.en, "sensitivity": use.sensitivity,
        "risk_per_year": plain(risk),
        "answer": "不建议" if against else "不反对",
        "answer_en": "advise against" if against else "do not advise against",
    }  # fmt: skip


def gravest(reasons: Sequence[Reason]) -> Advice:
    """Return what the gravest reason advises; `none` where there is none."""
    return min((each.advice for each in reasons), key=GRAVITY.__getitem__, default="none")


def in_order(reasons: Sequence[Reason]) -> list[Reason]:
    """Return reasons the gravest first, then the nearest, then by rule."""
    return sorted(
        reasons, key=lambda each: (GRAVITY[each.advice], each.distance_m or 0.0, each.rule)
    )
