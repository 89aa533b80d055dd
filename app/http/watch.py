"""Every request is counted, timed and logged in one structured line."""

import time
from uuid import uuid4

import structlog
from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUESTS = Counter("riskmap_requests_total", "Requests", ["route", "method", "status"])
DURATION_S = Histogram("riskmap_request_duration_seconds", "Time to the last byte", ["route"])

log = structlog.get_logger("riskmap.access")


class Watch:
    """ASGI middleware round the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and tell of it when it is answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        method = scope["method"]
        if method == "HEAD":
            # Every address that answers GET answers HEAD: the same, without the body.
            scope["method"] = "GET"
        status = 499
        request_id = uuid4().hex[:12]

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"].append((b"x-request-id", request_id.encode()))
            elif method == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        try:
            await self._app(scope, receive, told)
        finally:
            seconds = time.perf_counter() - start
            route = getattr(scope.get("route"), "path", "other")
            REQUESTS.labels(route, method, str(status)).inc()
            DURATION_S.labels(route).observe(seconds)
            log.info("request", id=request_id, method=method, path=scope["path"],
                     status=status, ms=round(seconds * 1000, 1))  # fmt: skip
