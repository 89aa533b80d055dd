"""OGC API – Features Part 2, reference systems: a test named after each requirement.

Source: OGC 18-058r1.
"""

import re
from typing import Any

import pytest
from pyproj import Transformer
from starlette.testclient import TestClient

from tests.standards.reading import (
    CODES,
    CRS84,
    EPSG,
    POINTS,
    every_layer,
    every_system,
    items,
    parameter,
    told,
    ways,
)

LOW = "30.0515,121.1015,30.0525,121.1035"
"""A box in EPSG:4326, latitude first."""


@every_layer
def test_req_crs_crs_uri(api: TestClient, layer: str) -> None:
    uri = rf"{re.escape(EPSG)}\d+|{re.escape(CRS84)}"
    listed = told(api.get(f"/api/collections/{layer}"))["crs"]
    assert all(re.fullmatch(uri, each) for each in listed)
    assert len(set(listed)) == len(listed)


def test_req_crs_fc_md_crs_list_B(api: TestClient) -> None:  # noqa: N802 - its name
    assert all(each["crs"][0] == CRS84 for each in told(api.get("/api/collections"))["collections"])


@every_layer
def test_req_crs_fc_md_crs_list_global(api: TestClient, layer: str) -> None:
    """No list for all layers is told: every layer has its own, whole."""
    content = told(api.get("/api/collections"))
    assert "crs" not in content
    [held] = [each for each in content["collections"] if each["id"] == layer]
    assert not any(each.startswith("#") for each in held["crs"])
    assert held["crs"] == told(api.get(f"/api/collections/{layer}"))["crs"]


@every_layer
def test_req_crs_fc_md_storageCrs(api: TestClient, layer: str) -> None:  # noqa: N802 - its name
    content = told(api.get(f"/api/collections/{layer}"))
    assert content["storageCrs"] == CRS84


@every_layer
def test_req_crs_fc_md_storageCrs_valid_value(  # noqa: N802 - its name
    api: TestClient, layer: str
) -> None:
    content = told(api.get(f"/api/collections/{layer}"))
    assert content["storageCrs"] in content["crs"]


def test_req_crs_fc_bbox_crs_definition(api: TestClient) -> None:
    held = parameter(api, "bbox-crs")
    assert (held["in"], held["required"], held["schema"]["type"]) == ("query", False, "string")


def test_req_crs_fc_crs_definition(api: TestClient) -> None:
    held = parameter(api, "crs")
    assert (held["in"], held["required"], held["schema"]["type"]) == ("query", False, "string")


def test_req_crs_fc_bbox_crs_default_value(api: TestClient) -> None:
    assert parameter(api, "bbox-crs")["schema"]["default"] == CRS84
    south, west, north, east = LOW.split(",")
    plain = items(api, "risk_points", bbox=f"{west},{south},{east},{north}")["features"]
    assert plain
    turned = items(api, "risk_points", bbox=LOW, **{"bbox-crs": f"{EPSG}4326"})["features"]
    assert turned == plain


def test_req_crs_fc_bbox_crs_valid_value(api: TestClient) -> None:
    asked = {"bbox": LOW, "bbox-crs": f"{EPSG}999999"}
    answer = api.get(f"{POINTS}/items", params=asked)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "bbox-crs"


@every_layer
def test_req_crs_geojson(api: TestClient, layer: str) -> None:
    """Without `crs` GeoJSON is RFC 7946; with it the header tells the system, and no member does."""
    for asked in ({}, {"crs": f"{EPSG}4549"}):
        answer = api.get(f"/api/collections/{layer}/items", params=asked)
        assert told(answer, "application/geo+json")["type"] == "FeatureCollection"
        assert answer.headers["content-crs"] == f"<{asked.get('crs', CRS84)}>"


@pytest.mark.parametrize("path", [f"{POINTS}/items", f"{POINTS}/items/1"])
def test_req_crs_ogc_crs_header(api: TestClient, path: str) -> None:
    for asked in ({}, {"crs": CRS84}, {"crs": f"{EPSG}4326"}):
        assert "content-crs" in api.get(path, params=asked).headers


@pytest.mark.parametrize("path", [f"{POINTS}/items", f"{POINTS}/items/1"])
@every_system
def test_req_crs_ogc_crs_header_value(api: TestClient, path: str, code: int) -> None:
    answer = api.get(path, params={"crs": f"{EPSG}{code}"})
    assert answer.headers["content-crs"] == f"<{EPSG}{code}>"


def test_links_of_a_page_keep_its_system(api: TestClient) -> None:
    content = items(api, "risk_points", limit="2", crs=f"{EPSG}{CODES[0]}")
    answer = api.get(ways(content, "next")[0]["href"])
    assert answer.headers["content-crs"] == f"<{EPSG}{CODES[0]}>"


@every_layer
def test_req_crs_fc_md_crs_list_A(api: TestClient, layer: str) -> None:  # noqa: N802 - its name
    content = told(api.get(f"/api/collections/{layer}"))
    wanted = [CRS84, *(f"{EPSG}{code}" for code in (4326, 3857, 4490, 4549, 4528, 32651))]
    assert set(wanted) <= set(content["crs"])
    assert content["storageCrs"] in content["crs"]


def test_req_crs_fc_crs_valid_value(api: TestClient) -> None:
    for name, value in (("crs", "http://www.opengis.net/def/crs/EPSG/0/999999"), ("crs", "nonsense"),
                        ("bbox-crs", "http://www.opengis.net/def/crs/OGC/0/None")):  # fmt: skip
        answer = api.get(f"{POINTS}/items", params={name: value, "bbox": "1,2,3,4"})
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["parameter"] == name


def test_req_crs_fc_crs_default_value(api: TestClient) -> None:
    for path in (f"{POINTS}/items", f"{POINTS}/items/1"):
        assert api.get(path).headers["content-crs"] == f"<{CRS84}>"
        asked = api.get(path, params={"crs": f"{EPSG}4549"})
        assert asked.headers["content-crs"] == f"<{EPSG}4549>"


@every_layer
@every_system
def test_req_crs_fc_crs_action(api: TestClient, layer: str, code: int) -> None:
    plain = items(api, layer, limit="1")["features"][0]
    other = items(api, layer, limit="1", crs=f"{EPSG}{code}")["features"][0]
    # Axes in the order of the authority on both sides.
    forth = Transformer.from_crs(4326, code)
    west, south = _first(plain["geometry"]["coordinates"])
    expected = forth.transform(south, west)
    fine = 2e-7 if code in {4326, 4490} else 0.02
    for part, true in zip(_first(other["geometry"]["coordinates"]), expected, strict=True):
        assert abs(part - true) < fine


def _first(coordinates: Any) -> tuple[float, float]:
    while isinstance(coordinates[0], list):
        coordinates = coordinates[0]
    return coordinates[0], coordinates[1]


@every_system
def test_req_crs_fc_bbox_crs_action(api: TestClient, code: int) -> None:
    forth = Transformer.from_crs(4326, code)
    # A low box: far from the central meridian, the sides of a high one lean over its neighbours.
    low, high = forth.transform(30.0515, 121.1015), forth.transform(30.0525, 121.1035)
    text = ",".join(map(repr, (*low, *high)))
    found = items(api, "risk_points", bbox=text, **{"bbox-crs": f"{EPSG}{code}"})["features"]
    plain = items(api, "risk_points", bbox="121.1015,30.0515,121.1035,30.0525")["features"]
    assert plain
    assert [each["id"] for each in found] == [each["id"] for each in plain]
