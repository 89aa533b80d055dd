"""OGC API – Features Part 1: HTML, GeoJSON and OpenAPI 3.0, a test named after each requirement.

Source: OGC 17-069r4, 8 and 9.
"""

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator
from starlette.testclient import TestClient

from tests.standards.reading import POINTS, every_layer, items, operation, told, ways

OPENAPI = "application/vnd.oai.openapi+json;version=3.0"

PAGES = ["/api", "/api/conformance", "/api/collections", POINTS, f"{POINTS}/items",
         f"{POINTS}/items/1"]  # fmt: skip

FEATURES = ("/api/collections/{layer}/items", "/api/collections/{layer}/items/{id}")


@pytest.mark.parametrize("path", PAGES)
def test_req_html_definition(api: TestClient, path: str) -> None:
    told_of = path.replace("risk_points", "{layer}").replace("items/1", "items/{id}")
    for address in (f"{path}?f=html", path):
        answer = api.get(address, headers={"accept": "text/html"})
        assert answer.headers["content-type"].startswith("text/html")
    assert "text/html" in operation(api, told_of)["responses"]["200"]["content"]


@pytest.mark.parametrize("path", FEATURES)
def test_req_geojson_definition(api: TestClient, path: str) -> None:
    assert "application/geo+json" in operation(api, path)["responses"]["200"]["content"]
    answer = api.get(f"{POINTS}/items/1", headers={"accept": "application/geo+json"})
    assert answer.headers["content-type"] == "application/geo+json"


def test_req_oas30_oas_definition_2(api: TestClient) -> None:
    [way] = [
        each for each in ways(told(api.get("/api")), "service-desc") if each["type"] == OPENAPI
    ]
    answer = api.get(way["href"], headers={"accept": way["type"]})
    assert answer.headers["content-type"] == OPENAPI
    assert list(OpenAPIV30SpecValidator(answer.json()).iter_errors()) == []


def test_req_oas30_oas_impl(api: TestClient) -> None:
    """Every address that can be asked without a parameter answers as the definition says."""
    endless = {"/api/live"}
    for path, held in api.get("/api/openapi.json?f=3.0").json()["paths"].items():
        if "get" in held and "{" not in path and path not in endless:
            status = api.get(path).status_code
            assert {str(status), f"{status // 100}XX"} & set(held["get"]["responses"]), path


def test_req_oas30_exceptions_codes(api: TestClient) -> None:
    definition = api.get("/api/openapi.json?f=3.0").json()
    told_of = operation(api, FEATURES[0])["responses"]["4XX"]
    told_of = told_of if "content" in told_of else definition["components"]["responses"][
        told_of["$ref"].rsplit("/", 1)[1]]  # fmt: skip
    answer = api.get(f"{POINTS}/items?limit=-1")
    assert answer.headers["content-type"] in told_of["content"]


def test_req_oas30_security(api: TestClient) -> None:
    """Reading needs no key: no scheme is declared, and none is asked for."""
    definition = api.get("/api/openapi.json?f=3.0").json()
    assert "security" not in definition
    assert "securitySchemes" not in definition.get("components", {})
    assert all("security" not in each.get("get", {}) for each in definition["paths"].values())


@every_layer
def test_req_geojson_content(api: TestClient, layer: str) -> None:
    for each in items(api, layer)["features"]:
        assert each["type"] == "Feature"
        assert {"id", "geometry", "properties"} <= set(each)


@pytest.mark.parametrize("path", ["/api", "/api/conformance", "/api/collections", POINTS, f"{POINTS}/items",
                                  f"{POINTS}/items/1"])  # fmt: skip
def test_req_html_content(api: TestClient, path: str) -> None:
    answer = api.get(path, headers={"accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/html")
    for each in api.get(path).json()["links"]:
        if each["rel"] not in {"self", "alternate"}:
            assert each["href"].replace("&", "&amp;") in answer.text


def test_req_oas30_oas_definition_1(api: TestClient) -> None:
    answer = api.get(
        "/api/openapi.json", headers={"accept": "application/vnd.oai.openapi+json;version=3.0"}
    )
    definition = told(answer, "application/vnd.oai.openapi+json")
    assert list(OpenAPIV30SpecValidator(definition).iter_errors()) == []


def test_req_oas30_completeness(api: TestClient) -> None:
    for path, each in api.get("/api/openapi.json?f=3.0").json()["paths"].items():
        for held in each.values():
            assert held["operationId"]
            assert {"4XX", "5XX"} <= set(held["responses"]), path
