"""The text of the risk register: from a plan of numbers to the rows of the file."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from data.demo import names
from data.demo.categories import Category, categories
from data.demo.city import City
from data.demo.ratings import METHODS, Rating
from data.demo.scatter import DECIMALS, Scattered

ORIGIN = "示意数据"
_CONTROL = ("", "市级", "部门（乡镇）级", "单位级", "岗位级")
_REASONS = (
    "",
    "专家现场核查：后果特别严重，现有措施不足",
    "专家现场核查：周边人员密集，存在扩大可能",
    "专家现场核查：存在隐患但措施基本有效",
    "专家现场核查：风险可接受，保持现有措施",
)
_ASSESSORS = ("示意安全评价所", "示意风险评估中心", "属地与行业部门联合评估组", "企业自评")
_DIRECT_RULES = {"01": "major_hazard", "02": "explosive_area"}
_STATES = ("在用", "停用", "已消除")
_LONGEST_AGO_DAYS = 540
_VALID_DAYS = 365
_SHARE_LATE = 0.08
_SHARE_IMPROVED = 0.35
_SHARE_UNANSWERED = 0.03
_SHARE_BOARDS = 0.4
"""Shares of the points past their day, better by measures, without an owner, with a board."""

COLUMNS = (
    "code", "name", "category", "subcategory", "enterprise", "industry", "address", "village_code",
    "hazard_factors", "accident_types", "grading_method", "l_value", "e_value", "c_value",
    "s_value", "direct_rule", "expert_grade", "level_reason", "inherent_grade", "assessed_at",
    "assessor", "valid_until", "responsible_unit", "responsible_person", "responsible_phone",
    "lead_committee", "industry_department", "township_department", "control_level",
    "measure_engineering", "measure_management", "measure_emergency", "monitoring", "notice_board",
    "status", "origin", "lon", "lat",
)  # fmt: skip
"""Header of the file."""


@dataclass(frozen=True)
class Plan:
    """All points before they become text: one array item a point, in the order of the codes.

    Attributes:
        category: Position of the category.
        place: Where it stands.
        rating: Its grade and values.
        village: Position of the nearest village.
        brand: Number of the premises, from which the company's name is made.
        sequence: Number within township and category.
    """

    category: np.ndarray
    place: Scattered
    rating: Rating
    village: np.ndarray
    brand: np.ndarray
    sequence: np.ndarray


def rows(
    city: City,
    plan: Plan,
    here: np.ndarray,
    as_of: date,
    random: np.random.Generator,
    seen: Counter[str],
) -> Iterator[tuple[str, ...]]:
    """Return the rows at positions `here`; `seen` counts the names given so far."""
    columns: dict[str, list[str]] = {}
    columns |= _named(city, plan, here, random, seen)
    columns |= _rated(plan, here)
    columns |= _assessed(plan, here, as_of, random)
    columns |= _answered(city, plan, here, columns, random)
    columns |= _measured(plan, here, random)
    columns["lon"], columns["lat"] = (
        [f"{value:.{DECIMALS}f}" for value in axis.tolist()] for axis in plan.place.degrees[here].T
    )
    return zip(*(columns[name] for name in COLUMNS), strict=True)


def _said(category: np.ndarray, word: str) -> list[str]:
    """Return one word of the category of each point."""
    words = [str(getattr(fact, word)) for fact in categories().values()]
    return [words[i] for i in category.tolist()]


def _named(
    city: City, plan: Plan, here: np.ndarray, random: np.random.Generator, seen: Counter[str]
) -> dict[str, list[str]]:
    """Return code, name, company, address and the words of the category."""
    facts = list(categories().items())
    category = plan.category[here]
    brands = names.brands(plan.brand[here])
    villages = [city.villages[i] for i in plan.village[here].tolist()]
    areas = [city.areas[i] for i in plan.place.township[here].tolist()]
    templates, kinds = random.integers(1 << 30, size=(2, len(here))).tolist()
    lanes = names.lanes(random, len(here))
    columns: dict[str, list[str]] = {
        word: [] for word in ("code", "name", "category", "subcategory", "enterprise", "address")
    }
    for i, (position, brand) in enumerate(zip(category.tolist(), brands, strict=True)):
        code, fact = facts[position]
        area, village = areas[i], villages[i]
        template = fact.names[templates[i] % len(fact.names)]
        columns["code"].append(
            f"{area.code[:6]}-{area.code[6:]}-{code}-{plan.sequence[here[i]]:05d}"
        )
        columns["name"].append(_title(template, brand + fact.trade, brand, village.name, seen))
        columns["category"].append(code)
        columns["subcategory"].append(fact.kinds[kinds[i] % len(fact.kinds)])
        columns["enterprise"].append(_company(fact, template, brand))
        columns["address"].append(f"{area.name}{village.name}{lanes[i]}")
    columns["village_code"] = [village.code for village in villages]
    columns["industry"] = _said(category, "industry")
    columns["hazard_factors"] = _said(category, "hazards")
    columns["accident_types"] = _said(category, "accidents")
    return columns


def _title(template: str, firm: str, brand: str, village: str, seen: Counter[str]) -> str:
    """Return the name of a point; the second of one name gets a 2."""
    name = template.replace("{firm}", firm).replace("{brand}", brand).replace("{village}", village)
    seen[name] += 1
    if "{n}" in name:
        return name.replace("{n}", str(seen[name]))
    return name if seen[name] == 1 else f"{name}{seen[name]}"


def _company(fact: Category, template: str, brand: str) -> str:
    """Return the company that runs a point, empty for what belongs to a village."""
    return names.company(brand, fact.trade) if fact.trade and "{village}" not in template else ""


def _rated(plan: Plan, here: np.ndarray) -> dict[str, list[str]]:
    """Return method and values; empty where there is none."""
    rating = plan.rating
    method, grade = rating.method[here], rating.grade[here]
    expert = (method == METHODS.index("EXPERT")).tolist()
    codes = list(categories())
    return {
        "grading_method": [METHODS[i] for i in method.tolist()],
        "l_value": _numbers(rating.l_value[here]),
        "e_value": _numbers(rating.e_value[here]),
        "c_value": _numbers(rating.c_value[here]),
        "s_value": _numbers(rating.s_value[here]),
        "direct_rule": [
            _DIRECT_RULES.get(codes[i], "") if judged else ""
            for i, judged in zip(plan.category[here].tolist(), rating.direct[here], strict=True)
        ],
        "expert_grade": [
            str(level) if by else "" for level, by in zip(grade.tolist(), expert, strict=True)
        ],
        "level_reason": [
            _REASONS[level] if by else "" for level, by in zip(grade.tolist(), expert, strict=True)
        ],
        "control_level": [_CONTROL[level] for level in grade.tolist()],
    }


def _numbers(values: np.ndarray) -> list[str]:
    return ["" if value != value else f"{value:g}" for value in values.tolist()]  # noqa: PLR0124


def _assessed(
    plan: Plan, here: np.ndarray, as_of: date, random: np.random.Generator
) -> dict[str, list[str]]:
    """Return when and by whom it was assessed; about one in twelve is past its day."""
    size = len(here)
    late = random.random(size) < _SHARE_LATE
    ago = np.where(late, random.integers(366, _LONGEST_AGO_DAYS, size),
                   random.integers(5, 361, size))  # fmt: skip
    days = {n: (as_of - timedelta(days=n)).isoformat() for n in range(_LONGEST_AGO_DAYS + 1)}
    days |= {-n: (as_of + timedelta(days=n)).isoformat() for n in range(_VALID_DAYS + 1)}
    rated = (plan.rating.method[here] > 0).tolist()
    before = np.maximum(
        plan.rating.grade[here] - (random.random(size) < _SHARE_IMPROVED), 1
    ).tolist()
    who = random.integers(len(_ASSESSORS), size=size).tolist()
    when = list(zip(rated, ago.tolist(), strict=True))
    return {
        "assessed_at": [days[n] if known else "" for known, n in when],
        "valid_until": [days[n - _VALID_DAYS] if known else "" for known, n in when],
        "assessor": [_ASSESSORS[i] if known else "" for known, i in zip(rated, who, strict=True)],
        "inherent_grade": [
            str(level) if known else "" for known, level in zip(rated, before, strict=True)
        ],
    }


def _answered(
    city: City,
    plan: Plan,
    here: np.ndarray,
    columns: dict[str, list[str]],
    random: np.random.Generator,
) -> dict[str, list[str]]:
    """Return who answers for it; three in a hundred have nobody."""
    size = len(here)
    areas = [city.areas[i].name for i in plan.place.township[here].tolist()]
    villages = [city.villages[i].name for i in plan.village[here].tolist()]
    missing = (random.random(size) < _SHARE_UNANSWERED).tolist()
    units = [firm or place for firm, place in zip(columns["enterprise"], villages, strict=True)]
    owners: dict[str, Any] = {
        "responsible_unit": units,
        "responsible_person": names.persons(random, size),
        "responsible_phone": names.telephones(random, size),
    }
    for name, values in owners.items():
        owners[name] = ["" if none else v for none, v in zip(missing, values, strict=True)]
    category = plan.category[here]
    return owners | {
        "lead_committee": _said(category, "committee"),
        "industry_department": _said(category, "department"),
        "township_department": [
            f"{area}{'办事处' if area.endswith('街道') else '人民政府'}" for area in areas
        ],
    }


def _measured(plan: Plan, here: np.ndarray, random: np.random.Generator) -> dict[str, list[str]]:
    """Return measures, monitoring and state; the graver the risk, the more is done."""
    grade, size = plan.rating.grade[here], len(here)
    category = plan.category[here]
    graver = np.isin(grade, (1, 2))
    watched = np.where(graver, random.choice([1, 2], size, p=[0.3, 0.7]),
                       random.choice([0, 1, 2], size, p=[0.6, 0.3, 0.1]))  # fmt: skip
    states = random.choice(len(_STATES), size, p=[0.965, 0.025, 0.01])
    boards = (graver | (random.random(size) < _SHARE_BOARDS)).tolist()
    emergency = ("", "启动现场处置方案，疏散周边人员，报告属地")
    return {
        "measure_engineering": _said(category, "engineering"),
        "measure_management": _said(category, "management"),
        "measure_emergency": [emergency[i] for i in graver.astype(int).tolist()],
        "monitoring": [("无", "本地", "远程")[i] for i in watched.tolist()],
        "notice_board": ["true" if board else "false" for board in boards],
        "status": [_STATES[i] for i in states.tolist()],
        "origin": [ORIGIN] * size,
    }
