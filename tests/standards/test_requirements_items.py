"""OGC API – Features Part 1, what it says of features: a test named after each requirement.

Source: OGC 17-069r4, 7.15 and 7.16.
"""

from datetime import datetime

import pytest
from shapely import box
from shapely.geometry import shape
from starlette.testclient import TestClient

from layers.registry import LAYERS
from tests.standards.reading import ROWS, every_layer, items, parameter, told, ways


@every_layer
def test_req_core_fc_op(api: TestClient, layer: str) -> None:
    assert api.get(f"/api/collections/{layer}/items").status_code == 200


@every_layer
def test_req_core_fc_rel_type(api: TestClient, layer: str) -> None:
    for each in items(api, layer, limit="2")["links"]:
        assert each["rel"]
        assert each["type"]


@every_layer
def test_req_core_f_op(api: TestClient, layer: str) -> None:
    for each in items(api, layer)["features"]:
        assert api.get(f"/api/collections/{layer}/items/{each['id']}").status_code == 200
    assert api.get(f"/api/collections/{layer}/items/999999").status_code == 404


@every_layer
def test_req_core_f_links(api: TestClient, layer: str) -> None:
    [some] = items(api, layer, limit="1")["features"]
    one = told(api.get(f"/api/collections/{layer}/items/{some['id']}"), "application/geo+json")
    assert ways(one, "self")[0]["type"] == "application/geo+json"
    assert ways(one, "alternate")[0]["type"] == "text/html"
    assert told(api.get(ways(one, "collection")[0]["href"]))["id"] == layer


@every_layer
def test_req_core_fc_response(api: TestClient, layer: str) -> None:
    [way] = [each for each in ways(told(api.get(f"/api/collections/{layer}")), "items")
             if each["type"] == "application/geo+json"]  # fmt: skip
    content = told(api.get(way["href"]), "application/geo+json")
    assert content["type"] == "FeatureCollection"
    assert len(content["features"]) == ROWS


def test_req_core_fc_limit_definition(api: TestClient) -> None:
    schema = parameter(api, "limit")["schema"]
    assert (schema["type"], schema["minimum"], schema["default"]) == ("integer", 1, 10)
    assert schema["maximum"] == 10_000


@every_layer
@pytest.mark.parametrize("limit", [1, 4, 6, 10_000, 10_001])
def test_req_core_fc_limit_response_1(api: TestClient, layer: str, limit: int) -> None:
    assert len(items(api, layer, limit=str(limit))["features"]) == min(limit, ROWS)


def test_req_core_fc_bbox_definition(api: TestClient) -> None:
    told_of = parameter(api, "bbox")
    assert (told_of["style"], told_of["explode"], told_of["required"]) == ("form", False, False)
    assert [each["minItems"] for each in told_of["schema"]["oneOf"]] == [4, 6]


@every_layer
def test_req_core_fc_bbox_response(api: TestClient, layer: str) -> None:
    every = items(api, layer)["features"]
    asked = (121.1015, 30.0, 121.1035, 30.1)
    inside = {each["id"] for each in every if shape(each["geometry"]).intersects(box(*asked))}
    text = ",".join(map(str, asked))
    assert {each["id"] for each in items(api, layer, bbox=text)["features"]} == inside
    assert 0 < len(inside) < ROWS
    high = ",".join(map(str, (*asked[:2], 0, *asked[2:], 9)))
    assert {each["id"] for each in items(api, layer, bbox=high)["features"]} == inside


def test_req_core_fc_bbox_response_across_the_antimeridian(api: TestClient) -> None:
    assert items(api, "risk_points", bbox="170,0,-170,60")["features"] == []
    assert len(items(api, "risk_points", bbox="121,0,-170,60")["features"]) == ROWS


def test_req_core_fc_time_definition(api: TestClient) -> None:
    assert parameter(api, "datetime")["schema"]["type"] == "string"


@pytest.mark.parametrize("layer", [name for name, each in LAYERS.items() if each.instant])
def test_req_core_fc_time_response(api: TestClient, layer: str) -> None:
    field = str(LAYERS[layer].instant)
    every = items(api, layer)["features"]
    for asked, wanted in (("2026-11-03", True), ("2026-11-02/2026-11-04", True), ("../2026-11-02T00:00:00Z", False),
                          ("2026-11-05T00:00:00Z/..", False)):  # fmt: skip
        filled = {each["id"] for each in every if each["properties"][field] is not None}
        expected = filled if wanted else set()
        assert {each["id"] for each in items(api, layer, datetime=asked)["features"]} == expected


@every_layer
def test_req_core_fc_links(api: TestClient, layer: str) -> None:
    content = items(api, layer, limit="2")
    assert ways(content, "self")[0]["type"] == "application/geo+json"
    assert ways(content, "alternate")[0]["type"] == "text/html"
    assert all(each["type"] for each in content["links"])
    [following] = ways(content, "next")
    assert told(api.get(following["href"]), "application/geo+json")["features"]


@every_layer
def test_req_core_fc_numberMatched(api: TestClient, layer: str) -> None:  # noqa: N802 - its name
    assert items(api, layer, limit="2")["numberMatched"] == ROWS


@every_layer
def test_req_core_fc_numberReturned(api: TestClient, layer: str) -> None:  # noqa: N802 - its name
    content = items(api, layer, limit="2")
    assert content["numberReturned"] == len(content["features"]) == 2


def test_req_core_fc_timeStamp(api: TestClient) -> None:  # noqa: N802 - its name
    stamp = items(api, "risk_points").get("timeStamp")
    assert stamp is None or datetime.fromisoformat(stamp)


@every_layer
def test_req_core_f_success(api: TestClient, layer: str) -> None:
    [some] = items(api, layer, limit="1")["features"]
    one = told(api.get(f"/api/collections/{layer}/items/{some['id']}"), "application/geo+json")
    assert {name: one[name] for name in some} == some
    [way] = ways(one, "collection")
    assert told(api.get(way["href"]))["id"] == layer
    assert ways(one, "self")
    assert ways(one, "alternate")
