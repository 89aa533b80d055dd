"""Workbooks for offices: an empty one to fill in, and the rows that have no place yet."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import APIRouter, Depends, Response

from app.http.deps import OneLayer, Parts, only_known
from app.http.negotiation import XLSX, said
from app.http.problems import RESPONSES
from app.ingest.template import write_template
from app.ingest.unlocated import write_unlocated

router = APIRouter(prefix="/api/collections/{layer}", tags=["imports"],
                   dependencies=[Depends(only_known)], responses=RESPONSES)  # fmt: skip


@router.get("/template.xlsx", response_class=Response, responses=said(XLSX))
def template(parts: Parts, layer: OneLayer) -> Response:
    """An empty workbook with headers, units, choices and an example, to be filled and imported."""
    place = parts.city.middle
    return _sent(f"{layer.id}.xlsx", lambda path: write_template(layer, path, place))


@router.get("/unlocated.xlsx", response_class=Response, responses=said(XLSX))
def unlocated(parts: Parts, layer: OneLayer) -> Response:
    """The rows that have no place (未定位): give them coordinates or stakes, import them again."""
    name = f"{layer.id}-unlocated.xlsx"
    return _sent(name, lambda path: write_unlocated(parts.export_engine, layer, path))


def _sent(name: str, write: Callable[[Path], object]) -> Response:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        content = path.read_bytes()
    told = {
        "Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"
    }  # fmt: skip
    return Response(content, media_type=XLSX, headers=told)
