"""Two doors to the same answers: a service over HTTP, or its routes in this process."""

import asyncio
import json
import urllib.error
import urllib.request
from threading import Thread
from typing import Any, BinaryIO, Protocol
from urllib.parse import urlsplit

from fastapi import FastAPI

CHUNK_BYTES = 1 << 16

OK = 200

JSON = "application/json"


class RequestRefused(Exception):
    """The service refused a question; `status` and `problem` (RFC 9457) say why."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        """Keep what the service said."""
        super().__init__(problem.get("detail") or problem.get("title") or f"status {status}")
        self.status = status
        self.problem = problem


class Door(Protocol):
    """Where questions are asked."""

    def fetch(self, address: str, sink: BinaryIO, body: bytes | None = None) -> None:
        """Write the answer to GET of a path with its query, or to POST of a JSON body.

        Raises:
            RequestRefused: The answer is not 200; nothing was written.
        """


class ServiceDoor:
    """A service that runs elsewhere."""

    def __init__(self, root: str) -> None:
        """Keep its address, scheme and host.

        Raises:
            ValueError: It is no http address.
        """
        if urlsplit(root).scheme not in {"http", "https"}:
            raise ValueError(f"{root!r} is no http address")
        self._root = root.rstrip("/")

    def fetch(self, address: str, sink: BinaryIO, body: bytes | None = None) -> None:
        """Ask over HTTP."""
        headers = {} if body is None else {"Content-Type": JSON}
        request = urllib.request.Request(self._root + address, body, headers)  # noqa: S310 - scheme checked above
        try:
            with urllib.request.urlopen(request) as answer:  # noqa: S310 - the same
                while chunk := answer.read(CHUNK_BYTES):
                    sink.write(chunk)
        except urllib.error.HTTPError as fault:
            with fault:
                raise RequestRefused(fault.code, _problem(fault.read())) from None


class DirectDoor:
    """The routes in this process: straight from PostGIS, no server, the same code."""

    def __init__(self, app: FastAPI) -> None:
        """Keep the application."""
        self._app = app

    def fetch(self, address: str, sink: BinaryIO, body: bytes | None = None) -> None:
        """Ask in a thread of its own, since a notebook has an event loop already."""
        call = _Call(address, sink, body)
        thread = Thread(target=lambda: asyncio.run(call.run(self._app)), name="client")
        thread.start()
        thread.join()
        if call.fault is not None:
            raise call.fault
        if call.status != OK:
            raise RequestRefused(call.status, _problem(bytes(call.refusal)))


class _Call:
    """One request as ASGI has it."""

    def __init__(self, address: str, sink: BinaryIO, body: bytes | None) -> None:
        self.status = 500
        self.refusal = bytearray()
        self.fault: BaseException | None = None
        self._address = urlsplit(address)
        self._sink = sink
        self._body = body
        self._asked = False

    async def run(self, app: FastAPI) -> None:
        path = self._address.path
        headers = [(b"host", b"localhost")]
        if self._body is not None:
            headers.append((b"content-type", JSON.encode()))
            headers.append((b"content-length", str(len(self._body)).encode()))
        method = "GET" if self._body is None else "POST"
        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1", "method": method, "scheme": "http", "root_path": "",
            "path": path, "raw_path": path.encode(), "headers": headers,
            "query_string": self._address.query.encode(), "client": ("127.0.0.1", 0),
            "server": ("localhost", 80),
        }  # fmt: skip
        try:
            await app(scope, self._receive, self._send)
        except Exception as fault:  # noqa: BLE001 - raised again where the question was asked
            self.fault = fault

    async def _receive(self) -> dict[str, Any]:
        if self._asked:
            # Whoever asks here stays until the end.
            await asyncio.Event().wait()
        self._asked = True
        return {"type": "http.request", "body": self._body or b"", "more_body": False}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif self.status == OK:
            self._sink.write(message.get("body", b""))
        else:
            self.refusal += message.get("body", b"")


def _problem(content: bytes) -> dict[str, Any]:
    try:
        told = json.loads(content)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
