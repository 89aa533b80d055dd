"""A layer's look as QGIS keeps it beside data: the renderer of the map's QGIS project, as QML."""

from xml.etree.ElementTree import Element, tostring

from app.maps.qgis_symbols import KINDS, mixed_renderer, renderer
from layers.declare import Layer


def qml(layer: Layer) -> str:
    """The style as QML: by grade, or plain where there are none; by rules where kinds are mixed."""
    kind = KINDS.get(layer.geometry)
    root = Element("qgis", version="3.22.0", styleCategories="Symbology")
    root.append(renderer(layer, kind) if kind else mixed_renderer(layer))
    return f"<!DOCTYPE qgis>{tostring(root, encoding='unicode')}"
