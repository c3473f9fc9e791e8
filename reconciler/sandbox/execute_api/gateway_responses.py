"""Writes refusals as the gateway responses of the API say; those that are not set are Amazon API Gateway's own.

Sources: "Gateway responses for REST APIs", "Gateway response types for API Gateway" (API Gateway Developer Guide).
"""

import json

from reconciler.sandbox.execute_api.answers import JSON, Answer, RefusedError
from reconciler.sandbox.execute_api.exchange import Exchange
from reconciler.sandbox.execute_api.variables import mapped, replaced
from reconciler.sandbox.moto_patches.apigateway.parts import DEFAULT_RESPONSES, Item

HEADER = "gatewayresponse.header."
CAPITAL = frozenset({"ACCESS_DENIED"})
"""The types whose own body of AWS has `Message` instead of `message`."""


def written(refused: RefusedError, exchange: Exchange) -> Answer:
    """The answer for a refusal; the context tells it to templates and to the access log."""
    text = json.dumps(refused.message, ensure_ascii=False)
    exchange.context["error"] = {
        "message": refused.message,
        "messageString": text,
        "responseType": refused.sort,
        **({"validationErrorString": refused.reason} if refused.sort.startswith("BAD_REQUEST") else {}),
    }
    response = _response_for(refused, exchange)
    status = int(response.get("statusCode") or DEFAULT_RESPONSES[refused.sort] or refused.status or 500)
    templates = response.get("responseTemplates") or {}
    asked = exchange.incoming.header("accept")
    media = asked if asked in templates else JSON if JSON in templates else next(iter(templates), JSON)
    if media in templates:
        body = replaced(templates[media], exchange, "null")
    else:
        body = json.dumps({"Message" if refused.sort in CAPITAL else "message": refused.message})
    answer = Answer(status, [("Content-Type", media)], body.encode())
    for name, expression in (response.get("responseParameters") or {}).items():
        value = mapped(expression, exchange)
        if name.startswith(HEADER) and value is not None:
            answer.set(name.removeprefix(HEADER), value)
    answer.set("x-amzn-ErrorType", refused.code)
    return answer


def _response_for(refused: RefusedError, exchange: Exchange) -> Item:
    """The gateway response that is set for a refusal: of its type, or of all with 4xx or 5xx; empty if none is."""
    set_ones = exchange.parts.gateway_responses
    usual = DEFAULT_RESPONSES[refused.sort] or str(refused.status or 500)
    found: Item = set_ones.get(refused.sort) or set_ones.get(f"DEFAULT_{usual[0]}XX") or {}
    return found
