"""ETags: a client that has the present version is told so in a few bytes."""

from collections.abc import Mapping

from fastapi import Request, Response

REVALIDATE = "public, no-cache"
"""Keep it, but ask each time whether it is still right."""


def tag_of(*parts: object) -> str:
    """A strong ETag of what the answer depends on."""
    return '"' + "_".join(str(part) for part in parts).replace('"', "") + '"'


def unchanged(request: Request, tag: str) -> bool:
    """Whether the client has this version already."""
    known = request.headers.get("if-none-match", "")
    return tag in (part.strip().removeprefix("W/") for part in known.split(",")) or known == "*"


def fresh(tag: str, cache: str = REVALIDATE) -> dict[str, str]:
    """Headers of an answer that can be asked for again."""
    return {"ETag": tag, "Cache-Control": cache}


def not_modified(tag: str, headers: Mapping[str, str] | None = None) -> Response:
    """The answer to a client that has it already."""
    return Response(status_code=304, headers={**fresh(tag), **(headers or {})})
