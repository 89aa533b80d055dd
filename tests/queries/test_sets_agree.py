"""Items, tiles, exports and nearby give the same features; pages visit each exactly once."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from random import Random
from typing import Any

import mapbox_vector_tile
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from shapely import box
from shapely.geometry import Point
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from app.db.engine import writing
from tests.builders import add, clear, service

ITEMS = "/api/collections/risk_points/items"

MANY = 90

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
"""No shrinking: every example asks a database."""

CHANCE = Random(5)  # noqa: S311 - not for secrets

PLACES = [(121 + CHANCE.uniform(0, 0.3), 30 + CHANCE.uniform(0, 0.3)) for _ in range(MANY)]


@pytest.fixture(scope="module")
def engine(make_database: Callable[[str], str], template: str) -> Iterator[Engine]:
    made = writing(make_database(template))
    with made.begin() as connection:
        for lon, lat in PLACES:
            add(
                connection, "risk_points", f"POINT({lon!r} {lat!r})",
                name=CHANCE.choice(["甲", "乙", "a", "B", "_", "", "a b"]),
                enterprise=CHANCE.choice([None, "x", "y"]), l_value=CHANCE.choice([None, 0.1, 1, 3]),
                expert_grade=CHANCE.choice([None, 1, 2]), notice_board=CHANCE.choice([None, True, False]),
                assessed_at=CHANCE.choice([None, date(2026, 11, 2), date(2026, 11, 3)]),
                grade=CHANCE.choice([None, 1, 2, 3, 4]),
            )  # fmt: skip
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def client(engine: Engine) -> Iterator[TestClient]:
    with service(engine.url.render_as_string(hide_password=False)) as opened:
        yield opened


def walked(client: TestClient, between: Callable[[], None], **query: Any) -> list[dict[str, Any]]:
    """Every feature that the `next` links lead to."""
    found: list[dict[str, Any]] = []
    answer = client.get(ITEMS, params=query)
    for _ in range(MANY * 2):
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["features"]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            return found
        assert page["numberReturned"] == query.get("limit", 10)
        between()
        answer = client.get(following[0])
    raise AssertionError("the pages do not end")


SORTABLE = [
    "code", "name", "enterprise", "l_value", "expert_grade", "notice_board", "assessed_at", "grade",
    "township_code", "status", "grade_method",
]  # fmt: skip

orders = st.lists(
    st.tuples(st.sampled_from(["", "-", "+"]), st.sampled_from(SORTABLE)).map("".join), max_size=3
)


@settings(max_examples=25, deadline=None, phases=QUICK)
@given(order=orders, limit=st.integers(3, 40))
def test_pages_visit_every_feature_once_whatever_the_order(
    client: TestClient, order: list[str], limit: int
) -> None:
    query: dict[str, Any] = {"limit": limit} | ({"sortby": ",".join(order)} if order else {})
    found = walked(client, lambda: None, **query)
    fids = [each["id"] for each in found]
    assert len(fids) == len(set(fids)) == MANY
    if order:
        name, falling = order[0].lstrip("+-"), order[0].startswith("-")
        values = [each["properties"][name] for each in found]
        filled = [value for value in values if value is not None]
        assert values == filled + [None] * (MANY - len(filled)), "empty values come last"
        if not isinstance(filled[:1] and filled[0], str):
            assert filled == sorted(filled, reverse=falling)


@settings(max_examples=8, deadline=None, phases=QUICK)
@given(order=orders, limit=st.integers(7, 30))
def test_pages_stay_right_while_rows_are_added(
    client: TestClient, engine: Engine, order: list[str], limit: int
) -> None:
    before = {each["id"] for each in walked(client, lambda: None, limit=1000)}

    def add_one() -> None:
        with engine.begin() as connection:
            add(connection, "risk_points", "POINT(121 30)", name="new", grade=1, l_value=0.5)

    query: dict[str, Any] = {"limit": limit} | ({"sortby": ",".join(order)} if order else {})
    try:
        fids = [each["id"] for each in walked(client, add_one, **query)]
    finally:
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM risk_points WHERE name = 'new'"))
    assert len(fids) == len(set(fids))
    assert before <= set(fids)


def fids_at(client: TestClient, **query: Any) -> set[int]:
    answer = client.get(ITEMS, params={"limit": 10_000, **query})
    assert answer.status_code == 200, (query, answer.text)
    return {each["id"] for each in answer.json()["features"]}


edges = st.tuples(st.floats(121, 121.3), st.floats(30, 30.3), st.floats(0, 0.2), st.floats(0, 0.2))


@settings(max_examples=25, deadline=None, phases=QUICK)
@given(edge=edges)
def test_box_finds_what_brute_force_finds(
    client: TestClient, edge: tuple[float, float, float, float]
) -> None:
    west, south, wide, high = edge
    asked = box(west, south, west + wide, south + high)
    expected = {n + 1 for n, place in enumerate(PLACES) if asked.covers(Point(place))}
    east, north = west + wide, south + high
    assert fids_at(client, bbox=f"{west!r},{south!r},{east!r},{north!r}") == expected
    turned = f"{south!r},{west!r},{north!r},{east!r}"
    assert fids_at(client, bbox=turned, **{"bbox-crs": "EPSG:4326"}) == expected


@settings(max_examples=15, deadline=None, phases=QUICK)
@given(edge=edges)
def test_box_in_metres_finds_what_lies_in_it(
    client: TestClient, edge: tuple[float, float, float, float]
) -> None:
    to_metres = Transformer.from_crs(4326, 32651, always_xy=True)
    west, south = to_metres.transform(edge[0], edge[1])
    east, north = west + edge[2] * 1e5, south + edge[3] * 1e5
    found = fids_at(client, bbox=f"{west},{south},{east},{north}", **{"bbox-crs": "EPSG:32651"})
    for number, place in enumerate(PLACES, start=1):
        x, y = to_metres.transform(*place)
        near = min(abs(x - west), abs(x - east), abs(y - south), abs(y - north)) < 1
        assert near or (number in found) == (west <= x <= east and south <= y <= north)


@pytest.mark.parametrize(
    ("span", "days"),
    [
        ("2026-11-03", {"2026-11-03"}),
        ("2026-11-02", {"2026-11-02"}),
        ("2026-11-03/..", {"2026-11-03"}),
        ("../2026-11-02", {"2026-11-02"}),
        ("2026-11-02/2026-11-03", {"2026-11-02", "2026-11-03"}),
        ("2026-11-01", set()),
        ("2026-11-04/..", set()),
        ("2026-11-03T00:00:00+08:00", {"2026-11-03"}),
        ("2026-11-02T23:00:00+08:00", {"2026-11-02"}),
    ],
)
def test_day_means_that_day_in_the_city(client: TestClient, span: str, days: set[str]) -> None:
    answer = client.get(ITEMS, params={"datetime": span, "limit": 1000}).json()
    assert {each["properties"]["assessed_at"] for each in answer["features"]} == days


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("grade", "1", {1}), ("grade", "1,2", {1, 2}), ("grade", "unassessed", {None}),
        ("grade", "4,unassessed", {4, None}), ("enterprise", "x", {"x"}),
        ("enterprise", "null", {None}), ("expert_grade", "1,2", {1, 2}), ("l_value", "0.1", {0.1}),
        ("notice_board", "false", {False}), ("assessed_at", "2026-11-02", {date(2026, 11, 2)}),
        ("name", "a b", {"a b"}), ("name", "甲", {"甲"}), ("category", "危险化学品", {"01"}),
    ],
)  # fmt: skip
def test_field_filters_exactly(
    client: TestClient, name: str, value: str, accepted: set[Any]
) -> None:
    told = client.get(ITEMS, params={name: value, "limit": 1000}).json()
    every = client.get(ITEMS, params={"limit": 1000}).json()["features"]
    plain = {str(each) if isinstance(each, date) else each for each in accepted}
    expected = [each["id"] for each in every if each["properties"][name] in plain]
    assert [each["id"] for each in told["features"]] == expected
    assert expected
    assert told["numberMatched"] == len(expected)
    exported = client.get("/api/collections/risk_points/export", params={name: value})
    assert exported.status_code == 200, exported.text
    assert [each["id"] for each in exported.json()["features"]] == expected


def test_items_tiles_export_and_nearby_give_the_same_features(client: TestClient) -> None:
    items = fids_at(client)
    assert len(items) == MANY
    export = client.get("/api/collections/risk_points/export").json()["features"]
    assert sorted(each["id"] for each in export) == sorted(items)
    asked = "/api/nearby?lon=121&lat=30&within_m=20000000&limit=10000&layers=risk_points"
    near = client.get(asked).json()["features"]
    assert sorted(each["id"] for each in near) == sorted(items)
    [tile] = [mapbox_vector_tile.decode(client.get("/api/tiles/risk_points/0/0/0.mvt").content)]
    assert sorted(each["id"] for each in tile["risk_points"]["features"]) == sorted(items)
    counts = client.get("/api/summary?by=grade&layers=risk_points").json()
    assert counts["total"]["total"] == MANY
    assert sum(row["total"] for row in counts["rows"]) == MANY
    told = client.get("/api/collections/risk_points").json()
    assert told["count"] == MANY


@pytest.mark.parametrize("by", ["township", "grade", "category", "industry"])
def test_summary_counts_each_point_once(client: TestClient, by: str) -> None:
    told = client.get(f"/api/summary?by={by}").json()
    counts = [sum(row["counts"].values()) for row in told["rows"]]
    assert sum(counts) == sum(told["total"]["counts"].values()) == MANY
    assert [row["total"] for row in told["rows"]] == counts
    in_box = client.get(f"/api/summary?by={by}&bbox=121,30,121.1,30.1").json()
    asked = box(121, 30, 121.1, 30.1)
    assert in_box["total"]["total"] == sum(asked.covers(Point(each)) for each in PLACES)


CODES = [4326, 4490, 4549, 4528, 3857, 32651, 4258, 4269, 4979, 2385, 4527]


EXPORTED = "/api/collections/risk_points/export"

TOLD_IN = {
    f"{ITEMS}?limit=20&": False,
    f"{EXPORTED}?f=geojson&": True,
    f"{EXPORTED}?f=geojsonseq&": True,
}
"""Address to whether its coordinates are east before north, as in every file; pages keep to EPSG."""


@pytest.mark.parametrize("address", TOLD_IN)
@pytest.mark.parametrize("code", [each for each in CODES if each not in {4979, 2385}])
def test_answer_in_another_system_is_right_to_a_centimetre_in_its_axis_order(
    client: TestClient, code: int, address: str
) -> None:
    plain = client.get(f"{ITEMS}?limit=20").json()["features"]
    answer = client.get(f"{address}crs=EPSG:{code}")
    assert f"/EPSG/0/{code}>" in answer.headers["content-crs"]
    told = (
        [json.loads(line) for line in answer.text.splitlines()]
        if "geojsonseq" in address
        else answer.json()["features"]
    )
    assert [each["id"] for each in plain] == [each["id"] for each in told][:20]
    forth = Transformer.from_crs("OGC:CRS84", code, always_xy=TOLD_IN[address])
    geographic = forth.target_crs is not None and forth.target_crs.is_geographic
    fine = 2e-7 if geographic else 0.02
    for one, other in zip(plain, told, strict=False):
        expected = forth.transform(*one["geometry"]["coordinates"])
        for part, true in zip(other["geometry"]["coordinates"], expected, strict=True):
            assert abs(part - true) <= fine


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=QUICK,
)  # fmt: skip
@given(wanted=st.lists(st.sampled_from(["name", "grade", "code", "township_code"]), unique=True))
def test_chosen_properties_are_all_that_comes(client: TestClient, wanted: list[str]) -> None:
    answer = client.get(ITEMS, params={"properties": ",".join(wanted), "limit": 3}).json()
    assert all(set(each["properties"]) == set(wanted) for each in answer["features"])


@pytest.mark.parametrize(
    ("box_text", "found"),
    [("170,-10,-170,10", 2), ("-180,-90,180,90", 3), ("179.9,-1,180,1", 1), ("-180,-1,-179,1", 1)],
)
def test_box_across_the_date_line_is_understood(
    make_database: Callable[[str], str], template: str, box_text: str, found: int
) -> None:
    made = writing(make_database(template))
    with made.begin() as connection:
        for place in ("179.99 0", "-179.99 0", "0 0"):
            add(connection, "vessels", f"POINT({place})")
    with service(made.url.render_as_string(hide_password=False)) as client:
        told = client.get(f"/api/collections/vessels/items?bbox={box_text}").json()
    clear(made)
    made.dispose()
    assert told["numberMatched"] == found
