"""The city in which the demonstration takes place, read from its profile, in metres."""

import csv
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from data import geojson


@lru_cache
def _change(source: int, target: int) -> Transformer:
    """Return the way between two systems; making it takes fifty milliseconds."""
    return Transformer.from_crs(source, target, always_xy=True)


@dataclass(frozen=True)
class Area:
    """One township: code, name, kind, people, seat and ground; metres."""

    code: str
    name: str
    population: int
    seat: tuple[float, float]
    ground: BaseGeometry


@dataclass(frozen=True)
class Village:
    """One village or community at its invented place; metres."""

    code: str
    name: str
    township_code: str
    place: tuple[float, float]


@dataclass(frozen=True)
class Plane:
    """The metric system of the city."""

    srid: int

    def metres(self, degrees: np.ndarray) -> np.ndarray:
        """Return (n, 2) easting, northing of (n, 2) lon, lat."""
        return np.column_stack(_change(4326, self.srid).transform(degrees[:, 0], degrees[:, 1]))

    def degrees(self, metres: np.ndarray) -> np.ndarray:
        """Return (n, 2) lon, lat of (n, 2) easting, northing."""
        return np.column_stack(_change(self.srid, 4326).transform(metres[:, 0], metres[:, 1]))

    def flat(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry of CRS84 in metres."""
        return shapely.transform(geometry, self.metres)

    def round_earth(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry in metres in CRS84."""
        return shapely.transform(geometry, self.degrees)


@dataclass(frozen=True)
class City:
    """What the generator knows of the city; geometries in metres.

    Attributes:
        folder: The profile.
        plane: Its metric system.
        outline: The whole city, with its sea.
        areas: Its townships.
        villages: Its villages and communities.
        roads: Main roads in and around it.
        lanes: Schematic roads of the hills and the coast, by name.
        land: Land of the whole base map in degrees, for boats.
    """

    folder: Path
    plane: Plane
    outline: BaseGeometry
    areas: tuple[Area, ...]
    villages: tuple[Village, ...]
    roads: tuple[BaseGeometry, ...]
    lanes: tuple[tuple[str, BaseGeometry], ...]
    land: BaseGeometry

    @property
    def ground(self) -> BaseGeometry:
        """All townships together: the city's land."""
        return shapely.union_all([area.ground for area in self.areas])

    def township_of(self, points: np.ndarray) -> np.ndarray:
        """Return the position of the township in which each point of (n, 2) lies, or -1."""
        found = np.full(len(points), -1)
        for position, area in enumerate(self.areas):
            shapely.prepare(area.ground)
            open_ones = np.flatnonzero(found < 0)
            held = shapely.contains_xy(area.ground, points[open_ones, 0], points[open_ones, 1])
            found[open_ones[held]] = position
        return found


def read_city(folder: Path) -> City:
    """Read a city profile for the generator."""
    plane = Plane(tomllib.loads((folder / "profile.toml").read_text("utf-8"))["metric_srid"])
    (outline,) = (plane.flat(shape) for _, shape in geojson.read(folder / "outline.geojson"))
    lines = geojson.read(folder / "base" / "roads.geojson")
    near = outline.buffer(6000)
    main = [plane.flat(part) for words, shape in lines if words["kind"] == "main"
            for part in shapely.get_parts(shape)]  # fmt: skip
    return City(
        folder=folder,
        plane=plane,
        outline=outline,
        areas=_areas(folder, plane),
        villages=_villages(folder, plane),
        roads=tuple(line for line in main if line.intersects(near)),
        lanes=tuple((words["name"], plane.flat(shape)) for words, shape in lines
                    if words["kind"] == "schematic"),
        land=shapely.union_all([s for _, s in geojson.read(folder / "base" / "land.geojson")]),
    )  # fmt: skip


def _areas(folder: Path, plane: Plane) -> tuple[Area, ...]:
    seats = {row["code"]: (float(row["lon"]), float(row["lat"])) for row in _rows(folder, "seats")}
    return tuple(
        Area(
            code=words["code"],
            name=words["name"],
            population=words["population"],
            seat=_pair(plane.metres(np.array([seats[words["code"]]]))),
            ground=plane.flat(shape),
        )
        for words, shape in geojson.read(folder / "townships.geojson")
    )


def _villages(folder: Path, plane: Plane) -> tuple[Village, ...]:
    rows = _rows(folder, "villages")
    places = plane.metres(np.array([(float(row["lon"]), float(row["lat"])) for row in rows]))
    return tuple(
        Village(row["code"], row["name"], row["township_code"], _pair(place[None]))
        for row, place in zip(rows, places, strict=True)
    )


def _pair(point: np.ndarray) -> tuple[float, float]:
    return float(point[0, 0]), float(point[0, 1])


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
