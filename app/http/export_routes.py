"""Everything that a filter lets through, streamed in a file format."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from app.db.copy import copied
from app.errors import BadParameter
from app.exports import EXPORTS
from app.http.deps import OneLayer, Parts
from app.http.item_routes import PARAMETERS
from app.http.parameters import FILTERS, filterable, read_shape, read_where, refuse_unknown
from app.http.problems import RESPONSES

router = APIRouter(prefix="/api/collections/{layer}", tags=["features"], responses=RESPONSES)


FormatId = Annotated[str, Query(description="Format.", json_schema_extra={"enum": sorted(EXPORTS)})]


@router.get("/export", openapi_extra={"parameters": PARAMETERS}, response_class=StreamingResponse)
def export(
    request: Request,
    parts: Parts,
    layer: OneLayer,
    f: FormatId = "geojson",
) -> StreamingResponse:
    """Everything that the filters let through, in one file."""
    refuse_unknown(request.query_params, (*FILTERS, "f", "crs", "properties", *filterable(layer)))
    form = EXPORTS.get(f)
    if form is None:
        raise BadParameter("f", f"there is no format {f[:40]!r}; there are: {', '.join(EXPORTS)}")
    where = read_where(request.query_params, layer, parts.city.time_zone)
    shape = read_shape(request.query_params, layer)
    rows = copied(parts.export_engine, form.statement(layer, where, shape))
    # The first bytes are there before the answer begins, so that an error still can be told.
    chunks = _begun(form.written(rows, layer))
    return StreamingResponse(
        chunks,
        media_type=form.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{layer.id}.{form.ending}"',
            "Content-Crs": f"<{shape.crs.uri}>",
        },
    )


def _begun(chunks: Iterator[bytes]) -> Iterator[bytes]:
    first = next(chunks, b"")

    def rest() -> Iterator[bytes]:
        yield first
        yield from chunks

    return rest()
