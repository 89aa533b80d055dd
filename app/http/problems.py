"""Errors as problem details, RFC 9457; no stack, SQL, host or path goes out."""

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from app.errors import (
    BadDocument,
    BadParameter,
    Busy,
    CaptureDiffers,
    ClientLeft,
    CommandFailed,
    DatabaseAway,
    Forbidden,
    ImportRefused,
    Misplaced,
    NoSuchRange,
    NotFound,
    NotMigrated,
    RiskMapError,
    StatementTooSlow,
    TooLarge,
    UndoRefused,
    UnknownParameter,
)
from app.http.misplaced import blamed
from app.http.shapes import ref
from app.refusals import in_words

MEDIA_TYPE = "application/problem+json"

STATUS: dict[type[RiskMapError], int] = {
    BadParameter: 400,
    Misplaced: 400,
    UnknownParameter: 400,
    BadDocument: 422,
    ImportRefused: 422,
    NotFound: 404,
    UndoRefused: 409,
    CaptureDiffers: 409,
    Forbidden: 403,
    TooLarge: 413,
    NoSuchRange: 416,
    Busy: 503,
    CommandFailed: 500,
    DatabaseAway: 503,
    StatementTooSlow: 503,
    ClientLeft: 499,
    NotMigrated: 503,
}

RETRY_AFTER_S = 2
"""When a client should ask again while the database is away."""


class Fault(BaseModel):
    """One part of the request that is not what it should be."""

    detail: str
    parameter: str | None = None
    pointer: str | None = None


class Problem(BaseModel):
    """Problem details."""

    model_config = ConfigDict(json_schema_extra={"description": "Problem details, RFC 9457."})

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[Fault] = []


TOLD = {MEDIA_TYPE: {"schema": ref("Problem")}}

RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "What the caller did", "content": TOLD},
    "5XX": {"description": "What the service could not do", "content": TOLD},
}
"""What every router declares."""

log = structlog.get_logger("riskmap.http")


def install(app: FastAPI, routes: Iterable[BaseRoute]) -> None:
    """Let every error of the application leave as a problem.

    Args:
        app: The application.
        routes: All that it answers, for the methods that an address takes.
    """
    methods: dict[str, set[str]] = {}
    for route in routes:
        if isinstance(route, APIRoute):
            methods.setdefault(route.path, set()).update(route.methods or ())
    app.state.methods = methods
    app.add_exception_handler(RiskMapError, _own)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _framework)
    app.add_exception_handler(Exception, _unforeseen)


def told(fault: RiskMapError, instance: str) -> dict[str, Any]:
    """An error as problem details, for an answer that tells of what failed before."""
    problem = Problem(
        type=f"/problems/{fault.code}",
        title=fault.title,
        status=STATUS.get(type(fault), 500),
        detail=str(fault),
        instance=instance,
        errors=_faults(fault),
    )
    return problem.model_dump(exclude_none=True)


def _own(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, RiskMapError)
    if isinstance(fault, Misplaced):
        fault = blamed(fault, request.query_params)
    status = STATUS[type(fault)]
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning(fault.code, cause=repr(fault.__cause__)[:500], path=request.url.path)
    headers = {}
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(RETRY_AFTER_S)
    if isinstance(fault, NoSuchRange):
        headers["Content-Range"] = f"bytes */{fault.size}"
    return _sent(told(fault, request.url.path), status, headers)


def _faults(fault: RiskMapError) -> list[Fault]:
    match fault:
        case Misplaced():
            return [Fault(detail=fault.detail, parameter=name) for name in fault.parameters]
        case BadParameter():
            return [Fault(detail=fault.detail, parameter=fault.parameter)]
        case BadDocument():
            return [Fault(detail=fault.detail, pointer=fault.pointer)]
        case UnknownParameter():
            return [Fault(detail="unknown 未知", parameter=name) for name in fault.parameters]
        case _:
            return []


def _validation(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, RequestValidationError)
    faults = [_located(error) for error in fault.errors()]
    in_body = any(each.pointer is not None for each in faults)
    problem = Problem(
        type="/problems/bad-document" if in_body else "/problems/bad-parameter",
        title=BadDocument.title if in_body else BadParameter.title,
        status=422 if in_body else 400,
        detail="; ".join(f"{each.parameter or each.pointer}: {each.detail}" for each in faults),
        instance=request.url.path,
        errors=faults,
    )
    return _answer(problem)


def _located(error: dict[str, Any]) -> Fault:
    where, *rest = error["loc"]
    if error["type"] == "json_invalid":
        # Where the text breaks is no part of a document, since there is none.
        reason = f"{error['ctx']['error']} at character {rest[0]}" if rest else error["msg"]
        return Fault(detail=in_words({**error, "msg": f"is no JSON: {reason}"}), pointer="")
    if where == "body":
        return Fault(detail=in_words(error), pointer="".join(map(_step, rest)))
    return Fault(detail=in_words(error), parameter=".".join(map(str, rest)) or str(where))


def _step(part: str | int) -> str:
    """One step of a JSON pointer. Source: RFC 6901.

    >>> _step("a/b~c")
    '/a~1b~0c'
    """
    return "/" + str(part).replace("~", "~0").replace("/", "~1")


def _framework(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    phrase = HTTPStatus(fault.status_code).phrase
    problem = Problem(
        type="about:blank",
        title=phrase,
        status=fault.status_code,
        detail=str(fault.detail),
        instance=request.url.path,
    )
    headers = {name.title(): value for name, value in (fault.headers or {}).items()}
    if fault.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers |= _allowed(request)
    return _answer(problem, headers)


def _allowed(request: Request) -> dict[str, str]:
    """`Allow` with the methods of every route at the address; the router names the first's alone.

    Source: RFC 9110, 10.2.1.
    """
    path = getattr(request.scope.get("route"), "path", "")
    methods = sorted(request.app.state.methods.get(path, ()))
    return {"Allow": ", ".join(methods)} if methods else {}


def _unforeseen(request: Request, fault: Exception) -> Response:
    log.error("unforeseen", path=request.url.path, exc_info=fault)
    problem = Problem(
        type="about:blank",
        title="Internal Server Error",
        status=500,
        detail="an error that was not foreseen; it is in the log 服务内部错误，已记录",
        instance=request.url.path,
    )
    return _answer(problem)


def _answer(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    return _sent(problem.model_dump(exclude_none=True), problem.status, headers)


def _sent(content: dict[str, Any], status: int, headers: dict[str, str] | None) -> Response:
    """The answer; what it repeats of the request may hold lone surrogates, which are no text."""
    body = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
    return Response(body, status, media_type=MEDIA_TYPE, headers=headers)
