"""How tests of the standards ask, and what every answer must be."""

from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from layers.registry import LAYERS

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"

CODES = (4326, 3857, 4490, 4549, 4528, 32651)
"""Systems that are promised beside CRS84."""

ROWS = 6
"""Of every layer."""

POINTS = "/api/collections/risk_points"

every_layer = pytest.mark.parametrize("layer", list(LAYERS))

every_system = pytest.mark.parametrize("code", CODES)


def told(answer: Response, kind: str = "application/json") -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].split(";")[0] == kind
    content: dict[str, Any] = answer.json()
    return content


def ways(content: dict[str, Any], rel: str) -> list[dict[str, str]]:
    return [each for each in content["links"] if each["rel"] == rel]


def items(api: TestClient, layer: str, **query: str) -> dict[str, Any]:
    return told(api.get(f"/api/collections/{layer}/items", params=query), "application/geo+json")


def parameter(api: TestClient, name: str) -> dict[str, Any]:
    definition = api.get("/api/openapi.json?f=3.0").json()
    held = definition["paths"]["/api/collections/{layer}/items"]["get"]["parameters"]
    assert {"$ref": f"#/components/parameters/{name}"} in held
    return dict(definition["components"]["parameters"][name])


def operation(api: TestClient, path: str) -> dict[str, Any]:
    """What the definition says of reading an address."""
    definition = api.get("/api/openapi.json?f=3.0").json()
    return dict(definition["paths"][path]["get"])
