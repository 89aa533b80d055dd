"""Multipart bodies, read as they come: the file to disk, up to a limit, the rest as short texts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO

from fastapi import Request
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from app.errors import BadDocument, Busy, TooLarge
from app.ingest.uploads import Upload, Uploads

LONGEST_TEXT = 256 * 1024
"""Bytes of a field that is no file; a mapping of many columns fits."""

MOST_PARTS = 16


@dataclass
class Form:
    """What a body brought.

    Attributes:
        texts: Fields that are no file.
        upload: The file; None where none came.
    """

    texts: dict[str, str] = field(default_factory=dict)
    upload: Upload | None = None


async def read_form(request: Request, uploads: Uploads, known: tuple[str, ...]) -> Form:
    """Read a multipart body whose file is in the field `file`; nothing is kept of a bad one.

    Raises:
        BadDocument: It is no multipart body, or has a field that is not known, or one twice.
        TooLarge: The file is larger than the limit.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise BadDocument("", "expected a multipart/form-data body with a file")
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > uploads.limit_bytes + MOST_PARTS * LONGEST_TEXT:
        raise _too_large(uploads)
    parts = _Parts(uploads, known)
    try:
        parser = MultipartParser(boundary, parts.callbacks())  # type: ignore[arg-type]
        async for chunk in request.stream():
            parser.write(chunk)
        parser.finalize()
        return parts.whole()
    except MultipartParseError:
        parts.discard()
        raise BadDocument("", "is no valid multipart body") from None
    except BaseException:
        parts.discard()
        raise


def _too_large(uploads: Uploads) -> TooLarge:
    limit = f"{uploads.limit_bytes // 1_000_000} MB"
    return TooLarge(f"the file is larger than {limit} (RISKMAP_UPLOAD_MB) 文件超过 {limit}")


class _Parts:
    """Collects the parts of a body as the parser finds them."""

    def __init__(self, uploads: Uploads, known: tuple[str, ...]) -> None:
        self._uploads = uploads
        self._known = known
        self._form = Form()
        self._header = bytearray(), bytearray()
        self._disposition = b""
        self._name = ""
        self._text = bytearray()
        self._file: IO[bytes] | None = None
        self._size = 0
        self._parts = 0
        self._ended = False

    def callbacks(self) -> dict[str, Callable[..., None]]:
        """What the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
            "on_header_end": self._end_header,
            "on_headers_finished": self._open,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._end_body,
        }

    def whole(self) -> Form:
        """The form, when its last boundary has come."""
        if not self._ended:
            raise BadDocument("", "the body ended before its last boundary 上传不完整")
        return self._form

    def discard(self) -> None:
        """Delete the file of a body that is refused."""
        if self._file is not None:
            self._file.close()
        if self._form.upload is not None:
            self._uploads.drop(self._form.upload)

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise BadDocument("", f"has more than {MOST_PARTS} parts")
        self._header = bytearray(), bytearray()
        self._disposition = b""
        self._text.clear()

    def _end_header(self) -> None:
        if self._header[0].lower() == b"content-disposition":
            self._disposition = bytes(self._header[1])
        self._header = bytearray(), bytearray()

    def _open(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode(errors="replace")
        if self._name == "file":
            self._open_file(options.get(b"filename", b"").decode(errors="replace"))
        elif self._name not in self._known:
            words = ", ".join(("file", *self._known))
            raise BadDocument(f"/{self._name[:40]}", f"is not known; known are: {words}")
        elif self._name in self._form.texts:
            raise BadDocument(f"/{self._name}", "is given more than once")

    def _open_file(self, claimed: str) -> None:
        if self._form.upload is not None:
            raise BadDocument("/file", "is given more than once")
        self._form.upload = self._uploads.new(claimed)
        self._file = self._form.upload.path.open("wb")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._file is None:
            if len(self._text) + end - start > LONGEST_TEXT:
                raise BadDocument(f"/{self._name}", f"is longer than {LONGEST_TEXT} bytes")
            self._text.extend(data[start:end])
            return
        self._size += end - start
        if self._size > self._uploads.limit_bytes:
            raise _too_large(self._uploads)
        try:
            self._file.write(data[start:end])
        except OSError as fault:
            raise Busy("there is no room for the file on the disk 磁盘空间不足") from fault

    def _end(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            return
        try:
            self._form.texts[self._name] = self._text.decode()
        except UnicodeDecodeError:
            raise BadDocument(f"/{self._name}", "is no UTF-8") from None

    def _end_body(self) -> None:
        self._ended = True
