"""Opens GeoPackages of the service in headless QGIS and draws each by the style that lies in it.

    python3 tests/clients/pyqgis_geopackages.py FOLDER [PICTURES]

Needs Debian's `python3-qgis` and its own Python. Ends with 1 where a file does not open, QGIS does
not take its style, or a kind of geometry in it is not drawn.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProviderRegistry,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

RENDERERS = {"singleSymbol", "categorizedSymbol", "RuleRenderer"}


def main(folder: str, pictures: str | None = None) -> int:
    """Open, look, draw; tell what is wrong."""
    application = QgsApplication([], False)
    application.initQgis()
    faults = [
        fault for file in sorted(Path(folder).glob("*.gpkg")) for fault in opened(file, pictures)
    ]
    application.exitQgis()
    sys.stdout.write("\n".join(faults) + "\n" if faults else "all are drawn by their styles\n")
    return 1 if faults else 0


def opened(file: Path, pictures: str | None) -> list[str]:
    """What is wrong with one file, of which QGIS makes a layer for each kind of geometry."""
    each_kind = Qgis.SublayerQueryFlags(Qgis.SublayerQueryFlag.ResolveGeometryType)
    found = QgsProviderRegistry.instance().querySublayers(str(file), each_kind)
    held = [each for each in found if each.name() == file.stem]
    faults = [] if held else [f"{file.name} does not open"]
    for each in held:
        faults += looked_at(QgsVectorLayer(each.uri(), each.name(), "ogr"), pictures)
    return faults


def looked_at(layer: QgsVectorLayer, pictures: str | None) -> list[str]:
    """What is wrong with one layer."""
    if not layer.isValid():
        return [f"{layer.source()} does not open"]
    _, taken = layer.loadDefaultStyle()
    located = [each for each in layer.getFeatures() if each.hasGeometry()]
    kind = layer.renderer().type() if layer.renderer() else "nothing"
    name = f"{layer.name()} ({QgsWkbTypes.geometryDisplayString(layer.geometryType())})"
    colours = drawn(layer, pictures)
    sys.stdout.write(f"{name}: {len(located)} located, {kind}, {len(colours)} colours\n")
    if not taken or kind not in RENDERERS:
        return [f"{name}: QGIS does not take the style"]
    return [] if colours or not located else [f"{name}: nothing is drawn"]


def drawn(layer: QgsVectorLayer, pictures: str | None) -> set[int]:
    """The colours of a picture of the layer, its ground left out."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setBackgroundColor(QColor("white"))
    settings.setDestinationCrs(layer.crs())
    settings.setExtent(layer.extent().buffered(0.02))
    settings.setOutputSize(QSize(400, 400))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    if pictures:
        image.save(f"{pictures}/{layer.name()}_{layer.geometryType()}.png")
    ground = QColor("white").rgb()
    return {image.pixel(x, y) for x in range(400) for y in range(400)} - {ground}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
