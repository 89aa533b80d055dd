"""Dangerous stretches of road, cut from the routes of the base map, as the police print them."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import shapely.ops
from shapely.geometry import LineString, Point

from data import geojson
from data.demo import names
from data.demo.city import City
from data.demo.crashes import TREATED_AGO_Y, Cluster
from data.demo.roads import Network, Route
from data.demo.scatter import DECIMALS
from data.demo.sites import HILLS_BELOW

COUNT = 300
NOTE = "示意数据，路线编号与事故数均为虚构"

_LEAST_M, _MOST_M = 200.0, 2000.0
_PLAIN_KINDS = {"平交口": 0.62, "临水临崖": 0.28, "急弯": 0.1}
_GUARDRAIL_OF_CURVE = {1: "none", 2: "below_standard", 3: "below_standard", 4: "standard"}
_HILL_KINDS = {"临水临崖": 0.36, "高落差": 0.27, "急弯": 0.22, "长下坡": 0.15}
_TREATED_HALF_M = 260.0
_BESIDE = ("临水临崖", "高落差")
_NOT_ASSESSED = 0
_GRADES = (1, 2, 3, 4, _NOT_ASSESSED)
_COUNTS = {
    1: ((1, 2), (1, 4), (0, 4), (2, 9)),
    2: ((0, 1), (0, 4), (5, 9), (2, 9)),
    3: ((0, 1), (0, 2), (0, 4), (5, 9)),
    4: ((0, 1), (0, 1), (0, 3), (0, 3)),
}
"""Span of the crashes with three deaths, one death, of general procedure, and slight, by grade."""

_SHARE_UNSAFE = 0.3
_SHARES = (0.03, 0.09, 0.26, 0.58, 0.04)
"""Share of the segments that shall come to each grade; 0 is not assessed."""


def write(
    network: Network, clusters: list[Cluster], path: Path, as_of: date, random: np.random.Generator
) -> int:
    """Write the segments as GeoJSON, black spots that were treated among them; return how many.

    Black spots that nobody treated yet are not in the register: the analysis of crashes finds them.
    """
    city = network.city
    treated = [one for one in clusters if one.treated]
    spans = _spans(network.routes, COUNT - len(treated), random)
    black = [(one.route, one.at_m - _TREATED_HALF_M, one.at_m + _TREATED_HALF_M) for one in treated]
    features = []
    for number, (route, start, end) in enumerate([*spans, *black], start=1):
        cut = shapely.ops.substring(route.line, start, end)
        line = LineString(shapely.get_coordinates(cut))
        facts = _facts(city, line, as_of, random)
        if number > len(spans):
            facts |= _treated(as_of)
        stakes = (round(route.stake(start)), round(route.stake(end)))
        place = _village(city, line)
        features.append(
            (_numbered(number, route, stakes, place) | facts, city.plane.round_earth(line))
        )
    geojson.write(path, features, attribution=NOTE, decimals=DECIMALS)
    return len(features)


def _treated(as_of: date) -> dict[str, Any]:
    """Return what a black spot says of itself after its treatment."""
    return {
        "kind": "事故多发",
        "treatment_state": "已治理",
        "treatment_year": as_of.year - TREATED_AGO_Y,
        **dict.fromkeys(("drop_m", "water_depth_m", "edge_distance_m", "guardrail")),
        "crashes": 2,
        "fatal_crashes": 0,
        "major_crashes": 0,
        "general_crashes": 1,
        "deaths": 0,
    }


def _spans(
    routes: list[Route], count: int, random: np.random.Generator
) -> list[tuple[Route, float, float]]:
    """Return `count` stretches that do not overlap, more on long routes."""
    whole = sum(route.line.length for route in routes)
    found: list[tuple[Route, float, float]] = []
    pace = whole / count
    for route in routes:
        lengths = np.clip(random.lognormal(6.15, 0.55, 400), _LEAST_M, _MOST_M).round(-1)
        gaps = random.uniform(0.3, 1.7, 400) * np.maximum(pace * 0.93 - lengths.mean(), 60)
        along = float(gaps[0]) / 2
        for length, gap in zip(lengths.tolist(), gaps.tolist(), strict=True):
            if along + length > route.line.length:
                break
            found.append((route, round(along, -1), round(along, -1) + length))
            along += length + gap
    if len(found) < count:
        raise ValueError(f"the roads hold only {len(found)} segments")
    chosen = np.sort(random.permutation(len(found))[:count])
    return [found[i] for i in chosen.tolist()]


def _village(city: City, line: LineString) -> str:
    middle = line.interpolate(0.5, normalized=True)
    village = min(city.villages, key=lambda one: middle.distance(Point(one.place)))
    area = next(area for area in city.areas if area.code == village.township_code)
    return f"{area.name}{village.name}"


def _numbered(number: int, route: Route, stakes: tuple[int, int], place: str) -> dict[str, Any]:
    """Return number and name: 示意临泗线(示意X101)14K+600M—14K+850M（泗门镇楝树下村路段）."""
    start, end = (f"{int(stake) // 1000}K+{int(stake) % 1000:03d}M" for stake in stakes)
    return {
        "code": f"SYLD-{number:04d}",
        "name": f"{route.name}({route.code}){start}—{end}（{place}路段）",
        "route_code": route.code,
        "route_name": route.name,
        "from_m": float(stakes[0]),
        "to_m": float(stakes[1]),
    }


def _facts(
    city: City, line: LineString, as_of: date, random: np.random.Generator
) -> dict[str, Any]:
    """Return kind, crashes, roadside, treatment and owner of one segment."""
    hills = city.plane.degrees(np.array(line.coords[:1]))[0, 1] < HILLS_BELOW
    kinds = _HILL_KINDS if hills else _PLAIN_KINDS
    kind = str(random.choice(list(kinds), p=list(kinds.values())))
    grade = int(random.choice(_GRADES, p=_SHARES))
    treated = {4: "已治理", 3: "治理中"}.get(grade, "未治理")
    if kind in _BESIDE:
        facts = _crashes(4, random) | _beside(kind, grade, random)
    else:
        facts = _crashes(grade, random) | {"sharp_curve": kind == "急弯"}
        if kind == "急弯":
            facts["guardrail"] = _GUARDRAIL_OF_CURVE.get(grade)
    year = as_of.year - int(random.integers(0, 4)) if treated != "未治理" else None
    return {
        "kind": kind,
        **facts,
        "aadt": float(random.integers(8, 60) * 100 if hills else random.integers(40, 320) * 100),
        "treatment_state": treated,
        "treatment_year": year,
        "responsible_unit": "公路与运输管理中心（示意）",
        "responsible_person": names.persons(random, 1)[0],
        "responsible_phone": names.telephones(random, 1)[0],
    }


def _crashes(grade: int, random: np.random.Generator) -> dict[str, Any]:
    """Return crash counts of three years that the road rules grade so.

    Source: DOMAIN 3.1, rules ① to ④ and the county rule.
    """
    if grade == _NOT_ASSESSED:
        return {"crashes": int(random.integers(0, 5))}
    major, fatal, general, slight = (int(random.integers(*span)) for span in _COUNTS[grade])
    deaths = fatal + 2 * major
    return {
        "crashes": fatal + general + slight,
        "fatal_crashes": fatal,
        "major_crashes": major,
        "general_crashes": general,
        "unsafe_road": bool(grade == 1 or random.random() < _SHARE_UNSAFE),
        "deaths": deaths,
        "injuries": deaths + general + int(random.integers(0, 4)),
    }


def _beside(kind: str, grade: int, random: np.random.Generator) -> dict[str, Any]:
    """Return fall, water and guardrail that the roadside rules grade so.

    Source: DOMAIN 3.2.
    """
    water = kind == "临水临崖"
    severe = grade == 1
    drop = random.uniform(8, 26) if severe else random.uniform(4, 7.8)
    depth = random.uniform(2, 4.5) if severe and water else random.uniform(0.4, 1.9)
    guardrail = {1: "none", 2: "insufficient", 3: "below_standard", 4: "standard"}.get(grade)
    return {
        "drop_m": round(float(drop), 1),
        "water_depth_m": round(float(depth), 1) if water else 0.0,
        "edge_distance_m": round(float(random.uniform(0.6, 3.0)), 1) if water else 12.0,
        "sharp_curve": False,
        "guardrail": guardrail,
    }
