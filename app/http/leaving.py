"""A client that leaves in the middle: what the database still does for it is cancelled.

Every request that only reads has a `Caller`, which knows the connections on which is read for it.
When the client hangs up, nothing more is begun, and what still runs a moment later is cancelled.

A request that writes goes on to its end, whether its client stays or not: a transaction is whole or
rolled back, imports run in the background anyway, and captures and patrols carry a key by which a
phone that saw no answer sends them again. Work that several wait for (a tile, the versions of the
layers) is done by one of them; when that one leaves, the next does it again.
"""

import asyncio

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.db.caller import CALLER, Caller

ASKED_BY_POST = frozenset({"/api/nearby", "/api/check", "/api/verdict"})
"""Paths at which a question comes as a document: they read like those that are asked by GET."""

GRACE_S = 0.2
"""How long what runs may go on: most statements end within it, a tile that is nearly made goes on
the shelf, and no connection is lost for a map that is only being moved. Then it is cancelled, and
again after each such time until it has ended."""

log = structlog.get_logger("riskmap.http")


class Leaving:
    """ASGI middleware round everything that answers."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and watch whether its client stays."""
        if scope["type"] != "http" or _writes(scope):
            await self._app(scope, receive, send)
            return
        caller = Caller()
        line = _Line(receive, send, caller)
        if not _has_body(Headers(scope=scope)):
            line.watch()
        token = CALLER.set(caller)
        try:
            await self._app(scope, line.receive, line.send)
        except Exception as fault:
            if not caller.interrupted:
                raise
            # Libraries that read for an export tell in words of their own that their rows ended.
            log.info("client-left", path=scope["path"], fault=repr(fault)[:200])
        finally:
            CALLER.reset(token)
            line.hang_up()


def _writes(scope: Scope) -> bool:
    return scope["method"] not in {"GET", "HEAD"} and scope["path"] not in ASKED_BY_POST


def _has_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


class _Line:
    """The messages of one client: all are passed on, and its leaving is heard at once.

    A body is never taken from the application: listening begins when it has come to its end, so
    that it is read at the pace at which the application takes it.
    """

    def __init__(self, receive: Receive, send: Send, caller: Caller) -> None:
        self._receive = receive
        self._send = send
        self._caller = caller
        self._heard: asyncio.Queue[Message] = asyncio.Queue()
        self._listener: asyncio.Task[None] | None = None
        self._cut = False
        self._answered = False

    def watch(self) -> None:
        self._listener = asyncio.create_task(self._listen())

    def hang_up(self) -> None:
        if self._listener is not None:
            self._listener.cancel()

    async def receive(self) -> Message:
        if self._listener is None:
            message = await self._receive()
            if not message.get("more_body"):
                self.watch()
            return message
        if self._cut and self._heard.empty():
            return {"type": "http.disconnect"}
        return await self._heard.get()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.body" and not message.get("more_body"):
            # From here on the end of the connection is nothing but that.
            self._answered = True
        await self._send(message)

    async def _listen(self) -> None:
        while not self._cut:
            message = await self._receive()
            self._cut = message["type"] == "http.disconnect"
            self._heard.put_nowait(message)
        if self._answered:
            return
        self._caller.leave()
        while True:
            await asyncio.sleep(GRACE_S)
            await asyncio.to_thread(self._caller.interrupt)
