"""Sheets to print about one feature."""

from fastapi import APIRouter, Depends, Response

from app.errors import NotFound
from app.http.deps import OneLayer, Parts, only_known
from app.http.item_routes import FeatureId
from app.http.negotiation import PDF, said
from app.http.problems import RESPONSES

router = APIRouter(prefix="/api/collections/{layer}/items/{id}", tags=["sheets"],
                   dependencies=[Depends(only_known)], responses=RESPONSES)  # fmt: skip

SHEETS = ("high_consequence_areas",)
"""Layers whose features have a sheet."""


@router.get("/sheet", response_class=Response, responses=said(PDF))
def sheet(parts: Parts, layer: OneLayer, fid: FeatureId) -> Response:
    """The sheet of a high-consequence area as a PDF: facts, map strip, targets, routes."""
    if layer.id not in SHEETS:
        raise NotFound(f"{layer.id} has no sheets; those that have: {', '.join(SHEETS)}")
    # WeasyPrint takes a second to load, which no other request should wait for.
    from app.sheets.hca_plan import read_plan
    from app.sheets.hca_sheet import hca_sheet
    from app.sheets.pdf import pdf

    plan = read_plan(parts.reader.all, parts.layers, fid, parts.city)
    name = f'attachment; filename="{layer.id}-{fid}.pdf"'
    content = pdf(hca_sheet(plan, parts.city))
    return Response(content, media_type=PDF, headers={"Content-Disposition": name})
