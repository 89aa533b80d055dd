"""The QGIS project holds every layer, graded as the map, and is one well-formed file."""

import io
import zipfile
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from starlette.testclient import TestClient

from app.db.engine import writing
from app.maps.palette import PALETTE
from layers.declare import Layer
from layers.registry import LAYERS
from tests.builders import add, service

OFFERED = list(LAYERS.values())


@pytest.fixture(scope="module")
def project(client: TestClient) -> ET.Element:
    answer = client.get("/api/qgis")
    assert answer.status_code == 200
    assert answer.content == client.get("/api/qgis").content
    assert "riskmap.qgz" in answer.headers["content-disposition"]
    return unpacked(answer.content)


def unpacked(content: bytes) -> ET.Element:
    """The project in its zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["riskmap.qgs"]
        return ET.fromstring(archive.read("riskmap.qgs"))  # noqa: S314 - our own


def layers_of(content: bytes) -> dict[str, ET.Element]:
    """Layers of a project by their id."""
    held = unpacked(content).findall("projectlayers/maplayer")
    return {str(each.findtext("id")): each for each in held}


@pytest.mark.parametrize("layer", OFFERED, ids=lambda layer: layer.id)
def test_layer_is_in_the_project_with_its_source_and_grades(
    project: ET.Element, layer: Layer
) -> None:
    [held] = [each for each in project.findall("projectlayers/maplayer")
              if each.findtext("id") == f"{layer.id}_layer"]  # fmt: skip
    assert f"typename='{layer.id}' url='http://testserver/api'" in (
        held.findtext("datasource") or ""
    )
    shown = project.findall(f".//layer-tree-layer[@id='{layer.id}_layer']")
    assert [each.get("checked") == "Qt::Checked" for each in shown] == [layer.drawn]
    if layer.graded:
        values = [each.get("value") for each in held.findall("renderer-v2/categories/category")]
        assert values == ["1", "2", "3", "4", ""]
        assert len(held.findall("renderer-v2/symbols/symbol")) == len(PALETTE)
    labels = [each.get("fieldName") for each in held.findall("labeling/settings/text-style")]
    assert labels == [layer.label]


def test_grades_have_the_colours_of_the_map_and_the_gravest_lies_on_top(
    project: ET.Element,
) -> None:
    for layer in (each for each in OFFERED if each.graded):
        symbols = project.findall(
            f"projectlayers/maplayer[id='{layer.id}_layer']/renderer-v2/symbols/symbol/layer"
        )
        said = [
            {each.get("name"): each.get("value", "") for each in symbol.iter("Option")}
            for symbol in symbols
        ]
        colours = [each.get("color") or each["line_color"] for each in said]
        assert [each[: each.rfind(",")] for each in colours] == [
            ",".join(str(int(look.colour[n : n + 2], 16)) for n in (1, 3, 5)) for look in PALETTE
        ]
        assert [symbol.get("pass") for symbol in symbols] == ["4", "3", "2", "1", "0"]


def test_points_lie_on_lines_and_lines_on_areas(project: ET.Element) -> None:
    order = [
        str(each.text).removesuffix("_layer") for each in project.findall(".//custom-order/item")
    ]
    kinds = [LAYERS[each].geometry for each in order]
    assert sorted(order) == sorted(layer.id for layer in OFFERED)
    assert kinds.index("MultiPolygon") > max(n for n, kind in enumerate(kinds) if kind == "Point")


def test_layer_that_mixes_kinds_is_opened_once_for_each(
    make_database: Callable[[str], str], template: str
) -> None:
    url = make_database(template)
    engine = writing(url)
    with engine.begin() as connection:
        add(connection, "major_hazards", "POINT(121.1 30.05)", grade=1)
        add(connection, "major_hazards", "POLYGON((121 30, 121.1 30, 121 30.1, 121 30))", grade=2)
        add(connection, "encroachments", "POINT(121.1 30.05)")
    engine.dispose()
    with service(url) as client:
        held = layers_of(client.get("/api/qgis").content)
    hazards = {name: each for name, each in held.items() if name.startswith("major_hazards")}
    assert {name: each.findtext("provider") for name, each in hazards.items()} == {
        "major_hazards_point": "ogr", "major_hazards_polygon": "ogr",
    }  # fmt: skip
    assert [each.findtext("datasource") for each in hazards.values()] == [
        f"http://testserver/api/collections/major_hazards/export?f=geojson|geometrytype={kind}"
        for kind in ("Point", "Polygon")
    ]
    assert [each.get("geometry") for each in hazards.values()] == ["Point", "Polygon"]
    assert held["encroachments_layer"].findtext("provider") == "OAPIF"


def test_positions_are_asked_for_only_from_near(project: ET.Element) -> None:
    [held] = [each for each in project.findall("projectlayers/maplayer")
              if each.findtext("id") == "vessel_positions_layer"]  # fmt: skip
    assert held.get("hasScaleBasedVisibilityFlag") == "1"
    assert held.get("minScale") == "100000"
