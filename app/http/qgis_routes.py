"""The map as a QGIS project."""

from fastapi import APIRouter, Depends, Request, Response

from app.http.deps import Parts, only_known
from app.http.negotiation import root_of, said
from app.http.problems import RESPONSES
from app.maps.qgis import Opened, project
from app.maps.qgis_symbols import KINDS, Kind
from app.queries.dimension import dimensions
from app.state import State
from layers.declare import Layer

QGZ = "application/x-qgis-project"

DIMENSIONS: tuple[Kind, ...] = ("Point", "Line", "Polygon")

router = APIRouter(
    prefix="/api", tags=["catalogue"], dependencies=[Depends(only_known)], responses=RESPONSES
)


@router.get("/qgis", response_class=Response, responses=said(QGZ))
def qgis(request: Request, parts: Parts) -> Response:
    """A QGIS project that opens every layer from here, graded and labelled."""
    opened = [each for layer in parts.layers.values() for each in _opened(layer, parts)]
    title = f"{parts.city.title} {parts.city.title_en}"
    content = project(opened, title, parts.city.views["city"], f"{root_of(request)}/api")
    said = {"Content-Disposition": 'attachment; filename="riskmap.qgz"'}
    return Response(content, media_type=QGZ, headers=said)


def _opened(layer: Layer, parts: State) -> list[Opened]:
    """A layer as QGIS opens it: once, or once for each kind that it mixes."""
    declared = KINDS.get(layer.geometry)
    if declared:
        return [Opened(layer, declared)]
    found = [DIMENSIONS[row["dimension"]] for row in parts.reader.all(dimensions(layer))]
    return [Opened(layer, kind, apart=len(found) > 1) for kind in found] or [Opened(layer, None)]
