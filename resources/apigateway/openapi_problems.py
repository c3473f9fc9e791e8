"""Finds mistakes in an OpenAPI document that API Gateway would refuse, or leave out without a word.

Sources: "Amazon API Gateway important notes" (https://docs.aws.amazon.com/apigateway/latest/developerguide/
api-gateway-known-issues.html); "OpenAPI extensions for API Gateway" (Developer Guide); OpenAPI Specification 3.0.3.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.interpolation import has_reference
from reconciler.model import DocumentContext, Finding
from reconciler.openapi.reading import (
    API_KEY,
    AUTHORIZER_OF,
    AUTHTYPE,
    INTEGRATION,
    PREFIX,
    RESPONSES,
    SIGV4,
    VALIDATOR_OF,
    VALIDATORS,
    a_list,
    a_map,
    operations_in,
)
from reconciler.resources.apigateway.integration_problems import integration_findings
from reconciler.resources.apigateway.operation_problems import STATUS, shape_findings
from reconciler.resources.apigateway.schema_problems import reference_findings, schema_findings

Path = tuple[str | int, ...]
PART = re.compile(r"[a-zA-Z0-9._\-:%]+|\{[a-zA-Z0-9._\-:]+\+?\}")
MODEL = re.compile(r"[A-Za-z0-9]+")
AS_FIELDS: Mapping[str, str] = {
    "api-key-source": "api_key_source",
    "binary-media-types": "binary_media_types",
    "minimum-compression-size": "minimum_compression_size",
    "policy": "resource_policy",
    "endpoint-configuration": "endpoint_configuration",
    "security-policy": "security_policy",
    "endpoint-access-mode": "endpoint_access_mode",
}
"""Extensions of the whole document that are fields of the resource."""
KNOWN = (VALIDATORS, VALIDATOR_OF, RESPONSES, f"{PREFIX}importexport-version")
RESPONSE_TYPES = frozenset(
    {
        "ACCESS_DENIED", "API_CONFIGURATION_ERROR", "AUTHORIZER_CONFIGURATION_ERROR", "AUTHORIZER_FAILURE",
        "BAD_REQUEST_BODY", "BAD_REQUEST_PARAMETERS", "DEFAULT_4XX", "DEFAULT_5XX", "EXPIRED_TOKEN", "INTEGRATION_FAILURE",
        "INTEGRATION_TIMEOUT", "INVALID_API_KEY", "INVALID_SIGNATURE", "MISSING_AUTHENTICATION_TOKEN", "QUOTA_EXCEEDED",
        "REQUEST_TOO_LARGE", "RESOURCE_NOT_FOUND", "THROTTLED", "UNAUTHORIZED", "UNSUPPORTED_MEDIA_TYPE", "WAF_FILTERED",
    }
)  # fmt: skip


def check(document: Any, context: DocumentContext) -> Iterator[Finding]:
    """The mistakes in a document, each with its place."""
    del context
    doc = a_map(document)
    version = str(doc.get("openapi", ""))
    if "swagger" in doc:
        yield Finding("this is Swagger 2.0; write OpenAPI 3.0", ("swagger",))
        return
    if not version.startswith("3.0"):
        why = f"API Gateway imports OpenAPI 3.0, not {version}" if version else "there is no `openapi: 3.0.1`"
        yield Finding(f"{why}; write the document in OpenAPI 3.0", ("openapi",) if version else ())
        return
    if not isinstance(doc.get("paths"), Mapping):
        yield Finding("there are no paths; write `paths:` as a mapping", ("paths",) if "paths" in doc else ())
        return
    yield from _extensions(doc)
    yield from _paths(doc)
    yield from shape_findings(doc)
    yield from _operations(doc)
    yield from _components(doc)
    yield from reference_findings(doc)
    yield from schema_findings(doc)


def _extensions(doc: Mapping[str, Any]) -> Iterator[Finding]:
    for name in doc:
        if name.startswith(PREFIX) and name not in KNOWN:
            field = AS_FIELDS.get(name.removeprefix(PREFIX))
            what = f"write the field {field} of the resource instead" if field else "leave it out"
            yield Finding(f"{name} is not read here; {what}", (name,))
    for name in ("webhooks", "jsonSchemaDialect"):
        if name in doc:
            yield Finding(
                f"{name} is of OpenAPI 3.1, which API Gateway does not import; leave it out", (name,)
            )
    for name, response in a_map(doc.get(RESPONSES)).items():
        status = a_map(response).get("statusCode")
        if status is not None and not STATUS.fullmatch(str(status)):
            yield Finding("expected a status, as '400'", (RESPONSES, name, "statusCode"))
        if name not in RESPONSE_TYPES:
            yield Finding(
                f"there is no gateway response {name}, only {', '.join(sorted(RESPONSE_TYPES))}",
                (RESPONSES, name),
            )
    default = doc.get(VALIDATOR_OF)
    if default is not None and default not in a_map(doc.get(VALIDATORS)):
        yield Finding(f"there is no validator {default} in {VALIDATORS}", (VALIDATOR_OF,))


def path_mistake(path: str) -> str:
    """What is wrong with the path of a method; empty if nothing is."""
    if not path.startswith("/"):
        return f"a path begins with /, and {path} does not"
    steps = path[1:].split("/") if path != "/" else []
    for number, step in enumerate(steps):
        if not PART.fullmatch(step):
            return f"API Gateway takes no {step or 'empty part'} in a path: parts have a-z, A-Z, 0-9, ., _, -, : and %, or are {{name}}"
        if step.endswith("+}") and number < len(steps) - 1:
            return f"{step} takes the whole rest of a path, so nothing follows it"
    return ""


def alike(paths: list[str]) -> Iterator[tuple[str, str]]:
    """Pairs of paths which API Gateway cannot tell apart: each with the earlier one. One place has one variable."""
    seen: dict[tuple[str, ...], tuple[str, str]] = {}
    for path in paths:
        steps = path.strip("/").split("/")
        for number, step in enumerate(steps):
            if step.startswith("{"):
                above = tuple("{}" if each.startswith("{") else each for each in steps[:number])
                first, variable = seen.setdefault(above, (path, step))
                if variable != step:
                    yield path, first
                    break


def _paths(doc: Mapping[str, Any]) -> Iterator[Finding]:
    paths = [str(each) for each in doc["paths"]]
    for path in paths:
        said = path_mistake(path)
        if said:
            yield Finding(said, ("paths", path))
        elif not isinstance(doc["paths"][path], Mapping):
            yield Finding("expected a mapping of methods", ("paths", path))
    for path, first in alike(paths):
        yield Finding(
            f"{path} and {first} are alike: API Gateway has one variable at one place; give it the same name in both",
            ("paths", path),
        )


def _operations(doc: Mapping[str, Any]) -> Iterator[Finding]:
    schemes = a_map(a_map(doc.get("components")).get("securitySchemes"))
    names: dict[str, str] = {}
    for path, verb, member, operation in operations_in(doc):
        at: Path = ("paths", path, member)
        if not isinstance(operation.get(INTEGRATION), Mapping):
            yield Finding(f"{verb} {path} has no {INTEGRATION}, so nothing answers; write one", at)
        else:
            for said, *place in integration_findings(operation[INTEGRATION]):
                yield Finding(said, (*at, INTEGRATION, *place))
        own = operation.get("operationId")
        if isinstance(own, str) and names.setdefault(own, f"{verb} {path}") != f"{verb} {path}":
            yield Finding(
                f"{names[own]} has the operationId {own} as well; it must be unique", (*at, "operationId")
            )
        validator = operation.get(VALIDATOR_OF)
        if validator is not None and validator not in a_map(doc.get(VALIDATORS)):
            yield Finding(f"there is no validator {validator} in {VALIDATORS}", (*at, VALIDATOR_OF))
        where = (*at, "security") if "security" in operation else ("security",)
        yield from _security(operation.get("security", doc.get("security")), schemes, where)


def _security(requirements: Any, schemes: Mapping[str, Any], at: Path) -> Iterator[Finding]:
    """Requirements that API Gateway cannot check: it would let everybody in."""
    seen: list[str] = []
    for number, requirement in enumerate(a_list(requirements)):
        for name in a_map(requirement):
            scheme = a_map(schemes.get(name))
            place = (*at, number, name)
            if name not in schemes:
                known = f"; there are {', '.join(sorted(schemes))}" if schemes else ""
                yield Finding(f"there is no authorizer {name} in components.securitySchemes{known}", place)
            elif not _is_checked(scheme):
                yield Finding(
                    f"API Gateway checks nothing for {name}: give the scheme {AUTHORIZER_OF} or {AUTHTYPE}: awsSigv4, "
                    f"or make it an apiKey in the header {API_KEY}",
                    place,
                )
            elif AUTHORIZER_OF in scheme or scheme.get(AUTHTYPE):
                seen.append(name)
    if len({*seen}) > 1:
        yield Finding(f"a method has one authorizer; these are {' and '.join(dict.fromkeys(seen))}", at)


def _is_checked(scheme: Mapping[str, Any]) -> bool:
    key = scheme.get("type") == "apiKey" and str(scheme.get("name")).lower() == API_KEY
    return AUTHORIZER_OF in scheme or str(scheme.get(AUTHTYPE)).lower() == SIGV4 or key


def _components(doc: Mapping[str, Any]) -> Iterator[Finding]:
    components = a_map(doc.get("components"))
    for name in a_map(components.get("schemas")):
        if not MODEL.fullmatch(name):
            yield Finding(
                f"API Gateway takes only letters and digits in the name of a model, not {name}",
                ("components", "schemas", name),
            )
    for name, scheme in a_map(components.get("securitySchemes")).items():
        raw = a_map(scheme).get(AUTHORIZER_OF)
        if raw is not None:
            for said, *place in _authorizer(a_map(raw)):
                yield Finding(said, ("components", "securitySchemes", name, AUTHORIZER_OF, *place))


def _authorizer(raw: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Each mistake of an authorizer, followed by its place."""
    sort = str(raw.get("type", "")).lower()
    if sort not in ("token", "request", "cognito_user_pools", "jwt"):
        yield (
            "the type of an authorizer is token, request or cognito_user_pools",
            *(["type"] if "type" in raw else []),
        )
    elif sort == "cognito_user_pools":
        pools = a_list(raw.get("providerARNs"))
        if not pools:
            yield ("an authorizer of user pools needs providerARNs: [${cognito.user_pool:NAME}]",)
        for each in pools:
            if not has_reference(each) and ":cognito-idp:" not in str(each):
                yield f"{each} is not the ARN of a user pool", "providerARNs"
    elif sort in ("token", "request") and not raw.get("authorizerUri"):
        yield ("an authorizer needs authorizerUri: ${lambda.function:NAME#invoke_arn}",)
