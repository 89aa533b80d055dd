"""OGC API – Features Part 1, what it says of the whole: a test named after each requirement.

Source: OGC 17-069r4.
"""

from datetime import datetime, timedelta

import pytest
from shapely import box
from shapely.geometry import shape
from sqlalchemy import Engine
from starlette.testclient import TestClient

from layers.registry import LAYERS
from tests.builders import sql
from tests.standards.reading import CRS84, POINTS, every_layer, items, told, ways


def reads(api: TestClient, path: str) -> None:
    """GET is answered."""
    assert api.get(path).status_code == 200


def test_req_core_root_op(api: TestClient) -> None:
    reads(api, "/api")


def test_req_core_api_definition_op(api: TestClient) -> None:
    reads(api, "/api/openapi.json")


def test_req_core_conformance_op(api: TestClient) -> None:
    reads(api, "/api/conformance")


def test_req_core_fc_md_op(api: TestClient) -> None:
    reads(api, "/api/collections")


def test_req_core_fc_md_items(api: TestClient) -> None:
    held = told(api.get("/api/collections"))["collections"]
    assert [each["id"] for each in held] == list(LAYERS)


@every_layer
def test_req_core_sfc_md_op(api: TestClient, layer: str) -> None:
    reads(api, f"/api/collections/{layer}")


def test_req_core_root_success(api: TestClient) -> None:
    content = told(api.get("/api"))
    for rel in ("service-desc", "service-doc", "conformance", "data"):
        assert ways(content, rel), rel


def test_req_core_api_definition_success(api: TestClient) -> None:
    content = told(api.get("/api"))
    for way in (*ways(content, "service-desc"), *ways(content, "service-doc")):
        answer = api.get(way["href"])
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(way["type"])


def test_req_core_conformance_success(api: TestClient) -> None:
    [way] = ways(told(api.get("/api")), "conformance")
    classes = told(api.get(way["href"]))["conformsTo"]
    assert len(classes) == len(set(classes))
    for part, name in (("1", "core"), ("1", "oas30"), ("1", "html"), ("1", "geojson"), ("2", "crs"),
                       ("3", "filter"), ("3", "features-filter"), ("3", "queryables")):  # fmt: skip
        assert f"http://www.opengis.net/spec/ogcapi-features-{part}/1.0/conf/{name}" in classes


def test_req_core_http(api: TestClient) -> None:
    assert api.get("/api/collections/none").status_code == 404
    assert api.put("/api/collections").status_code == 405
    assert api.head("/api/collections").status_code == 200


@pytest.mark.parametrize("path", ["/api", "/api/conformance", "/api/collections", POINTS, f"{POINTS}/items",
                                  f"{POINTS}/items/1", f"{POINTS}/queryables"])  # fmt: skip
def test_req_core_query_param_unknown(api: TestClient, path: str) -> None:
    assert api.get(f"{path}?unknown_parameter=1").status_code == 400


@pytest.mark.parametrize("query", ["limit=-1", "limit=0", "limit=x", "bbox=1,2,3", "bbox=a,b,c,d", "bbox=NaN,1,2,3",
                                   "datetime=yesterday", "bbox=120,31,121,30"])  # fmt: skip
def test_req_core_query_param_invalid(api: TestClient, query: str) -> None:
    answer = api.get(f"{POINTS}/items?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == query.split("=", maxsplit=1)[0]


@every_layer
def test_req_core_crs84(api: TestClient, layer: str) -> None:
    content = items(api, layer)
    for each in content["features"]:
        west, south, east, north = shape(each["geometry"]).bounds
        assert 121 <= west <= east <= 122
        assert 30 <= south <= north <= 31


def test_req_core_fc_md_success(api: TestClient) -> None:
    [way] = ways(told(api.get("/api")), "data")
    content = told(api.get(way["href"]))
    assert {each["id"] for each in content["collections"]} == set(LAYERS)


def test_req_core_fc_md_links(api: TestClient) -> None:
    content = told(api.get("/api/collections"))
    assert ways(content, "self")[0]["type"] == "application/json"
    assert ways(content, "alternate")[0]["type"] == "text/html"


def test_req_core_fc_md_items_links(api: TestClient) -> None:
    for each in told(api.get("/api/collections"))["collections"]:
        assert ways(each, "items")
        assert all(way["type"] for way in ways(each, "items"))


@every_layer
def test_req_core_fc_md_extent(api: TestClient, layer: str) -> None:
    content = told(api.get(f"/api/collections/{layer}"))
    [extent] = content["extent"]["spatial"]["bbox"]
    assert content["extent"]["spatial"]["crs"] == CRS84
    around = box(*extent)
    assert all(around.covers(shape(each["geometry"])) for each in items(api, layer)["features"])


@pytest.mark.parametrize("layer", [name for name, each in LAYERS.items() if each.instant])
def test_req_core_fc_md_extent_in_time(api: TestClient, layer: str) -> None:
    extent = told(api.get(f"/api/collections/{layer}"))["extent"]["temporal"]
    assert extent["trs"] == "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
    [(first, last)] = extent["interval"]
    values = [each["properties"][LAYERS[layer].instant] for each in items(api, layer)["features"]]
    if not any(values):
        assert (first, last) == (None, None)
        return
    # Days are those of the city; at both ends the interval holds whatever has an instant.
    asked = items(api, layer, datetime=f"{first}/{last}")["features"]
    assert len(asked) == sum(value is not None for value in values)
    for outside in (f"../{_moved(first, -1)}", f"{_moved(last, 1)}/.."):
        assert items(api, layer, datetime=outside)["features"] == []


def _moved(instant: str, microseconds: int) -> str:
    return (datetime.fromisoformat(instant) + timedelta(microseconds=microseconds)).isoformat()


@pytest.mark.parametrize("layer", [name for name, each in LAYERS.items() if not each.instant])
def test_layer_without_instants_tells_no_time(api: TestClient, layer: str) -> None:
    assert "temporal" not in told(api.get(f"/api/collections/{layer}"))["extent"]


@every_layer
def test_extent_is_that_of_the_features(api: TestClient, stocked: Engine, layer: str) -> None:
    content = told(api.get(f"/api/collections/{layer}"))
    [extent] = content["extent"]["spatial"]["bbox"]
    held = sql(stocked, f"SELECT ST_Extent(geom)::geometry FROM {layer}")  # noqa: S608 - a declared id
    sides = ("ST_XMin", "ST_YMin", "ST_XMax", "ST_YMax")
    if held is not None:
        exact = [sql(stocked, f"SELECT {side}('{held}'::geometry)") for side in sides]
        assert extent == pytest.approx(exact, rel=0, abs=1.01e-7)


@every_layer
def test_req_core_sfc_md_success(api: TestClient, layer: str) -> None:
    one = told(api.get(f"/api/collections/{layer}"))
    [other] = [
        each for each in told(api.get("/api/collections"))["collections"] if each["id"] == layer
    ]
    for name in ("id", "title", "description", "extent", "itemType", "crs", "storageCrs"):
        assert one[name] == other[name]
    assert ways(one, "items") == ways(other, "items")
