"""Compressed answers have tags of their own, and a client that refuses gzip gets none.

A strong ETag names bytes: the compressed and the plain answer must not share one (RFC 9110, 8.8.3).
The routes below know only the plain tag; this middleware, outside the compressing one, marks the
tags that go to clients which take gzip, and takes the mark away when they come back.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MARK = '-gzip"'


class TagByEncoding:
    """ASGI middleware round the one that compresses."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Translate the tags that a client knows, and those that it gets."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = MutableHeaders(scope=scope)
        accepts = accepts_gzip(headers.get("accept-encoding", ""))
        if not accepts:
            del headers["accept-encoding"]
        known = headers.get("if-none-match")
        if known is not None:
            # Only the tag of the encoding that this client gets now is its present version.
            headers["if-none-match"] = _known(known, compressed=accepts)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                tag = answer.get("etag")
                # What is sent by ranges is never compressed: its tag names it as it is.
                if tag and accepts and "accept-ranges" not in answer:
                    answer["etag"] = f"{tag[:-1]}{MARK}"
            await send(message)

        await self._app(scope, receive, told)


def _known(tags: str, *, compressed: bool) -> str:
    parts = [part.strip() for part in tags.split(",")]
    if compressed:
        return ", ".join(part.replace(MARK, '"') for part in parts)
    return ", ".join(part for part in parts if not part.endswith(MARK)) or '""'


def accepts_gzip(header: str) -> bool:
    """Whether an Accept-Encoding header lets gzip through.

    >>> accepts_gzip("gzip, br"), accepts_gzip("gzip;q=0, identity"), accepts_gzip("")
    (True, False, False)
    >>> accepts_gzip("*"), accepts_gzip("*;q=0"), accepts_gzip("br;q=1.0, gzip;q=0.8")
    (True, False, True)
    """
    weights = {}
    for part in header.lower().split(","):
        name, _, parameter = part.partition(";")
        weights[name.strip()] = parameter.replace(" ", "")
    weight = weights.get("gzip", weights.get("*"))
    if weight is None:
        return False
    return weight.removeprefix("q=") not in {"0", "0.0", "0.00", "0.000"}


def offers_gzip(headers: Headers) -> bool:
    """Whether the answer to this request may be compressed."""
    return accepts_gzip(headers.get("accept-encoding", ""))
