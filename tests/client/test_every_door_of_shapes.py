"""Lines and areas in a box, a stretch of time and a past state: every door gives one set."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import asinh, pi, radians, tan
from random import Random
from typing import Any

import mapbox_vector_tile
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from shapely import box
from shapely.geometry import shape
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from app.client import CityData
from app.db.engine import writing
from tests.builders import add, sql

LAYER = "third_party_works"

ROOT = f"/api/collections/{LAYER}"

CHANCE = Random(13)  # noqa: S311 - not for secrets

STATES = ("计划", "施工中", "停工", "完工")

DAYS = (None, date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 4))

MOMENTS: list[str] = []
"""Before anything was known, after the first and after the second change."""


def drawn() -> str:
    """A line, two lines or an area somewhere in the city, larger than a unit of a tile of zoom 6."""
    x, y = 121 + CHANCE.uniform(0, 0.3), 30 + CHANCE.uniform(0, 0.3)
    wide, high = CHANCE.uniform(0.004, 0.05), CHANCE.uniform(0.004, 0.05)
    far, top = x + wide, y + high
    return CHANCE.choice([
        f"LINESTRING({x} {y},{far} {top})", f"MULTILINESTRING(({x} {y},{far} {y}),({x} {top},{far} {top}))",
        f"POLYGON(({x} {y},{far} {y},{far} {top},{x} {y}))",
        f"MULTIPOLYGON((({x} {y},{far} {y},{far} {top},{x} {y})))",
    ])  # fmt: skip


@pytest.fixture(scope="module")
def engine(make_database: Callable[[str], str], template: str) -> Iterator[Engine]:
    made = writing(make_database(template))
    MOMENTS[:] = ["2026-01-01T00:00:00Z"]
    for many in (50, 15):
        with made.begin() as connection:
            connection.execute(text(
                f"UPDATE {LAYER} SET state = '完工', found_on = found_on + 1, "  # noqa: S608
                "geom = ST_Translate(geom, 0.02, 0.01) WHERE fid % 3 = 0"
            ))  # fmt: skip
            connection.execute(text(f"DELETE FROM {LAYER} WHERE fid % 7 = 0"))  # noqa: S608
            for _ in range(many):
                add(connection, LAYER, drawn(), state=CHANCE.choice(STATES),
                    found_on=CHANCE.choice(DAYS))  # fmt: skip
        MOMENTS.append(sql(made, "SELECT clock_timestamp()").isoformat())
    yield made
    made.dispose()


@dataclass(frozen=True)
class Asked:
    """A question; `moment` is a place in MOMENTS, None for now."""

    words: str
    box: tuple[float, float, float, float]
    days: tuple[date | None, date | None]
    moment: int | None
    zoom: int

    def query(self, *names: str) -> dict[str, str]:
        """The named parameters as a request has them."""
        first, last = (".." if day is None else day.isoformat() for day in self.days)
        told = {
            "filter": self.words,
            "bbox": ",".join(map(repr, self.box)),
            "datetime": f"{first}/{last}",
        }
        if self.moment is not None:
            told["asof"] = MOMENTS[self.moment]
        return {name: told[name] for name in names if name in told}


def edges(low: float, high: float) -> st.SearchStrategy[tuple[float, float]]:
    ends = st.floats(low, high, allow_nan=False)
    return st.tuples(ends, ends).map(lambda pair: (min(pair), max(pair) + 0.001))


BOXES = st.tuples(edges(121, 121.35), edges(30, 30.35)).map(
    lambda pair: (pair[0][0], pair[1][0], pair[0][1], pair[1][1])
)

ASKED = st.builds(
    Asked,
    words=st.sampled_from([
        "name IS NOT NULL", "state = '完工'", "state IN ('计划', '施工中')", "found_on IS NULL OR state <> '停工'",
        "S_INTERSECTS(geometry, POLYGON((121 30,121.3 30,121 30.3,121 30)))",
        "NOT S_WITHIN(geometry, BBOX(121, 30, 121.2, 30.2))",
        "S_CROSSES(geometry, LINESTRING(121 30,121.35 30.35))",
    ]),
    box=BOXES,
    days=st.sampled_from([(DAYS[1], None), (None, DAYS[2]), (DAYS[2], DAYS[2]), (DAYS[1], DAYS[3])]),
    moment=st.sampled_from([None, 0, 1, 2]),
    zoom=st.integers(6, 12),
)  # fmt: skip


def items(http: TestClient, query: dict[str, str]) -> dict[int, dict[str, Any]]:
    answer = http.get(f"{ROOT}/items", params={"limit": "1000", **query})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["numberMatched"] == len(told["features"])
    return {each["id"]: each for each in told["features"]}


def by_exports(http: TestClient, query: dict[str, str]) -> list[set[int]]:
    plain = http.get(f"{ROOT}/export", params={"f": "geojson", **query}).json()
    table = http.get(f"{ROOT}/export", params={"f": "csv", **query}).content.decode("utf-8-sig")
    return [
        {each["id"] for each in plain["features"]},
        {int(each["fid"]) for each in csv.DictReader(io.StringIO(table))},
    ]


def tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """The column and the row of the tile in which a place lies."""
    down = (1 - asinh(tan(radians(lat))) / pi) / 2
    return int((lon + 180) / 360 * 2**zoom), int(down * 2**zoom)


def by_tiles(http: TestClient, zoom: int, query: dict[str, str]) -> set[int]:
    """What the tiles of a zoom hold, all that touch the city together."""
    west, north = tile_of(120.99, 30.4, zoom)
    east, south = tile_of(121.4, 29.99, zoom)
    found: set[int] = set()
    for x, y in product(range(west, east + 1), range(north, south + 1)):
        content = http.get(f"/api/tiles/{LAYER}/{zoom}/{x}/{y}.mvt", params=query).content
        tile = mapbox_vector_tile.decode(content) if content else {}
        found |= {each["id"] for each in tile.get(LAYER, {}).get("features", [])}
    return found


def in_days(feature: dict[str, Any], days: tuple[date | None, date | None]) -> bool:
    found_on = feature["properties"]["found_on"]
    if found_on is None:
        return False
    day = date.fromisoformat(found_on)
    return (days[0] or day) <= day <= (days[1] or day)


@given(asked=ASKED)
@settings(
    max_examples=20, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
def test_every_door_gives_the_same_lines_and_areas(
    http: TestClient, connected: CityData, asked: Asked
) -> None:
    then = items(http, asked.query("filter", "asof"))
    assert by_tiles(http, asked.zoom, asked.query("filter", "asof")) == set(then)
    inside = {
        fid for fid, each in then.items() if shape(each["geometry"]).intersects(box(*asked.box))
    }
    assert set(items(http, asked.query("filter", "asof", "bbox"))) == inside
    moment = None if asked.moment is None else MOMENTS[asked.moment]
    assert set(connected.read(LAYER, asked.words, bbox=asked.box, asof=moment).index) == inside
    whole = asked.query("filter", "asof", "bbox", "datetime")
    wanted = {fid for fid in inside if in_days(then[fid], asked.days)}
    assert set(items(http, whole)) == wanted
    assert by_exports(http, whole) == [wanted] * 2
    told = http.get(f"{ROOT}/export/metadata", params={"f": "csv", "digest": "false", **whole})
    assert told.json()["count"] == len(wanted)
    near = connected.nearby(121.1, 30.1, 500_000, asked.words, layers=[LAYER], limit=1000)
    assert set(near["id"]) == set(items(http, asked.query("filter")))


def test_states_differ(http: TestClient) -> None:
    assert [len(items(http, {"asof": moment})) for moment in MOMENTS] == [0, 50, 50 - 7 + 15]
