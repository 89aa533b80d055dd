"""The API's definition is valid in both versions of OpenAPI, and clients get the one they name."""

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from starlette.testclient import TestClient

from app.http.openapi_30 import as_30

NAMED = "application/vnd.oai.openapi+json;version="


def test_both_versions_are_valid(client: TestClient) -> None:
    old = client.get("/api/openapi.json?f=3.0").json()
    new = client.get("/api/openapi.json").json()
    assert old["openapi"].startswith("3.0.")
    assert new["openapi"].startswith("3.1.")
    assert old["paths"].keys() == new["paths"].keys()
    assert list(OpenAPIV30SpecValidator(old).iter_errors()) == []
    assert list(OpenAPIV31SpecValidator(new).iter_errors()) == []


@pytest.mark.parametrize("version", ["3.0", "3.1"])
def test_client_gets_the_version_that_it_names(client: TestClient, version: str) -> None:
    by_accept = client.get("/api/openapi.json", headers={"accept": f"{NAMED}{version}"})
    by_name = client.get(f"/api/openapi.json?f={version}")
    for answer in (by_accept, by_name):
        assert answer.headers["content-type"] == f"{NAMED}{version}"
        assert answer.json()["openapi"].startswith(version)
    [way] = [each for each in client.get("/api").json()["links"]
             if each["type"] == f"{NAMED}{version}"]  # fmt: skip
    assert client.get(way["href"]).content == by_name.content


def test_page_that_draws_the_definition_gets_plain_json(client: TestClient) -> None:
    answer = client.get("/api/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    page = client.get("/api/docs")
    assert page.status_code == 200
    assert "/api/openapi.json" in page.text


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": "string", "nullable": True}),
        ({"type": ["integer", "null"]}, {"type": "integer", "nullable": True}),
        ({"type": ["integer", "string"]}, {"anyOf": [{"type": "integer"}, {"type": "string"}]}),
        ({"anyOf": [{"$ref": "#/a"}, {"type": "null"}]}, {"anyOf": [{"$ref": "#/a"}], "nullable": True}),
        ({"const": 3}, {"enum": [3]}),
        ({"exclusiveMinimum": 0}, {"minimum": 0, "exclusiveMinimum": True}),
        ({"examples": [1, 2]}, {"example": 1}),
        ({"type": "array", "prefixItems": [{"type": "number"}]}, {"type": "array", "items": {}}),
        ({"type": "string", "contentMediaType": "text/csv"}, {"type": "string", "format": "binary"}),
        ({"$ref": "#/a", "description": "b"}, {"allOf": [{"$ref": "#/a"}], "description": "b"}),
        ({"properties": {"const": {"type": "string"}}}, {"properties": {"const": {"type": "string"}}}),
    ],
)  # fmt: skip
def test_words_of_31_are_said_in_30(new: dict[str, object], old: dict[str, object]) -> None:
    assert as_30({"x": new})["x"] == old
