"""The map as a QGIS project: every layer over OGC API – Features, graded and labelled.

A `.qgz` is a zip that holds a `.qgs`, which is XML. Layers stand in groups as in the map's tree;
QGIS asks the service for features by the box that it shows.
"""

import io
import zipfile
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, tostring

from app.maps.qgis_symbols import Kind, renderer
from layers.declare import Layer

PACKED_AT = (2000, 1, 1, 0, 0, 0)
"""The same content is the same file."""

LABELS_FROM = 25_000
"""Denominator of the scale from which labels stand, so that they don't hide the map."""

DRAWN_OVER: tuple[Kind | None, ...] = ("Point", "Line", None, "Polygon")
"""From the topmost down."""

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

Opened = Mapping[str, tuple[Layer, Kind | None]]
"""Layers by id with what QGIS will find in them; None where they have no located feature."""


def project(opened: Opened, title: str, box: Box, api: str) -> bytes:
    """The project as the bytes of a `.qgz`.

    Args:
        opened: What it opens, in the order of the tree.
        title: Its name.
        box: What it shows first.
        api: Address of the landing page, which QGIS asks.
    """
    root = Element("qgis", projectname=title, version="3.22.0")
    SubElement(root, "title").text = title
    _system(SubElement(root, "projectCrs"), "EPSG:4326")
    _tree(root, opened)
    held = SubElement(root, "projectlayers")
    held.extend(_layer(layer, kind, api) for layer, kind in opened.values())
    _view(root, box)
    return _packed(b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8"))


def _packed(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        entry = zipfile.ZipInfo("riskmap.qgs", PACKED_AT)
        archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _name(layer: Layer) -> str:
    return f"{layer.title} {layer.title_en}"


def _system(parent: Element, name: str) -> None:
    SubElement(SubElement(parent, "spatialrefsys"), "authid").text = name


def _id(layer: Layer) -> str:
    """QGIS gives layers whose id has no underscore another one."""
    return f"{layer.id}_layer"


def _tree(root: Element, opened: Opened) -> None:
    """Groups of layers; points are drawn over lines, and these over areas, whatever their order."""
    tree = SubElement(root, "layer-tree-group")
    groups: dict[str, Element] = {}
    for layer, _ in opened.values():
        name = " ".join(layer.group)
        if name not in groups:
            groups[name] = SubElement(tree, "layer-tree-group", name=name, checked="Qt::Checked",
                                      expanded="1")  # fmt: skip
        SubElement(groups[name], "layer-tree-layer", id=_id(layer), name=_name(layer),
                   providerKey="OAPIF", expanded="0",
                   checked="Qt::Checked" if layer.drawn else "Qt::Unchecked")  # fmt: skip
    order = SubElement(tree, "custom-order", enabled="1")
    for layer, _ in sorted(opened.values(), key=lambda each: DRAWN_OVER.index(each[1])):
        SubElement(order, "item").text = _id(layer)


def _view(root: Element, box: Box) -> None:
    edges = dict(zip(("xmin", "ymin", "xmax", "ymax"), map(repr, box), strict=True))
    canvas = SubElement(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    SubElement(canvas, "units").text = "degrees"
    extent = SubElement(canvas, "extent")
    for name, value in edges.items():
        SubElement(extent, name).text = value
    _system(SubElement(canvas, "destinationsrs"), "EPSG:4326")
    opening = SubElement(root, "ProjectViewSettings", UseProjectScales="0")
    _system(SubElement(opening, "DefaultViewExtent", edges), "EPSG:4326")


def _layer(layer: Layer, kind: Kind | None, api: str) -> Element:
    made = Element("maplayer", type="vector", autoRefreshEnabled="0")
    if kind:
        made.set("geometry", kind)
    SubElement(made, "id").text = _id(layer)
    SubElement(made, "datasource").text = (
        f"pagingEnabled='true' restrictToRequestBBOX='1' srsname='OGC:CRS84' "
        f"typename='{layer.id}' url='{api}'"
    )
    SubElement(made, "layername").text = _name(layer)
    SubElement(made, "abstract").text = layer.summary
    _system(SubElement(made, "srs"), "OGC:CRS84")
    SubElement(made, "provider", encoding="UTF-8").text = "OAPIF"
    if kind:
        made.append(renderer(layer, kind))
        _labelled(made, layer)
    return made


def _labelled(made: Element, layer: Layer) -> None:
    settings = SubElement(SubElement(made, "labeling", type="simple"), "settings",
                          calloutType="simple")  # fmt: skip
    text = SubElement(settings, "text-style", fieldName=layer.label, isExpression="0",
                      fontSize="8", fontSizeUnit="Point", textColor="30,30,30,255")  # fmt: skip
    SubElement(text, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferSizeUnits="MM",
               bufferColor="255,255,255,255")  # fmt: skip
    SubElement(settings, "rendering", scaleVisibility="1", scaleMin=str(LABELS_FROM),
               scaleMax="0", drawLabels="1", obstacle="1")  # fmt: skip
