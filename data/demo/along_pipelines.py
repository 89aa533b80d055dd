"""What stands, happens and is walked along the invented pipelines: facilities, works, patrols."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from data import geojson
from data.demo import names, register
from data.demo.city import City
from data.demo.pipelines import NOTE, Laid, Network
from data.demo.scatter import DECIMALS

VALVE_SPACING_M = 6500.0
"""Between valve rooms of a long line."""

WORKS, ENCROACHMENTS, PATROLS = 90, 120, 60

_ACTIVITIES = (
    ("mechanical_excavation", "挖机平整场地"),
    ("buried_cable", "通信光缆敷设"),
    ("drilling", "勘察钻探"),
    ("road_rail_waterway", "道路改扩建"),
    ("power_line", "10 kV 线路架设"),
    ("excavation", "雨污水管沟开挖"),
    ("building", "农户自建房"),
    ("deep_rooted_planting", "种植杨树"),
    ("heavy_stacking", "堆放建材"),
    ("pond_or_canal", "鱼塘清淤"),
)

_FAULTS = (
    ("占压", "围墙占压管道"),
    ("占压", "简易棚占压管道"),
    ("安全距离不足", "民房距管道不足 5 m"),
    ("交叉穿越", "与给水管交叉净距不足"),
    ("密闭空间", "穿越雨水箱涵"),
    ("深根植物", "管道上方种植香樟"),
    ("图纸不一致", "实际走向与竣工图不一致"),
)


@dataclass(frozen=True)
class Stakes:
    """A line, and true metres and stakes of its posts."""

    line: LineString
    metres: np.ndarray
    stakes: np.ndarray

    def at(self, metres: float) -> float:
        """Return the stake of a place along the line."""
        return round(float(np.interp(metres, self.metres, self.stakes)), 1)


class Along:
    """Places along the pipelines, with the stakes that their posts give."""

    def __init__(self, city: City, network: Network) -> None:
        """Keep the lines."""
        self._city = city
        self._laid = network.laid

    def write_facilities(self, path: Path, random: np.random.Generator) -> int:
        """Write stations at the ends and valve rooms between them as CSV; return how many."""
        rows = list(self._facilities(self._stakes(path.parent), random))
        return _write_csv(path, rows)

    def _facilities(
        self, stakes: dict[str, Stakes], random: np.random.Generator
    ) -> Iterator[dict[str, Any]]:
        for one in self._laid:
            length = one.line.length
            inner = np.arange(VALVE_SPACING_M, length - 1500, VALVE_SPACING_M)
            places = [(0.0, one.words["ends"][0]), (length, one.words["ends"][1])]
            places += [(float(at), f"{one.words['name']}{n}号阀室") for n, at in
                       enumerate(inner, start=1)]  # fmt: skip
            for number, (at, name) in enumerate(places, start=1):
                lon, lat = self._degrees(one.line.interpolate(at))
                person, phone = names.persons(random, 1)[0], names.telephones(random, 1)[0]
                yield {
                    "code": f"{one.code}-F{number:02d}", "name": name, "kind": _kind(name),
                    "pipeline_code": one.code, "measure_m": stakes[one.code].at(at),
                    "remote_cutoff": bool(random.random() < 0.7),  # noqa: PLR2004 - a share
                    "address": f"{name}（示意地址）",
                    "access": names.lanes(random, 1)[0], "operator": "示意管网运行公司",
                    "responsible_person": person, "responsible_phone": phone,
                    "lon": lon, "lat": lat,
                }  # fmt: skip

    def write_works(self, path: Path, as_of: date, random: np.random.Generator) -> int:
        """Write third-party works as GeoJSON; return how many."""
        stakes, own = self._stakes(path.parent), random.spawn(1)[0]
        features = []
        for number in range(1, WORKS + 1):
            one, at = self._place(random)
            aside = float(random.choice([2.0, 4.5, 12, 30, 48, 90, 180, 260])) * _sign(random)
            activity, words = _ACTIVITIES[int(random.integers(len(_ACTIVITIES)))]
            found = as_of - timedelta(days=int(random.integers(1, 300)))
            work = {
                "code": f"SG3-{number:04d}", "name": f"{words}（示意）", "activity": activity,
                "state": str(random.choice(["计划", "施工中", "施工中", "停工", "完工"])),
                "pipeline_code": one.code, "measure_m": stakes[one.code].at(at),
                "offset_m": round(abs(aside), 1), "found_on": found.isoformat(),
                "starts_on": (found + timedelta(days=int(random.integers(0, 20)))).isoformat(),
                "ends_on": (found + timedelta(days=int(random.integers(30, 200)))).isoformat(),
                "agreement": bool(random.random() < 0.5),  # noqa: PLR2004 - a share
                "builder": f"示意建设{number % 17 + 1}公司",
                "responsible_unit": "示意管网巡护队",
                "responsible_person": names.persons(random, 1)[0],
                "responsible_phone": names.telephones(random, 1)[0],
            }  # fmt: skip
            shape = _beside(one.line, at, aside, float(random.uniform(8, 60)))
            town = one.words["pipe"] == "city"
            work |= register.of_work(work, one.words["medium"], town, own)
            work["reported_by"] = names.persons(own, 1)[0]
            features.append((work, self._round(shape)))
        geojson.write(path, features, attribution=NOTE, decimals=DECIMALS)
        return len(features)

    def write_encroachments(self, path: Path, as_of: date, random: np.random.Generator) -> int:
        """Write what stands on the lines or too near as GeoJSON; return how many."""
        stakes, own = self._stakes(path.parent), random.spawn(1)[0]
        features = []
        for number in range(1, ENCROACHMENTS + 1):
            one, at = self._place(random)
            kind, words = _FAULTS[int(random.integers(len(_FAULTS)))]
            aside = 0.0 if kind != "安全距离不足" else float(random.uniform(3, 5)) * _sign(random)
            length = float(random.uniform(6, 30))
            found = as_of - timedelta(days=int(random.integers(10, 900)))
            state = str(random.choice(["未整改", "整改中", "已整改"], p=[0.3, 0.25, 0.45]))
            shape = _beside(one.line, at, aside, length)
            item = {
                "code": f"ZY-{number:04d}", "name": f"{words}（示意）", "kind": kind,
                "state": state, "pipeline_code": one.code,
                "from_m": stakes[one.code].at(at - length / 2),
                "to_m": stakes[one.code].at(at + length / 2),
                "offset_m": round(abs(aside), 1), "area_m2": round(shape.area, 1),
                "households": int(random.integers(0, 4)), "found_on": found.isoformat(),
                "deadline": (found + timedelta(days=180)).isoformat(),
                "closed_on": (found + timedelta(days=120)).isoformat()
                    if state == "已整改" else None,
                "responsible_unit": "示意管网巡护队",
                "responsible_person": names.persons(random, 1)[0],
                "responsible_phone": names.telephones(random, 1)[0],
            }  # fmt: skip
            item |= register.of_encroachment(item, own) | {"reported_by": names.persons(own, 1)[0]}
            features.append((item, self._round(shape)))
        geojson.write(path, features, attribution=NOTE, decimals=DECIMALS)
        return len(features)

    def write_patrols(self, path: Path, as_of: date, random: np.random.Generator) -> int:
        """Write patrols of the last weeks as GeoJSON; return how many."""
        features = [
            (walk.words, self._round(walk.line))
            for walk in self._walks(self._stakes(path.parent), as_of, random)
        ]
        geojson.write(path, features, attribution=NOTE, decimals=DECIMALS)
        return len(features)

    def write_tracks(self, path: Path, random: np.random.Generator) -> int:
        """Write the track of every patrol that began as CSV with WKT; return how many."""
        rows = []
        for words, geometry in geojson.read(path.parent / "patrols.geojson"):
            if words["started_at"] is not None:
                rows.append(self._track(words, self._city.plane.flat(geometry), random))
        return _write_csv(path, rows)

    def _walks(
        self, stakes: dict[str, Stakes], as_of: date, random: np.random.Generator
    ) -> Iterator["_Walk"]:
        for number in range(1, PATROLS + 1):
            one = self._laid[number % len(self._laid)]
            end = min(one.line.length, 4000.0 + 500 * (number % 5))
            day = as_of - timedelta(days=number // 3)
            state = str(random.choice(["完成", "完成", "完成", "未完成", "计划"]))
            required = max(2, int(end // 1000) + 1)
            passed = {"完成": required, "未完成": required // 2, "计划": 0}[state]
            began = datetime.combine(day, time(1), UTC) + timedelta(minutes=7 * (number % 9))
            ended = began + timedelta(seconds=end / 1.2 * max(passed, 1) / required)
            yield _Walk(
                {
                    "code": f"XC-{day:%Y%m%d}-{number:03d}", "name": f"{one.words['name']}日常巡查",
                    "pipeline_code": one.code, "from_m": stakes[one.code].at(0.0),
                    "to_m": stakes[one.code].at(end), "planned_on": day.isoformat(),
                    "state": state, "started_at": began.isoformat() if passed else None,
                    "ended_at": ended.isoformat() if passed else None,
                    "points_required": required, "points_passed": passed,
                    "completion_percent": round(100 * passed / required, 1),
                    "missed": _missed(passed, required, state),
                    "inspector": names.persons(random, 1)[0],
                    "responsible_unit": "示意管网巡护队",
                },
                LineString(substring(one.line, 0, end).coords),
            )  # fmt: skip

    def _track(
        self, words: dict[str, Any], line: BaseGeometry, random: np.random.Generator
    ) -> dict[str, Any]:
        """Return a track that follows the line, a few metres beside it, as far as it was walked."""
        share = words["completion_percent"] / 100
        at = np.linspace(0, line.length * share, 40)
        places = np.vstack([shapely.get_coordinates(line.interpolate(each)) for each in at])
        degrees = self._city.plane.degrees(places + random.normal(0, 4, places.shape))
        began = datetime.fromisoformat(words["started_at"])
        ended = datetime.fromisoformat(words["ended_at"])
        instants = np.linspace(began.timestamp(), ended.timestamp(), len(at)).astype(int)
        vertices = ", ".join(
            f"{lon:.{DECIMALS}f} {lat:.{DECIMALS}f} {instant}"
            for (lon, lat), instant in zip(degrees.tolist(), instants.tolist(), strict=True)
        )
        return {
            "patrol_code": words["code"], "started_at": words["started_at"],
            "ended_at": words["ended_at"], "device": "示意手机", "positions": len(at),
            "length_km": round(line.length * share / 1000, 2), "accuracy_m": 6.0,
            "wkt": f"LINESTRING M ({vertices})",
        }  # fmt: skip

    def _place(self, random: np.random.Generator) -> tuple[Laid, float]:
        one = self._laid[int(random.integers(len(self._laid)))]
        return one, float(random.uniform(0.05, 0.95)) * one.line.length

    def _stakes(self, folder: Path) -> dict[str, Stakes]:
        """Return the posts of every line as the marker file has them."""
        with (folder / "pipeline_markers.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        found = {}
        for one in self._laid:
            own = [row for row in rows if row["pipeline_code"] == one.code]
            degrees = np.array([(float(row["lon"]), float(row["lat"])) for row in own])
            places = [Point(*xy) for xy in self._city.plane.metres(degrees).tolist()]
            stakes = np.array([float(row["measure_m"]) for row in own])
            metres = np.array([one.line.project(place) for place in places])
            found[one.code] = Stakes(one.line, metres, stakes)
        return found

    def _degrees(self, point: BaseGeometry) -> tuple[str, str]:
        lon, lat = self._city.plane.degrees(shapely.get_coordinates(point))[0].tolist()
        return f"{lon:.{DECIMALS}f}", f"{lat:.{DECIMALS}f}"

    def _round(self, shape: BaseGeometry) -> BaseGeometry:
        return self._city.plane.round_earth(shape)


@dataclass(frozen=True)
class _Walk:
    words: dict[str, Any]
    line: BaseGeometry


def _missed(passed: int, required: int, state: str) -> str | None:
    """Return which required points were not passed; None where none was, or none was due yet."""
    if state == "计划" or passed == required:
        return None
    return "、".join(f"{number}号点" for number in range(passed + 1, required + 1))


def _kind(name: str) -> str:
    kinds = ("首站", "末站", "分输站", "门站", "调压站", "阀室", "油库", "储罐")
    return next((kind for kind in kinds if kind in name), "储罐")


def _sign(random: np.random.Generator) -> int:
    return 1 if random.random() < 0.5 else -1  # noqa: PLR2004 - either side


def _beside(line: LineString, at: float, aside: float, length: float) -> Polygon:
    """Return a box along the line; its nearest edge lies `aside` metres from it, 0: over it."""
    stretch = substring(line, max(at - length / 2, 0), min(at + length / 2, line.length))
    chord = LineString([stretch.coords[0], stretch.coords[-1]])
    width = 6.0
    if aside == 0:
        return Polygon(chord.buffer(width / 2, cap_style="flat").exterior)
    sign = 1 if aside > 0 else -1
    near = chord.offset_curve(aside)
    far = chord.offset_curve(aside + sign * width)
    return Polygon([*near.coords, *list(far.coords)[::-1]])


def _write_csv(path: Path, rows: list[dict[str, Any]]) -> int:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)
