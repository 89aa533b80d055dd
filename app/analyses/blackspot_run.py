"""The analysis `blackspots`: rule sets chosen, black spots found, told as the police print them."""

from typing import Any

from sqlalchemy import Connection

from app.analyses.analysis import Order, Outcome
from app.analyses.blackspot_period import Asked
from app.analyses.blackspots import find_blackspots
from app.city import City
from layers.blackspots.areas import CrashAreaRules
from layers.blackspots.ranking import CrashRankingRules
from layers.blackspots.rules import BlackspotRules
from layers.blackspots.screening import CrashScreening
from layers.blackspots.severity import CrashWeights
from layers.declare import Layer

LISTED = 20
"""Crashes without a route that a person is shown."""


def run(connection: Connection, layers: dict[str, Layer], city: City, order: Order) -> Outcome:
    """Find the black spots of the period and write them.

    Raises:
        BadParameter: A day in the future, or a period without a length.
    """
    rules = BlackspotRules.among(order.book)
    weights = CrashWeights.among(order.book)
    screening = CrashScreening.among(order.book)
    areas = CrashAreaRules.among(order.book)
    ranking = CrashRankingRules.among(order.book)
    asked = Asked(rules, weights, screening, areas, order.first, order.last, order.book, ranking)
    found = find_blackspots(connection, layers, city, asked)
    changes = found.pop("changes")
    return Outcome(
        parameters=found.pop("period"),
        rule_sets=[rules, weights, screening, areas, ranking],
        result=found,
        changes=changes,
        lines=lines(found, changes),
    )


def lines(found: dict[str, Any], changes: dict[str, Any]) -> list[str]:
    """Return what was found, a black spot a line, as the police print it."""
    crashes = found["crashes"]
    spots = len(found["blackspots"])
    told = [
        f"{crashes['read']} 起事故 crashes, {crashes['matched']} 起落到路线上 on routes",
        f"{spots} 处事故多发点段 black spots",
    ]
    for each in sorted(found["blackspots"], key=lambda one: (one["grade"] or 5, -one["score"])):
        counts = each["counts"]
        agreed = sum(each["agree"].values())
        criteria = " ".join(met["criterion"] for met in each["criteria"])
        told.append(
            f"  {each['grade'] or '-'}  {each['name']}  {criteria}  {counts['crashes']} 起 "
            f"{counts['deaths']} 亡 {counts['injuries']} 伤  EPDO {each['score']:g}  "
            f"{agreed}/{len(each['agree'])} 种方法一致"
        )
    told += [
        f"  {each['name']} {each['name_en']}  {each['lon']:.5f} {each['lat']:.5f}  "
        f"{each['radius_m']:.0f} m  {each['crashes']} 起 {each['deaths']} 亡 {each['injuries']} 伤"
        for each in found["areas"]
    ]
    told += [
        f"  死亡第 {rank} 位 rank {rank} by deaths  {each['name']}  {each['crashes']} 起 "
        f"{each['deaths']} 亡 {each['injuries']} 伤"
        for rank, each in enumerate(found["ranking"], start=1)
    ]
    told += [f"! {warning}" for warning in found["warnings"]]
    told += [f"  ! {each['code']}: {each['reason']} {each['reason_en']}"
             for each in crashes["unmatched"][:LISTED]]  # fmt: skip
    more = crashes["read"] - crashes["matched"] - LISTED
    if more > 0:
        told.append(f"  ! … {more} more; --json lists them")
    return [*told, *_changes(changes)]


def _changes(changes: dict[str, Any]) -> list[str]:
    words = (("new", "新增 new"), ("worse", "加重 worse"), ("better", "减轻 better"),
             ("treated", "因治理保留 treated"), ("gone", "消除 gone"))  # fmt: skip
    told = [f"不变 same: {changes['same']}"]
    for key, word in words:
        if changes[key]:
            told.append(f"{word}: {len(changes[key])}")
            told += [f"  {each['name']}" for each in changes[key]]
    return told
