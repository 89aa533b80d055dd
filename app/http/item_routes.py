"""Features: pages of them, one, and why it has its colour."""

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import HTMLResponse

from app.counts import BOUND
from app.crs import CRS84, read_crs
from app.errors import NotFound
from app.explanations import explain
from app.exports import EXPORTS
from app.exports.form import Order
from app.http.deps import OneLayer, Parts, only_known
from app.http.exported import exported
from app.http.freshness import fresh, not_modified, tag_of, unchanged
from app.http.item_parameters import FEATURES, PAGES
from app.http.negotiation import (
    FORMS_OF_A_FEATURE,
    FORMS_OF_FEATURES,
    GEOJSON,
    JSON,
    VARY,
    AskedForm,
    Form,
    address_of,
    form_links,
    prefers,
    root_of,
)
from app.http.parameters import (
    FILTERS,
    filterable,
    read_instant,
    read_shape,
    read_where,
    refuse_unknown,
)
from app.http.problems import RESPONSES
from app.http.spelled import CrsName, InstantText
from app.http.turning import Turned, place_text, read_page
from app.pages import features as pages
from app.queries.feature import Shape, count, one, page
from app.queries.where import Where
from app.state import State
from layers.declare import Layer

ARROW = EXPORTS["arrow"]

EXACT_COUNT = 100_000
"""Up to here `numberMatched` of a filter is counted; beyond, it is left out."""

LARGEST_ID = 2**63 - 1

router = APIRouter(prefix="/api/collections/{layer}", tags=["features"], responses=RESPONSES)

PAGING = ("limit", "sortby", "after", "before", "properties", "crs")
"""Parameters that decide how features are told, not which there are."""

FeatureId = Annotated[int, Path(alias="id", ge=0, le=LARGEST_ID, description="Id of a feature.")]


@router.get("/items", response_class=Response, responses=FORMS_OF_FEATURES,
            openapi_extra={"parameters": [*FEATURES, *PAGES]})  # fmt: skip
def items(request: Request, parts: Parts, layer: OneLayer, form: AskedForm) -> Response:
    """A page of features; whoever accepts an Arrow stream gets all that the filters let through."""
    query = request.query_params
    refuse_unknown(query, (*FILTERS, *PAGING, "f", *filterable(layer)))
    where = read_where(query, layer, parts.city.time_zone)
    shape, part = read_shape(query, layer), read_page(query, layer)
    if "f" not in query and prefers(request.headers.get("accept", ""), ARROW.media_type):
        return exported(ARROW, Order(parts.export_engine, layer, where, shape), VARY)
    tag = tag_of(parts.versions.tag([layer.id]), *(("html",) if form == "html" else ()))
    headers = {"Content-Crs": f"<{shape.crs.uri}>", **VARY}
    if unchanged(request, tag):
        return not_modified(tag, headers)
    turned = Turned(parts.reader.all(page(layer, where, shape, part)), part)
    bound = BOUND - 1 if where == Where() else EXACT_COUNT
    matched = _matched(parts, layer, where)
    features = [row["feature"] for row in turned.rows]
    text = _collection(features, _links(request, form, layer, turned), matched, bound)
    headers |= fresh(tag)
    if form == "html":
        located = shape.crs.uri == CRS84
        content = pages.items(
            json.loads(text), layer, parts.city, root_of(request), located=located
        )
        return HTMLResponse(content, headers=headers)
    return Response(text, media_type=GEOJSON, headers=headers)


def _matched(parts: State, layer: Layer, where: Where) -> int:
    """How many features match; more than the bound where there are more."""
    if where == Where():
        return parts.counts.of(layer)
    return int(parts.reader.value(count(layer, where, EXACT_COUNT + 1)))


def _collection(features: list[str], links: list[dict[str, str]], matched: int, bound: int) -> str:
    counted = f',"numberMatched":{matched}' if matched <= bound else ""
    return (
        '{"type":"FeatureCollection"'
        f'{counted},"numberReturned":{len(features)}'
        f',"links":{json.dumps(links, ensure_ascii=False)}'
        f',"features":[{",".join(features)}]}}'
    )


def _links(request: Request, form: Form, layer: Layer, turned: Turned) -> list[dict[str, str]]:
    links = form_links(request, form, GEOJSON)
    kind = links[0]["type"]
    for rel, side, place in (("next", "after", turned.last), ("prev", "before", turned.first)):
        if place is not None:
            asked = {"after": None, "before": None, side: place_text(place)}
            links.append({"href": address_of(request, **asked), "rel": rel, "type": kind})
    links.append(_collection_link(request, layer))
    return links


def _collection_link(request: Request, layer: Layer) -> dict[str, str]:
    return {
        "href": f"{root_of(request)}/api/collections/{layer.id}",
        "rel": "collection",
        "type": JSON,
        "title": f"{layer.title} {layer.title_en}",
    }


def _reading(
    parts: Parts,
    crs: Annotated[CrsName, Query(description="Reference system of the answer.")] = "CRS84",
    asof: Annotated[InstantText | None, Query(description="Its state at an instant.")] = None,
) -> tuple[Shape, datetime | None]:
    instant = read_instant(asof, "asof", parts.city.time_zone) if asof is not None else None
    return Shape(crs=read_crs(crs)), instant


Reading = Annotated[tuple[Shape, datetime | None], Depends(_reading)]
"""How one feature is told, and the instant whose state is asked for."""


@router.get(
    "/items/{id}",
    dependencies=[Depends(only_known)],
    response_class=Response,
    responses=FORMS_OF_A_FEATURE,
)
def item(
    request: Request,
    parts: Parts,
    layer: OneLayer,
    fid: FeatureId,
    form: AskedForm,
    reading: Reading,
) -> Response:
    """One feature."""
    shape, instant = reading
    feature = parts.reader.value(one(layer, fid, shape, instant))
    if feature is None:
        raise NotFound(f"{layer.id} has no feature {fid}")
    links = [*form_links(request, form, GEOJSON), _collection_link(request, layer)]
    text = f'{feature[:-1]},"links":{json.dumps(links, ensure_ascii=False)}}}'
    headers = {"Content-Crs": f"<{shape.crs.uri}>", **VARY}
    if form == "html":
        located = shape.crs.uri == CRS84
        content = pages.item(json.loads(text), layer, parts.city, root_of(request), located=located)
        return HTMLResponse(content, headers=headers)
    return Response(text, media_type=GEOJSON, headers=headers)


@router.get("/items/{id}/grade", dependencies=[Depends(only_known)])
def grade(
    parts: Parts,
    layer: OneLayer,
    fid: FeatureId,
    asof: Annotated[InstantText | None, Query(description="What was known at an instant.")] = None,
) -> dict[str, Any]:
    """Why a feature has its colour: method, inputs, steps, threshold, clause, history."""
    if not layer.graded:
        raise NotFound(f"{layer.id} has no grades")
    instant = read_instant(asof, "asof", parts.city.time_zone) if asof is not None else None
    today = parts.city.today(instant)
    told = explain(parts.reader, parts.layers, layer, fid, today, instant)
    if told is None:
        raise NotFound(f"{layer.id} has no feature {fid}")
    return told
