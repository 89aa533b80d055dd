"""The QGIS project holds every layer, graded as the map, and is one well-formed file."""

import io
import zipfile
from xml.etree import ElementTree as ET

import pytest
from starlette.testclient import TestClient

from app.maps.palette import PALETTE
from layers.declare import Layer
from layers.registry import LAYERS

OFFERED = [layer for layer in LAYERS.values() if not layer.partitioned]


@pytest.fixture(scope="module")
def project(client: TestClient) -> ET.Element:
    answer = client.get("/api/qgis")
    assert answer.status_code == 200
    assert answer.content == client.get("/api/qgis").content
    assert "riskmap.qgz" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["riskmap.qgs"]
        return ET.fromstring(archive.read("riskmap.qgs"))  # noqa: S314 - our own


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
