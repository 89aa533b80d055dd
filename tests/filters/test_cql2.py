"""CQL2 lets the same features through every door, and what is wrong in it is told."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import mapbox_vector_tile
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from starlette.testclient import TestClient

from app.db.engine import writing
from tests.builders import add, service
from tests.filters.said import SAID, Truth, both, by_items, either, expected, known

ROOT = "/api/collections/risk_points"

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)


def by_other_doors(client: TestClient, asked: dict[str, str]) -> list[set[int]]:
    """The features of the export, nearby, and both kinds of tiles."""
    export = client.get(f"{ROOT}/export", params=asked)
    near = client.get("/api/nearby", params={
        "lon": "121", "lat": "30", "within_m": "500000", "limit": "1000",
        "layers": "risk_points", **asked,
    })  # fmt: skip
    assert (export.status_code, near.status_code) == (200, 200), (export.text, near.text)
    found = [{each["id"] for each in answer.json()["features"]} for answer in (export, near)]
    for path in ("/api/tiles/risk_points/0/0/0.mvt", f"{ROOT}/tiles/WebMercatorQuad/0/0/0"):
        content = client.get(path, params=asked).content
        tile = mapbox_vector_tile.decode(content) if content else {}
        found.append({each["id"] for each in tile.get("risk_points", {}).get("features", [])})
    return found


@settings(max_examples=12, deadline=None, phases=QUICK)
@given(pair=st.tuples(st.sampled_from(SAID), st.sampled_from(SAID)), joined=st.booleans())
def test_every_door_gives_the_same_features(
    client: TestClient, pair: tuple[tuple[str, Truth], tuple[str, Truth]], joined: bool
) -> None:
    (one, first), (other, second) = pair
    asked = {"filter": f"({one}) {'AND' if joined else 'OR'} ({other})"}
    found = expected((both if joined else either)(first, second))
    assert by_items(client, asked) == found
    assert by_other_doors(client, asked) == [found] * 4


def test_json_says_the_same_as_text(client: TestClient) -> None:
    said = {"op": "and", "args": [
        {"op": "<=", "args": [{"property": "grade"}, 2]},
        {"op": "s_intersects", "args": [
            {"property": "geometry"}, {"bbox": [121.0, 30.0, 121.2, 30.3]}]},
    ]}  # fmt: skip
    asked = {"filter": json.dumps(said), "filter-lang": "cql2-json"}
    text = {"filter": "grade <= 2 AND S_INTERSECTS(geometry, BBOX(121.0, 30.0, 121.2, 30.3))"}
    found = by_items(client, asked)
    assert found == by_items(client, text)
    assert found
    assert by_other_doors(client, asked) == [found] * 4


def test_geometries_come_in_the_axis_order_of_their_system(client: TestClient) -> None:
    plain = by_items(client, {"filter": "S_INTERSECTS(geometry, BBOX(121.1, 30.1, 121.2, 30.2))"})
    turned = (
        "S_INTERSECTS(geometry, POLYGON((30.1 121.1,30.2 121.1,30.2 121.2,30.1 121.2,30.1 121.1)))"
    )
    assert by_items(client, {"filter": turned, "filter-crs": "EPSG:4326"}) == plain
    to_metres = Transformer.from_crs(4326, 3857, always_xy=True)
    corners = [*to_metres.transform(121.1, 30.1), *to_metres.transform(121.2, 30.2)]
    metres = f"S_INTERSECTS(geometry, BBOX({','.join(map(repr, corners))}))"
    assert by_items(client, {"filter": metres, "filter-crs": "EPSG:3857"}) == plain
    across = by_items(client, {"filter": "S_INTERSECTS(geometry, BBOX(121.2, 30, -170, 31))"})
    assert across == expected(lambda row: row["at"][0] >= 121.2)


def test_tilejson_hands_the_filter_on(client: TestClient) -> None:
    told = client.get("/api/tiles/risk_points.json", params={"filter": "grade = 1"}).json()
    address = told["tiles"][0].format(z=0, x=0, y=0)
    content = client.get(address).content
    tile = mapbox_vector_tile.decode(
        gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    )
    found = {each["id"] for each in tile["risk_points"]["features"]}
    assert found == expected(known("grade", lambda v: v == 1))


DEEP: Any = {"op": "=", "args": [{"property": "grade"}, 1]}
for _ in range(40):
    DEEP = {"op": "not", "args": [DEEP]}

BAD = [
    "name = 'a", "", "grade", "1; DROP TABLE risk_points", "grade = 1; SELECT pg_sleep(9)", "secret = 1",
    "fid = 1", "assessment IS NULL", "geom_3857 IS NULL", "name = 1", "grade = 'a'", "pg_sleep(9) = 1",
    "grade = 1 OR 1 = pg_sleep(9)", "name LIKE 'a\\'", "name LIKE name", "grade / 0 = 1",
    "assessed_at = 'yesterday'", "assessed_at > DATE('2026-13-01')", "T_AFTER(name, DATE('2026-01-01'))",
    "T_DURING(assessed_at, INTERVAL('2026-11-03','2026-11-01'))", "notice_board > TRUE",
    "S_INTERSECTS(geometry, POINT(200 30))", "S_INTERSECTS(name, POINT(121 30))",
    "S_INTERSECTS(geometry, POLYGON((0 0,1 1,1 0,0 1,0 0)))", "S_INTERSECTS(geometry, name)",
    "S_INTERSECTS(geometry, BBOX(1,2,3))", "S_INTERSECTS(geometry, GEOMETRYCOLLECTION())",
    "S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(1 2), POINT(200 2)))",
    "S_NEARLY(geometry, POINT(1 2))", "l_value < 1e400", "(" * 5000,
    "NOT " * 2000 + "notice_board", "-" * 15000 + "1 = 1", "grade = 1 AND " * 1900, "name = '\x00'",
    "name = 'x'" + " " * 20000, "grade IN ()", "grade = NULL",
]  # fmt: skip

BAD_JSON = [
    "{", "[]", "null", "3", '"x"', '{"op": "="}', '{"op": 1, "args": []}', '{"op": "=", "args": [1]}',
    '{"op": "=", "args": [{"property": ["grade"]}, 1]}', '{"op": "=", "args": [{"property": {}}, 1]}',
    '{"op": "=", "args": [{"property": "grade"}, NaN]}', "[" * 15_000, json.dumps(DEEP),
    '{"op": "=", "args": [{"property": "name"}, "\\ud800"]}',
    '{"op": "=", "args": [{"property": "grade"}, null]}',
    '{"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point"}]}',
    '{"op": "s_intersects", "args": [{"property": "geometry"}, {"type": [], "coordinates": 1}]}',
    '{"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": [1, null, 3, 4]}]}',
    '{"op": "t_after", "args": [{"property": "assessed_at"}, {"date": 3}]}',
    '{"op": "t_after", "args": [{"property": "assessed_at"}, {"interval": 3}]}',
    '{"op": "casei", "args": [{"property": "name"}]}',
]  # fmt: skip

DOORS = [
    f"{ROOT}/items", f"{ROOT}/export", "/api/tiles/risk_points/0/0/0.mvt", "/api/tiles/risk_points.json",
    f"{ROOT}/tiles/WebMercatorQuad/0/0/0", "/api/nearby?lon=121&lat=30&layers=risk_points",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_wrong_text_is_told_at_every_door(client: TestClient, text: str) -> None:
    told_at_every_door(client, {"filter": text})


@pytest.mark.parametrize("text", BAD_JSON, ids=range(len(BAD_JSON)))
def test_wrong_json_is_told_at_every_door(client: TestClient, text: str) -> None:
    told_at_every_door(client, {"filter": text, "filter-lang": "cql2-json"})


@pytest.mark.parametrize(
    "asked",
    [{"filter-lang": "cql-text"}, {"filter-crs": "EPSG:1"}, {"filter-crs": "EPSG:4610"}],
    ids=str,
)
def test_unknown_language_or_system_is_told(client: TestClient, asked: dict[str, str]) -> None:
    told_at_every_door(client, {"filter": "grade = 1", **asked})


def told_at_every_door(client: TestClient, asked: dict[str, str]) -> None:
    for door in DOORS:
        path, _, more = door.partition("?")
        given_already = dict(part.split("=") for part in more.split("&") if part)
        answer = client.get(path, params={**given_already, **asked})
        assert answer.status_code == 400, (door, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert "filter" in answer.text


def test_what_looks_like_sql_is_only_text(client: TestClient) -> None:
    assert by_items(client, {"filter": "name = ''' OR 1=1 --'"}) == set()
    assert by_items(client, {"filter": "\"name\" = '%(x)s :y'"}) == set()


instants = "/api/collections/vessel_positions/items"


def test_day_beside_an_instant_is_all_of_that_day_in_the_city(
    make_database: Callable[[str], str], template: str
) -> None:
    made = writing(make_database(template))
    with made.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE vessel_positions_all PARTITION OF vessel_positions DEFAULT"
        )
        for moment in ("2026-11-02T15:59:59Z", "2026-11-02T16:00:00Z", "2026-11-03T15:59:59Z"):
            add(connection, "vessel_positions", "POINT(121 30)", seen_at=moment)
    counts = {
        "seen_at = DATE('2026-11-03')": 2, "seen_at < DATE('2026-11-03')": 1,
        "seen_at > DATE('2026-11-03')": 0, "seen_at >= DATE('2026-11-03')": 2,
        "T_INTERSECTS(seen_at, DATE('2026-11-02'))": 1,
        "T_DURING(seen_at, INTERVAL('2026-11-02T16:00:00Z', '..'))": 1,
    }  # fmt: skip
    with service(made.url.render_as_string(hide_password=False)) as client:
        for said, many in counts.items():
            told = client.get(instants, params={"filter": said}).json()
            assert told["numberMatched"] == many, said
    made.dispose()
