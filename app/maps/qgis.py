"""The map as a QGIS project: every layer from the service, graded and labelled.

A `.qgz` is a zip that holds a `.qgs`, which is XML. Layers stand in groups as in the map's tree;
QGIS asks the service for features by the box that it shows, over OGC API – Features. A layer of
QGIS holds one kind of geometry, and that way it takes the kind of the first feature for all: what
mixes kinds is opened once for each, from the whole layer as GeoJSON.
"""

import io
import zipfile
from collections.abc import Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

from app.maps.qgis_symbols import NAMES, Kind, renderer
from layers.declare import Layer

PACKED_AT = (2000, 1, 1, 0, 0, 0)
"""The same content is the same file."""

LABELS_FROM = 25_000
"""Denominator of the scale from which labels stand, so that they don't hide the map."""

POSITIONS_FROM = 100_000
"""Likewise for a partitioned layer, of which QGIS would ask for millions of features."""

GEOMETRY_TYPES: dict[Kind, str] = {"Point": "Point", "Line": "LineString", "Polygon": "Polygon"}
"""What GDAL calls the features of a kind."""

DRAWN_OVER: tuple[Kind | None, ...] = ("Point", "Line", None, "Polygon")
"""From the topmost down."""

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


class Opened(NamedTuple):
    """A layer as QGIS opens it.

    Attributes:
        layer: The layer.
        kind: What QGIS will find in it; None where it has no located feature.
        apart: Whether this is one of several kinds that the layer mixes.
    """

    layer: Layer
    kind: Kind | None
    apart: bool = False

    @property
    def id(self) -> str:
        """QGIS gives layers whose id has no underscore another one."""
        return f"{self.layer.id}_{self.kind.lower() if self.kind and self.apart else 'layer'}"

    @property
    def name(self) -> str:
        """Its name in both languages."""
        name = f"{self.layer.title} {self.layer.title_en}"
        return f"{name} · {NAMES[self.kind]}" if self.kind and self.apart else name

    @property
    def provider(self) -> str:
        """What of QGIS reads it."""
        return "ogr" if self.apart else "OAPIF"

    def source(self, api: str) -> str:
        """Where QGIS finds it, below the landing page."""
        if self.kind and self.apart:
            file = f"{api}/collections/{self.layer.id}/export?f=geojson"
            return f"{file}|geometrytype={GEOMETRY_TYPES[self.kind]}"
        return (
            f"pagingEnabled='true' restrictToRequestBBOX='1' srsname='OGC:CRS84' "
            f"typename='{self.layer.id}' url='{api}'"
        )


def project(opened: Sequence[Opened], title: str, box: Box, api: str) -> bytes:
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
    held.extend(_layer(each, api) for each in opened)
    _view(root, box)
    return _packed(b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8"))


def _packed(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        entry = zipfile.ZipInfo("riskmap.qgs", PACKED_AT)
        archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _system(parent: Element, name: str) -> None:
    SubElement(SubElement(parent, "spatialrefsys"), "authid").text = name


def _tree(root: Element, opened: Sequence[Opened]) -> None:
    """Groups of layers; points are drawn over lines, and these over areas, whatever their order."""
    tree = SubElement(root, "layer-tree-group")
    groups: dict[str, Element] = {}
    for each in opened:
        name = " ".join(each.layer.group)
        if name not in groups:
            groups[name] = SubElement(tree, "layer-tree-group", name=name, checked="Qt::Checked",
                                      expanded="1")  # fmt: skip
        SubElement(groups[name], "layer-tree-layer", id=each.id, name=each.name,
                   providerKey=each.provider, expanded="0",
                   checked="Qt::Checked" if each.layer.drawn else "Qt::Unchecked")  # fmt: skip
    order = SubElement(tree, "custom-order", enabled="1")
    for each in sorted(opened, key=lambda each: DRAWN_OVER.index(each.kind)):
        SubElement(order, "item").text = each.id


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


def _layer(opened: Opened, api: str) -> Element:
    layer, kind = opened.layer, opened.kind
    made = Element("maplayer", type="vector", autoRefreshEnabled="0")
    if kind:
        made.set("geometry", kind)
    if layer.partitioned:
        made.set("hasScaleBasedVisibilityFlag", "1")
        made.set("minScale", str(POSITIONS_FROM))
        made.set("maxScale", "0")
    SubElement(made, "id").text = opened.id
    SubElement(made, "datasource").text = opened.source(api)
    SubElement(made, "layername").text = opened.name
    SubElement(made, "abstract").text = layer.summary
    _system(SubElement(made, "srs"), "EPSG:4326" if opened.apart else "OGC:CRS84")
    SubElement(made, "provider", encoding="UTF-8").text = opened.provider
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
