"""Everything that a filter lets through in a file format, and what is told of the file."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.datastructures import QueryParams

from app.errors import BadParameter
from app.exports import EXPORTS
from app.exports.form import Form, Order
from app.exports.parts.metadata import digest_of, metadata_of
from app.http.deps import OneLayer, Parts
from app.http.exported import exported, place
from app.http.item_parameters import FEATURES
from app.http.item_routes import LARGEST_ID
from app.http.negotiation import root_of
from app.http.parameters import FILTERS, filterable, read_shape, read_where, refuse_unknown
from app.http.problems import RESPONSES
from app.state import State
from layers.declare import Layer

router = APIRouter(prefix="/api/collections/{layer}/export", tags=["features"], responses=RESPONSES)


FormatId = Annotated[str, Query(description="Format.", json_schema_extra={"enum": sorted(EXPORTS)})]

After = Annotated[
    int | None,
    Query(ge=0, le=LARGEST_ID, description="Go on behind the feature of this id: csv, geojsonseq."),
]

ASKED = (*FILTERS, "f", "crs", "properties", "after")


FILES: dict[str, Any] = {form.media_type: {} for form in EXPORTS.values()}


@router.get(
    "",
    openapi_extra={"parameters": FEATURES},
    response_class=Response,
    responses={
        200: {"content": FILES, "description": "The file"},
        206: {"content": FILES, "description": "A part of it"},
    },
)
def export(
    request: Request,
    parts: Parts,
    layer: OneLayer,
    f: FormatId = "geojson",
    after: After = None,
) -> Response:
    """Everything that the filters let through, in one file; `Link: rel=describedby` tells of it."""
    query = request.query_params
    refuse_unknown(query, (*ASKED, *filterable(layer)))
    form = _form(f, after)
    order = _order(parts, layer, query, after)
    asked = f"?{request.url.query}" if request.url.query else ""
    about = f"{root_of(request)}{request.url.path}/metadata{asked}"
    link = {"Link": f'<{about}>; rel="describedby"; type="application/json"'}
    return exported(form, order, link)


@router.get("/metadata", openapi_extra={"parameters": FEATURES})
def metadata(
    request: Request,
    parts: Parts,
    layer: OneLayer,
    f: FormatId = "geojson",
    after: After = None,
    digest: Annotated[
        bool, Query(description="Also size and SHA-256, for which the file is made.")
    ] = True,
) -> dict[str, Any]:
    """What is told of an export: licence, data time, rule sets, filter, CRS, count, checksum."""
    query = request.query_params
    refuse_unknown(query, (*ASKED, "digest", *filterable(layer)))
    form = _form(f, after)
    order = _order(parts, layer, query, after)
    with place():
        return metadata_of(f, form, order, digest_of(form, order) if digest else None)


def _form(f: str, after: int | None) -> Form:
    form = EXPORTS.get(f)
    if form is None:
        raise BadParameter("f", f"there is no format {f[:40]!r}; there are: {', '.join(EXPORTS)}")
    if after is not None and not form.continues:
        able = ", ".join(name for name, each in EXPORTS.items() if each.continues)
        raise BadParameter("after", f"continues these formats only 仅用于: {able}")
    return form


def _order(parts: State, layer: Layer, query: QueryParams, after: int | None) -> Order:
    where = replace(read_where(query, layer, parts.city.time_zone), after=after)
    return Order(parts.export_engine, layer, where, read_shape(query, layer))
