"""A layer's look as QGIS keeps it beside data: the renderer of the map's QGIS project, as QML."""

from xml.etree.ElementTree import Element, tostring

from app.maps.qgis_symbols import KINDS, renderer
from layers.declare import Layer


def qml(layer: Layer) -> str | None:
    """The style as QML; None for a layer without grades or with mixed geometry."""
    kind = KINDS.get(layer.geometry)
    if kind is None or not layer.graded:
        return None
    root = Element("qgis", version="3.22.0", styleCategories="Symbology")
    root.append(renderer(layer, kind))
    return f"<!DOCTYPE qgis>{tostring(root, encoding='unicode')}"
