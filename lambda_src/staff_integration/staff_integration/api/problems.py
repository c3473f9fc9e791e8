"""Errors as problem documents.

Source: RFC 9457 (Problem Details for HTTP APIs).
"""

import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from staff_integration import reporting
from staff_integration.sign_in.keys import NoKeyError
from staff_integration.sign_in.shapes import RefusedError, SlowedError
from staff_integration.vault import VaultError

PROBLEM_JSON = "application/problem+json"
PREFIX = "urn:staff-integration:"
RETRY_AFTER = 2
"""Seconds, where the database does not answer."""


class Mistake(BaseModel):
    """A part of a request that is wrong."""

    where: str
    reason: str


class Problem(BaseModel):
    """Why a request is not carried out."""

    type: str
    title: str
    status: int
    detail: str = ""
    mistakes: list[Mistake] = []


class ProblemError(Exception):
    """Raised where a request is not carried out; `kind` becomes the `type` of the problem."""

    def __init__(self, status: HTTPStatus, kind: str, detail: str, mistakes: Sequence[Mistake] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.mistakes = mistakes


def answers(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """How an operation may answer beside its success: as these say, and as any operation may."""
    always = (
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.SERVICE_UNAVAILABLE,
    )
    return {
        status.value: {
            "description": status.phrase,
            "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({*always, *statuses})
    }


def problem(
    status: HTTPStatus,
    kind: str,
    detail: str,
    mistakes: Sequence[Mistake] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The answer for a problem."""
    body = Problem(
        type=f"{PREFIX}{kind}", title=status.phrase, status=status.value, detail=detail, mistakes=[*mistakes]
    )
    return JSONResponse(
        body.model_dump(exclude_defaults=True),
        status.value,
        headers=dict(headers or {}),
        media_type=PROBLEM_JSON,
    )


def handle_problems(app: FastAPI) -> None:
    """Answer every error by a problem document, which tells nothing of what is inside."""
    app.exception_handler(ProblemError)(_ours)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(RefusedError)(_refused)
    app.exception_handler(SlowedError)(_slowed)
    for each in (DBAPIError, NoKeyError, VaultError):
        app.exception_handler(each)(_unavailable)
    app.exception_handler(Exception)(_internal)


async def _ours(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemError)  # noqa: S101  # as registered
    headers = {"WWW-Authenticate": "Bearer"} if error.status is HTTPStatus.UNAUTHORIZED else {}
    return problem(error.status, error.kind, error.detail, error.mistakes, headers)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101  # as registered
    mistakes = [
        Mistake(where=".".join(str(part) for part in each["loc"]), reason=str(each["msg"]))
        for each in error.errors()
    ]
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-request", "The request is not as documented.", mistakes
    )


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101  # as registered
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    status = HTTPStatus(error.status_code)
    kind = {404: "no-such-path", 405: "no-such-method"}.get(error.status_code, "invalid-request")
    return problem(status, kind, "", headers=headers)


async def _refused(_: Request, error: Exception) -> JSONResponse:
    return problem(
        HTTPStatus.UNAUTHORIZED, "refused", f"{error}.".capitalize(), headers={"WWW-Authenticate": "Bearer"}
    )


async def _slowed(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, SlowedError)  # noqa: S101  # as registered
    seconds = str(max(1, math.ceil(error.seconds)))
    return problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        "slowed",
        "Please wait before you try again.",
        (),
        {"Retry-After": seconds},
    )


async def _unavailable(request: Request, _: Exception) -> JSONResponse:
    reporting.failed("request_failed", method=request.method, route=_route(request))
    return problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "unavailable",
        "Please try again.",
        headers={"Retry-After": str(RETRY_AFTER)},
    )


async def _internal(request: Request, _: Exception) -> JSONResponse:
    reporting.failed("request_failed", method=request.method, route=_route(request))
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal-error", "")


def _route(request: Request) -> str:
    return str(getattr(request.scope.get("route"), "path", ""))


def _methods(request: Request) -> set[str]:
    """The methods of all routes with the path of a request."""
    found: set[str] = set()
    for route in request.app.state.routes:
        if route.matches(request.scope)[0] is Match.PARTIAL:
            found |= set(getattr(route, "methods", None) or ())
    return found
