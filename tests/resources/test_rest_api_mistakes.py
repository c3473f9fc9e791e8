"""Mistakes in REST APIs are one line each, with their place in the OpenAPI file, before any call."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.desired import InvalidStack
from reconciler.desired.loader import load
from reconciler.kinds import known_kinds
from tests.resources.rest_apis import DOCUMENT, POOL

PATHS, INTEGRATION = "paths", "x-amazon-apigateway-integration"
GET = f"{PATHS}./stamps/{{id}}.get"
MOCK = {"responses": {}, INTEGRATION: {"type": "mock"}}
AUTHORIZER = "x-amazon-apigateway-authorizer"


def lines(folder: Path, api: Any, document: Any = None) -> list[str]:
    """The mistakes of a stack with an API, each without the name of its resource."""
    text = document if isinstance(document, str) else json.dumps(document, indent=2)
    (folder / "api.json").write_text(text, encoding="utf-8")
    stack = {"stack": "desk", "environments": {"test": {"account": "123456789012", "region": "eu-west-2"}}}
    (folder / "stack.yaml").write_text(json.dumps(stack), encoding="utf-8")
    around = {"lambda.function": {"rally": {"existing": True}}}
    resources = {**around, "apigateway.rest_api": {"rally": api}}
    (folder / "resources.yaml").write_text(json.dumps(resources), encoding="utf-8")
    try:
        load(folder, None, known_kinds())
    except InvalidStack as found:
        return str(found).splitlines()
    return []


def of_document(folder: Path, change: Callable[[Any], object]) -> list[str]:
    document = json.loads(json.dumps(DOCUMENT))
    change(document)
    return lines(folder, {"openapi": {"file": "api.json"}}, document)


def test_the_document_of_the_other_tests_has_no_mistake(tmp_path: Path) -> None:
    assert of_document(tmp_path, lambda document: document) == []


def operation(document: Any) -> Any:
    return document[PATHS]["/stamps/{id}"]["get"]


MISTAKES: dict[str, tuple[Callable[[Any], object], str, str]] = {
    "a function that is not there": (
        lambda doc: operation(doc)[INTEGRATION].update(uri="${lambda.function:raly#invoke_arn}"),
        f"{GET}.{INTEGRATION}.uri",
        'did you mean "rally"?',
    ),
    "two routes alike": (
        lambda doc: doc[PATHS].update({"/stamps/{name}": {"get": MOCK}}),
        f"{PATHS}./stamps/{{name}}",
        "/stamps/{name} and /stamps/{id} are alike",
    ),
    "an unknown authorizer": (
        lambda doc: operation(doc).update(security=[{"staff": []}]),
        f"{GET}.security[0].staff",
        "there is no authorizer staff in components.securitySchemes; there are members",
    ),
    "a scheme that nobody checks": (
        lambda doc: doc["components"]["securitySchemes"].update(members={"type": "http", "scheme": "bearer"}),
        f"{GET}.security[0].members",
        "API Gateway checks nothing for members",
    ),
    "OpenAPI 3.1": (lambda doc: doc.update(openapi="3.1.0"), "openapi", "API Gateway imports OpenAPI 3.0, not 3.1.0"),
    "Swagger": (lambda doc: doc.update(swagger="2.0"), "swagger", "this is Swagger 2.0"),
    "a keyword of 3.1": (
        lambda doc: doc["components"]["schemas"]["Stamp"].update(type=["object", "null"]),
        "components.schemas.Stamp.type",
        "a list of types is of OpenAPI 3.1",
    ),
    "a keyword that is not imported": (
        lambda doc: doc["components"]["schemas"]["Stamp"]["properties"].update(n={"anyOf": []}),
        "components.schemas.Stamp.properties.n.anyOf",
        "API Gateway does not import anyOf",
    ),
    "a reference to nothing": (
        lambda doc: doc["components"]["schemas"].update(Other={"$ref": "#/components/schemas/No"}),
        "components.schemas.Other.$ref",
        "leads nowhere",
    ),
    "a reference to a file": (
        lambda doc: doc["components"]["schemas"].update(Other={"$ref": "other.yaml"}),
        "components.schemas.Other.$ref",
        "follows no reference to another file",
    ),
    "a name of a model": (
        lambda doc: doc["components"]["schemas"].update({"Stamp_Row": {"type": "object"}}),
        "components.schemas.Stamp_Row",
        "only letters and digits",
    ),
    "a method that is misspelled": (
        lambda doc: doc[PATHS]["/stamps/{id}"].update(gett=MOCK),
        f"{PATHS}./stamps/{{id}}.gett",
        "API Gateway has no method gett, only delete, get,",
    ),
    "a method that is text": (
        lambda doc: doc[PATHS]["/stamps/{id}"].update(put="later"),
        f"{PATHS}./stamps/{{id}}.put",
        "expected an operation: a mapping",
    ),
    "parameters that are no list": (
        lambda doc: operation(doc).update(parameters="id"), f"{GET}.parameters", "expected a list of parameters",
    ),
    "a parameter without a name": (
        lambda doc: doc[PATHS]["/stamps/{id}"].update(parameters=[{"in": "query"}]),
        f"{PATHS}./stamps/{{id}}.parameters[0]",
        "a parameter needs name",
    ),
    "a parameter in the body": (
        lambda doc: operation(doc).update(parameters=[{"in": "body", "name": "stamp"}]),
        f"{GET}.parameters[0].in",
        "a parameter is in one of path, query, header, cookie",
    ),
    "a range of statuses": (
        lambda doc: operation(doc).update(responses={"2XX": {"description": "ok"}}),
        f"{GET}.responses.2XX",
        "expected a status, as '200', or default, not 2XX",
    ),
    "a status of a gateway response": (
        lambda doc: doc.update({"x-amazon-apigateway-gateway-responses": {"DEFAULT_4XX": {"statusCode": "4xx"}}}),
        "x-amazon-apigateway-gateway-responses.DEFAULT_4XX.statusCode",
        "expected a status, as '400'",
    ),
    "a function that is not invoked by POST": (
        lambda doc: operation(doc)[INTEGRATION].update(uri="${lambda.function:rally#invoke_arn}", httpMethod="GET"),
        f"{GET}.{INTEGRATION}.httpMethod",
        "a Lambda function is invoked by POST",
    ),
    "no integration": (lambda doc: operation(doc).pop(INTEGRATION), GET, f"has no {INTEGRATION}"),
    "the ARN of a function": (
        lambda doc: operation(doc)[INTEGRATION].update(uri="arn:aws:lambda:eu-west-2:123456789012:function:x"),
        f"{GET}.{INTEGRATION}.uri",
        "write ${lambda.function:NAME#invoke_arn}",
    ),
    "two patterns of one status": (
        lambda doc: doc[PATHS]["/health"]["get"][INTEGRATION]["responses"].update(x={"statusCode": "200"}),
        f"{PATHS}./health.get.{INTEGRATION}.responses.x",
        "the pattern default has the status 200 as well",
    ),
    "an unknown validator": (
        lambda doc: operation(doc).update({"x-amazon-apigateway-request-validator": "all"}),
        f"{GET}.x-amazon-apigateway-request-validator",
        "there is no validator all",
    ),
    "an unknown gateway response": (
        lambda doc: doc.update({"x-amazon-apigateway-gateway-responses": {"TEAPOT": {}}}),
        "x-amazon-apigateway-gateway-responses.TEAPOT",
        "there is no gateway response TEAPOT",
    ),
    "a setting of the API": (
        lambda doc: doc.update({"x-amazon-apigateway-policy": {}}),
        "x-amazon-apigateway-policy",
        "write the field resource_policy of the resource instead",
    ),
    "an authorizer without pools": (
        lambda doc: doc["components"]["securitySchemes"]["members"][AUTHORIZER].pop("providerARNs"),
        f"components.securitySchemes.members.{AUTHORIZER}",
        "needs providerARNs",
    ),
    "a path": (
        lambda doc: doc[PATHS].update({"/a b": {"get": MOCK}}), f"{PATHS}./a b", "API Gateway takes no a b in a path",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_document_is_one_line_with_its_place(name: str, tmp_path: Path) -> None:
    change, place, said = MISTAKES[name]
    (line,) = of_document(tmp_path, change)
    assert line.startswith("api.json:"), line
    assert f"apigateway.rest_api/rally.openapi.{place}: " in line, line
    assert said in line, line


def test_a_document_that_does_not_parse_is_one_line(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, {"openapi": {"file": "api.json"}}, '{"openapi": "3.0.1", "paths": {')
    assert line.startswith(("api.json:1", "resources.yaml:1")), line
    (line,) = lines(tmp_path, {"openapi": {"file": "api.json"}}, {"openapi": "3.0.1", "paths": []})
    assert "there are no paths" in line


ROUTES: dict[str, Any] = {"GET /a": {"function": "rally"}}
CORS = {"allow_origins": ["https://a.example"]}
OF_FIELDS: dict[str, tuple[dict[str, Any], str]] = {
    "credentials for every origin": (
        {"routes": ROUTES, "cors": {"allow_origins": ["*"], "allow_credentials": True}},
        "browsers take no credentials for the origin *",
    ),
    "every origin and another": (
        {"routes": ROUTES, "cors": {"allow_origins": ["*", "https://a.example"]}},
        "* is every origin",
    ),
    "errors for two origins": (
        {
            "routes": ROUTES,
            "cors": {"allow_origins": ["https://a.example", "https://b.example"], "on_errors": True},
        },
        "name one origin",
    ),
    "cors without methods": ({"cors": CORS}, "cors needs openapi or routes"),
    "two routes alike": (
        {"routes": {"GET /a/{x}": {"function": "rally"}, "PUT /a/{y}": {"function": "rally"}}},
        "/a/{y} and /a/{x} are alike",
    ),
    "an unknown function": ({"routes": {"GET /a": {"function": "raly"}}}, "rally"),
    "an unknown authorizer": (
        {"routes": {"GET /a": {"function": "rally", "authorizer": "staff"}}},
        "there is no authorizer staff",
    ),
    "scopes without pools": (
        {"routes": {"GET /a": {"function": "rally", "scopes": ["x"]}}},
        "scopes need an authorizer with user_pools",
    ),
    "an authorizer of nothing": (
        {"routes": ROUTES, "authorizers": {"members": {}}},
        "an authorizer has user_pools or function",
    ),
    "an authorizer of requests": (
        {"routes": ROUTES, "authorizers": {"members": {"function": "rally", "type": "REQUEST"}}},
        "needs identity_source",
    ),
    "authorizers of no routes": (
        {"authorizers": {"members": {"user_pools": [POOL]}}},
        "authorizers are those of routes",
    ),
    "both forms": ({"routes": ROUTES, "openapi": DOCUMENT}, "an API has openapi or routes, not both"),
    "a route that is none": ({"routes": {"/a": {"function": "rally"}}}, "a verb and a path"),
    "endpoints of VPCs": (
        {"endpoint_configuration": {"types": ["EDGE"], "vpc_endpoint_ids": ["vpce-12345678"]}},
        "only a PRIVATE API has vpc_endpoint_ids",
    ),
    "deployments that nobody makes": (
        {"routes": ROUTES, "kept_deployments": 3},
        "kept_deployments needs publish: true",
    ),
}


@pytest.mark.parametrize("name", OF_FIELDS)
def test_a_mistake_in_fields_is_one_line(name: str, tmp_path: Path) -> None:
    api, said = OF_FIELDS[name]
    (line,) = lines(tmp_path, api)
    assert line.startswith("resources.yaml:1:"), line
    assert said in line, line
