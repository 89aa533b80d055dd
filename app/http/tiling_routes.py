"""What there is in tiles: tile sets of layers, and the scheme that they are cut by."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Request, Response

from app.http.deps import OneLayer, Parts, only_known
from app.http.negotiation import FORMS, JSON, AskedForm, answer, form_links, root_of
from app.http.problems import RESPONSES
from app.http.tile_routes import MVT, bounds, tile_fields
from app.pages import tiling as pages
from app.queries.tile import DEEPEST_ZOOM
from app.state import State
from app.tiles.scheme import CRS, NAME, URI, limits, matrix_set
from layers.declare import Layer

SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"

DIMENSIONS = {"Point": 0, "MultiLineString": 1, "LineStringM": 1, "MultiPolygon": 2}
"""Of geometries; mixed ones have none to tell."""

router = APIRouter(prefix="/api", tags=["tiles"], dependencies=[Depends(only_known)],
                   responses=RESPONSES)  # fmt: skip

SchemeName = Annotated[
    Literal["WebMercatorQuad"], Path(alias="scheme", description="A tiling scheme.")
]


@router.get("/collections/{layer}/tiles", response_class=Response, responses=FORMS)
def tilesets(request: Request, parts: Parts, layer: OneLayer, form: AskedForm) -> Response:
    """The tile sets of a layer: one, in WebMercatorQuad."""
    root = root_of(request)
    own = f"{root}/api/collections/{layer.id}/tiles/{NAME}"
    held = {
        **_told(layer),
        "links": [
            {"href": own, "rel": "self", "type": JSON, "title": NAME},
            _scheme_link(root),
        ],
    }
    content = {"tilesets": [held], "links": form_links(request, form)}
    page = pages.tilesets(content, layer, parts.city, root) if form == "html" else None
    return answer(content, page, {})


@router.get("/collections/{layer}/tiles/WebMercatorQuad", response_class=Response, responses=FORMS)
def tileset(request: Request, parts: Parts, layer: OneLayer, form: AskedForm) -> Response:
    """The tile set of a layer in WebMercatorQuad."""
    root = root_of(request)
    own = f"{root}/api/collections/{layer.id}/tiles/{NAME}"
    ways: list[dict[str, Any]] = [
        {"href": f"{own}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}", "rel": "item", "type": MVT,
         "templated": True, "title": "瓦片 Tiles"},
        _scheme_link(root),
        {"href": f"{root}/api/tiles/{layer.id}.json", "rel": "tilejson", "type": JSON,
         "title": "TileJSON"},
        {"href": f"{root}/api/collections/{layer.id}", "rel": "collection", "type": JSON,
         "title": f"{layer.title} {layer.title_en}"},
    ]  # fmt: skip
    content = {**_told(layer), **_metadata(layer, parts),
               "links": [*form_links(request, form), *ways]}  # fmt: skip
    page = pages.tileset(content, layer, parts.city, root) if form == "html" else None
    return answer(content, page, {})


def _told(layer: Layer) -> dict[str, Any]:
    return {
        "title": f"{layer.title} {layer.title_en}",
        "dataType": "vector",
        "crs": CRS,
        "tileMatrixSetURI": URI,
    }


def _metadata(layer: Layer, parts: State) -> dict[str, Any]:
    """What a tile set tells beyond its list entry. Source: OGC 17-083r4, 8."""
    west, south, east, north = bounds([layer], parts)
    held: dict[str, Any] = {
        "id": layer.id,
        "title": f"{layer.title} {layer.title_en}",
        "dataType": "vector",
        "minTileMatrix": "0",
        "maxTileMatrix": str(DEEPEST_ZOOM),
        "propertiesSchema": {
            "type": "object",
            "properties": {
                name: {"description": told} for name, told in tile_fields(layer).items()
            },
        },
    }
    if layer.geometry in DIMENSIONS:
        held["geometryDimension"] = DIMENSIONS[layer.geometry]
    return {
        "attribution": f"{layer.source.title} · {layer.source.licence}",
        "description": layer.summary,
        "mediaTypes": [MVT],
        "tileMatrixSetLimits": limits(),
        "boundingBox": {
            "lowerLeft": [west, south],
            "upperRight": [east, north],
            "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        },
        "layers": [held],
    }


def _scheme_link(root: str) -> dict[str, str]:
    return {"href": f"{root}/api/tileMatrixSets/{NAME}", "rel": SCHEME, "type": JSON,
            "title": "瓦片方案 Tiling scheme"}  # fmt: skip


@router.get("/tileMatrixSets", response_class=Response, responses=FORMS)
def schemes(request: Request, parts: Parts, form: AskedForm) -> Response:
    """The tiling schemes: one."""
    root = root_of(request)
    own = {"href": f"{root}/api/tileMatrixSets/{NAME}", "rel": "self", "type": JSON}
    told = {"id": NAME, "title": NAME, "uri": URI, "crs": CRS, "links": [own]}
    content = {"tileMatrixSets": [told], "links": form_links(request, form)}
    page = pages.schemes(content, parts.city, root) if form == "html" else None
    return answer(content, page, {})


@router.get("/tileMatrixSets/{scheme}", response_class=Response, responses=FORMS)
def scheme(request: Request, parts: Parts, name: SchemeName, form: AskedForm) -> Response:
    """A tiling scheme with its matrices."""
    assert name == NAME
    content = {**matrix_set(), "links": form_links(request, form)}
    page = pages.scheme(content, parts.city, root_of(request)) if form == "html" else None
    return answer(content, page, {})
