"""Imports over HTTP: a file is looked at, imported, reported on, and undone."""

import json
from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from app.errors import BadDocument, BadParameter, NotFound
from app.http.cross_site import require_own_site
from app.http.deps import Parts, only_known
from app.http.multipart import Form, read_form
from app.http.negotiation import CSV, XLSX, said
from app.http.problems import RESPONSES, told
from app.http.spelled import CRS, layer_ids
from app.ingest.desk import Job
from app.ingest.locate import Locator
from app.ingest.naming import Mapped
from app.ingest.records import listed, recorded
from app.ingest.rejected import as_csv
from app.ingest.rejected_rows import write_rejected
from app.ingest.system import system_of
from app.ingest.uploads import Upload
from app.ingest.zone import read_zone
from app.state import State
from layers.declare import Layer

SHORT_WAIT_S = 1.0
"""How long an answer waits for a small import, so that its report need not be asked for."""

FIELDS = ("layer", "crs", "timezone", "mapping", "dry_run", "actor", "upload")

LONGEST_ACTOR = 100

BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["layer"],
                "additionalProperties": False,
                "oneOf": [{"required": ["file"]}, {"required": ["upload"]}],
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    "upload": {
                        "type": "string",
                        "description": "Of a dry run: import that file, sent before.",
                    },
                    "layer": {
                        "type": "string",
                        "enum": layer_ids(),
                        "description": "Id of a layer.",
                    },
                    "crs": {
                        **CRS,
                        "description": "Declared system of the coordinates; taken for EPSG:4326 "
                        "where nothing is declared.",
                    },
                    "timezone": {
                        "type": "string",
                        "description": "Declared zone (IANA) of times that name none, such as "
                        "Asia/Shanghai.",
                    },
                    "mapping": {
                        "type": "string",
                        "format": "mapping",
                        "description": "JSON: header to field, lon, lat, lonlat, wkt or null.",
                    },
                    "dry_run": {"type": "string", "enum": ["true", "false", "1", "0"]},
                    "actor": {"type": "string", "description": "Who imports, as they say."},
                },
            }
        }
    },
}

router = APIRouter(
    prefix="/api/imports",
    tags=["imports"],
    dependencies=[Depends(only_known)],
    responses=RESPONSES,
)

ImportId = Annotated[int, Path(alias="id", ge=0, le=2**63 - 1, description="Id of an import.")]


def own_site(request: Request, parts: Parts) -> None:
    """Refuse writing requests from pages of other sites."""
    require_own_site(request, parts.settings)


@router.get("")
def imports(
    parts: Parts,
    layer: Annotated[
        str | None,
        Query(description="Only those of a layer.", json_schema_extra={"enum": layer_ids()}),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="Imports at most.")] = 50,
) -> Response:
    """The newest imports, and those that wait or run."""
    if layer is not None and layer not in parts.layers:
        raise BadParameter("layer", f"there is no layer {layer[:60]!r}")
    rows = parts.reader.all(listed(layer, limit))
    known = [{**row, "state": "done" if row["undone_at"] is None else "undone"} for row in rows]
    recorded_ids = {row["id"] for row in known}
    coming = [
        job.as_json() for job in parts.imports.unfinished()
        if job.id not in recorded_ids and layer in {None, job.order.layer.id}
    ]  # fmt: skip
    return _answer(
        {
            "imports": [*reversed(coming), *known],
            "uploads": parts.settings.uploads,
            "upload_mb": parts.settings.upload_mb,
        }
    )


@router.post(
    "",
    status_code=202,
    dependencies=[Depends(own_site)],
    openapi_extra={"requestBody": BODY},
)
async def create(request: Request, parts: Parts) -> Response:
    """Take a file and import it in the background; the answer tells where to ask how far it is."""
    form = await read_form(request, parts.imports.uploads, FIELDS)
    try:
        order = _order(form, parts, request)
        upload = _upload(form, parts)
        job = await run_in_threadpool(_submit, parts, upload, order)
    except BaseException:
        if form.upload is not None:
            parts.imports.uploads.drop(form.upload)
        raise
    return _answer(_job(job, request), 202, {"Location": f"/api/imports/{job.id}"})


@router.get("/{id}")
def progress(request: Request, parts: Parts, number: ImportId) -> Response:
    """How far an import is, and its report when it is done."""
    return _answer(_known(request, parts, number))


@router.get("/{id}/rejects.csv", response_class=Response, responses=said(CSV))
def rejects(request: Request, parts: Parts, number: ImportId) -> Response:
    """The rejections of an import, one a line, for spreadsheets."""
    content = as_csv(_known(request, parts, number)["rejects"])
    disposition = f'attachment; filename="rejects-{number}.csv"'
    return Response(
        content,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": disposition, "Cache-Control": "no-store"},
    )


@router.get(
    "/{id}/rejects.xlsx",
    response_class=Response,
    responses={**said(XLSX), 307: {"description": "The file is gone: to the CSV."}},
)
def rejected_rows(request: Request, parts: Parts, number: ImportId) -> Response:
    """The refused rows as they came, marked, to be put right; the CSV where the file is gone."""
    _known(request, parts, number)
    job = parts.imports.find(number)
    if job is None or job.report is None or not job.upload.path.is_file():
        return RedirectResponse(f"/api/imports/{number}/rejects.csv", 307)
    with TemporaryDirectory() as folder:
        path = FilePath(folder) / "rejects.xlsx"
        write_rejected(job.order, job.report, path)
        content = path.read_bytes()
    disposition = f'attachment; filename="rejects-{number}.xlsx"'
    return Response(
        content,
        media_type=XLSX,
        headers={"Content-Disposition": disposition, "Cache-Control": "no-store"},
    )


@router.post("/{id}/undo", dependencies=[Depends(own_site)])
def undo(request: Request, parts: Parts, number: ImportId) -> Response:
    """Undo an import: its rows are what they were, or nothing is changed and the reason told."""
    return _answer(parts.imports.undo(number, _actor("", request)).as_json())


def _submit(parts: State, upload: Upload, order: dict[str, Any]) -> Job:
    job = parts.imports.submit(upload, order)
    job.finished.wait(SHORT_WAIT_S)
    return job


def _order(form: Form, parts: State, request: Request) -> dict[str, Any]:
    layer = _layer(form.texts.get("layer", ""), parts)
    crs = form.texts.get("crs", "").strip() or None
    zone = form.texts.get("timezone", "").strip() or None
    try:
        Locator(layer, parts.city.extent, system_of(crs))
    except BadParameter as fault:
        raise BadDocument("/crs", fault.detail) from None
    try:
        zone = None if zone is None else read_zone(zone, "timezone")
    except BadParameter as fault:
        raise BadDocument("/timezone", fault.detail) from None
    return {
        "layer": layer,
        "crs": crs,
        "timezone": zone,
        "dry_run": _flag(form.texts.get("dry_run", "")),
        "mapping": _mapping(form.texts.get("mapping", "")),
        "actor": _actor(form.texts.get("actor", ""), request),
    }


def _layer(name: str, parts: State) -> Layer:
    if name not in parts.layers:
        raise BadDocument(
            "/layer", f"there is no layer {name[:60]!r}; there are: {', '.join(parts.layers)}"
        )
    return parts.layers[name]


def _flag(text: str) -> bool:
    words = {"": False, "true": True, "1": True, "false": False, "0": False}
    if text.strip().lower() not in words:
        raise BadDocument("/dry_run", "expected true or false")
    return words[text.strip().lower()]


def _mapping(text: str) -> Mapped | None:
    if not text.strip():
        return None
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise BadDocument("/mapping", "is no JSON") from None
    if not isinstance(content, dict) or not all(
        word is None or isinstance(word, str) for word in content.values()
    ):
        raise BadDocument("/mapping", "expected an object of header to field or null")
    return {header: word or None for header, word in content.items()}


def _actor(said: str, request: Request) -> str:
    """Who writes, as far as can be known without accounts: the name that is said, the address."""
    name = " ".join("".join(c if c.isprintable() else " " for c in said).split())[:LONGEST_ACTOR]
    address = request.client.host if request.client else "?"
    return f"{name} ({address})" if name else f"web ({address})"


def _upload(form: Form, parts: State) -> Upload:
    token = form.texts.get("upload")
    if (form.upload is None) == (token is None):
        raise BadDocument("/file", "expected a file, or the upload of a dry run")
    if form.upload is not None:
        return form.upload
    found = parts.imports.uploads.find(token or "")
    if found is None:
        raise BadDocument("/upload", "there is no such file any more; send it again 请重新上传")
    return found


def _known(request: Request, parts: State, number: int) -> dict[str, Any]:
    job = parts.imports.find(number)
    if job is not None and (job.order.dry_run or job.state != "done"):
        return _job(job, request)
    row = parts.reader.one(recorded(number))
    if row is None:
        raise NotFound(f"there is no import {number} 没有这次导入")
    now = _job(job, request) if job is not None else {"dry_run": False}
    record = {name: value for name, value in row.items() if name != "report"}
    state = "done" if row["undone_at"] is None else "undone"
    return {**now, **row["report"], **record, "state": state}


def _job(job: Job, request: Request) -> dict[str, Any]:
    problem = told(job.fault, request.url.path) if job.fault is not None else None
    return {**job.as_json(), "problem": problem}


def _answer(
    content: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """JSON that nobody keeps: it is another one soon."""
    body = json.dumps(content, ensure_ascii=False, default=str).encode()
    return Response(
        body,
        status,
        media_type="application/json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )
