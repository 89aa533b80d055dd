"""Everything that a filter lets through, streamed in a file format."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.errors import BadParameter
from app.exports import EXPORTS
from app.exports.form import Order
from app.http.deps import OneLayer, Parts
from app.http.exported import exported
from app.http.item_routes import PARAMETERS
from app.http.parameters import FILTERS, filterable, read_shape, read_where, refuse_unknown
from app.http.problems import RESPONSES

router = APIRouter(prefix="/api/collections/{layer}", tags=["features"], responses=RESPONSES)


FormatId = Annotated[str, Query(description="Format.", json_schema_extra={"enum": sorted(EXPORTS)})]


@router.get("/export", openapi_extra={"parameters": PARAMETERS}, response_class=Response)
def export(
    request: Request,
    parts: Parts,
    layer: OneLayer,
    f: FormatId = "geojson",
) -> Response:
    """Everything that the filters let through, in one file."""
    refuse_unknown(request.query_params, (*FILTERS, "f", "crs", "properties", *filterable(layer)))
    form = EXPORTS.get(f)
    if form is None:
        raise BadParameter("f", f"there is no format {f[:40]!r}; there are: {', '.join(EXPORTS)}")
    where = read_where(request.query_params, layer, parts.city.time_zone)
    shape = read_shape(request.query_params, layer)
    return exported(form, Order(parts.export_engine, layer, where, shape))
