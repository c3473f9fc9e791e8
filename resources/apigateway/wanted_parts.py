"""The parts that the fields of an API ask for: its document, or its routes and authorizers, and its CORS setting."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic.alias_generators import to_camel

from reconciler.openapi import Parts, is_method, key_of, normal, parts_of, split
from reconciler.openapi.normal import AUTHORIZER, PATH, RESPONSE

FIELDS = ("openapi", "routes", "authorizers", "cors")
READ_ALREADY = "x-reconciler-parts"
"""The member of a document that holds parts instead of operations: a live API as it is compared."""
API_OF_LAMBDA = "2015-03-31"
STATUS = "204"
HEADERS = (
    "Content-Type",
    "Authorization",
    "X-Api-Key",
    "X-Amz-Date",
    "X-Amz-Security-Token",
    "X-Amz-User-Agent",
)
"""What browsers may send if `allow_headers` is not written."""
MESSAGE = {"application/json": '{"message":$context.error.messageString}'}
"""The body that AWS gives its own error messages."""
ORIGIN = "Access-Control-Allow-Origin"


def canonical(document: Any) -> Parts:
    """The parts of a document, to be compared."""
    if isinstance(document, Mapping) and READ_ALREADY in document:
        parts: Parts = document[READ_ALREADY]
        return parts
    return parts_of(document)


def wanted_parts(fields: Mapping[str, Any]) -> Parts:
    """Every part that the fields ask for; `fields` has the words of desired state, or AWS's names."""
    found = {**canonical(fields.get("openapi")), **route_parts(fields)}
    return {**found, **cors_parts(fields.get("cors"), found)}


def route_parts(fields: Mapping[str, Any]) -> Parts:
    """The parts of routes and of their authorizers."""
    found: Parts = {}
    for name, each in (fields.get("authorizers") or {}).items():
        found[key_of(AUTHORIZER, name)] = authorizer_part(_wired(each))
    for key, each in (fields.get("routes") or {}).items():
        found[key] = route_part(key, _wired(each), found)
    return found


def _wired(each: Mapping[str, Any] | None) -> dict[str, Any]:
    return {to_camel(name): value for name, value in (each or {}).items()}


def route_part(key: str, route: Mapping[str, Any], others: Parts) -> dict[str, Any]:
    """The method of a route."""
    authorizer = route.get("authorizer")
    cognito = (others.get(key_of(AUTHORIZER, authorizer or "")) or {}).get("type") == "COGNITO_USER_POOLS"
    custom = "COGNITO_USER_POOLS" if cognito else "CUSTOM"
    integration = {
        "type": "AWS_PROXY",
        "httpMethod": "POST",
        "uri": invoke_uri(route.get("function")),
        "timeoutInMillis": route.get("timeoutInMillis"),
    }
    settings = {
        "authorizationType": custom if authorizer else route.get("authorization"),
        "authorizer": authorizer,
        "authorizationScopes": route.get("scopes"),
        "apiKeyRequired": route.get("apiKeyRequired"),
        "methodIntegration": integration,
    }
    return normal(key, settings)


def authorizer_part(each: Mapping[str, Any]) -> dict[str, Any]:
    """An authorizer of routes."""
    pools, ttl = each.get("userPools"), each.get("resultTtlInSeconds")
    settings = {
        "type": "COGNITO_USER_POOLS" if pools else each.get("type") or "TOKEN",
        "providerARNs": pools,
        "authorizerUri": invoke_uri(each.get("function")),
        "identitySource": each.get("identitySource"),
        "authorizerResultTtlInSeconds": ttl,
    }
    return normal(key_of(AUTHORIZER, ""), settings)


def invoke_uri(function: str | None) -> str | None:
    """The address at which API Gateway invokes a function, given by its ARN."""
    steps = (function or "").split(":")
    if len(steps) < 7:
        return function
    return (
        f"arn:{steps[1]}:apigateway:{steps[3]}:lambda:path/{API_OF_LAMBDA}/functions/{function}/invocations"
    )


def function_of(uri: str | None) -> str | None:
    """The ARN of the function that an address invokes; the address itself if it is of another form."""
    before, found, rest = (uri or "").partition("/functions/")
    del before
    return rest.removesuffix("/invocations") if found else uri


def paths_of(parts: Parts) -> set[str]:
    """The paths that parts need: their own and all above them, without the root."""
    found: set[str] = set()
    for key in parts:
        sort, path = split(key)
        if sort == PATH or is_method(key):
            steps = path.strip("/").split("/")
            found |= {"/" + "/".join(steps[:number]) for number in range(1, len(steps) + 1)}
    return found - {"/"}


def cors_parts(cors: Mapping[str, Any] | None, others: Parts) -> Parts:
    """A method OPTIONS for each path that has none, and the headers of error messages if they are asked for."""
    if not cors:
        return {}
    wired = _wired(cors)
    verbs: dict[str, list[str]] = {}
    for key in others:
        if is_method(key):
            verb, path = split(key)
            verbs.setdefault(path, []).append(verb)
    found = {
        key_of("OPTIONS", path): _preflight(wired, own)
        for path, own in verbs.items()
        if not {"OPTIONS", "ANY"} & {*own}
    }
    if wired.get("onErrors"):
        header = {f"gatewayresponse.header.{ORIGIN}": _quoted(wired["allowOrigins"][0])}
        for each in ("DEFAULT_4XX", "DEFAULT_5XX"):
            key = key_of(RESPONSE, each)
            if key not in others:
                found[key] = normal(key, {"responseParameters": header, "responseTemplates": MESSAGE})
    return found


def _preflight(cors: Mapping[str, Any], verbs: list[str]) -> dict[str, Any]:
    """The method that answers the question of a browser."""
    origins = cors["allowOrigins"]
    headers = dict(_headers(cors, verbs))
    values = {f"method.response.header.{name}": _quoted(value) for name, value in headers.items()}
    templates = {"application/json": _choice(origins)} if len(origins) > 1 else {}
    response = {"responseParameters": values, "responseTemplates": templates}
    integration = {
        "type": "MOCK",
        "requestTemplates": {"application/json": f'{{"statusCode": {STATUS}}}'},
        "passthroughBehavior": "NEVER",  # a body of another type would end in a 500
        "integrationResponses": {STATUS: response},
    }
    declared = {STATUS: {"responseParameters": dict.fromkeys(values, False)}}
    return normal("OPTIONS /", {"methodResponses": declared, "methodIntegration": integration})


def _headers(cors: Mapping[str, Any], verbs: list[str]) -> Iterator[tuple[str, str]]:
    yield ORIGIN, cors["allowOrigins"][0]
    yield "Access-Control-Allow-Methods", ",".join(cors.get("allowMethods") or sorted({*verbs, "OPTIONS"}))
    yield "Access-Control-Allow-Headers", ",".join(cors.get("allowHeaders") or HEADERS)
    if cors.get("maxAge") is not None:
        yield "Access-Control-Max-Age", str(cors["maxAge"])
    if cors.get("allowCredentials"):
        yield "Access-Control-Allow-Credentials", "true"
    if len(cors["allowOrigins"]) > 1:
        yield "Vary", "Origin"


def _choice(origins: list[str]) -> str:
    """The template that answers with the origin of the request, if it is one of these."""
    known = " || ".join(f'$origin == "{each}"' for each in origins)
    return (
        '#set($origin = $input.params().header.get("Origin"))\n'
        '#if($origin == "")#set($origin = $input.params().header.get("origin"))#end\n'
        f"#if({known})#set($context.responseOverride.header.{ORIGIN} = $origin)#end"
    )


def _quoted(text: str) -> str:
    """A constant in a mapping of parameters."""
    return f"'{text}'"
