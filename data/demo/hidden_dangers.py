"""Hidden dangers of the demonstration city, each open or closed at a place of another file."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from data.demo import names
from data.demo.scatter import DECIMALS

COUNT = 480

_MAJOR = 40
"""How many of them are major; the first ones, at the gravest places."""

COLUMNS = (
    "code", "name", "level", "state", "kind", "channel", "enterprise", "address",
    "risk_point_code", "road_segment_code", "found_at", "deadline", "measures", "cost_wan_yuan",
    "supervised", "supervision_level", "document_no", "closed_at", "responsible_unit",
    "responsible_person", "responsible_phone", "supervisor_unit", "lon", "lat",
)  # fmt: skip

_WRONG = (
    ("5", "消防通道被占用"), ("3", "临时用电线路敷设不规范"), ("1", "安全警示标志缺失"),
    ("7", "压力表超期未检"), ("2", "反应温度联锁未投用"), ("4", "可燃气体探测器失效"),
    ("1", "有限空间作业未审批"), ("5", "灭火器压力不足"), ("8", "应急预案未演练"),
    ("6", "储罐间距不足"),
)  # fmt: skip
"""Field, and what is wrong."""

_STATES = ("9", "0", "1")


def write(folder: Path, path: Path, as_of: date, random: np.random.Generator) -> int:
    """Write the dangers as CSV; return how many.

    Args:
        folder: Where risk points and road segments were written.
        path: The file to write.
        as_of: Day of the demonstration; nothing was found later.
        random: Source of chance.
    """
    places = [*_points(folder / "risk_points.csv", random), *_roads(folder)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for number, place in enumerate(places, start=1):
            row = place | _danger(number, as_of, random)
            writer.writerow([row.get(name, "") for name in COLUMNS])
    return len(places)


def _points(path: Path, random: np.random.Generator) -> list[dict[str, str]]:
    """Return places at risk points, the gravest first: those that experts or a rule made red."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    grave = [row for row in rows if row["expert_grade"] in {"2", "3"} or row["c_value"] == "40"]
    chosen = [grave[i] for i in random.choice(len(grave), _MAJOR, replace=False).tolist()]
    chosen += [rows[i] for i in random.choice(len(rows), COUNT - _MAJOR, replace=False).tolist()]
    return [
        {
            "risk_point_code": row["code"], "enterprise": row["enterprise"],
            "address": row["address"], "lon": row["lon"], "lat": row["lat"],
            "responsible_unit": row["responsible_unit"],
            "supervisor_unit": row["industry_department"],
        }
        for row in chosen
    ]  # fmt: skip


def _roads(folder: Path) -> list[dict[str, str]]:
    """Return a few places on road segments, in the middle of their line."""
    content = json.loads((folder / "road_segments.geojson").read_text(encoding="utf-8"))
    found = []
    for feature in content["features"][::40]:
        words, line = feature["properties"], feature["geometry"]["coordinates"]
        part = line if feature["geometry"]["type"] == "LineString" else line[0]
        lon, lat = part[len(part) // 2][:2]
        found.append({
            "road_segment_code": words["code"], "address": words["name"],
            "lon": f"{lon:.{DECIMALS}f}", "lat": f"{lat:.{DECIMALS}f}",
            "responsible_unit": words.get("responsible_unit") or "",
        })  # fmt: skip
    return found


def _danger(number: int, as_of: date, random: np.random.Generator) -> dict[str, str]:
    """Return what is wrong, how grave, and how far it has come."""
    major = number <= _MAJOR
    kind, wrong = _WRONG[int(random.integers(len(_WRONG)))]
    state = str(random.choice(_STATES, p=(0.45, 0.4, 0.15) if major else (0.75, 0.18, 0.07)))
    found = as_of - timedelta(days=int(random.integers(5, 300)))
    deadline = found + timedelta(days=int(random.integers(20, 120)))
    closed = min(deadline, as_of) if state == "9" else None
    supervised = major and random.random() < 0.4  # noqa: PLR2004 - share of decrees
    return {
        "code": f"YH-{as_of.year}-{number:05d}", "name": f"{wrong}（示意）",
        "level": "重大" if major else "一般", "state": state, "kind": kind,
        "channel": str(int(random.integers(1, 11))), "found_at": found.isoformat(),
        "deadline": deadline.isoformat(), "measures": "限期整改，落实责任、措施、资金、时限、预案",
        "cost_wan_yuan": f"{random.uniform(0.2, 30 if major else 3):.1f}",
        "supervised": "是" if supervised else "否",
        "supervision_level": "县" if supervised else "",
        "document_no": f"（示意）安字〔{as_of.year}〕第{number}号" if supervised else "",
        "closed_at": closed.isoformat() if closed else "",
        "responsible_person": names.persons(random, 1)[0],
        "responsible_phone": names.telephones(random, 1)[0],
    }  # fmt: skip
