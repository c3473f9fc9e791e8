"""Errors as problem documents.

Source: RFC 9457 (Problem Details for HTTP APIs).
"""

import json
from collections.abc import Sequence
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)
from botocore.exceptions import BotoCoreError, ClientError

from stamp_rally_api.shapes import Mistake, Problem

PROBLEM_JSON = "application/problem+json"
PREFIX = "urn:stamp-rally:"
BUSY = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
    }
)
"""Codes of AWS after which a later try may succeed."""
RETRY_AFTER = "1"
"""Seconds."""


class ProblemError(Exception):
    """Raised where a request is not carried out; `kind` becomes the `type` of the problem."""

    def __init__(self, status: HTTPStatus, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail


def answer_for(error: Exception) -> Response[str]:
    """The answer for an error. It tells a mistake of the request, and nothing of any other error."""
    if isinstance(error, ProblemError):
        return problem(error.status, error.kind, error.detail)
    if isinstance(error, NotFoundError):
        return problem(HTTPStatus.NOT_FOUND, "no-such-path", "There is no such method and path.")
    if isinstance(error, RequestUnsupportedContentType):
        return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "The body must be JSON.")
    if isinstance(error, RequestValidationError) and not _is_ours(error):
        return problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "invalid-request",
            "The request is not as documented.",
            [_mistake(each) for each in error.errors()],
        )
    if isinstance(error, BotoCoreError) or (
        isinstance(error, ClientError) and error.response["Error"]["Code"] in BUSY
    ):
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "Please try again.")
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal-error", "")


def problem(status: HTTPStatus, kind: str, detail: str, mistakes: Sequence[Mistake] = ()) -> Response[str]:
    """The answer for a problem."""
    found: Problem = {"type": f"{PREFIX}{kind}", "title": status.phrase, "status": status.value}
    if detail:
        found["detail"] = detail
    if mistakes:
        found["mistakes"] = [*mistakes]
    headers: dict[str, str | list[str]] = {}
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = RETRY_AFTER
    return Response(status.value, PROBLEM_JSON, json.dumps(found), headers)


def _is_ours(error: RequestValidationError) -> bool:
    """Whether it is our own answer that is not as documented."""
    return any(each["loc"][0] == "response" for each in error.errors())


def _mistake(error: dict[str, object]) -> Mistake:
    place = error["loc"]
    where = ".".join(str(part) for part in place) if isinstance(place, tuple | list) else str(place)
    return {"where": where, "reason": str(error["msg"])}
