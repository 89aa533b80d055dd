"""What formats say of themselves beside their rows: styles, boxes, names, what was cut."""

import csv
import json
import sqlite3
import struct
import zipfile
from contextlib import closing
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from pyproj import CRS
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.maps.palette import PALETTE
from layers.declare import Layer
from layers.registry import LAYERS
from tests.builders import add, service
from tests.exports.conftest import ROWS

GRADED = [layer for layer in LAYERS.values() if layer.graded]

CELL_BYTES = 254

KML = "{http://www.opengis.net/kml/2.2}"


def exported(client: TestClient, layer: str, query: str) -> bytes:
    answer = client.get(f"/api/collections/{layer}/export?{query}")
    assert answer.status_code == 200, answer.text
    return answer.content


def style_of(content: bytes, layer: str, folder: Path) -> ET.Element:
    """The renderer that QGIS applies to the one layer of a GeoPackage."""
    file = folder / "x.gpkg"
    file.write_bytes(content)
    with closing(sqlite3.connect(file)) as database:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        [(style,)] = database.execute(
            "SELECT styleQML FROM layer_styles WHERE useAsDefault AND f_table_name = ? "
            "AND f_geometry_column = (SELECT column_name FROM gpkg_geometry_columns)",
            (layer,),
        ).fetchall()
    assert version == 10300
    found = ET.fromstring(style).find("renderer-v2")  # noqa: S314 - our own
    assert found is not None
    return found


def coloured(symbol: ET.Element) -> str:
    """The colour of a symbol as the palette writes it."""
    said = {each.get("name"): each.get("value", "") for each in symbol.iter("Option")}
    red, green, blue, _ = (said.get("color") or said["line_color"]).split(",")
    return f"#{int(red):02X}{int(green):02X}{int(blue):02X}"


@pytest.mark.parametrize("layer", LAYERS.values(), ids=list(LAYERS))
def test_geopackage_of_every_layer_carries_a_style_for_every_kind_that_it_holds(
    stocked: TestClient, layer: Layer, tmp_path: Path
) -> None:
    drawn = style_of(exported(stocked, layer.id, "f=geopackage"), layer.id, tmp_path)
    symbols = {str(each.get("name")): each for each in drawn.findall("symbols/symbol")}
    mixed = layer.geometry == "Geometry"
    kinds = {"Point": {"marker"}, "MultiLineString": {"line"}, "LineStringM": {"line"},
             "MultiPolygon": {"fill"}, "Geometry": {"marker", "line", "fill"}}  # fmt: skip
    assert {each.get("type") for each in symbols.values()} == kinds[layer.geometry]
    looks = len(PALETTE) if layer.graded else 1
    assert len(symbols) == looks * len(kinds[layer.geometry])
    if mixed:
        rules = drawn.findall("rules/rule")
        assert [each.get("symbol") for each in rules] == list(symbols)
        assert len({each.get("filter") for each in rules}) == len(rules)
        draws = {"marker": "'Point'", "line": "'Line'", "fill": "'Polygon'"}
        for each in rules:
            symbol = symbols[str(each.get("symbol"))]
            assert draws[str(symbol.get("type"))] in str(each.get("filter"))
    if layer.graded:
        expected = [look.colour for look in PALETTE] * len(kinds[layer.geometry])
        assert [coloured(each) for each in symbols.values()] == expected
    types = {(True, True): "RuleRenderer", (True, False): "RuleRenderer",
             (False, True): "categorizedSymbol", (False, False): "singleSymbol"}  # fmt: skip
    assert drawn.get("type") == types[mixed, layer.graded]


@pytest.mark.parametrize("layer", GRADED, ids=[each.id for each in GRADED])
def test_kml_draws_every_feature_by_its_grade_in_the_colours_of_the_map(
    stocked: TestClient, layer: Layer
) -> None:
    items = stocked.get(f"/api/collections/{layer.id}/items?limit=100").json()["features"]
    grades = {str(each["id"]): each["properties"]["grade"] for each in items}
    assert len(set(grades.values())) == len(PALETTE)
    root = ET.fromstring(exported(stocked, layer.id, "f=kml"))  # noqa: S314 - our own
    styles = {each.get("id"): each for each in root.iter(f"{KML}Style")}
    found = {}
    for each in root.iter(f"{KML}Placemark"):
        said = {data.get("name"): data.text for data in each.iter(f"{KML}SimpleData")}
        found[str(said["fid"])] = str(each.findtext(f"{KML}styleUrl"))
    assert found == {fid: f"#grade{grade or 0}" for fid, grade in grades.items()}
    for look in PALETTE:
        red, green, blue = (look.colour[place : place + 2].lower() for place in (1, 3, 5))
        style = styles[f"grade{look.grade or 0}"]
        for part in ("IconStyle", "LineStyle", "PolyStyle"):
            colour = str(style.findtext(f"{KML}{part}/{KML}color"))
            assert colour[2:] == f"{blue}{green}{red}"
            assert colour[:2] == ("99" if part == "PolyStyle" else "ff")
    assert len(styles) == len(PALETTE)


@pytest.mark.parametrize(
    ("crs", "authority"),
    [("CRS84", {"authority": "OGC", "code": "CRS84"}), ("4549", {"authority": "EPSG", "code": 4549})],
)  # fmt: skip
@pytest.mark.parametrize("layer", ["pipelines", "protection_targets", "townships"])
def test_geoparquet_says_what_version_1_1_asks_for_and_boxes_are_those_of_its_shapes(
    stocked: TestClient, layer: str, crs: str, authority: dict[str, Any]
) -> None:
    content = exported(stocked, layer, f"f=geoparquet&crs={crs}")
    held = pq.read_table(BytesIO(content))
    metadata = pq.read_metadata(BytesIO(content)).metadata
    geo = json.loads(metadata[b"geo"])
    assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
    [(name, column)] = geo["columns"].items()
    assert (name, column["encoding"]) == ("geometry", "WKB")
    edges = ("xmin", "ymin", "xmax", "ymax")
    assert column["covering"] == {"bbox": {edge: ["bbox", edge] for edge in edges}}
    assert column["crs"]["id"] == authority
    assert CRS.from_json_dict(column["crs"]) == CRS.from_user_input(
        f"{authority['authority']}:{authority['code']}"
    )
    shapes = shapely.from_wkb(held["geometry"].to_pylist())
    kinds = {each.geom_type for each in shapes if each is not None}
    assert column["geometry_types"] == sorted(kinds)
    for shape, box in zip(shapes, held["bbox"].to_pylist(), strict=True):
        assert box == (None if shape is None else dict(zip(edges, shape.bounds, strict=True)))
    assert (None in list(shapes)) is (layer == "protection_targets")
    assert json.loads(metadata[b"riskmap"])["count"] == len(shapes) > ROWS


def dbase_columns(content: bytes) -> list[str]:
    """Names of the columns as they stand in the head of a dBase table."""
    (head,) = struct.unpack_from("<H", content, 8)
    fields = (content[at : at + 11] for at in range(32, head - 1, 32))
    return [each.split(b"\0")[0].decode() for each in fields]


@pytest.mark.parametrize("layer", LAYERS.values(), ids=list(LAYERS))
def test_shapefile_says_its_encoding_and_what_its_short_names_mean(
    stocked: TestClient, layer: Layer
) -> None:
    with zipfile.ZipFile(BytesIO(exported(stocked, layer.id, "f=shapefile"))) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    tables = [name for name in inside if name.endswith(".dbf")]
    assert len(tables) == (3 if layer.geometry == "Geometry" else 1)
    listed = list(csv.DictReader(StringIO(inside["fields.csv"].decode("utf-8-sig"))))
    for name in tables:
        assert inside[name.replace(".dbf", ".cpg")] == b"UTF-8"
        assert dbase_columns(inside[name]) == [each["short"] for each in listed]
    assert all(0 < len(each["short"].encode()) <= 10 for each in listed)
    assert len({each["short"].lower() for each in listed}) == len(listed)
    titles = {each["field"]: each["title"] for each in listed}
    assert {name: facts.title for name, facts in layer.fields.items()}.items() <= titles.items()
    assert [each["field"] for each in listed if each["short"] == "displayed_"] == (
        ["displayed_grade"] if layer.graded else []
    )


def test_shapefile_counts_the_texts_that_it_cuts_and_halves_no_character(
    empty_engine: Engine, tmp_path: Path
) -> None:
    long, fitting = "余姚市大黄山化工园区" * 9, "a" * CELL_BYTES
    names = [long, fitting, "a" + long, "短"]
    with empty_engine.begin() as connection:
        for name in names:
            add(connection, "risk_points", "POINT(121 30)", name=name, address=fitting)
        add(connection, "risk_points", "POINT(121 30)", name="短", address=f"{fitting}b")
    with service(empty_engine.url.render_as_string(hide_password=False)) as client:
        file = tmp_path / "points.zip"
        file.write_bytes(exported(client, "risk_points", "f=shapefile"))
    with zipfile.ZipFile(file) as archive:
        told = json.loads(archive.read("metadata.json"))
    assert told["texts_cut"] == {"name": 2, "address": 1}
    found = pyogrio.read_dataframe(f"/vsizip/{file}/risk_points.shp").sort_values("fid")
    assert list(found["name"][:4]) == [long[:84], fitting, ("a" + long)[:85], "短"]
    assert list(found["address"]) == [fitting] * 5
