"""Writes parts of an API as an OpenAPI document that Amazon API Gateway imports.

Source: "OpenAPI extensions for API Gateway" (Amazon API Gateway Developer Guide).
"""

from collections.abc import Mapping
from typing import Any

from reconciler.openapi.normal import (
    AUTHORIZATION,
    AUTHORIZER,
    MODEL,
    PATH,
    RESPONSE,
    VALIDATOR,
    WITHIN,
    Parts,
    Settings,
    split,
)
from reconciler.openapi.reading import (
    ANY_METHOD,
    AUTHORIZER_OF,
    AUTHTYPE,
    INTEGRATION,
    PLACES,
    RESPONSES,
    SAME,
    UPPER,
    VALIDATOR_OF,
    VALIDATORS,
)

HEADER = "method.request.header."
KEYS: Mapping[str, Any] = {"type": "apiKey", "name": "x-api-key", "in": "header"}
SIGNED: Mapping[str, Any] = {"type": "apiKey", "name": "Authorization", "in": "header", AUTHTYPE: "awsSigv4"}


def document_of(parts: Parts, title: str, version: str = "1.0") -> dict[str, Any]:
    """The document with these parts; an authorizer that a method names and that is not among them is only named."""
    schemas: Settings = {}
    schemes: Settings = {}
    found: dict[str, Any] = {"openapi": "3.0.1", "info": {"title": title, "version": version}, "paths": {}}
    for key, settings in parts.items():
        sort, name = split(key)
        if sort == MODEL:
            schemas[name] = settings.get("schema") or {}
        elif sort == VALIDATOR:
            found.setdefault(VALIDATORS, {})[name] = dict(settings)
        elif sort == AUTHORIZER:
            schemes[name] = _scheme(settings)
        elif sort == RESPONSE:
            found.setdefault(RESPONSES, {})[name] = dict(settings)
        elif sort == PATH:
            found["paths"].setdefault(name, {})
        else:
            member = ANY_METHOD if sort == "ANY" else sort.lower()
            found["paths"].setdefault(name, {})[member] = _operation(settings, schemes)
    components = {"schemas": schemas, "securitySchemes": schemes}
    return {**found, **({"components": told} if (told := {n: v for n, v in components.items() if v}) else {})}


def _operation(settings: Settings, schemes: Settings) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if settings.get("operationName"):
        made["operationId"] = settings["operationName"]
    if settings.get("requestParameters"):
        made["parameters"] = [_parameter(*each) for each in settings["requestParameters"].items()]
    if settings.get("requestModels"):
        made["requestBody"] = {"content": _content(settings["requestModels"])}
    made["responses"] = {
        code: _response(row) for code, row in (settings.get("methodResponses") or {}).items()
    }
    security = _security(settings, schemes)
    if security:
        made["security"] = security
    if settings.get("validator"):
        made[VALIDATOR_OF] = settings["validator"]
    if settings.get("methodIntegration"):
        made[INTEGRATION] = _integration(settings["methodIntegration"])
    return made


def _parameter(place: str, required: bool) -> dict[str, Any]:
    _, _, where, name = place.split(".", 3)
    word = next(word for word, known in PLACES.items() if known == where)
    return {"name": name, "in": word, "required": required, "schema": {"type": "string"}}


def _content(models: Mapping[str, str]) -> dict[str, Any]:
    return {media: {"schema": {"$ref": f"{WITHIN}{name}"}} for media, name in models.items()}


def _response(row: Settings) -> dict[str, Any]:
    made: dict[str, Any] = {"description": "A response"}
    headers = [name.split(".", 3)[3] for name in row.get("responseParameters") or ()]
    if headers:
        made["headers"] = {name: {"schema": {"type": "string"}} for name in headers}
    if row.get("responseModels"):
        made["content"] = _content(row["responseModels"])
    return made


def _security(settings: Settings, schemes: Settings) -> list[dict[str, list[str]]]:
    found: list[dict[str, list[str]]] = []
    if settings.get("authorizer"):
        found.append({settings["authorizer"]: settings.get("authorizationScopes") or []})
    if settings.get("authorizationType") == "AWS_IAM":
        schemes["sigv4"] = dict(SIGNED)
        found.append({"sigv4": []})
    if settings.get("apiKeyRequired"):
        schemes["api_key"] = dict(KEYS)
        found.append({"api_key": []})
    return found


def _integration(settings: Settings) -> dict[str, Any]:
    made = {name: settings[name] for name in SAME if name in settings}
    made |= {name: str(settings[name]) for name in UPPER if name in settings}
    made["type"] = made["type"].lower()
    if "passthroughBehavior" in made:
        made["passthroughBehavior"] = made["passthroughBehavior"].lower()
    rows = settings.get("integrationResponses") or {}
    responses = {
        row.get("selectionPattern", "default"): {
            "statusCode": code,
            **{name: value for name, value in row.items() if name != "selectionPattern"},
        }
        for code, row in rows.items()
    }
    return {**made, **({"responses": responses} if responses else {})}


def _scheme(settings: Settings) -> dict[str, Any]:
    """The security scheme of an authorizer."""
    raw = {name: value for name, value in settings.items() if name != "authType"}
    source = str(raw.get("identitySource", AUTHORIZATION))
    simple = raw["type"] != "REQUEST" and source.startswith(HEADER)
    if simple:
        raw.pop("identitySource", None)
    raw["type"] = raw["type"].lower()
    default = "cognito_user_pools" if raw["type"] == "cognito_user_pools" else "custom"
    return {
        "type": "apiKey",
        "name": source.removeprefix(HEADER) if simple else "Unused",
        "in": "header",
        AUTHTYPE: settings.get("authType", default),
        AUTHORIZER_OF: raw,
    }
