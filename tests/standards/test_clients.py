"""Programs of others find every layer and read the same features: GDAL's OAPIF driver and OWSLib."""

import geopandas as gpd
import pyogrio
import pytest
from owslib.ogcapi.features import Features
from shapely.geometry import shape
from starlette.testclient import TestClient

from layers.registry import LAYERS

LARGE = {"vessel_positions"}
"""Read in a box only: a client of a desk does so too."""

BOX = (121.1, 30.0, 121.3, 30.1)


def items(client: TestClient, layer: str, **query: str) -> list[dict[str, object]]:
    """Every feature, page by page."""
    found: list[dict[str, object]] = []
    answer = client.get(f"/api/collections/{layer}/items", params={"limit": "10000", **query})
    while True:
        told = answer.json()
        found += told["features"]
        ways = [each["href"] for each in told["links"] if each["rel"] == "next"]
        if not ways:
            return found
        answer = client.get(ways[0])


def test_gdal_lists_every_layer(served: str) -> None:
    assert set(pyogrio.list_layers(f"OAPIF:{served}/api")[:, 0]) == set(LAYERS)


@pytest.mark.parametrize("layer", [each for each in LAYERS if each not in LARGE])
def test_gdal_reads_every_feature_with_its_place_and_words(
    served: str, client: TestClient, layer: str
) -> None:
    told = sorted(items(client, layer), key=lambda each: int(str(each["id"])))
    found = pyogrio.read_dataframe(f"OAPIF:{served}/api", layer=layer)
    assert len(found) == len(told)
    if not told:
        return
    key = LAYERS[layer].key
    names = [
        name for name in key if name in found.columns and LAYERS[layer].fields[name].kind is str
    ]
    expected = sorted(tuple(each["properties"][name] for name in names) for each in told)  # type: ignore[index]
    assert sorted(found[names].itertuples(index=False, name=None)) == expected
    # In the order of the pages, which is that of the ids.
    for place, each in zip(found.geometry, told, strict=True):
        geometry = each["geometry"]
        assert (place is None) == (geometry is None)
        if geometry is not None:
            assert place.equals_exact(shape(geometry), 1e-7)


def test_gdal_filters_by_box_and_field(served: str, client: TestClient) -> None:
    found = pyogrio.read_dataframe(
        f"OAPIF:{served}/api", layer="risk_points", bbox=BOX, where="grade = 1"
    )
    told = items(client, "risk_points", bbox=",".join(map(str, BOX)), grade="1")
    assert sorted(found["code"]) == sorted(each["properties"]["code"] for each in told)  # type: ignore[index]
    assert len(found) > 0


def test_owslib_finds_its_way_and_reads_features(served: str, client: TestClient) -> None:
    service = Features(f"{served}/api")
    assert set(service.feature_collections()) == set(LAYERS)
    assert (
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"
        in (service.conformance()["conformsTo"])
    )
    assert service.api()["openapi"].startswith("3.0")
    assert service.collection("risk_points")["title"] == LAYERS["risk_points"].title
    assert "grade" in service.collection_queryables("risk_points")["properties"]
    told = service.collection_items("risk_points", limit=7, bbox=list(BOX))
    plain = client.get(
        "/api/collections/risk_points/items", params={"limit": "7", "bbox": ",".join(map(str, BOX))}
    ).json()
    assert told["features"] == plain["features"]
    assert told["numberMatched"] == plain["numberMatched"]
    fid = str(told["features"][0]["id"])
    assert service.collection_item("risk_points", fid)["id"] == int(fid)
    filtered = service.collection_items("risk_points", filter="grade = 1")
    assert {each["properties"]["grade"] for each in filtered["features"]} == {1}


def test_geopandas_reads_items_as_they_are(client: TestClient) -> None:
    answer = client.get("/api/collections/townships/items?limit=100")
    found = gpd.read_file(answer.text)
    assert len(found) == answer.json()["numberMatched"]
    assert found.crs.to_epsg() == 4326
