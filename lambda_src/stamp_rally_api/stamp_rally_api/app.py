"""The API: `stamp_rally_api.app.handler`."""

import json
import os
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, CORSConfig, Response
from aws_lambda_powertools.metrics import MetricUnit

from stamp_rally_api import admin_routes, visitor_routes
from stamp_rally_api.problems import answer_for
from stamp_rally_api.reporting import logger, metrics
from stamp_rally_api.settings import liff_origin

DAY = 86_400
JSON, ANY_OTHER = "application/json", "application/octet-stream"


def resolver(origin: str) -> APIGatewayRestResolver:
    """The API with all its routes; browsers may call it from one origin."""
    cors = CORSConfig(allow_origin=origin, expose_headers=["Retry-After"], max_age=DAY)
    made = APIGatewayRestResolver(cors=cors, enable_validation=True, serializer=_as_json)
    made.include_router(visitor_routes.router)
    made.include_router(admin_routes.router)
    made.exception_handler(Exception)(_problem)
    return made


@cache
def api() -> APIGatewayRestResolver:
    """The API with the settings of the function."""
    return resolver(liff_origin(os.environ))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer a request that Amazon API Gateway passes on.

    Source: "Lambda proxy integrations in API Gateway" (Amazon API Gateway Developer Guide).
    """
    began = time.monotonic()
    request: Mapping[str, Any] = event.get("requestContext") or {}
    logger.append_keys(request_id=request.get("requestId"))
    answer = api().resolve(_with_known_type(event), context)
    spent = (time.monotonic() - began) * 1000
    status = int(answer["statusCode"])
    logger.info(
        "request_answered",
        method=event.get("httpMethod"),
        route=event.get("resource"),
        status=status,
        milliseconds=round(spent, 1),
    )
    metrics.add_metric("RequestTime", MetricUnit.Milliseconds, spent)
    if status >= 500:
        metrics.add_metric("RequestFailed", MetricUnit.Count, 1)
    metrics.flush_metrics()
    return answer


def _with_known_type(event: dict[str, Any]) -> dict[str, Any]:
    """The event with one spelling of JSON's media type, and of all others: Powertools would read forms too, and fail at some."""

    def known(value: str) -> str:
        return JSON if value.partition(";")[0].strip().lower() == JSON else ANY_OTHER

    headers = (event.get("headers") or {}).items()
    made = {name: known(value) if name.lower() == "content-type" else value for name, value in headers}
    return {**event, "headers": made}


def _problem(error: Exception) -> Response[str]:
    found = answer_for(error)
    if found.status_code >= 500:
        logger.exception("request_failed", exc_info=error)
    return found


def _as_json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
