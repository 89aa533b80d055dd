"""Spatial operators let through what shapely says, for every kind of geometry on both sides."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry
from starlette.testclient import TestClient

from app.queries.filters.grammar import parsed
from app.queries.filters.shapes import SPATIAL
from tests.filters.said import ROWS, by_items
from tests.filters.shapes import ASKED, LAYER, STORED

TRUTHS: dict[str, Callable[[Any, BaseGeometry], Any]] = {
    "s_intersects": shapely.intersects, "s_equals": shapely.equals,
    "s_disjoint": shapely.disjoint, "s_touches": shapely.touches, "s_within": shapely.within,
    "s_overlaps": shapely.overlaps, "s_crosses": shapely.crosses, "s_contains": shapely.contains,
}  # fmt: skip

BACK = {"s_within": "s_contains", "s_contains": "s_within"}
"""What an operator says with its operands exchanged; the others say the same."""


def said(name: str, one: BaseGeometry, other: BaseGeometry) -> bool:
    """What shapely says of two geometries; of a collection of several kinds, by its parts."""
    other = shapely.unary_union(other)
    if other.geom_type != "GeometryCollection":
        return bool(TRUTHS[name](one, other))
    parts = shapely.get_parts(other)
    meets = bool(shapely.intersects(one, parts).any())
    inner = any(shapely.relate(one, part)[0] != "F" for part in parts)
    holds = bool(shapely.covers(one, parts).all())
    rest = one
    for part in parts:
        rest = shapely.difference(rest, part)
    inside = bool(shapely.is_empty(rest))
    lower = shapely.get_dimensions(one) < 2
    return {
        "s_intersects": meets, "s_disjoint": not meets, "s_touches": meets and not inner,
        "s_within": inside and inner, "s_contains": holds and inner, "s_equals": inside and holds,
        "s_crosses": lower and inner and not inside,
        "s_overlaps": not lower and inner and not inside and not holds,
    }[name]  # fmt: skip


def let_through(client: TestClient, asked: dict[str, str]) -> set[int]:
    answer = client.get(f"/api/collections/{LAYER}/items", params={"limit": "100", **asked})
    assert answer.status_code == 200, answer.text
    return {each["id"] for each in answer.json()["features"]}


@pytest.mark.parametrize("name", SPATIAL)
def test_operator_says_what_shapely_says(client: TestClient, name: str) -> None:
    some = False
    for drawn in ASKED:
        true = {number for number, each in enumerate(STORED, start=1) if said(name, each, drawn)}
        text = f"{name.upper()}(geometry, {drawn.wkt})"
        assert let_through(client, {"filter": text}) == true, text
        exchanged = f"{BACK.get(name, name)}({drawn.wkt}, geometry)"
        asked = {"filter": json.dumps(parsed(exchanged)), "filter-lang": "cql2-json"}
        assert let_through(client, asked) == true, exchanged
        some = some or bool(true)
    assert some


WEST, SOUTH, EAST, NORTH = 121.1, 30.1, 121.2, 30.2

CORNERS = [(WEST, SOUTH), (EAST, SOUTH), (EAST, NORTH), (WEST, NORTH), (WEST, SOUTH)]


@pytest.mark.parametrize("language", ["cql2-text", "cql2-json"])
@pytest.mark.parametrize("code", [4326, 3857, 4490, 4549, 4528, 32651])
def test_geometries_come_in_the_axis_order_of_each_system(
    client: TestClient, code: int, language: str
) -> None:
    # Axes as the authority has them: north first in all but 3857 and 32651.
    forth = Transformer.from_crs(4326, code)
    ring = [forth.transform(lat, lon) for lon, lat in CORNERS]
    area = shapely.Polygon(ring)
    shapely.prepare(area)
    true = {
        number
        for number, row in enumerate(ROWS, start=1)
        if area.covers(shapely.Point(forth.transform(*reversed(row["at"]))))
    }
    assert 0 < len(true) < len(ROWS)
    bounds = ",".join(map(repr, area.bounds))
    within = {
        number
        for number, row in enumerate(ROWS, start=1)
        if shapely.box(*area.bounds).covers(shapely.Point(forth.transform(*reversed(row["at"]))))
    }
    for literal, expected in ((area.wkt, true), (f"BBOX({bounds})", within)):
        text = f"S_INTERSECTS(geometry, {literal})"
        written = text if language == "cql2-text" else json.dumps(parsed(text))
        for name in (f"EPSG:{code}", f"http://www.opengis.net/def/crs/EPSG/0/{code}"):
            asked = {"filter": written, "filter-lang": language, "filter-crs": name}
            assert by_items(client, asked) == expected, literal


def test_every_operator_of_the_grammar_has_its_truth() -> None:
    assert set(TRUTHS) == set(SPATIAL)
