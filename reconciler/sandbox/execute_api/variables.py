"""Replaces `$context` and `$stageVariables` in texts that no template engine runs: gateway responses and access logs.

Sources: "Set up gateway responses to customize error responses", "Set up CloudWatch logging for REST APIs" (API Gateway Developer
Guide).
"""

import re
from typing import Any

from reconciler.sandbox.execute_api.exchange import Exchange, as_text

VARIABLE = re.compile(
    r"\$(?P<braces>\{)?(?P<root>context|stageVariables)\.(?P<path>[\w:-]+(\.[\w:-]+)*)(?(braces)\})"
)
CONSTANT = re.compile(r"'(.*)'", re.DOTALL)


def replaced(text: str, exchange: Exchange, missing: str) -> str:
    """The text with the values of variables; `missing` stands for one without a value."""

    def value(found: re.Match[str]) -> str:
        path = found["path"]
        if found["root"] == "stageVariables":
            return exchange.variables.get(path, missing)
        found_value = exchange.context_value(path)
        if found_value is None or isinstance(found_value, dict | list):
            return missing
        return as_text(found_value)

    return VARIABLE.sub(value, text)


def mapped(expression: str, exchange: Exchange) -> str | None:
    """The value of an expression that maps a parameter: a constant in quotes, or a place in the request; None without a value."""
    constant = CONSTANT.fullmatch(expression)
    if constant:
        return constant[1]
    root, _, rest = expression.partition(".")
    if root == "context":
        value: Any = exchange.context_value(rest)
        return None if value is None else as_text(value)
    if root == "stageVariables":
        return exchange.variables.get(rest)
    place, _, name = rest.removeprefix("request.").partition(".")
    if expression.startswith("method.request."):
        if place == "header":
            return exchange.incoming.header(name) or None
        if place == "querystring":
            return exchange.incoming.parameter(name)
        if place == "path":
            return exchange.taken.variables.get(name)
    return None
