"""Lambda proxy integrations: the event of a request, and the answer that a function returns.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.sandbox.execute_api.answers import (
    JSON,
    Answer,
    bad_answer,
    misconfigured,
    timed_out,
    too_large,
)
from reconciler.sandbox.execute_api.exchange import Exchange
from reconciler.sandbox.execute_api.functions import invoke
from reconciler.sandbox.execute_api.incoming import Headers
from reconciler.sandbox.lambda_runner import Outcome
from reconciler.sandbox.moto_patches.apigateway.parts import Item
from reconciler.sandbox.service_invocations import CannotInvokeError, TooSlowError

SECONDS = 29.0
KNOWN = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})
REMAPPED = frozenset({"connection", "content-length", "date", "server", "www-authenticate"})
"""Headers that a function sets and API Gateway sends with another name.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
"""
DROPPED = frozenset({"transfer-encoding"})
NOT_PASSED_ON = frozenset({"connection", "content-length", "host", "transfer-encoding", "expect"})
TOO_LARGE = "RequestTooLargeException"
NOT_OF_REQUESTS = ("deploymentId", "xrayTraceId", "error", "integration")
"""Members of the context that events do not have, or not there."""


def answer_of_function(exchange: Exchange, integration: Item) -> Answer:
    """Let the function of an integration answer.

    Raises:
        RefusedError: API Gateway answers instead.
        NotServedError: the sandbox cannot run the function.
    """
    seconds = integration["timeoutInMillis"] / 1000 if integration.get("timeoutInMillis") else SECONDS
    role = integration.get("credentials")
    source = exchange.arn(exchange.taken.resource["path"])
    before = exchange.milliseconds()
    try:
        outcome = invoke(
            exchange, integration["uri"], event_of(exchange), source=source, role=role, seconds=seconds
        )
    except CannotInvokeError as reason:
        raise too_large() if reason.code == TOO_LARGE else misconfigured(str(reason)) from None
    except TooSlowError:
        raise timed_out() from None
    finally:
        exchange.context["integrationLatency"] = latency = exchange.milliseconds() - before
        exchange.context["integration"] = {"latency": latency}
    exchange.context["integration"] |= {"integrationStatus": "200", "status": "200"}
    return _answer(exchange, outcome)


def event_of(exchange: Exchange) -> Item:
    """The event of a request."""
    body, encoded = _body(exchange)
    return {
        **request_members(exchange),
        "requestContext": request_context(exchange),
        "body": body,
        "isBase64Encoded": encoded,
    }


def request_members(exchange: Exchange) -> Item:
    """The members that events for integrations and for authorizers share."""
    incoming, route = exchange.incoming, exchange.taken
    headers = [*passed_on(exchange)]
    return {
        "resource": route.resource["path"],
        "path": incoming.path,
        "httpMethod": incoming.verb,
        "headers": dict(headers) or None,
        "multiValueHeaders": _gathered(headers) or None,
        "queryStringParameters": dict(incoming.query) or None,
        "multiValueQueryStringParameters": _gathered(incoming.query) or None,
        "pathParameters": route.variables or None,
        "stageVariables": exchange.variables or None,
    }


def request_context(exchange: Exchange) -> Item:
    """`requestContext`; what was authorized stands in it if the method has an authorizer."""
    return {name: value for name, value in exchange.context.items() if name not in NOT_OF_REQUESTS} | {
        "deploymentId": exchange.deployment
    }


def passed_on(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """The headers of a request as a function gets them, sorted by their names."""
    incoming = exchange.incoming
    forwarded = [value for name, value in incoming.rows if name.lower() == "x-forwarded-for"]
    own = {
        "Host": exchange.host,
        "X-Amzn-Trace-Id": incoming.header("x-amzn-trace-id") or exchange.trace,
        "X-Forwarded-For": ", ".join([*forwarded, incoming.source_ip]),
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
    }
    left_out = NOT_PASSED_ON | {name.lower() for name in own}
    rows = [row for row in incoming.rows if row[0].lower() not in left_out]
    yield from sorted([*rows, *own.items()], key=lambda row: row[0].lower())


def _gathered(rows: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in rows:
        found.setdefault(name, []).append(value)
    return found


def _body(exchange: Exchange) -> tuple[str | None, bool]:
    """The body as text, and whether it is encoded: it is if its media type is one of the API's binary ones."""
    body = exchange.incoming.body
    if not body:
        return None, False
    if _is_binary(exchange, exchange.incoming.header("content-type")):
        return base64.b64encode(body).decode(), True
    return body.decode("utf-8", errors="replace"), False


def _is_binary(exchange: Exchange, media: str) -> bool:
    """Whether a media type is one of those that the API treats as binary."""
    types = exchange.parts.settings.get("binaryMediaTypes") or ()
    plain = media.partition(";")[0].strip().lower()
    wide = f"{plain.partition('/')[0]}/*"
    return "*/*" in types or any(each.lower() in {plain, wide} for each in types)


def _answer(exchange: Exchange, outcome: Outcome) -> Answer:
    """The answer that a function has returned."""
    if outcome.error_type is not None:
        exchange.context["integration"]["error"] = outcome.error_type
        raise bad_answer(f"the function has failed: {outcome.error_type}")
    try:
        said = json.loads(outcome.payload)
    except ValueError:
        said = None
    if not _is_well_formed(said):
        raise bad_answer("Malformed Lambda proxy response")
    answer = Answer(int(said.get("statusCode") or 200), [*_headers(said)])
    if not answer.has("content-type"):
        answer.set("Content-Type", JSON)
    answer.body = _content(exchange, str(said.get("body") or ""), encoded=bool(said.get("isBase64Encoded")))
    answer.set("X-Amzn-Trace-Id", exchange.trace)
    return answer


def _is_well_formed(said: Any) -> bool:
    """Whether a function has returned what API Gateway understands."""
    if not isinstance(said, dict) or not said.keys() <= KNOWN:
        return False
    try:
        status = int(said.get("statusCode") or 200)
    except (TypeError, ValueError):
        return False
    plain, many = said.get("headers") or {}, said.get("multiValueHeaders") or {}
    return (
        100 <= status <= 599
        and isinstance(said.get("body"), str | None)
        and isinstance(plain, dict)
        and isinstance(many, dict)
        and all(isinstance(each, str | int | float) for each in plain.values())
        and all(isinstance(each, list) for each in many.values())
    )


def _headers(said: Mapping[str, Any]) -> Headers:
    """The headers that a function has set; of a name in both maps, the values of `multiValueHeaders`, and the single one if it is new."""
    rows = [(name, each) for name, values in (said.get("multiValueHeaders") or {}).items() for each in values]
    known = {(name.lower(), _text(each)) for name, each in rows}
    rows += [
        row for row in (said.get("headers") or {}).items() if (row[0].lower(), _text(row[1])) not in known
    ]
    return [
        (f"x-amzn-Remapped-{name}" if name.lower() in REMAPPED else name, _text(each))
        for name, each in rows
        if name.lower() not in DROPPED
    ]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _content(exchange: Exchange, body: str, *, encoded: bool) -> bytes:
    """The body: decoded if it is encoded and the client accepts a binary media type of the API first."""
    accepted = exchange.incoming.header("accept").partition(",")[0]
    if not encoded or not _is_binary(exchange, accepted):
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise misconfigured("the body is not encoded in Base64") from None
