"""Opens the QGIS project that a running service gives, in headless QGIS, and draws it.

    python3 tests/clients/pyqgis_project.py http://127.0.0.1:8000 picture.png

Needs Debian's `python3-qgis` and its own Python. Ends with 1 where a layer does not open, has other
features than the service tells, a graded layer has lost its colours, or nothing is drawn.
"""

import json
import os
import sys
import tempfile
import urllib.request
from collections import Counter
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
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
        faults += opened(project, address)
        faults += vector_tiles(project, address)
        root = project.layerTreeRoot()
        shown = [each for each in root.layerOrder() if root.findLayer(each).isVisible()]
        faults += drawn(project, shown, picture)
    application.exitQgis()
    sys.stdout.write(f"QGIS {Qgis.QGIS_VERSION}\n")
    sys.stdout.write("\n".join(faults) + "\n" if faults else "all layers open and are drawn\n")
    return 1 if faults else 0


def opened(project: QgsProject, address: str) -> list[str]:
    """What is wrong with the layers."""
    faults = []
    located: Counter[str] = Counter()
    for layer in project.mapLayers().values():
        kind = layer.renderer().type() if layer.renderer() else "nothing, for want of features"
        if kind == "singleSymbol" and layer.fields().indexOf("grade") >= 0:
            faults.append(f"{layer.id()} has lost its colours")
        if not layer.isValid():
            faults.append(f"{layer.id()} does not open: {layer.error().summary()}")
        elif layer.hasScaleBasedVisibility():
            sys.stdout.write(f"{layer.id()}: only from near, drawn by {kind}\n")
        else:
            many = sum(each.hasGeometry() for each in layer.getFeatures())
            located[layer.id().rpartition("_")[0]] += many
            sys.stdout.write(f"{layer.id()}: {many} features with a place, drawn by {kind}\n")
    told = {name: matched(address, name) for name in located}
    faults += [f"{name}: {many} in QGIS, {told[name]} in the service"
               for name, many in located.items() if many != told[name]]  # fmt: skip
    return faults


def matched(address: str, name: str) -> int:
    """How many features with a place the service tells of."""
    asked = f"{address}/api/collections/{name}/items?bbox=-180,-90,180,90&limit=1"
    with urllib.request.urlopen(asked) as answer:  # noqa: S310 - who runs this names the address
        return int(json.load(answer)["numberMatched"])


def vector_tiles(project: QgsProject, address: str) -> list[str]:
    """Whether the tiles open as a layer of their own and are drawn."""
    source = f"type=xyz&url={address}/api/tiles/risk_points/{{z}}/{{x}}/{{y}}.mvt&zmin=0&zmax=16"
    layer = QgsVectorTileLayer(source, "tiles")
    if not layer.isValid():
        return ["the vector tiles do not open"]
    return [f"vector tiles: {fault}" for fault in drawn(project, [layer], None, fewest=2)]


def drawn(
    project: QgsProject, layers: list, picture: str | None, fewest: int = DRAWN_COLOURS
) -> list[str]:
    """Draw layers over the extent of the project."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    settings.setExtent(QgsRectangle(project.viewSettings().defaultViewExtent()))
    settings.setOutputSize(QSize(1200, 900))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    if picture:
        image.save(picture)
    colours = {image.pixel(x, y) for x in range(0, 1200, 3) for y in range(0, 900, 3)}
    return [] if len(colours) >= fewest else ["nothing is drawn"]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
