"""OGC API – Features Part 3, queryables and filters: a test named after each requirement.

Source: OGC 19-079r2.
"""

import re

from pyproj import Transformer
from starlette.testclient import TestClient

from layers.registry import LAYERS
from tests.standards.reading import (
    CRS84,
    EPSG,
    ROWS,
    every_layer,
    every_system,
    items,
    parameter,
    told,
    ways,
)

QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"


@every_layer
def test_req_queryables_queryables_link(api: TestClient, layer: str) -> None:
    [way] = ways(told(api.get(f"/api/collections/{layer}")), QUERYABLES)
    assert api.get(way["href"]).status_code == 200


def test_req_filter_filter_lang_param(api: TestClient) -> None:
    held = parameter(api, "filter-lang")
    assert (held["in"], held["required"], held["schema"]["default"]) == (
        "query",
        False,
        "cql2-text",
    )
    assert held["schema"]["enum"] == ["cql2-text", "cql2-json"]


def test_filter_is_defined(api: TestClient) -> None:
    held = parameter(api, "filter")
    assert (held["in"], held["required"], held["schema"]["type"]) == ("query", False, "string")


@every_system
def test_req_filter_filter_crs_param(api: TestClient, code: int) -> None:
    held = parameter(api, "filter-crs")
    assert (held["in"], held["required"], held["schema"]["type"]) == ("query", False, "string")
    assert held["schema"]["default"] == CRS84
    low, high = (
        Transformer.from_crs(4326, code).transform(*each) for each in ((30, 121), (31, 122))
    )
    box = ",".join(map(repr, (*low, *high)))
    asked = {"filter": f"S_INTERSECTS(geometry, BBOX({box}))", "filter-crs": f"{EPSG}{code}"}
    assert len(items(api, "risk_points", **asked)["features"]) == ROWS
    wrong = {"filter": "grade = 1", "filter-crs": f"{EPSG}999999"}
    answer = api.get("/api/collections/risk_points/items", params=wrong)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "filter-crs"


@every_layer
def test_req_queryables_queryables_response(api: TestClient, layer: str) -> None:
    [way] = ways(
        told(api.get(f"/api/collections/{layer}")),
        "http://www.opengis.net/def/rel/ogc/1.0/queryables",
    )
    schema = told(api.get(way["href"]), "application/schema+json")
    assert re.fullmatch(
        "https://json-schema.org/draft/2020-12/schema|http.*2019-09.*", schema["$schema"]
    )
    assert schema["$id"] == way["href"]
    assert schema["type"] == "object"
    assert all({"type", "$ref"} & set(each) for each in schema["properties"].values())


@every_layer
def test_req_queryables_query_parameters_parameters(api: TestClient, layer: str) -> None:
    first = items(api, layer)["features"][0]
    key = LAYERS[layer].key[0]
    value = str(first["properties"][key])
    found = items(api, layer, **{key: value})["features"]
    assert first["id"] in [each["id"] for each in found]
    assert all(str(each["properties"][key]) == value for each in found)


def test_req_filter_filter_param(api: TestClient) -> None:
    text = items(api, "risk_points", filter="grade = 1")["features"]
    json_said = '{"op":"=","args":[{"property":"grade"},1]}'
    json = items(api, "risk_points", filter=json_said, **{"filter-lang": "cql2-json"})["features"]
    assert text == json
    assert {each["properties"]["grade"] for each in text} == {1}
    assert parameter(api, "filter-lang")["schema"]["enum"] == ["cql2-text", "cql2-json"]


def test_req_filter_filter_crs_wgs84(api: TestClient) -> None:
    plain = "S_INTERSECTS(geometry, BBOX(121.1015, 30.0, 121.1035, 30.1))"
    turned = "S_INTERSECTS(geometry, BBOX(30.0, 121.1015, 30.1, 121.1035))"
    found = items(api, "risk_points", filter=plain)["features"]
    assert found
    assert (
        items(api, "risk_points", filter=turned, **{"filter-crs": f"{EPSG}4326"})["features"]
        == found
    )


def test_req_filter_mixing_expressions(api: TestClient) -> None:
    found = items(
        api, "risk_points", filter="grade <= 3", bbox="121.1015,30.0,121.1035,30.1", grade="2,3,4"
    )
    assert {each["properties"]["grade"] for each in found["features"]} <= {2, 3}
    assert found["features"]


@every_layer
def test_req_filter_expression_construction(api: TestClient, layer: str) -> None:
    for wrong in ("nonsense = 1", "fid = 1", "assessment IS NULL"):
        assert (
            api.get(f"/api/collections/{layer}/items", params={"filter": wrong}).status_code == 400
        )


@every_layer
def test_req_features_filter_response(api: TestClient, layer: str) -> None:
    key = LAYERS[layer].key[0]
    assert items(api, layer, filter=f"{key} IS NULL")["features"] == []
    assert len(items(api, layer, filter=f"{key} IS NOT NULL")["features"]) == ROWS
