"""Integrations of the type MOCK, as preflight requests of browsers need them.

Source: "Mock integrations for REST APIs in API Gateway" (API Gateway Developer Guide).
"""

import re
from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.execute_api.answers import JSON, Answer, RefusedError, misconfigured
from reconciler.sandbox.execute_api.exchange import Exchange, as_text
from reconciler.sandbox.execute_api.templates import Template, parsed
from reconciler.sandbox.execute_api.variables import mapped
from reconciler.sandbox.moto_patches.apigateway.parts import Item

HEADER, RESPONSE = "method.response.header.", "method.response."
NEVER, WITHOUT_TEMPLATES = "NEVER", "WHEN_NO_TEMPLATES"


def answer_of_mock(exchange: Exchange, integration: Item) -> Answer:
    """The answer that an integration makes up.

    Raises:
        RefusedError: it makes none.
        NotServedError: a template has a form that the sandbox does not know.
    """
    status = _status(exchange, integration)
    responses = (integration.get("integrationResponses") or {}).values()
    chosen = _chosen(list(responses), status)
    template = Template(
        _template_of(chosen.get("responseTemplates") or {}, exchange, "accept") or "", exchange
    )
    body = template.run()
    answer = Answer(
        int(chosen["statusCode"]), [("Content-Type", JSON)], body.strip().encode() and body.encode()
    )
    for name, expression in (chosen.get("responseParameters") or {}).items():
        value = mapped(expression, exchange)
        if name.startswith(HEADER) and value is not None:
            answer.set(name.removeprefix(HEADER), value)
    for name, value in template.overrides.items():
        sort, _, rest = name.partition(".")
        if sort == "header" and value is not None:
            answer.set(rest, as_text(value))
        elif sort == "status" and str(value).isdecimal():
            answer.status = int(value)
    return answer


def _status(exchange: Exchange, integration: Item) -> str:
    """The status that the request template names."""
    templates = integration.get("requestTemplates") or {}
    text = _template_of(templates, exchange, "content-type")
    if text is None:
        passthrough = integration.get("passthroughBehavior")
        if passthrough == NEVER or (passthrough == WITHOUT_TEMPLATES and templates):
            raise RefusedError(
                "UNSUPPORTED_MEDIA_TYPE", "UnsupportedMediaTypeException", "Unsupported Media Type"
            )
        text = exchange.incoming.body.decode("utf-8", errors="replace")
        made = parsed(text)
    else:
        made = parsed(Template(text, exchange).run())
    status = made.get("statusCode") if isinstance(made, dict) else None
    if not isinstance(status, int):
        raise misconfigured("the mock integration has no statusCode")
    return str(status)


def _template_of(templates: Mapping[str, str], exchange: Exchange, header: str) -> str | None:
    """The template for the media type in a header of the request; the one for JSON if the header names none."""
    media = (exchange.incoming.header(header) or JSON).partition(";")[0].partition(",")[0].strip().lower()
    if media in templates or header == "content-type":
        return templates.get(media)
    return templates.get(JSON) or next(iter(templates.values()), None)


def _chosen(responses: list[dict[str, Any]], status: str) -> dict[str, Any]:
    """The integration response for a status: one whose pattern matches, or the one without a pattern."""
    for each in responses:
        if each.get("selectionPattern") and re.fullmatch(each["selectionPattern"], status):
            return each
    found = next((each for each in responses if not each.get("selectionPattern")), None)
    if found is None:
        raise misconfigured("no integration response matches, and none is the default")
    return found
