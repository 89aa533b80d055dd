"""The answer that holds a file: streamed, or made as a whole and sent by ranges."""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore
from typing import Any

from anyio import CancelScope
from fastapi.responses import FileResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.types import Message, Receive, Scope, Send

from app.errors import BadParameter, Busy, NoSuchRange
from app.exports.form import Form, Order

MOST_AT_ONCE = 24
"""Exports that run or wait. Each holds a thread of the process, of which the map needs some too."""

_PLACES = BoundedSemaphore(MOST_AT_ONCE)


@contextmanager
def place() -> Iterator[None]:
    """A place among the exports that run or wait.

    Raises:
        Busy: There is none left.
    """
    if not _PLACES.acquire(blocking=False):
        raise Busy("too many exports run and wait; try again 导出任务过多，请稍后再试")
    try:
        yield
    finally:
        _PLACES.release()


class MadeFile(FileResponse):
    """The file of an order. Its tag is its digest, so that a broken download can be resumed.

    Source: RFC 9110 (If-Range), RFC 9530 (Repr-Digest).
    """

    def __init__(self, form: Form, order: Order, headers: dict[str, str]) -> None:
        """Make the file; what goes wrong is raised here, before the answer begins."""
        assert form.filled is not None
        self._folder = TemporaryDirectory(prefix="riskmap-export-")
        self._file = file = Path(self._folder.name) / f"{order.layer.id}.{form.ending}"
        try:
            with place():
                form.filled(order, file)
            with file.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256")
        except BaseException:
            self._folder.cleanup()
            raise
        told = {
            **headers,
            "ETag": f'"{digest.hexdigest()}"',
            "Repr-Digest": f"sha-256=:{b64encode(digest.digest()).decode()}:",
        }
        super().__init__(file, media_type=form.media_type, headers=told)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, and take it away whether the client stayed or left."""

        async def told(message: Message) -> None:
            # Starlette tells in plain text what is wrong with a range; here it is a problem.
            if message["type"] == "http.response.start":
                if message["status"] == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                    raise NoSuchRange(self._file.stat().st_size)
                if message["status"] == HTTPStatus.BAD_REQUEST:
                    raise BadParameter("Range", "write for example bytes=0-999 例如 bytes=0-999")
            await send(message)

        try:
            await super().__call__(scope, receive, told)
        finally:
            self._folder.cleanup()


class Streamed(StreamingResponse):
    """The file of an order as it is made. Where its client leaves, the database stops making it."""

    def __init__(self, chunks: Generator[bytes], **more: Any) -> None:
        """Keep the chunks; `more` is as for any answer."""
        super().__init__(chunks, **more)
        self._chunks = chunks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, and end what makes it in a thread: that may wait for the database."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with CancelScope(shield=True):
                await run_in_threadpool(self._chunks.close)


def exported(form: Form, order: Order, more: dict[str, str] | None = None) -> Response:
    """The answer that holds the file of an order.

    Args:
        form: The format.
        order: What is exported.
        more: Headers beside those that name the file and its reference system.
    """
    headers = {
        **(more or {}),
        "Content-Disposition": f'attachment; filename="{order.layer.id}.{form.ending}"',
        "Content-Crs": f"<{order.shape.crs.uri}>",
    }
    if form.filled:
        return MadeFile(form, order, headers)
    assert form.streamed is not None
    # The first bytes are there before the answer begins, so that an error still can be told.
    chunks = _begun(_placed(form.streamed, order))
    return Streamed(chunks, media_type=form.media_type, headers=headers)


def _placed(streamed: Callable[[Order], Iterator[bytes]], order: Order) -> Generator[bytes]:
    with place():
        yield from streamed(order)


def _begun(chunks: Generator[bytes]) -> Generator[bytes]:
    first = next(chunks, b"")

    def rest() -> Generator[bytes]:
        with closing(chunks):
            yield first
            yield from chunks

    return rest()
