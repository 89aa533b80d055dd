"""The map page, its built files, and the base map."""

import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from app.errors import NotFound
from app.http.deps import Parts, only_known
from app.http.freshness import fresh, not_modified, tag_of, unchanged

BUILT = Path(__file__).resolve().parent.parent / "web" / "dist"
"""What the build of the web page left."""

FOREVER = "public, max-age=31536000, immutable"
"""Built files carry a hash in their names."""

BASE_FILES = ("land", "roads", "outline", "places")

NOT_BUILT = """<!doctype html><meta charset="utf-8"><title>riskmap</title>
<p>地图页面尚未构建：请运行 <code>./riskmap demo</code>。</p>
<p>The page is not built yet: run <code>./riskmap demo</code>. The API is at
<a href="/api">/api</a>.</p>"""

# Windows registries and slim Debians do not know it, and browsers refuse a module of another type.
mimetypes.add_type("text/javascript", ".mjs")

router = APIRouter(include_in_schema=False)
"""Pages open whatever stands behind `?`: messengers add words of their own to a shared link."""


@router.get("/")
def page() -> Response:
    """The city risk map."""
    return _built("index.html")


@router.get("/import")
def import_page() -> Response:
    """The import assistant."""
    return _built("import.html")


@router.get("/check")
def check_page() -> Response:
    """The planner's check of a site."""
    return _built("check.html")


@router.get("/inspect")
def inspect_page() -> Response:
    """The pipeline inspector's page."""
    return _built("inspect.html")


@router.get("/inspect-worker.js")
def inspect_worker() -> Response:
    """What keeps that page without a network; its address is fixed, its content is of the build."""
    path = BUILT / "inspect-worker.js"
    headers = {"Cache-Control": "no-cache"}
    if not path.is_file():
        return Response("// The page is not built yet.\n", 200, headers, "text/javascript")
    return FileResponse(path, media_type="text/javascript", headers=headers)


def _built(name: str) -> Response:
    path = BUILT / name
    if not path.is_file():
        return HTMLResponse(NOT_BUILT, status_code=200)
    return FileResponse(path, media_type="text/html", headers={"Cache-Control": "no-cache"})


@router.get("/assets/{name:path}")
def asset(name: str) -> Response:
    """A built file of the page."""
    try:
        path = (BUILT / "assets" / name).resolve()
        found = path.is_relative_to(BUILT / "assets") and path.is_file()
    except (OSError, ValueError):
        found = False
    if not found:
        raise NotFound("there is no such file")
    return FileResponse(path, headers={"Cache-Control": FOREVER})


@router.get("/api/base/{name}.geojson", dependencies=[Depends(only_known)])
def base(request: Request, parts: Parts, name: str) -> Response:
    """One file of the offline base map."""
    path = parts.city.base_file(name)
    if name not in BASE_FILES or not path.is_file():
        raise NotFound(f"there is no base map {name[:40]!r}; there are: {', '.join(BASE_FILES)}")
    content, digest = _content(path, path.stat().st_mtime_ns)
    tag = tag_of(digest)
    if unchanged(request, tag):
        return not_modified(tag)
    return Response(content, media_type="application/geo+json", headers=fresh(tag))


@lru_cache(maxsize=16)
def _content(path: Path, _changed_ns: int) -> tuple[bytes, str]:
    content = path.read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:16]
