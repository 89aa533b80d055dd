"""The map as a QGIS project."""

from fastapi import APIRouter, Depends, Request, Response

from app.http.deps import Parts, only_known
from app.http.negotiation import root_of, said
from app.http.problems import RESPONSES
from app.maps.qgis import project
from app.maps.qgis_symbols import KINDS, Kind
from app.queries.dimension import first_dimension
from app.state import State
from layers.declare import Layer

QGZ = "application/x-qgis-project"

DIMENSIONS: dict[int | None, Kind | None] = {0: "Point", 1: "Line", 2: "Polygon", None: None}

router = APIRouter(
    prefix="/api", tags=["catalogue"], dependencies=[Depends(only_known)], responses=RESPONSES
)


@router.get("/qgis", response_class=Response, responses=said(QGZ))
def qgis(request: Request, parts: Parts) -> Response:
    """A QGIS project that opens every layer from here, graded and labelled."""
    opened = {
        name: (layer, _kind(layer, parts))
        for name, layer in parts.layers.items()
        if not layer.partitioned
    }
    title = f"{parts.city.title} {parts.city.title_en}"
    content = project(opened, title, parts.city.views["city"], f"{root_of(request)}/api")
    said = {"Content-Disposition": 'attachment; filename="riskmap.qgz"'}
    return Response(content, media_type=QGZ, headers=said)


def _kind(layer: Layer, parts: State) -> Kind | None:
    """The kind that QGIS will take the layer for: of mixed ones, that of the first feature."""
    declared = KINDS.get(layer.geometry)
    return declared or DIMENSIONS[parts.reader.value(first_dimension(layer))]
