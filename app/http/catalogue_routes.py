"""What there is: landing page, conformance, layers, fields, legend, city."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from app.http.deps import OneLayer, Parts, only_known
from app.http.descriptions import collection, schema
from app.http.freshness import fresh, not_modified, tag_of, unchanged
from app.http.problems import RESPONSES
from app.maps.palette import legend as palette_legend
from app.state import State
from layers.declare import Layer

CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
)

router = APIRouter(prefix="/api", tags=["catalogue"], dependencies=[Depends(only_known)],
                   responses=RESPONSES)  # fmt: skip


def root_of(request: Request) -> str:
    """Scheme and host as the client sees them, without a slash at the end."""
    return str(request.base_url).rstrip("/")


@router.get("")
def landing(request: Request, parts: Parts) -> dict[str, Any]:
    """The landing page of OGC API."""
    root = root_of(request)
    rows = [
        ("/api", "self", "application/json", "This document"),
        (
            "/api/openapi.json",
            "service-desc",
            "application/vnd.oai.openapi+json;version=3.1",
            "API",
        ),
        ("/api/docs", "service-doc", "text/html", "API for people"),
        ("/api/conformance", "conformance", "application/json", "Conformance classes"),
        ("/api/collections", "data", "application/json", "Layers"),
        ("/", "alternate", "text/html", "The map"),
    ]
    return {
        "title": parts.city.title,
        "description": parts.city.title_en,
        "attribution": "; ".join(parts.city.attribution),
        "links": [
            {"href": root + path, "rel": rel, "type": kind, "title": title}
            for path, rel, kind, title in rows
        ],
    }


@router.get("/conformance")
def conformance() -> dict[str, Any]:
    """The classes of the OGC standards that this service keeps."""
    return {"conformsTo": list(CONFORMANCE)}


@router.get("/collections")
def collections(request: Request, parts: Parts) -> Response:
    """Every layer."""
    root = root_of(request)
    layers = list(parts.layers.values())

    def content() -> dict[str, Any]:
        own = {"href": f"{root}/api/collections", "rel": "self", "type": "application/json"}
        return {"links": [own], "collections": [_described(parts, each, root) for each in layers]}

    return _unless_known(request, parts, layers, content)


@router.get("/collections/{layer}")
def one_collection(request: Request, parts: Parts, layer: OneLayer) -> Response:
    """One layer."""
    root = root_of(request)
    return _unless_known(request, parts, [layer], lambda: _described(parts, layer, root))


def _unless_known(
    request: Request, parts: State, layers: list[Layer], content: Callable[[], dict[str, Any]]
) -> Response:
    """The content with its tag, or 304 for a client that has it."""
    tag = tag_of(parts.versions.tag(layer.id for layer in layers))
    if unchanged(request, tag):
        return not_modified(tag)
    return JSONResponse(content(), headers=fresh(tag))


def _described(parts: State, layer: Layer, root: str) -> dict[str, Any]:
    return {**collection(layer, parts.city, root), "count": parts.counts.of(layer)}


@router.get("/collections/{layer}/queryables")
def queryables(request: Request, layer: OneLayer) -> JSONResponse:
    """The fields of a layer by which a request may filter, as a JSON schema."""
    identifier = f"{root_of(request)}/api/collections/{layer.id}/queryables"
    return _schema(schema(layer, identifier, queryables=True))


@router.get("/collections/{layer}/schema")
def layer_schema(request: Request, layer: OneLayer) -> JSONResponse:
    """The fields of a layer with their units, as a JSON schema."""
    identifier = f"{root_of(request)}/api/collections/{layer.id}/schema"
    return _schema(schema(layer, identifier, queryables=False))


def _schema(content: dict[str, Any]) -> JSONResponse:
    return JSONResponse(content, media_type="application/schema+json")


@router.get("/city")
def city(parts: Parts) -> dict[str, Any]:
    """The profile of the city."""
    return parts.city.published()


@router.get("/legend")
def legend(parts: Parts) -> dict[str, Any]:
    """What each colour, symbol and word means."""
    graded = [layer for layer in parts.layers.values() if layer.graded]
    return {
        "grades": palette_legend(),
        "layers": [
            {"id": layer.id, "title": layer.title, "title_en": layer.title_en,
             "legend": layer.legend}
            for layer in graded
        ],
    }  # fmt: skip
