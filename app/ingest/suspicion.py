"""Whether a file's coordinates are shifted: told with the command that would set them right.

A file's own label proves nothing: county registers circulate in GCJ-02 called WGS 84, half a
kilometre off, more than any legal distance of the pipeline law. Here a sample is compared with what
the city knows, as declared and as it would lie unshifted. Nothing is ever shifted on its own.
"""

import shlex
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Transformer
from sqlalchemy import Connection, Table, and_, func, select

from app.city import City
from app.db.tables import table_of
from app.ingest.datum import unshifted
from layers.declare import Layer

Points = NDArray[np.float64]
"""(n, 2) lon, lat."""

SAMPLE = 400
"""Points that are looked at."""

FEWEST = 12
"""Below that nothing is said: chance would speak."""

FEWEST_OFF = 8
"""So many points must lie off the ground before that speaks for a shift."""

SHARE_LEFT_OFF = 0.25
"""At most this share of them may still lie off it when unshifted."""

HALVES = 0.5
"""An unshifted sample must fit better than by this factor."""

FAR_M = 60.0
"""Median distance to roads from which a sample is doubted."""

AGREES_WITHIN_M = 60.0
"""How near the shift to stored features must be to the one of the datum."""

DATUMS = ("gcj02", "bd09")

WGS84 = Geod(ellps="WGS84")

POINTS_OF_COMPASS = ("北 north", "东北 north-east", "东 east", "东南 south-east", "南 south",
                     "西南 south-west", "西 west", "西北 north-west")  # fmt: skip


@dataclass(frozen=True)
class Suspicion:
    """What speaks for a shift.

    Attributes:
        datum: `gcj02` or `bd09`.
        metres: By how much the sample would move.
        bearing_deg: Whereto.
        why: What fits better, in both languages.
    """

    datum: str
    metres: float
    bearing_deg: float
    why: str

    def told(self, layer: str, file: str) -> str:
        """The warning, with the command that would take the file so."""
        way = POINTS_OF_COMPASS[round(self.bearing_deg / 45) % 8]
        return (
            f"坐标可能是 {self.datum.upper()}：{self.why}；向{way}移 {self.metres:.0f} m 更吻合。"
            f"未作任何偏移；如属实请用 looks shifted, nothing was moved; if so run: "
            f"riskmap import {layer} {shlex.quote(file)} --crs {self.datum}"
        )


def sample_of(connection: Connection, staged: Table) -> Points:
    """One point of every sampled row that has a place, lon, lat."""
    many = connection.scalar(select(func.count()).select_from(staged)) or 0
    step = max(1, many // SAMPLE)
    rows = (
        select(staged.c.geom)
        .where(staged.c.geom.is_not(None), staged.c.line % step == 0)
        .limit(SAMPLE)
        .subquery()
    )
    place = func.ST_PointOnSurface(func.ST_Force2D(rows.c.geom))
    found = connection.execute(select(func.ST_X(place), func.ST_Y(place))).all()
    return np.array([tuple(row) for row in found], dtype=float).reshape(-1, 2)


def suspect(connection: Connection, layer: Layer, staged: Table, city: City) -> Suspicion | None:
    """Look at the staged rows of an import; None where nothing is suspicious.

    Args:
        connection: In the transaction of the import.
        layer: Where the rows go; positions at sea are never doubted.
        staged: Rows as they were declared, in EPSG:4326.
        city: Whose roads and outline are known.
    """
    if layer.reach != "city":
        return None
    sample = sample_of(connection, staged)
    if len(sample) < FEWEST:
        return None
    moved = {datum: unshifted(sample, datum) for datum in DATUMS}
    return (
        _beside_stored(connection, layer, staged)
        or on_ground(sample, city)
        or _beside_roads(layer, sample, moved, city)
    )


def _of(datum: str, sample: Points, moved: Points, why: str) -> Suspicion:
    """The suspicion with the median move of the sample."""
    azimuth, _, metres = WGS84.inv(*sample.T, *moved.T)
    turns = np.exp(1j * np.radians(azimuth))
    bearing = float(np.degrees(np.angle(turns.mean())) % 360)
    return Suspicion(datum, float(np.median(metres)), bearing, why)


def _beside_stored(connection: Connection, layer: Layer, staged: Table) -> Suspicion | None:
    """Features that are there already lie where the file has them, but for the shift of a datum."""
    table = table_of(layer)
    same = and_(*(table.c[name] == staged.c[name] for name in layer.key))
    ends = [func.ST_PointOnSurface(func.ST_Force2D(each.c.geom)) for each in (staged, table)]
    rows = connection.execute(
        select(*(part(end) for end in ends for part in (func.ST_X, func.ST_Y)))
        .join_from(staged, table, same)
        .where(staged.c.geom.is_not(None), table.c.geom.is_not(None))
        .limit(SAMPLE)
    ).all()
    if len(rows) < FEWEST:
        return None
    pairs = np.array([tuple(row) for row in rows], dtype=float)
    here, there = pairs[:, :2], pairs[:, 2:]
    for datum in DATUMS:
        apart = WGS84.inv(*unshifted(here, datum).T, *there.T)[2]
        as_declared = WGS84.inv(*here.T, *there.T)[2]
        if np.median(apart) < AGREES_WITHIN_M < np.median(as_declared):
            why = "与库中同编号对象相差恰为该偏移 off by just this from what is stored"
            return _of(datum, here, unshifted(here, datum), why)
    return None


GROUNDS = {
    "townships.geojson": "落在各乡镇街道之外 lie outside the townships",
    "base/land.geojson": "落在海岸线之外 lie off the coast",
}
"""Files of the city's profile that hold where its features stand, and what lies off them does."""


def on_ground(sample: Points, city: City) -> Suspicion | None:
    """Points that lie off the townships or off the coast, and on them when unshifted.

    Args:
        sample: As they were declared, EPSG:4326.
        city: Whose ground it is; what its profile lacks is not looked at.
    """
    for name, why in GROUNDS.items():
        ground = _read(city, name)
        if ground is None:
            continue
        shapely.prepare(ground)
        off = _off(ground, sample)
        for datum in DATUMS if off >= FEWEST_OFF else ():
            moved = unshifted(sample, datum)
            if _off(ground, moved) <= off * SHARE_LEFT_OFF:
                return _of(datum, sample, moved, f"{off} / {len(sample)} 个点{why}")
    return None


def _off(ground: Any, points: Points) -> int:
    return int((~shapely.contains_xy(ground, *points.T)).sum())


def _beside_roads(
    layer: Layer, sample: Points, moved: dict[str, Points], city: City
) -> Suspicion | None:
    """What belongs to roads lies beside them, and on them when unshifted."""
    if not any(name in layer.fields for name in ("route_code", "route_name")):
        return None
    roads = _read(city, "base/roads.geojson")
    if roads is None:
        return None
    metres = Transformer.from_crs(4326, city.metric_srid, always_xy=True)
    lines = shapely.transform(
        shapely.get_parts(roads), lambda each: np.column_stack(metres.transform(*each.T))
    )
    tree = shapely.STRtree(lines)
    before = _median_m(tree, sample, metres)
    for datum in DATUMS:
        after = _median_m(tree, moved[datum], metres)
        if before > FAR_M and after < before * HALVES:
            why = f"距公路中位 {before:.0f} m，偏移后 {after:.0f} m median distance to roads"
            return _of(datum, sample, moved[datum], why)
    return None


def _median_m(tree: Any, points: Points, metres: Transformer) -> float:
    places = shapely.points(np.column_stack(metres.transform(*points.T)))
    _, apart = tree.query_nearest(places, return_distance=True, all_matches=False)
    return float(np.median(apart))


def _read(city: City, name: str) -> Any:
    """All geometries of a file of the city's profile as one; None where there is none."""
    path = city.folder / name
    if not path.is_file():
        return None
    return shapely.union_all(shapely.get_parts(shapely.from_geojson(path.read_text("utf-8"))))
