"""Tiles: no red is lost at any zoom, and neighbours agree where they meet."""

from collections.abc import Callable, Iterator
from math import asinh, floor, pi, radians, tan
from random import Random
from typing import Any

import mapbox_vector_tile
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, shape
from sqlalchemy import Engine

from app.db.engine import reading, writing
from app.db.reader import Reader
from app.db.versions import Versions
from app.queries.tile import Tile, tile
from app.queries.where import Where
from app.tiles.maker import Tiles
from layers.registry import LAYERS
from tests.builders import add

EXTENT = 4096

Features = list[dict[str, Any]]


def place_of(lon: float, lat: float, z: int) -> Tile:
    """The tile that holds a place."""
    side = 1 << z
    x = floor((lon + 180) / 360 * side)
    y = floor((1 - asinh(tan(radians(lat))) / pi) / 2 * side)
    return Tile(z, x, y)


def points() -> list[tuple[float, float, int | None]]:
    """Points in a town, in its surroundings and over the world, with grades."""
    chance = Random(11)  # noqa: S311 - not for secrets
    found: list[tuple[float, float, int | None]] = []
    for many, reach in ((500, 0.02), (120, 0.3), (60, 60.0)):
        for _ in range(many):
            lon = 115 + chance.uniform(-reach, reach)
            lat = 20 + chance.uniform(-reach, reach)
            found.append((lon, lat, chance.choice([None, 1, 2, 3, 4])))
    return [*found, (179.9, 1, 1), (-179.9, 1, 1), (1, 85.0, 1), (1, -85.0, 1)]


POINTS = points()

REDS = sum(1 for *_, grade in POINTS if grade == 1)


@pytest.fixture(scope="module")
def url(make_database: Callable[[str], str], template: str) -> str:
    made = make_database(template)
    engine = writing(made)
    with engine.begin() as connection:
        for lon, lat, grade in POINTS:
            add(connection, "vessels", f"POINT({lon!r} {lat!r})", grade=grade)
    engine.dispose()
    return made


def maker(url: str, budget: int) -> Tiles:
    reader = Reader(reading(url, connections=2, timeout_ms=20_000))
    return Tiles(reader, Versions(reader), budget=budget, shelf_mb=0)


def content(tiles: Tiles, place: Tile) -> Features:
    """Features of a tile that lie in it, those of its buffer left out."""
    import gzip

    layers = [LAYERS["vessels"]]
    packed = tiles.compressed(layers, place, tiles.version(layers))
    if not packed:
        return []
    options = {"y_coord_down": True}
    decoded = mapbox_vector_tile.decode(gzip.decompress(packed), default_options=options)
    return [
        each for each in decoded["vessels"]["features"]
        if all(0 <= part < EXTENT for part in each["geometry"]["coordinates"])
    ]  # fmt: skip


@pytest.fixture(scope="module", params=[100, 10**6], ids=["crowded", "roomy"])
def tiles(request: pytest.FixtureRequest, url: str) -> Iterator[Tiles]:
    made = maker(url, request.param)
    yield made
    made._reader.close()  # noqa: SLF001 - nothing else lets go of its connections


@pytest.mark.parametrize("z", [0, 1, 4, 6, 8, 10, 11, 12, 14, 16, 17])
def test_every_point_is_counted_once_with_its_grade_at_every_zoom(tiles: Tiles, z: int) -> None:
    seen = dict.fromkeys(("n", "n0", "n1", "n2", "n3", "n4"), 0)
    for place in {place_of(lon, lat, z) for lon, lat, _ in POINTS}:
        for each in content(tiles, place):
            told = each["properties"]
            if "n" in told:
                assert each.get("id", 0) == 0
                assert told["n"] == sum(told[f"n{grade}"] for grade in range(5))
                worst = next((g for g in (1, 2, 3, 4) if told[f"n{g}"]), None)
                assert told.get("grade") == worst
                for name in seen:
                    seen[name] += told[name]
            else:
                assert each["id"] > 0
                seen["n"] += 1
                seen[f"n{told.get('grade', 0)}"] += 1
    assert seen["n"] == len(POINTS)
    assert seen["n1"] == REDS


def test_tile_never_carries_more_features_than_its_budget(url: str) -> None:
    made = maker(url, 100)
    for z in (0, 2, 5, 9, 12, 15):
        for place in {place_of(lon, lat, z) for lon, lat, _ in POINTS}:
            singles = [each for each in content(made, place) if "n" not in each["properties"]]
            assert len(singles) <= 100, place
    made._reader.close()  # noqa: SLF001


def test_whole_zoom_is_shown_in_one_way(url: str) -> None:
    made = maker(url, 100)
    for z in (3, 8, 12, 13):
        ways = {
            "n" in each["properties"]
            for place in {place_of(lon, lat, z) for lon, lat, _ in POINTS}
            for each in content(made, place)
        }
        assert len(ways) == 1, z
    made._reader.close()  # noqa: SLF001


def decoded(engine: Engine, wkt: str, places: list[Tile]) -> list[list[Any]]:
    """Geometries of one road in each of the tiles, y downwards."""
    layer = LAYERS["road_segments"]
    with engine.connect() as connection:
        transaction = connection.begin()
        add(connection, layer.id, wkt, grade=1)
        answers = [connection.scalar(tile([(layer, False)], each, Where())) for each in places]
        transaction.rollback()
    options = {"y_coord_down": True}
    return [
        [shape(each["geometry"]) for each in
         mapbox_vector_tile.decode(bytes(answer), default_options=options)
         .get(layer.id, {"features": []})["features"]]
        for answer in answers
    ]  # fmt: skip


coordinates = st.tuples(st.floats(120.9, 121.2), st.floats(29.9, 30.2))


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(line=st.lists(coordinates, min_size=2, max_size=8), z=st.integers(8, 15))
def test_neighbours_agree_where_they_meet(
    shared_engine: Engine, line: list[tuple[float, float]], z: int
) -> None:
    wkt = "MULTILINESTRING((" + ", ".join(f"{x!r} {y!r}" for x, y in line) + "))"
    west = place_of(*line[len(line) // 2], z)
    east = Tile(z, west.x + 1, west.y)
    here, there = decoded(shared_engine, wkt, [west, east])
    edge = LineString([(EXTENT, 0), (EXTENT, EXTENT)])
    other = LineString([(0, 0), (0, EXTENT)])
    left = sorted(y for each in here for y in crossings(each, edge))
    right = sorted(y for each in there for y in crossings(each, other))
    assert len(left) == len(right), (left, right)
    assert all(abs(one - two) <= 2 for one, two in zip(left, right, strict=True)), (left, right)


def crossings(geometry: Any, edge: LineString) -> list[float]:
    """Where a geometry crosses an edge; stretches along it, and touches near corners, left out."""
    met = geometry.intersection(edge)
    parts = getattr(met, "geoms", [met])
    return [part.y for part in parts if part.geom_type == "Point" and 4 < part.y < EXTENT - 4]


@pytest.mark.parametrize("z", range(6, 23))
def test_short_red_road_is_in_a_tile_of_every_zoom_of_a_city(shared_engine: Engine, z: int) -> None:
    wkt = "MULTILINESTRING((121.1 30.05, 121.1005 30.0503, 121.101 30.051))"
    [found] = decoded(shared_engine, wkt, [place_of(121.1, 30.05, z)])
    assert len(found) == 1, "a short road is lost"
