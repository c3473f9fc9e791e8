"""What the OpenAPI document says of the answers of a route."""

from http import HTTPStatus
from typing import Any

from stamp_rally_api.problems import PROBLEM_JSON
from stamp_rally_api.shapes import Problem

OF_EVERY_ROUTE = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
"""400, 401, 403 and 429 are API Gateway's own; so can 500 be. Routes with variables add 404, for a value that no path can have."""
OF_BODIES = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


def answers(
    said: str, *problems: HTTPStatus, success: HTTPStatus = HTTPStatus.OK, body: bool = False
) -> dict[int, Any]:
    """The answers of a route: `said` is the description of the successful one."""
    found: dict[int, Any] = {success.value: {"description": said}}
    if success is HTTPStatus.NO_CONTENT:
        found[success.value]["content"] = {}
    for status in sorted({*OF_EVERY_ROUTE, *problems, *(OF_BODIES if body else ())}):
        content = {PROBLEM_JSON: {"model": Problem}}
        found[status.value] = {"description": status.phrase, "content": content}
    return found
