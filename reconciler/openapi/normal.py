"""The form in which two parts of an API are equal if they mean the same.

Sources: Method, Integration, Authorizer, RequestValidator, GatewayResponse (Amazon API Gateway API Reference).
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Settings: TypeAlias = dict[str, Any]
Parts: TypeAlias = dict[str, Settings]
"""The settings of each part, by its key."""
VERBS = ("GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "ANY")
MODEL, VALIDATOR, AUTHORIZER, RESPONSE, PATH = "model", "validator", "authorizer", "response", "path"
TIMEOUT, TTL = 29_000, 300
AUTHORIZATION = "method.request.header.Authorization"
REFERENCE = re.compile(
    r"(?:https?://[^/]+/restapis/[^/]+/models|#/(?:components/schemas|definitions))/([^/#]+)"
)
"""A reference to a model: as AWS shows it, or as a document writes it."""
WITHIN = "#/components/schemas/"
DEFAULTS_OF_METHOD: Mapping[str, Any] = {"authorizationType": "NONE", "apiKeyRequired": False}
DEFAULTS_OF_INTEGRATION: Mapping[str, Any] = {
    "passthroughBehavior": "WHEN_NO_MATCH",
    "timeoutInMillis": TIMEOUT,
    "connectionType": "INTERNET",
    "responseTransferMode": "BUFFERED",
}


def key_of(sort: str, name: str) -> str:
    """The key of a part: of a sort and a name, or of a verb and a path."""
    return f"{sort} {name}"


def split(key: str) -> tuple[str, str]:
    """The sort and the name of a part, or the verb and the path of a method."""
    sort, _, name = key.partition(" ")
    return sort, name


def is_method(key: str) -> bool:
    """Whether a part is a method."""
    return split(key)[0] in VERBS


def normal(key: str, settings: Mapping[str, Any]) -> Settings:
    """The settings of a part without AWS's defaults and empty values."""
    sort = split(key)[0]
    return (_method if sort in VERBS else NORMAL.get(sort, _told))(settings)


def _told(settings: Mapping[str, Any]) -> Settings:
    """The settings that are not empty."""
    return {
        name: value for name, value in settings.items() if value is not None and value not in ("", [], {})
    }


def _without(settings: Mapping[str, Any], defaults: Mapping[str, Any]) -> Settings:
    return {
        name: value
        for name, value in _told(settings).items()
        if name not in defaults or value != defaults[name]
    }


def _method(settings: Mapping[str, Any]) -> Settings:
    found = _without(settings, DEFAULTS_OF_METHOD)
    if "authorizationScopes" in found:
        found["authorizationScopes"] = sorted(found["authorizationScopes"])
    if "methodResponses" in found:
        found["methodResponses"] = _by_status(found["methodResponses"])
    if "methodIntegration" in found:
        found["methodIntegration"] = _integration(found["methodIntegration"])
    return found


def _integration(settings: Mapping[str, Any]) -> Settings:
    found = _without(settings, DEFAULTS_OF_INTEGRATION)
    if found.get("type") == "MOCK":
        found = {name: value for name, value in found.items() if name not in ("httpMethod", "uri")}
    if "cacheKeyParameters" in found:
        found["cacheKeyParameters"] = sorted(found["cacheKeyParameters"])
    if not (found.get("tlsConfig") or {}).get("insecureSkipVerification"):
        found.pop("tlsConfig", None)
    if "integrationResponses" in found:
        found["integrationResponses"] = _by_status(found["integrationResponses"])
    return found


def _by_status(rows: Mapping[str, Mapping[str, Any]]) -> Settings:
    """Responses by status, without the status in each of them."""
    return {
        code: {name: value for name, value in _told(row).items() if name != "statusCode"}
        for code, row in sorted(rows.items())
    }


def _authorizer(settings: Mapping[str, Any]) -> Settings:
    sort = settings.get("type")
    auth = "cognito_user_pools" if sort == "COGNITO_USER_POOLS" else "custom"
    defaults = {"authorizerResultTtlInSeconds": TTL, "authType": auth}
    found = _without(
        settings, defaults if sort == "REQUEST" else {**defaults, "identitySource": AUTHORIZATION}
    )
    if "providerARNs" in found:
        found["providerARNs"] = sorted(found["providerARNs"])
    return found


def _validator(settings: Mapping[str, Any]) -> Settings:
    return {name: settings.get(name) is True for name in ("validateRequestBody", "validateRequestParameters")}


def _model(settings: Mapping[str, Any]) -> Settings:
    found = _without(settings, {"contentType": "application/json"})
    if "schema" in found:
        found["schema"] = schema_of(found["schema"])
    return found


def schema_of(schema: Any) -> Any:
    """A schema with references within the document, and without the version of the language."""
    if isinstance(schema, Mapping):
        return {
            name: _reference(value) if name == "$ref" else schema_of(value)
            for name, value in schema.items()
            if name != "$schema"
        }
    return [schema_of(each) for each in schema] if isinstance(schema, list) else schema


def _reference(value: Any) -> Any:
    found = REFERENCE.fullmatch(value) if isinstance(value, str) else None
    return f"{WITHIN}{found[1]}" if found else value


def referred_model(schema: Any) -> str | None:
    """The name of the model, if a schema is only a reference to it."""
    target = schema.get("$ref") if isinstance(schema, Mapping) else None
    found = REFERENCE.fullmatch(target) if isinstance(target, str) else None
    return found[1] if found else None


NORMAL: Mapping[str, Callable[[Mapping[str, Any]], Settings]] = {
    MODEL: _model,
    VALIDATOR: _validator,
    AUTHORIZER: _authorizer,
    RESPONSE: _told,
    PATH: _told,
}
