"""Cuts the files of a city profile from open sources.

`python -m data.cities.cut SOURCES LAND PROFILE`: SOURCES is a folder and LAND a TopoJSON file, both
described in `data/README.md`. Run once; what it writes is in the repository.
"""

import csv
import sys
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from data import geojson
from data.cities import distant, lanes, settlements
from data.cities.names_of_places import CHINESE

OSM = "© OpenStreetMap contributors, ODbL 1.0"
SCHEMATIC = "示意，非法定界线 / schematic, no legal boundary"
METRIC = 4549
"""EPSG code of the system in which cells and lanes are made."""

_OPEN_SEA_EAST = 123.2
"""East edge of the detailed land's box, beyond its last island."""

_SLIVER = 1e-6
"""Square degrees, about a hectare."""

_TO_METRES = Transformer.from_crs(4326, METRIC, always_xy=True)
_TO_DEGREES = Transformer.from_crs(METRIC, 4326, always_xy=True)

SHEET_DEGREES = 0.2
"""Side of the sheets in which road lines are bundled."""

LOST_COURSE_M = 20_000
"""Edges on land longer than this were straightened by their source: their course is lost."""


def main(sources: Path, distant_land: Path, profile: Path) -> None:
    """Write every cut file of the profile."""
    (outline,) = [
        geometry for _, geometry in geojson.read(sources / "yuyao_outline_schematic.geojson")
    ]
    ground = geojson.read(sources / "osm_land_hangzhou_bay_10m.geojson")
    land = shapely.union_all([geometry for _, geometry in ground])
    seats = _rows(profile / "seats.csv")
    shore = outline.intersection(land)
    roads = _roads(sources, land, shore)
    cells = _cells(seats, shore)
    _write_land(profile, [geometry for _, geometry in ground], distant_land)
    _write_areas(profile, outline, seats, cells)
    _write_roads(profile, roads)
    _write_villages(sources, profile, seats, cells, [line for _, line in roads])
    _write_places(sources, profile, seats)


def project(geometry: BaseGeometry, *, back: bool = False) -> BaseGeometry:
    """Return a geometry of CRS84 in metres, or the way back."""
    change = _TO_DEGREES if back else _TO_METRES

    def changed(pairs: np.ndarray) -> np.ndarray:
        return np.column_stack(change.transform(pairs[:, 0], pairs[:, 1]))

    return shapely.transform(geometry, changed)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _cells(seats: list[dict[str, str]], shore: BaseGeometry) -> list[MultiPolygon]:
    """Return the cell of each seat, cut at the outline and the coast, in degrees."""
    points = [project(Point(float(row["lon"]), float(row["lat"]))) for row in seats]
    ground = project(shore)
    drawn = shapely.get_parts(shapely.voronoi_polygons(shapely.union_all(points), extend_to=ground))
    cells = [next(cell for cell in drawn if cell.covers(point)) for point in points]
    whole = [project(shapely.make_valid(cell.intersection(ground)), back=True) for cell in cells]
    return [_polygons(cell) for cell in whole]


def _polygons(geometry: BaseGeometry) -> MultiPolygon:
    """Return the polygons of a geometry, without slivers below a hectare or so."""
    parts = [part for part in shapely.get_parts(geometry) if isinstance(part, Polygon)]
    return MultiPolygon([part for part in parts if part.area > _SLIVER])


def _roads(sources: Path, land: BaseGeometry, shore: BaseGeometry) -> list[geojson.Feature]:
    edges = [
        line for _, line in geojson.read(sources / "osm_highways_hangzhou_bay_simplified.geojson")
    ]
    metric = [project(edge) for edge in edges]
    kept = [edge for edge, line in zip(edges, metric, strict=True)
            if line.length <= LOST_COURSE_M or not land.covers(edge)]  # fmt: skip
    roads: list[geojson.Feature] = [({"kind": "main"}, lines) for lines in _sheets(kept)]
    inside = project(shore).buffer(-60)
    for position, (name, sway, way) in enumerate(lanes.LANES):
        line = lanes.winding(
            LineString(shapely.get_coordinates(project(LineString(way)))),
            sway,
            330281 + position,
            inside,
        )
        roads.append(({"kind": "schematic", "name": f"示意{name}"}, project(line, back=True)))
    return roads


def _sheets(edges: list[BaseGeometry]) -> list[BaseGeometry]:
    """Return the edges merged to long lines, one MultiLineString a sheet of `SHEET_DEGREES`."""
    merged = shapely.get_parts(shapely.line_merge(shapely.union_all(edges, grid_size=1e-4)))
    sheets: dict[tuple[int, int], list[BaseGeometry]] = defaultdict(list)
    for line in merged:
        centre = line.interpolate(0.5, normalized=True)
        sheets[int(centre.x // SHEET_DEGREES), int(centre.y // SHEET_DEGREES)].append(line)
    return [shapely.union_all(sheets[key]) for key in sorted(sheets)]


def _write_land(profile: Path, detailed: list[BaseGeometry], distant_land: Path) -> None:
    west, south, east, north = shapely.total_bounds(detailed)
    around = (float(west), float(south), max(float(east), _OPEN_SEA_EAST), float(north))
    features: list[geojson.Feature] = [({"kind": "land"}, geometry) for geometry in detailed]
    features += [({"kind": "distant"}, part) for part in distant.beyond(distant_land, around)]
    attribution = f"{OSM}; kind=distant: Natural Earth 1:10m, public domain"
    geojson.write(profile / "base" / "land.geojson", features, attribution=attribution)


def _write_areas(
    profile: Path,
    outline: BaseGeometry,
    seats: list[dict[str, str]],
    cells: list[MultiPolygon],
) -> None:
    words = {"code": "330281", "name": "余姚市", "note": "示意轮廓，概括至 150 m，非法定界线"}
    geojson.write(profile / "outline.geojson", [(words, outline)], attribution=SCHEMATIC)
    townships = []
    for row, cell in zip(seats, cells, strict=True):
        properties = {name: row[name] for name in ("code", "name", "name_latin", "kind")} | {
            "population": int(row["population"]),
            "enterprises": int(row["enterprises"]),
            "note": "示意范围，非法定界线；至海岸为止，人口与企业数为虚构",
        }
        townships.append((properties, cell))
    attribution = f"{SCHEMATIC}; coast {OSM}; seats GeoNames, CC BY 4.0"
    geojson.write(profile / "townships.geojson", townships, attribution=attribution)


def _write_roads(profile: Path, roads: list[geojson.Feature]) -> None:
    attribution = f"{OSM}; kind=schematic: invented, 示意"
    geojson.write(profile / "base" / "roads.geojson", roads, attribution=attribution, decimals=4)


def _write_villages(
    sources: Path,
    profile: Path,
    seats: list[dict[str, str]],
    cells: list[MultiPolygon],
    lines: list[BaseGeometry],
) -> None:
    """Write the villages with the names of the register and invented places."""
    rows = _rows(sources / "yuyao_villages_codes.csv")
    roads = project(shapely.union_all(lines))
    table = []
    for seat, cell in zip(seats, cells, strict=True):
        own = sorted((r for r in rows if r["streetCode"] == seat["code"]), key=lambda r: r["code"])
        towns = [row for row in own if not row["name"].endswith(("村委会", "村"))]
        country = [row for row in own if row not in towns]
        centre = project(Point(float(seat["lon"]), float(seat["lat"])))
        spots = settlements.places(project(cell), centre, roads, len(towns), len(country))
        degrees = shapely.get_coordinates(project(shapely.MultiPoint(spots), back=True))
        for row, (lon, lat) in zip([*towns, *country], np.round(degrees, 5), strict=True):
            name = row["name"].replace("村委会", "村").replace("居委会", "居委")
            table.append([row["code"], name, seat["code"], f"{lon:.5f}", f"{lat:.5f}", "示意位置"])
    with (profile / "villages.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "name", "township_code", "lon", "lat", "note"])
        writer.writerows(sorted(table))


def _write_places(sources: Path, profile: Path, seats: list[dict[str, str]]) -> None:
    """Write the labels: seats of the townships, and the towns around that have a Chinese name."""
    features: list[geojson.Feature] = []
    for row in seats:
        properties = {"name": row["name"], "name_latin": row["name_latin"], "kind": "township",
                      "rank": 4}  # fmt: skip
        features.append((properties, Point(float(row["lon"]), float(row["lat"]))))
    seen: Counter[str] = Counter()
    for row in _rows(sources / "geonames_places_hangzhou_bay.csv"):
        latin = row["name"]
        if latin not in CHINESE or seen[latin]:
            continue
        seen[latin] += 1
        name, kind, rank = CHINESE[latin]
        properties = {"name": name, "name_latin": latin, "kind": kind, "rank": rank}
        features.append((properties, Point(float(row["lon"]), float(row["lat"]))))
    geojson.write(profile / "places.geojson", features, attribution="GeoNames, CC BY 4.0")


if __name__ == "__main__":
    main(*(Path(word) for word in sys.argv[1:4]))
