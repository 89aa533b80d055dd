"""Opens the QGIS project that a running service gives, in headless QGIS, and draws it.

    python3 tests/clients/pyqgis_project.py http://127.0.0.1:8000 picture.png

Needs Debian's `python3-qgis` and its own Python. Ends with 1 where a layer does not open, a graded
layer has lost its colours, or nothing is drawn.
"""

import os
import sys
import tempfile
import urllib.request
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (
    QgsApplication,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize

DRAWN_COLOURS = 5
"""A picture with fewer colours shows no map."""


def main(address: str, picture: str) -> int:
    """Open, count, draw; tell what is wrong."""
    application = QgsApplication([], False)
    application.initQgis()
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "riskmap.qgz"
        with urllib.request.urlopen(f"{address}/api/qgis") as answer:  # noqa: S310 - who runs this names the address
            file.write_bytes(answer.read())
        project = QgsProject.instance()
        if not project.read(str(file)):
            faults.append(f"the project does not open: {project.error()}")
        faults += opened(project)
        faults += vector_tiles(address)
        faults += drawn(project, picture)
    application.exitQgis()
    sys.stdout.write("\n".join(faults) + "\n" if faults else "all layers open and are drawn\n")
    return 1 if faults else 0


def opened(project: QgsProject) -> list[str]:
    """What is wrong with the layers."""
    faults = []
    for layer in project.mapLayers().values():
        kind = layer.renderer().type() if layer.renderer() else "nothing, for want of features"
        if kind == "singleSymbol" and layer.fields().indexOf("grade") >= 0:
            faults.append(f"{layer.id()} has lost its colours")
        many = sum(1 for _ in layer.getFeatures()) if layer.isValid() else -1
        sys.stdout.write(f"{layer.id()}: {many} features, drawn by {kind}\n")
        if not layer.isValid():
            faults.append(f"{layer.id()} does not open: {layer.error().summary()}")
    return faults


def vector_tiles(address: str) -> list[str]:
    """Whether the tiles open as a layer of their own."""
    source = f"type=xyz&url={address}/api/tiles/risk_points/{{z}}/{{x}}/{{y}}.mvt&zmin=0&zmax=16"
    layer = QgsVectorTileLayer(source, "tiles")
    return [] if layer.isValid() else ["the vector tiles do not open"]


def drawn(project: QgsProject, picture: str) -> list[str]:
    """Draw the layers that are on, over the extent of the project."""
    settings = QgsMapSettings()
    root = project.layerTreeRoot()
    settings.setLayers([each for each in root.layerOrder() if root.findLayer(each).isVisible()])
    settings.setDestinationCrs(project.crs())
    settings.setExtent(project.viewSettings().defaultViewExtent())
    settings.setOutputSize(QSize(1200, 900))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(picture)
    colours = {image.pixel(x, y) for x in range(0, 1200, 3) for y in range(0, 900, 3)}
    return [] if len(colours) >= DRAWN_COLOURS else ["nothing is drawn"]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
