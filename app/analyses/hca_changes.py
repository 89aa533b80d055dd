"""What a run of the analysis `hca` found otherwise than the run before, as data and as lines."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection

from app.analyses.hca_store import MOVED_M, Stored
from app.queries.analyses import latest
from layers import stake
from layers.grading.hca import ROMAN

CHANGES = ("new", "worse", "better", "moved", "otherwise", "gone")

WORDS = {"new": "新增", "worse": "加重", "better": "减轻", "moved": "起止变化",
         "otherwise": "判定依据变化", "gone": "消除", "same": "不变"}  # fmt: skip

RUNS_BACK = 20
"""A run may have looked at one pipe only: the one before of each pipe is looked for so far back."""

TOLD = ("pipeline_code", "from_m", "to_m", "decided_by", "rows_met", "households", "townships")


def changes(kept: Sequence[Stored], gone: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the areas that changed, by the kind of change, and how many are the same."""
    told: dict[str, Any] = {name: [] for name in CHANGES}
    told["same"] = sum(each.change == "same" for each in kept)
    for each in kept:
        if each.change != "same":
            told[each.change].append(_now(each) | _before(each.was))
    told["gone"] = [
        {"code": row["code"], "name": row["name"], "severity": int(row["severity"])}
        | {name: row[name] for name in TOLD}
        for row in gone
    ]
    return told


def _now(each: Stored) -> dict[str, Any]:
    known = each.area.values() | {"townships": each.townships}
    return {"code": each.code, "name": each.name, "severity": each.area.worst.severity} | {
        name: known[name] for name in TOLD
    }


def _before(was: Mapping[str, Any] | None) -> dict[str, Any]:
    if was is None:
        return {}
    return {"was": int(was["severity"]), "was_from_m": was["from_m"], "was_to_m": was["to_m"],
            "was_decided_by": was["decided_by"]}  # fmt: skip


def class_changes(
    connection: Connection, pipelines: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the stretches whose class location is another than at the last run of their pipe.

    Args:
        connection: Before this run is kept.
        pipelines: What this run tells of each pipe. One that no run has looked at has no changes.
    """
    before: dict[str, Mapping[str, Any]] = {}
    for run in connection.execute(latest("hca", RUNS_BACK)).mappings():
        for pipe in run["result"]["pipelines"]:
            before.setdefault(pipe["code"], pipe)
    return [
        change
        for pipe in pipelines
        if pipe["code"] in before
        for change in _classes(pipe, before[pipe["code"]])
    ]


def _classes(now: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    both = now["class_locations"], before["class_locations"]
    ends = sorted({each[end] for stretches in both for each in stretches
                   for end in ("from_m", "to_m")})  # fmt: skip
    for low, high in pairwise(ends):
        here, there = (_at(stretches, (low + high) / 2) for stretches in both)
        if here is None or there is None or here["class"] == there["class"]:
            continue
        named = {"class": here["name"], "was_class": there["name"]}
        if found and found[-1]["to_m"] == low and found[-1].items() >= named.items():
            found[-1]["to_m"] = high
            continue
        worse = here["area_class"] > there["area_class"]
        found.append({"code": now["code"], "from_m": low, "to_m": high, **named, "worse": worse})
    for each in found:
        if each["to_m"] - each["from_m"] > MOVED_M:
            span = stake.spell(each["from_m"]), stake.spell(each["to_m"])
            yield each | {"from": span[0], "to": span[1]}


def _at(stretches: Sequence[Mapping[str, Any]], stake_m: float) -> Mapping[str, Any] | None:
    return next((each for each in stretches if each["from_m"] <= stake_m <= each["to_m"]), None)


def change_of(found: Mapping[str, Any], code: str) -> str | None:
    """Return in a few words how an area changed at a run; None where the run did not look at it.

    Args:
        found: Changes of a run.
        code: Number of the area.
    """
    for name in CHANGES:
        for each in found.get(name, ()):
            if each["code"] == code:
                return f"{WORDS[name]}{_from(name, each)}"
    return None


def _from(change: str, each: Mapping[str, Any]) -> str:
    """What it was before, in brackets."""
    if change in {"worse", "better"}:
        return f"（原 {ROMAN[each['was']].zh} 级）"
    if change == "moved":
        ends = stake.spell(each["was_from_m"]), stake.spell(each["was_to_m"])
        return f"（原 {'—'.join(ends)}）"
    if change == "otherwise":
        return f"（原 {each.get('was_decided_by') or '未知'}）"
    return ""


def lines(
    kept: Sequence[Stored], skipped: Sequence[Mapping[str, Any]], found: Mapping[str, Any]
) -> list[str]:
    """Return what was found, an area a line, the gravest first; then what changed."""
    told = [f"{len(kept)} 处高后果区 high-consequence areas"]
    ordered = sorted(kept, key=lambda each: (-each.area.worst.severity, each.code))
    for each in ordered:
        values = each.area.values()
        told.append(
            f"  {ROMAN[each.area.worst.severity].zh}  {each.code}  {values['name']}  "
            f"{values['length_m']:g} m  {values['households'] or '-'} 户  {values['rows_met']}"
        )
    if skipped:
        told.append(f"! {len(skipped)} 条管道未识别 pipelines were left out")
        told += [f"  ! {each['code']}: {each['reason']}" for each in skipped]
    told.append(f"{WORDS['same']} same: {found['same']}")
    for name in CHANGES:
        if found[name]:
            told.append(f"{WORDS[name]} {name}: {len(found[name])}")
            told += [f"  {each['code']}  {each['name']}{_from(name, each)}"
                     for each in found[name]]  # fmt: skip
    if found["class_locations"]:
        told.append(f"地区等级变化 class locations: {len(found['class_locations'])}")
        told += [f"  {each['code']}  {each['from']}—{each['to']}  {each['was_class']} → "
                 f"{each['class']}" for each in found["class_locations"]]  # fmt: skip
    return told
