"""Answers requests to the stages of APIs, in the order in which Amazon API Gateway works."""

import base64
import hashlib
import json

from moto.apigateway.models import apigateway_backends

from reconciler.sandbox import process_state
from reconciler.sandbox.execute_api import access_log, throttling
from reconciler.sandbox.execute_api.answers import (
    JSON,
    Answer,
    NotServedError,
    RefusedError,
    forbidden,
    misconfigured,
    no_such_route,
    too_large,
)
from reconciler.sandbox.execute_api.authorizers import authorize
from reconciler.sandbox.execute_api.exchange import Exchange
from reconciler.sandbox.execute_api.gateway_responses import written
from reconciler.sandbox.execute_api.incoming import LARGEST_BODY, Incoming
from reconciler.sandbox.execute_api.mock import answer_of_mock
from reconciler.sandbox.execute_api.proxy import answer_of_function
from reconciler.sandbox.execute_api.routes import route_of
from reconciler.sandbox.execute_api.validation import check
from reconciler.sandbox.moto_patches.apigateway import ApiGateway
from reconciler.sandbox.moto_patches.apigateway.parts import Item, Parts

SIGNED = "AWS4-HMAC-SHA256 "


def serve(incoming: Incoming) -> Answer:
    """Answer a request to a stage."""
    found = _api_of(incoming)
    if found is None or incoming.stage not in found.apis[incoming.api].stages:
        refused = forbidden()
        body = json.dumps({"message": refused.message}).encode()
        return Answer(403, [("Content-Type", JSON), ("x-amzn-ErrorType", refused.code)], body)
    exchange = _exchange(found, incoming)
    with process_state.serving_account(found.account_id):
        try:
            answer = _answered(exchange)
        except RefusedError as refused:
            answer = written(refused, exchange)
        except NotServedError as missing:
            answer = _not_served(exchange, str(missing))
        answer.set("x-amzn-RequestId", exchange.context["requestId"])
        answer.set("x-amz-apigw-id", exchange.context["extendedRequestId"])
        access_log.write(exchange, answer)
    return answer


def _api_of(incoming: Incoming) -> ApiGateway | None:
    """The back end of the API's account and Region; None if there is no such API there."""
    for regions in apigateway_backends.values():
        for region, backend in regions.items():
            fits = isinstance(backend, ApiGateway) and incoming.api in backend.apis
            if fits and incoming.region in {"", region}:
                return backend  # type: ignore[return-value]  # of the class that was just checked
    return None


def _exchange(backend: ApiGateway, incoming: Incoming) -> Exchange:
    """What is known of a request before anything is checked; a part of the requests goes to the stage's canary."""
    api = backend.apis[incoming.api]
    stage = api.stages[incoming.stage]
    canary = stage.get("canarySettings") or {}
    chosen = bool(canary) and _is_for_canary(incoming, float(canary.get("percentTraffic", 0)))
    source: Item = canary if chosen else stage
    overrides = (canary.get("stageVariableOverrides") or {}) if chosen else {}
    return Exchange(
        incoming,
        backend,
        api,
        stage,
        api.published(incoming.stage, canary=chosen),
        str(source.get("deploymentId", stage["deploymentId"])),
        {**(stage.get("variables") or {}), **overrides},
        process_state.current().clock(),
    )


def _is_for_canary(incoming: Incoming, percent: float) -> bool:
    """Whether the canary serves this request: the requests are shared out evenly, not at random."""
    counts = process_state.current().api_usage
    name = ("canary", incoming.api, incoming.stage)
    before = counts.get(name, 0)
    counts[name] = before + 1
    return int((before + 1) * percent / 100) > int(before * percent / 100)


def _answered(exchange: Exchange) -> Answer:
    """Let the back end answer.

    Raises:
        RefusedError: API Gateway refuses the request.
        NotServedError: the sandbox cannot do what AWS does.
    """
    _check_reachable(exchange.parts)
    route = route_of(exchange.parts, exchange.incoming.verb, exchange.incoming.path)
    if route is None:
        raise _unknown_route(exchange)
    exchange.take(route)
    if len(exchange.incoming.body) > LARGEST_BODY:
        raise too_large()
    key = authorize(exchange)
    throttling.check_key(exchange, key)
    throttling.check_stage(exchange)
    check(exchange)
    integration: Item = route.method.get("methodIntegration") or {}
    sort = integration.get("type")
    if sort == "AWS_PROXY":
        return answer_of_function(exchange, integration)
    if sort == "MOCK":
        return answer_of_mock(exchange, integration)
    if sort is None:
        raise misconfigured("no integration")
    raise NotServedError(f"it has integrations of the types AWS_PROXY and MOCK alone, not {sort}")


def _check_reachable(parts: Parts) -> None:
    """Check that the API takes requests at its own host name, from anybody."""
    if parts.settings.get("disableExecuteApiEndpoint"):
        raise forbidden()
    if parts.settings.get("policy"):
        raise NotServedError("it evaluates no resource policies of APIs")


def _unknown_route(exchange: Exchange) -> RefusedError:
    """AWS takes a request for an unknown method as one to AWS itself, which must be signed."""
    signature = exchange.incoming.header("authorization")
    if not signature or signature.startswith(SIGNED) or "=" in signature.rstrip("="):
        return no_such_route()
    digest = base64.b64encode(hashlib.sha256(signature.encode()).digest()).decode()
    text = (
        "Invalid key=value pair (missing equal-sign) in Authorization header "
        f"(hashed with SHA-256 and encoded with Base64): '{digest}'."
    )
    return RefusedError("INVALID_SIGNATURE", "IncompleteSignatureException", text)


def _not_served(exchange: Exchange, why: str) -> Answer:
    """A typed 501 for what the sandbox cannot do."""
    path = exchange.route.resource["path"] if exchange.route else exchange.incoming.path
    place = f"{exchange.incoming.verb} {path} of API {exchange.api.id}"
    text = f"The sandbox does not serve {place}: {why}. AWS does."
    headers = [("Content-Type", JSON), ("x-amzn-ErrorType", "NotImplemented")]
    return Answer(501, headers, json.dumps({"message": text}, ensure_ascii=False).encode())
