"""Whatever is asked: items, tiles, every export, nearby, summary and the client give one set."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import geopandas as gpd
import mapbox_vector_tile
import pyogrio
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.client import CityData
from app.db.engine import writing
from app.exports import EXPORTS
from tests.builders import add

ROOT = "/api/collections/risk_points"

MANY = 80

CHANCE = Random(11)  # noqa: S311 - not for secrets

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
"""No shrinking: every example asks a database."""


@pytest.fixture(scope="module")
def engine(make_database: Callable[[str], str], template: str) -> Iterator[Engine]:
    made = writing(make_database(template))
    with made.begin() as connection:
        for _ in range(MANY):
            lon, lat = 121 + CHANCE.uniform(0, 0.3), 30 + CHANCE.uniform(0, 0.3)
            add(
                connection, "risk_points", f"POINT({lon!r} {lat!r})",
                name=CHANCE.choice(["甲站", '乙,"库"', "=1+1", "a\nb"]),
                enterprise=CHANCE.choice([None, "", "余姚"]), l_value=CHANCE.choice([None, 0.5, 3]),
                assessed_at=CHANCE.choice([None, date(2026, 11, 2), date(2026, 11, 3)]),
                grade=CHANCE.choice([None, 1, 2, 3, 4]),
            )  # fmt: skip
    yield made
    made.dispose()


def edges(low: float, high: float) -> st.SearchStrategy[tuple[float, float]]:
    ends = st.floats(low, high, allow_nan=False)
    return st.tuples(ends, ends).map(lambda pair: (min(pair), max(pair) + 0.001))


WORDS = st.one_of(
    st.sampled_from([
        "grade <= 2", "grade IS NULL", "name LIKE '%站'", "name = 'a\nb'", "enterprise = ''",
        "enterprise IS NULL", "l_value > 0.5", "assessed_at = DATE('2026-11-02')",
        "NOT (grade = 1 OR l_value IS NULL)", "name IN ('=1+1', '乙,\"库\"')",
    ]),
    st.tuples(edges(121, 121.3), edges(30, 30.3)).map(
        lambda box: f"S_INTERSECTS(geometry, BBOX({box[0][0]:.9f}, {box[1][0]:.9f}, "
                    f"{box[0][1]:.9f}, {box[1][1]:.9f}))"
    ),
)  # fmt: skip

FILTERS = st.lists(WORDS, min_size=1, max_size=3).map(" AND ".join)


def by_items(http: TestClient, words: str) -> set[int]:
    """What the items are, page by page."""
    found: set[int] = set()
    answer = http.get(f"{ROOT}/items", params={"filter": words, "limit": 17})
    while True:
        told = answer.json()
        assert answer.status_code == 200, told
        fids = {each["id"] for each in told["features"]}
        assert not fids & found
        found |= fids
        following = [link["href"] for link in told["links"] if link["rel"] == "next"]
        if not following:
            assert told["numberMatched"] == len(found)
            return found
        answer = http.get(following[0])


def by_tile(http: TestClient, words: str) -> set[int]:
    content = http.get("/api/tiles/risk_points/0/0/0.mvt", params={"filter": words}).content
    tile = mapbox_vector_tile.decode(content) if content else {}
    return {each["id"] for each in tile.get("risk_points", {}).get("features", [])}


def by_file(connected: CityData, words: str, f: str) -> set[int]:
    """What an export holds, read by GDAL or GeoPandas."""
    with TemporaryDirectory() as folder:
        file = connected.export("risk_points", Path(folder) / f"file.{EXPORTS[f].ending}", words)
        if f == "geoparquet":
            return set(gpd.read_parquet(file)["fid"])
        name = pyogrio.list_layers(file)[0][0]
        found = pyogrio.read_dataframe(file, layer=name, read_geometry=False,
                                       fid_as_index=f.startswith("geojson"))  # fmt: skip
    fids = found["fid"] if "fid" in found else found.reset_index()["fid"]
    return set(fids.astype("int64"))


FILES = [f for f in EXPORTS if f != "arrow"]
"""Arrow is what the client reads."""


@given(words=FILTERS, f=st.sampled_from(FILES))
@settings(
    max_examples=25, phases=QUICK, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_door_gives_the_same_features(
    http: TestClient, connected: CityData, words: str, f: str
) -> None:
    items = by_items(http, words)
    assert set(connected.read("risk_points", words).index) == items
    near = connected.nearby(121, 30, 500_000, words, layers=["risk_points"], limit=1000)
    assert set(near["id"]) == items
    assert by_tile(http, words) == items
    # A file without a feature may hold no layer at all for a reader.
    assert not items or by_file(connected, words, f) == items
    assert connected.summary("grade", words, layers=["risk_points"]).attrs["total"]["total"] == len(
        items
    )
    told = connected.ask(f"{ROOT}/export/metadata", f="csv", filter=words, digest=False)
    assert told["count"] == len(items)
