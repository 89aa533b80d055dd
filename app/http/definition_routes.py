"""The API's definition, in the version of OpenAPI that a client asks for."""

import hashlib
import json
import re
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response

from app.http.definition import whole
from app.http.deps import only_known
from app.http.freshness import fresh, not_modified, tag_of, unchanged
from app.http.negotiation import VARY
from app.http.openapi_30 import as_30

Version = Literal["3.0", "3.1"]

OPENAPI = "application/vnd.oai.openapi+json"

ASKED = re.compile(rf"{re.escape(OPENAPI)}\s*;\s*version\s*=\s*\"?3\.(0|1)")

router = APIRouter(prefix="/api", include_in_schema=False, dependencies=[Depends(only_known)])


@router.get("/openapi.json")
def definition(
    request: Request, f: Annotated[Version | None, Query(description="Version of OpenAPI.")] = None
) -> Response:
    """OpenAPI 3.1, or 3.0 for a client that asks for it by `f` or by Accept."""
    accept = request.headers.get("accept", "")
    asked = ASKED.search(accept)
    version: Version = f or ("3.0" if asked and asked[1] == "0" else "3.1")
    told = whole(cast("FastAPI", request.app).openapi())
    content = json.dumps(as_30(told) if version == "3.0" else told, ensure_ascii=False).encode()
    # Who asks for plain JSON gets it by its name; Swagger UI does.
    named = f is not None or OPENAPI in accept
    kind = f"{OPENAPI};version={version}" if named else "application/json"
    tag = tag_of(hashlib.sha256(content).hexdigest()[:16], *(("named",) if named else ()))
    if unchanged(request, tag):
        return not_modified(tag, VARY)
    return Response(content, media_type=kind, headers={**fresh(tag), **VARY})
