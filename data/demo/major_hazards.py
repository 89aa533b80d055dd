"""Major hazard installations: plants whose risk points a direct rule makes red, with a boundary."""

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from data import geojson
from data.demo import names
from data.demo.city import City
from data.demo.scatter import DECIMALS

MOST = 24

_INVENTORIES = (
    ("液氯储存单元", "液氯 6 t"),
    ("液氯储存单元", "液氯 30 t；氨 4 t"),
    ("氨制冷单元", "氨 12 t"),
    ("汽油储罐单元", "汽油 4000 t"),
    ("汽油甲醇储罐单元", "汽油 1500 t；甲醇 1000 t"),
    ("液化石油气储罐单元", "液化石油气 500 t"),
    ("苯系物储罐单元", "苯 300 t；甲苯 600 t"),
    ("环氧乙烷装置", "环氧乙烷 40 t"),
    ("柴油储罐单元", "柴油 12000 t（W5.4）"),
    ("天然气储配单元", "天然气 120 t"),
)  # fmt: skip
"""Kinds of unit, each with what it holds; tonnes are design maxima."""

_VALID_DAYS = 3 * 365
_SHARE_LATE = 0.15
_MONITORING = ("远程", "本地", "无")


def write(city: City, points: Path, path: Path, as_of: date, random: np.random.Generator) -> int:
    """Write the installations as GeoJSON; return how many.

    Args:
        city: The city.
        points: Risk points as they were written.
        path: The file to write.
        as_of: Day of the demonstration.
        random: Source of chance.
    """
    with points.open(encoding="utf-8", newline="") as file:
        plants = [row for row in csv.DictReader(file) if row["direct_rule"] == "major_hazard"]
    chosen = [
        plants[i] for i in np.linspace(0, len(plants) - 1, min(MOST, len(plants))).astype(int)
    ]
    features = [_feature(city, plant, number, as_of, random)
                for number, plant in enumerate(chosen, start=1)]  # fmt: skip
    geojson.write(path, features, attribution="示意数据 / invented", decimals=DECIMALS)
    return len(features)


def _feature(
    city: City, plant: dict[str, str], number: int, as_of: date, random: np.random.Generator
) -> tuple[dict[str, Any], Any]:
    unit, inventory = _INVENTORIES[int(random.integers(len(_INVENTORIES)))]
    assessed = as_of - timedelta(days=int(random.integers(20, 900)))
    late = random.random() < _SHARE_LATE
    people = names.persons(random, 3)
    phones = names.telephones(random, 3)
    words = {
        "code": f"ZDWXY-{number:03d}", "name": f"{plant['enterprise']}{unit}",
        "enterprise": plant["enterprise"],
        "kind": "生产单元" if "装置" in unit else "储存单元",
        "address": plant["address"], "inventory": inventory,
        "monitoring": _MONITORING[int(random.choice(3, p=(0.7, 0.2, 0.1)))],
        "filed_on": (assessed + timedelta(days=30)).isoformat(),
        "assessed_at": assessed.isoformat(), "assessor": "示意安全评价所",
        "valid_until": (as_of - timedelta(days=40) if late
                        else assessed + timedelta(days=_VALID_DAYS)).isoformat(),
        "chief": people[0], "chief_phone": phones[0], "technician": people[1],
        "technician_phone": phones[1], "operator": people[2], "operator_phone": phones[2],
    }  # fmt: skip
    return words, _boundary(city, plant, random)


def _boundary(city: City, plant: dict[str, str], random: np.random.Generator) -> Any:
    """Return the plant's boundary in degrees: a turned rectangle round its point."""
    ((east, north),) = city.plane.metres(np.array([[float(plant["lon"]), float(plant["lat"])]]))
    half = random.uniform((60, 40), (140, 90))
    box = shapely.box(east - half[0], north - half[1], east + half[0], north + half[1])
    turned = shapely.affinity.rotate(box, float(random.uniform(0, 90)))
    return city.plane.round_earth(shapely.MultiPolygon([turned]))
