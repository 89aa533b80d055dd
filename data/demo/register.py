"""What registers hold beside the line itself, invented (示意): permits, safeguards, states.

Chance comes from a generator of its own, so that whatever is added here moves nothing else.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from layers.grading import pipeline_law
from layers.grading.pipeline_law import Beside

CHEMICALS = ("chemicals", "hydrogen")

_SHARE_GOOD = 0.85
"""Share of the pipes whose papers and safeguards are in order."""

_NOT_AS_DRAWN = ("穿河段向东偏移约 12 m（示意）", "园区段两处改线未更新图纸（示意）")

_HELP = ("占压农户搬迁需属地协调（示意）", "与在建道路交叉需规划部门协调（示意）")

_BARRIERS = ("水泥盖板与警示带（示意）", "围栏与警示带（示意）", "套管与盖板（示意）")

_PROTECTION = ("三层 PE 与强制电流，电位合格（示意）", "三层 PE 与牺牲阳极，电位合格（示意）",
               "环氧粉末与强制电流，两处电位不足（示意）")  # fmt: skip

_SENSITIVE = ("定向钻穿越，两岸设截断阀（示意）", "加厚管壁与稳管措施（示意）")

_MEASURES = {
    "占压": "签订协议后拆除（示意）",
    "安全距离不足": "加设盖板并加密巡查（示意）",
    "交叉穿越": "加绝缘隔离并复测电位（示意）",
    "密闭空间": "封堵并装可燃气体报警（示意）",
    "深根植物": "移栽并恢复地貌（示意）",
    "图纸不一致": "复测并更新竣工图（示意）",
}

_NOTICES = (
    "已发安全告知书（示意）", "现场已设警戒线（示意）", "要求人工探沟后再施工（示意）",
    "施工方未到场，已留联系单（示意）",
)  # fmt: skip


def of_pipeline(
    words: Mapping[str, Any], known: Mapping[str, Any], as_of: date, random: np.random.Generator
) -> dict[str, Any]:
    """Return papers, capacity and safeguards of a pipeline.

    Args:
        words: The line in `pipelines.toml`.
        known: Its properties so far.
        as_of: Day to which dates are counted.
        random: Chance of its own.
    """
    town, gas = words["pipe"] == "city", words["medium"] == "gas"
    kind = "危险化学品" if words["medium"] in CHEMICALS else "城镇燃气" if town else "石油天然气"
    good = [bool(each) for each in random.random(10) < _SHARE_GOOD]
    number, capacity = known["code"][-3:], _capacity(known, random)
    year = known["built_on"][:4]
    return {
        "category": "燃气" if town else "油气",
        "register_kind": kind,
        "gas_capacity": capacity if gas else None,
        "liquid_capacity": None if gas else capacity,
        "use_registration": f"示意管登{year}-{number}" if good[0] else None,
        "planning_permit": f"示意规许{year}-{number}" if good[1] else None,
        "safety_permit": f"示意安许{year}-{number}" if good[2] else None,
        "accepted": good[3],
        "as_drawn": good[4],
        "not_as_drawn": None if good[4] else str(random.choice(_NOT_AS_DRAWN)),
        "emergency_plan": good[5],
        "drills_per_year": float(random.integers(1, 5)),
        "repair_team": f"示意抢修{int(number) % 4 + 1}队",
        "barriers": str(random.choice(_BARRIERS)),
        "signs_complete": good[6],
        **_surroundings(town, float(known["length_km"]), random),
        "leak_alarm": good[7],
        "flow_monitoring": good[8],
        "emergency_shutdown": good[9],
        "sensitive_area_measures": str(random.choice(_SENSITIVE)),
        "cathodic_protection": str(random.choice(_PROTECTION)),
        "lightning_protection": bool(random.random() < _SHARE_GOOD),
        "risk_assessed_on": (as_of - timedelta(days=int(random.integers(60, 1000)))).isoformat(),
        "assessed_grade": int(random.choice([1, 2, 3, 4], p=[0.05, 0.2, 0.45, 0.3])),
        "government_help": str(random.choice(_HELP)) if not all(good[:2]) else None,
    }


def _capacity(known: Mapping[str, Any], random: np.random.Generator) -> float:
    """Return what a pipe of this size may carry a year: gas in 10⁴ m³, liquid in 10⁴ t."""
    share = (float(known["outside_diameter_mm"]) / 1000) ** 2
    return round(share * (400_000 if known["medium"] == "gas" else 1500)
                 * float(random.uniform(0.7, 1.2)), 1)  # fmt: skip


def _surroundings(town: bool, length_km: float, random: np.random.Generator) -> dict[str, Any]:
    """Return what the operator counted along the pipe when it was last asked."""
    crowded = int(random.integers(0, 6 if town else 4))
    built_up = float(random.uniform(*((0.4, 0.9) if town else (0.0, 0.2))))
    return {
        "built_up_km": round(length_km * built_up, 2),
        "crowded_places": crowded,
        "crowded_km": round(min(crowded * float(random.uniform(0.1, 0.4)), length_km), 2),
        "works_in_zone": int(random.integers(0, 4)),
        "accidents": int(random.random() < 0.06),  # noqa: PLR2004 - a share
        "encroachment_count": int(random.integers(0, 6)),
        "too_near_people": int(random.integers(0, 3)),
        "too_near_works": int(random.integers(0, 4)),
        "line_crossings": int(random.integers(0, 8)),
        "enclosed_spaces": int(random.integers(0, 3)),
    }  # fmt: skip


def of_work(
    work: Mapping[str, Any], medium: str, town: bool, random: np.random.Generator
) -> dict[str, Any]:
    """Return what the law says of a work beside its line, its permit and what was seen.

    Args:
        work: Its properties so far; the box of a work runs beside the line and does not cross it.
        medium: Of its pipeline.
        town: Whether the pipeline is one of town gas, to which the law does not apply.
        random: Chance of its own.
    """
    regime: Any = "chemicals" if medium in CHEMICALS else "law"
    things = [] if town else [Beside("line", work["offset_m"], None, regime=regime)]
    found = pipeline_law.judge(work["activity"], things)
    says = pipeline_law.gravest(found)
    numbered = says == "permit" and work["state"] != "计划" and random.random() < 0.7  # noqa: PLR2004
    return {
        "verdict": says,
        "article": found[0].rule.article if found else None,
        "permit_no": f"示意管许〔2026〕{int(work['code'][-4:]):03d}号" if numbered else None,
        "notice": str(random.choice(_NOTICES)),
    }


def of_encroachment(item: Mapping[str, Any], random: np.random.Generator) -> dict[str, Any]:
    """Return how an encroachment is to end, and whose it is."""
    households = int(item["households"])
    owner = "示意村民户" if households else "示意企业"
    return {
        "persons": round(households * 2.7),
        "measures": _MEASURES[item["kind"]],
        "needs_government": bool(households > 1),
        "occupant": None
        if item["kind"] == "图纸不一致"
        else f"{owner}{int(random.integers(1, 90))}",
    }


GATHERINGS: Mapping[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "集贸市场": ((200, 1500), (300, 365)), "广场": ((50, 800), (80, 250)),
    "寺庙": ((30, 600), (12, 90)), "景区": ((100, 2000), (100, 300)),
    "车站": ((100, 1500), (365, 366)), "运动场": ((30, 500), (60, 220)),
    "剧院": ((80, 600), (40, 150)), "商场": ((200, 2500), (365, 366)),
}  # fmt: skip
"""How many people gather at a kind of place, and on how many days of a year."""


def of_target(kind: str, people: int, random: np.random.Generator) -> tuple[str, str, str]:
    """Return households, gathering persons and gathering days of an invented place, as text."""
    households = str(round(people / 2.7)) if kind in {"居民小区", "村庄"} else ""
    span = GATHERINGS.get(kind)
    if span is None:
        return households, "", ""
    persons, days = (int(random.integers(low, high + 1)) for low, high in span)
    return households, str(persons), str(min(days, 366))
