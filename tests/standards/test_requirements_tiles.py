"""OGC API – Tiles Part 1, a test named after each requirement, over every layer where cheap.

Source: OGC 20-057, 17-083r4.
"""

from typing import Any

import mapbox_vector_tile
import pytest
from starlette.testclient import TestClient

from layers.registry import LAYERS
from tests.standards.reading import every_layer, ways

MVT = "application/vnd.mapbox-vector-tile"

URI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"

SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"

VECTOR = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"


def tileset(api: TestClient, layer: str) -> dict[str, Any]:
    """The tile set that the layer's own links lead to."""
    [way] = ways(api.get(f"/api/collections/{layer}").json(), VECTOR)
    [held] = api.get(way["href"]).json()["tilesets"]
    [own] = ways(held, "self")
    answer = api.get(own["href"])
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def address(told: dict[str, Any], z: int, row: int, col: int) -> str:
    [way] = ways(told, "item")
    return str(way["href"].format(tileMatrix=z, tileRow=row, tileCol=col))


def test_req_core_conformance_success(api: TestClient) -> None:
    classes = api.get("/api/conformance").json()["conformsTo"]
    for name in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt", "oas30"):
        assert f"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{name}" in classes


@every_layer
def test_req_core_tc_success(api: TestClient, layer: str) -> None:
    # The stock of every layer lies in this tile.
    answer = api.get(address(tileset(api, layer), 14, 6756, 13703))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == MVT
    assert layer in mapbox_vector_tile.decode(answer.content)


@every_layer
@pytest.mark.parametrize(
    ("z", "row", "col"), [(0, 0, 1), (0, 1, 0), (5, 32, 0), (5, 0, 32), (23, 0, 0), (-1, 0, 0)]
)
def test_req_core_tc_error(api: TestClient, layer: str, z: int, row: int, col: int) -> None:
    answer = api.get(address(tileset(api, layer), z, row, col))
    assert answer.status_code in {400, 404}
    assert answer.headers["content-type"] == "application/problem+json"


@every_layer
def test_req_core_tc_error_empty_tile_within_the_limits(api: TestClient, layer: str) -> None:
    answer = api.get(address(tileset(api, layer), 10, 0, 0))
    assert answer.status_code == 204
    assert answer.content == b""


@every_layer
def test_req_core_tc_op(api: TestClient, layer: str) -> None:
    # Nothing of the stock lies in the first tile of all zooms: 204 is an answer too.
    assert api.get(address(tileset(api, layer), 0, 0, 0)).status_code in {200, 204}


def test_req_core_tc_tilematrix_definition(api: TestClient) -> None:
    is_a_number_of_the_path(api, "z")


def test_req_core_tc_tilerow_definition(api: TestClient) -> None:
    is_a_number_of_the_path(api, "row")


def test_req_core_tc_tilecol_definition(api: TestClient) -> None:
    is_a_number_of_the_path(api, "col")


def is_a_number_of_the_path(api: TestClient, name: str) -> None:
    definition = api.get("/api/openapi.json?f=3.0").json()
    path = "/api/collections/{layer}/tiles/WebMercatorQuad/{z}/{row}/{col}"
    [held] = [
        each for each in definition["paths"][path]["get"]["parameters"] if each["name"] == name
    ]
    assert (held["in"], held["required"], held["schema"]["type"]) == ("path", True, "integer")
    assert held["schema"]["minimum"] == 0


@every_layer
def test_req_tileset_description(api: TestClient, layer: str) -> None:
    told = tileset(api, layer)
    assert told["dataType"] == "vector"
    assert told["crs"] == "http://www.opengis.net/def/crs/EPSG/0/3857"
    assert told["tileMatrixSetURI"] == URI
    [way] = ways(told, "item")
    assert way["templated"] is True
    assert way["type"] == MVT
    assert all(f"{{{name}}}" in way["href"] for name in ("tileMatrix", "tileRow", "tileCol"))
    [held] = told["layers"]
    assert held["id"] == layer
    assert set(LAYERS[layer].tile_fields) <= set(held["propertiesSchema"]["properties"])
    assert [each["tileMatrix"] for each in told["tileMatrixSetLimits"]][:2] == ["0", "1"]
    assert all(each["maxTileRow"] == 2 ** int(each["tileMatrix"]) - 1
               for each in told["tileMatrixSetLimits"])  # fmt: skip


@every_layer
def test_req_tilesets_list_tileset_links(api: TestClient, layer: str) -> None:
    content = api.get(f"/api/collections/{layer}/tiles").json()
    for held in content["tilesets"]:
        assert {"dataType", "crs", "tileMatrixSetURI"} <= set(held)
        assert ways(held, "self")
        [way] = ways(held, SCHEME)
        assert api.get(way["href"]).json()["uri"] == held["tileMatrixSetURI"]


@every_layer
def test_req_geodata_tilesets_desc_links(api: TestClient, layer: str) -> None:
    [way] = ways(api.get(f"/api/collections/{layer}").json(), VECTOR)
    assert api.get(way["href"]).status_code == 200


def test_req_tmxs_of_the_scheme(api: TestClient) -> None:
    [way] = ways(api.get("/api").json(), "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes")
    [held] = api.get(way["href"]).json()["tileMatrixSets"]
    told = api.get(ways(held, "self")[0]["href"]).json()
    assert (told["id"], told["uri"]) == ("WebMercatorQuad", URI)
    first, *_, last = told["tileMatrices"]
    # Values of the registered scheme: 17-083r4, table D.1.
    assert abs(first["scaleDenominator"] - 559082264.028717) < 1e-5
    assert abs(first["cellSize"] - 156543.033928041) < 1e-8
    assert first["pointOfOrigin"] == [-20037508.342789244, 20037508.342789244]
    assert (last["id"], last["matrixWidth"]) == ("22", 2**22)
    assert first["tileWidth"] == first["tileHeight"] == 256
