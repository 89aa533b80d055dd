"""What analysts load the Arrow stream with: geopandas and lonboard make of it what items tell."""

import geopandas as gpd
import lonboard
import pyarrow as pa
import pytest
from geopandas.testing import assert_geoseries_equal
from lonboard import PathLayer, PolygonLayer, ScatterplotLayer
from shapely.geometry import shape
from starlette.testclient import TestClient

ARROW = "application/vnd.apache.arrow.stream"

KINDS = {
    "risk_points": ("point", ScatterplotLayer),
    "pipelines": ("multilinestring", PathLayer),
    "vessel_tracks": ("linestring", PathLayer),
    "townships": ("multipolygon", PolygonLayer),
    "third_party_works": ("polygon", PolygonLayer),
}
"""How lonboard keeps the geometry of a layer, and what it draws it with."""

CITY = "120.8,29.6,121.5,30.4"


def loaded(client: TestClient, layer: str, **query: str) -> pa.Table:
    """The stream of a layer, whole."""
    address = f"/api/collections/{layer}/items"
    answer = client.get(address, params=query, headers={"Accept": ARROW})
    assert answer.headers["content-type"] == ARROW
    return pa.ipc.open_stream(answer.content).read_all()


def drawn(table: pa.Table) -> lonboard.BaseArrowLayer:
    """The one layer of the map that lonboard makes of a table."""
    [layer] = lonboard.viz(table).layers
    return layer


@pytest.mark.parametrize("layer", KINDS)
def test_geopandas_makes_a_frame_of_what_items_tell(client: TestClient, layer: str) -> None:
    frame = gpd.GeoDataFrame.from_arrow(loaded(client, layer)).set_index("fid")
    told = client.get(f"/api/collections/{layer}/items?limit=10000").json()
    assert len(frame) == told["numberMatched"] == told["numberReturned"] > 0
    assert frame.crs.to_authority() == ("OGC", "CRS84")
    for each in told["features"]:
        assert frame.geometry[each["id"]].equals_exact(shape(each["geometry"]), 1e-7)
        name = each["properties"].get("name")
        assert name is None or frame["name"][each["id"]] == name


@pytest.mark.parametrize("layer", KINDS)
def test_lonboard_draws_every_feature_where_it_lies(client: TestClient, layer: str) -> None:
    table = loaded(client, layer)
    kept, kind = KINDS[layer]
    made = drawn(table)
    assert isinstance(made, kind)
    assert made.table.num_rows == table.num_rows > 0
    field = made.table.schema.field("geometry")
    assert field.metadata[b"ARROW:extension:name"] == f"geoarrow.{kept}".encode()
    again = gpd.GeoDataFrame.from_arrow(pa.table(made.table))
    plain = gpd.GeoDataFrame.from_arrow(table)
    assert_geoseries_equal(again.geometry, plain.geometry, check_crs=False)
    assert list(again["fid"]) == list(plain["fid"])
    if "name" in plain:
        assert list(again["name"]) == list(plain["name"])


def test_what_has_no_place_is_left_out_by_a_box_for_lonboard_takes_none(
    client: TestClient,
) -> None:
    whole = loaded(client, "crashes")
    assert whole["geometry"].null_count > 0
    with pytest.raises(ValueError, match="nulls"):
        lonboard.viz(whole)
    located = loaded(client, "crashes", bbox=CITY)
    assert located.num_rows == whole.num_rows - whole["geometry"].null_count
    assert drawn(located).table.num_rows == located.num_rows
