"""Reads the parts of an API from an OpenAPI document with Amazon API Gateway's extensions.

Sources: "OpenAPI extensions for API Gateway", "Set up OpenAPI" (Amazon API Gateway Developer Guide); OpenAPI Specification 3.0.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.openapi.normal import (
    AUTHORIZER,
    MODEL,
    PATH,
    RESPONSE,
    VALIDATOR,
    VERBS,
    Parts,
    Settings,
    key_of,
    normal,
    referred_model,
)

PREFIX = "x-amazon-apigateway-"
INTEGRATION, ANY_METHOD = f"{PREFIX}integration", f"{PREFIX}any-method"
VALIDATORS, VALIDATOR_OF = f"{PREFIX}request-validators", f"{PREFIX}request-validator"
RESPONSES, AUTHTYPE, AUTHORIZER_OF = f"{PREFIX}gateway-responses", f"{PREFIX}authtype", f"{PREFIX}authorizer"
API_KEY, SIGV4 = "x-api-key", "awssigv4"
JSON = "application/json"
PLACES = {"path": "path", "query": "querystring", "header": "header"}
SAME = (
    "httpMethod", "uri", "credentials", "requestParameters", "requestTemplates", "cacheNamespace", "cacheKeyParameters",
    "timeoutInMillis", "connectionId", "tlsConfig", "integrationTarget",
)  # fmt: skip
"""Members of an integration with the same names and values as in the API."""
UPPER = ("type", "passthroughBehavior", "contentHandling", "connectionType", "responseTransferMode")
"""Members of which a document may write the value in lower case."""


def a_map(value: Any) -> Mapping[str, Any]:
    """The value if it is a map; else an empty one."""
    return value if isinstance(value, Mapping) else {}


def a_list(value: Any) -> list[Any]:
    """The value if it is a list; else an empty one."""
    return value if isinstance(value, list) else []


def parts_of(document: Any) -> Parts:
    """The parts that an import of the document makes. What it cannot read is left out."""
    return _Reader(a_map(document)).parts()


def operations_in(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    """Each operation: its path, its verb, the member of the path that holds it, and itself."""
    for path, item in a_map(document.get("paths")).items():
        for member, operation in a_map(item).items():
            verb = "ANY" if member == ANY_METHOD else member.upper()
            if verb in VERBS and (verb != "ANY" or member == ANY_METHOD) and isinstance(operation, Mapping):
                yield path, verb, member, operation


class _Reader:
    """Reads one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.components = a_map(document.get("components"))
        self.found: Parts = {}

    def parts(self) -> Parts:
        for name, schema in a_map(self.components.get("schemas")).items():
            self._add(MODEL, name, {"schema": schema})
        for name, settings in a_map(self.document.get(VALIDATORS)).items():
            self._add(VALIDATOR, name, a_map(settings))
        for name, scheme in a_map(self.components.get("securitySchemes")).items():
            if AUTHORIZER_OF in a_map(scheme):
                self._add(AUTHORIZER, name, _authorizer(scheme))
        for name, settings in a_map(self.document.get(RESPONSES)).items():
            self._add(RESPONSE, name, _gateway_response(a_map(settings)))
        for path, item in a_map(self.document.get("paths")).items():
            if item is not None:
                self._path(path, a_map(item))
        return self.found

    def _add(self, sort: str, name: str, settings: Mapping[str, Any]) -> None:
        key = key_of(sort, name)
        self.found[key] = normal(key, settings)

    def _path(self, path: str, item: Mapping[str, Any]) -> None:
        methods = [*operations_in({"paths": {path: item}})]
        if not methods:
            self._add(PATH, path, {})
        for _, verb, _, operation in methods:
            shared = [self._resolved(each) for each in a_list(item.get("parameters"))]
            self._add(verb, path, self._method(path, verb, operation, shared))

    def _method(
        self, path: str, verb: str, operation: Mapping[str, Any], shared: list[Mapping[str, Any]]
    ) -> Settings:
        own = [self._resolved(each) for each in a_list(operation.get("parameters"))]
        by_place = {(each.get("in"), each.get("name")): each for each in [*shared, *own]}
        body = self._resolved(operation.get("requestBody"))
        name = operation.get("operationId") or f"{verb.lower()}{path}"
        made: Settings = {
            "operationName": operation.get("operationId"),
            "requestParameters": {
                f"method.request.{PLACES[place]}.{each}": settings.get("required") is True or place == "path"
                for (place, each), settings in by_place.items()
                if place in PLACES
            },
            "requestModels": self._models(body.get("content"), f"{name}Body"),
            "methodResponses": dict(self._responses(operation.get("responses"), name)),
            "validator": operation.get(VALIDATOR_OF) or self.document.get(VALIDATOR_OF),
        }
        if isinstance(operation.get(INTEGRATION), Mapping):
            made["methodIntegration"] = integration_of(operation[INTEGRATION])
        return {**made, **self._security(operation)}

    def _responses(self, responses: Any, name: str) -> Iterator[tuple[str, Settings]]:
        """The responses of a method; AWS has no default one."""
        for code, response in a_map(responses).items():
            if str(code) != "default":
                found = self._resolved(response)
                headers = {f"method.response.header.{each}": False for each in a_map(found.get("headers"))}
                models = self._models(found.get("content"), f"{name}{code}")
                yield str(code), {"responseParameters": headers, "responseModels": models}

    def _models(self, content: Any, name: str) -> dict[str, str]:
        """The model of each media type; a schema that has no name of its own becomes a model."""
        found: dict[str, str] = {}
        for media, described in a_map(content).items():
            schema = a_map(described).get("schema")
            if isinstance(schema, Mapping):
                model = referred_model(schema)
                if model is None:
                    model = model_name(name if media == JSON else f"{name}/{media}")
                    self._add(MODEL, model, {"schema": schema})
                found[media] = model
        return found

    def _security(self, operation: Mapping[str, Any]) -> Settings:
        """The authorization of a method, from its security requirements or those of the document."""
        made: Settings = {}
        schemes = a_map(self.components.get("securitySchemes"))
        for requirement in a_list(operation.get("security", self.document.get("security"))):
            for name, scopes in a_map(requirement).items():
                scheme = a_map(schemes.get(name))
                if AUTHORIZER_OF in scheme:
                    sort = str(a_map(scheme[AUTHORIZER_OF]).get("type")).upper()
                    kind = sort if sort in ("COGNITO_USER_POOLS", "JWT") else "CUSTOM"
                    made |= {"authorizationType": kind, "authorizer": name, "authorizationScopes": scopes}
                elif str(scheme.get(AUTHTYPE)).lower() == SIGV4:
                    made["authorizationType"] = "AWS_IAM"
                elif str(scheme.get("name")).lower() == API_KEY:
                    made["apiKeyRequired"] = True
        return made

    def _resolved(self, value: Any) -> Mapping[str, Any]:
        """A value, or what its reference within the document stands for."""
        found = a_map(value)
        for _ in range(10):  # a reference may lead to another one
            target = found.get("$ref")
            if not isinstance(target, str) or not target.startswith("#/"):
                break
            node: Any = self.document
            for step in target[2:].split("/"):
                node = a_map(node).get(step.replace("~1", "/").replace("~0", "~"))
            found = a_map(node)
        return found


def model_name(text: str) -> str:
    """A name of a model, which has letters and digits alone: `get/stamps/{id}200` becomes `getStampsId200`."""
    words: list[str] = re.findall(r"[A-Za-z0-9]+", text) or ["model"]
    first, *others = words
    return first + "".join(each[0].upper() + each[1:] for each in others)


def integration_of(raw: Mapping[str, Any]) -> Settings:
    """An integration as the API has it."""
    made: Settings = {name: raw[name] for name in SAME if name in raw}
    made |= {name: str(raw[name]).upper() for name in UPPER if raw.get(name) is not None}
    rows: dict[str, Settings] = {}
    for pattern, response in a_map(raw.get("responses")).items():
        found = a_map(response)
        row = {name: found[name] for name in ("responseParameters", "responseTemplates") if name in found}
        if found.get("contentHandling"):
            row["contentHandling"] = str(found["contentHandling"]).upper()
        if pattern != "default":
            row["selectionPattern"] = pattern
        rows[str(found.get("statusCode", "200"))] = row
    return {**made, "integrationResponses": rows}


def _authorizer(scheme: Mapping[str, Any]) -> Settings:
    """An authorizer as the API has it; a header of the scheme is its identity source."""
    raw = a_map(scheme[AUTHORIZER_OF])
    sort = str(raw.get("type")).upper()
    source = raw.get("identitySource")
    if not source and sort != "REQUEST" and scheme.get("in") == "header" and scheme.get("name"):
        source = f"method.request.header.{scheme['name']}"
    return {**raw, "type": sort, "identitySource": source, "authType": scheme.get(AUTHTYPE)}


def _gateway_response(raw: Mapping[str, Any]) -> Settings:
    status = raw.get("statusCode")
    return {**raw, "statusCode": None if status is None else str(status)}
