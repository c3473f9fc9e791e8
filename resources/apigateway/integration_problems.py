"""Finds mistakes in an integration of an OpenAPI document."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.interpolation import has_reference
from reconciler.openapi.reading import a_map
from reconciler.resources.apigateway.operation_problems import STATUS

TYPES = ("aws", "aws_proxy", "http", "http_proxy", "mock")
SHORTEST, LONGEST, LONGEST_STREAM = 50, 300_000, 900_000
"""Of timeouts, in milliseconds."""
MEMBERS = frozenset(
    {
        "type", "httpMethod", "uri", "credentials", "requestParameters", "requestTemplates", "passthroughBehavior",
        "cacheNamespace", "cacheKeyParameters", "contentHandling", "timeoutInMillis", "connectionType", "connectionId",
        "tlsConfig", "responses", "responseTransferMode", "integrationTarget",
    }
)  # fmt: skip


def integration_findings(raw: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Each mistake, followed by its place in the integration."""
    sort = str(raw.get("type", "")).lower()
    if sort not in TYPES:
        yield f"the type of an integration is {', '.join(TYPES)}", *(["type"] if "type" in raw else [])
        return
    for name in raw:
        if name not in MEMBERS:
            yield f"an integration has no {name}", name
    uri = str(raw.get("uri") or "")
    if sort != "mock" and not uri:
        yield ("an integration of this type needs uri, as ${lambda.function:NAME#invoke_arn}",)
    if sort != "mock" and not raw.get("httpMethod"):
        yield ("an integration of this type needs httpMethod; for a Lambda function it is POST",)
    if uri and not has_reference(uri):
        yield from _uri(sort, uri)
    if (":lambda:path/" in uri or "#invoke_arn}" in uri) and str(
        raw.get("httpMethod", "POST")
    ).upper() != "POST":
        yield "a Lambda function is invoked by POST", "httpMethod"
    timeout = raw.get("timeoutInMillis")
    most = LONGEST_STREAM if str(raw.get("responseTransferMode", "")).upper() == "STREAM" else LONGEST
    if timeout is not None and not (isinstance(timeout, int) and SHORTEST <= timeout <= most):
        yield f"a timeout is {SHORTEST} to {most} milliseconds", "timeoutInMillis"
    yield from _responses(a_map(raw.get("responses")))


def _uri(sort: str, uri: str) -> Iterator[tuple[str, ...]]:
    if sort in ("aws", "aws_proxy") and not uri.startswith("arn:"):
        yield "the uri of an AWS service is an ARN, as ${lambda.function:NAME#invoke_arn}", "uri"
    elif re.match(r"arn:[^:]+:lambda:", uri):
        yield "this is the ARN of a function; write ${lambda.function:NAME#invoke_arn}", "uri"
    elif sort in ("http", "http_proxy") and not re.match(r"https?://", uri):
        yield "the uri of an HTTP integration begins with http:// or https://", "uri"


def _responses(responses: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    seen: dict[str, str] = {}
    for pattern, row in responses.items():
        status = str(a_map(row).get("statusCode", ""))
        if not STATUS.fullmatch(status):
            yield "a response needs statusCode, as '200'", "responses", pattern
        elif seen.setdefault(status, pattern) != pattern:
            yield (
                f"the pattern {seen[status]} has the status {status} as well; API Gateway keeps one of them",
                "responses",
                pattern,
            )
