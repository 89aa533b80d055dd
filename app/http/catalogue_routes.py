"""What there is: landing page, conformance, layers, fields, legend, city."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from app.exports import EXPORTS
from app.http.deps import OneLayer, Parts, only_known
from app.http.descriptions import collection, schema
from app.http.freshness import fresh, not_modified, tag_of, unchanged
from app.http.negotiation import (
    FORMS,
    FORMS_OF_SCHEMAS,
    HTML,
    JSON,
    SCHEMA,
    VARY,
    AskedForm,
    Form,
    answer,
    form_links,
    root_of,
)
from app.http.problems import RESPONSES
from app.maps.palette import legend as palette_legend
from app.pages import catalogue as pages
from app.state import State
from layers.declare import Layer

CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/landing-page",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
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
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
    "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/property-property",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/tilesetmetadata",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilesetmetadata",
)

OPENAPI = "application/vnd.oai.openapi+json;version="
"""Media type of an API definition, its version to follow."""

WAYS = (
    ("/api/openapi.json?f=3.0", "service-desc", f"{OPENAPI}3.0", "OpenAPI 3.0"),
    ("/api/openapi.json?f=3.1", "service-desc", f"{OPENAPI}3.1", "OpenAPI 3.1"),
    ("/api/docs", "service-doc", HTML, "接口说明 API documentation"),
    ("/api/conformance", "conformance", JSON, "符合性声明 Conformance classes"),
    ("/api/collections", "data", JSON, "图层 Layers"),
    (
        "/api/tileMatrixSets",
        "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes",
        JSON,
        "瓦片方案 Tiling schemes",
    ),
    ("/api/styles/light.json", "related", JSON, "地图样式（浅色） MapLibre style, light"),
    ("/api/styles/dark.json", "related", JSON, "地图样式（深色） MapLibre style, dark"),
    ("/api/qgis", "related", "application/x-qgis-project", "QGIS 工程 QGIS project"),
    ("/", "related", HTML, "地图 The map"),
)
"""Where the landing page leads: path, relation, media type, title."""

router = APIRouter(prefix="/api", tags=["catalogue"], dependencies=[Depends(only_known)],
                   responses=RESPONSES)  # fmt: skip


@router.get("", response_class=Response, responses=FORMS)
def landing(request: Request, parts: Parts, form: AskedForm) -> Response:
    """The landing page of OGC API."""
    root = root_of(request)
    ways = [
        {"href": root + path, "rel": rel, "type": kind, "title": title}
        for path, rel, kind, title in WAYS
    ]
    content = {
        "title": parts.city.title,
        "description": parts.city.title_en,
        "attribution": "; ".join(parts.city.attribution),
        "links": [*form_links(request, form), *ways],
    }
    page = pages.landing(content, parts.city, root) if form == "html" else None
    return answer(content, page, {})


@router.get("/conformance", response_class=Response, responses=FORMS)
def conformance(request: Request, parts: Parts, form: AskedForm) -> Response:
    """The classes of the OGC standards that this service keeps."""
    content = {"conformsTo": list(CONFORMANCE), "links": form_links(request, form)}
    page = pages.conformance(content, parts.city, root_of(request)) if form == "html" else None
    return answer(content, page, {})


@router.get("/collections", response_class=Response, responses=FORMS)
def collections(request: Request, parts: Parts, form: AskedForm) -> Response:
    """Every layer."""
    root = root_of(request)
    layers = list(parts.layers.values())

    def told() -> dict[str, Any]:
        held = [_described(parts, each, root) for each in layers]
        return {"links": form_links(request, form), "collections": held}

    def page(content: dict[str, Any]) -> str:
        return pages.collections(content, parts.city, root)

    return _unless_known(request, parts, layers, form, told, page)


@router.get("/collections/{layer}", response_class=Response, responses=FORMS)
def one_collection(request: Request, parts: Parts, layer: OneLayer, form: AskedForm) -> Response:
    """One layer."""
    root = root_of(request)

    def told() -> dict[str, Any]:
        described = _described(parts, layer, root)
        described["links"] = [*form_links(request, form), *described["links"][1:]]
        return described

    def page(content: dict[str, Any]) -> str:
        return pages.collection({**content, "formats": list(EXPORTS)}, layer, parts.city, root)

    return _unless_known(request, parts, [layer], form, told, page)


def _unless_known(
    request: Request,
    parts: State,
    layers: list[Layer],
    form: Form,
    content: Callable[[], dict[str, Any]],
    page: Callable[[dict[str, Any]], str],
) -> Response:
    """The content or its page with its tag, or 304 for a client that has it."""
    tag = tag_of(parts.versions.tag(layer.id for layer in layers), *_marked(form))
    if unchanged(request, tag):
        return not_modified(tag, VARY)
    told = content()
    return answer(told, page(told) if form == "html" else None, fresh(tag))


def _marked(form: Form) -> tuple[str, ...]:
    """What tells the tag of a page from that of its content."""
    return ("html",) if form == "html" else ()


def _described(parts: State, layer: Layer, root: str) -> dict[str, Any]:
    told = collection(layer, parts.city, root, parts.extents.of(layer))
    return {**told, "count": parts.counts.of(layer)}


@router.get("/collections/{layer}/queryables", response_class=Response, responses=FORMS_OF_SCHEMAS)
def queryables(request: Request, parts: Parts, layer: OneLayer, form: AskedForm) -> Response:
    """The fields of a layer by which a request may filter, as a JSON schema."""
    return _schema(request, parts, layer, form, queryables=True)


@router.get("/collections/{layer}/schema", response_class=Response, responses=FORMS_OF_SCHEMAS)
def layer_schema(request: Request, parts: Parts, layer: OneLayer, form: AskedForm) -> Response:
    """The fields of a layer with their units, as a JSON schema."""
    return _schema(request, parts, layer, form, queryables=False)


def _schema(
    request: Request, parts: State, layer: Layer, form: Form, *, queryables: bool
) -> Response:
    root = root_of(request)
    name = "queryables" if queryables else "schema"
    identifier = f"{root}/api/collections/{layer.id}/{name}"
    content = schema(layer, identifier, queryables=queryables)
    title = ("可筛选字段", "Queryables") if queryables else ("字段", "Fields")
    page = pages.schema(content, layer, parts.city, root, title) if form == "html" else None
    return answer(content, page, {}, SCHEMA)


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
