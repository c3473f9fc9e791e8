"""Stages of REST APIs answer over HTTP: routes, validation, limits, keys, mock integrations and the access log.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-call-api.html
"""

import http.client
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest

from reconciler.sandbox.process_state import ProcessState
from reconciler.sandbox.server import serve
from tests.sandbox.conftest import client_of
from tests.sandbox.held_clock import HeldClock
from tests.sandbox.stage_calls import Stage, deployed, with_logs_role

REGION, JSON = "eu-west-2", "application/json"
MISSING = (403, "MissingAuthenticationTokenException", "Missing Authentication Token")
FORBIDDEN = (403, "ForbiddenException", "Forbidden")
TOO_MANY = (429, "TooManyRequestsException", "Too Many Requests")
ORIGINS = ["https://app.example.com", "https://other.example.com"]
CHOICE = (
    '#set($origin = $input.params().header.get("Origin"))\n'
    '#if($origin == "")#set($origin = $input.params().header.get("origin"))#end\n'
    f'#if($origin == "{ORIGINS[0]}" || $origin == "{ORIGINS[1]}")'
    "#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)#end"
)


def mock(name: str = "", status: int = 200, operation: dict[str, Any] | None = None) -> dict[str, Any]:
    """A method that answers with a name, and with what the request was."""
    template = (
        f'{{"name": "{name}", "path": "$context.path", "on": "$stageVariables.colour"}}' if name else ""
    )
    response = {"statusCode": str(status), "responseTemplates": {JSON: template}}
    return {
        "responses": {str(status): {"description": ""}},
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "requestTemplates": {JSON: f'{{"statusCode": {status}}}'},
            "responses": {"default": response},
        },
        **(operation or {}),
    }


def preflight() -> dict[str, Any]:
    """The method OPTIONS that the setting `cors` of apigateway.rest_api makes for two origins."""
    made = mock("", 204)
    integration = made["x-amazon-apigateway-integration"]
    values = {"Access-Control-Allow-Origin": ORIGINS[0], "Vary": "Origin"}
    integration["responses"]["default"] |= {
        "responseParameters": {f"method.response.header.{n}": f"'{v}'" for n, v in values.items()},
        "responseTemplates": {JSON: CHOICE},
    }
    made["responses"] = {"204": {"description": "", "headers": {n: {} for n in values}}}
    return made


STAMP = {
    "type": "object",
    "required": ["title", "place"],
    "properties": {
        "title": {"type": "string", "maxLength": 10},
        "place": {"$ref": "#/components/schemas/Place"},
    },
    "additionalProperties": False,
}
REFERENCE = {"$ref": "#/components/schemas/Stamp"}
PARAMETERS = [
    {"in": "query", "name": "limit", "required": True, "schema": {"type": "string"}},
    {"in": "header", "name": "X-Trace", "required": True, "schema": {"type": "string"}},
]
CHECKED = {"x-amazon-apigateway-request-validator": "all"}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.1",
    "info": {"title": "rally", "version": "1"},
    "components": {
        "schemas": {
            "Stamp": STAMP,
            "Place": {"type": "object", "properties": {"north": {"type": "number", "minimum": -90}}},
        },
        "securitySchemes": {"key": {"type": "apiKey", "name": "x-api-key", "in": "header"}},
    },
    "x-amazon-apigateway-request-validators": {
        "all": {"validateRequestBody": True, "validateRequestParameters": True}
    },
    "x-amazon-apigateway-gateway-responses": {
        "DEFAULT_4XX": {
            "responseParameters": {
                "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
                "gatewayresponse.header.X-Path": "context.path",
                "gatewayresponse.header.X-Asked": "method.request.header.X-Ask",
            },
            "responseTemplates": {
                JSON: '{"message":$context.error.messageString,"type":"$context.error.responseType"}'
            },
        },
        "THROTTLED": {"statusCode": "420"},
    },
    "paths": {
        "/": {"get": mock("root")},
        "/stamps": {
            "get": mock("stamps", 200, {"parameters": PARAMETERS, **CHECKED}),
            "post": mock("new", 200, {"requestBody": {"content": {JSON: {"schema": REFERENCE}}}, **CHECKED}),
            "options": preflight(),
        },
        "/stamps/{id}": {"get": mock("one")},
        "/stamps/mine": {"get": mock("mine")},
        "/stamps/{id}/photos/{photo}": {
            "x-amazon-apigateway-any-method": mock("photo"),
            "delete": mock("gone"),
        },
        "/files/{path+}": {"get": mock("file")},
        "/keyed": {"get": mock("keyed", 200, {"security": [{"key": []}]})},
        "/loop": {"get": mock("#foreach($a in $b)x#end")},
        "/elsewhere": {
            "get": {
                "responses": {},
                "x-amazon-apigateway-integration": {
                    "type": "http_proxy",
                    "httpMethod": "GET",
                    "uri": "https://x.example",
                },
            }
        },
    },
}


@dataclass
class Served:
    """A served sandbox with the API, and a clock that stands still."""

    stage: Stage
    clock: HeldClock
    clients: dict[str, Any] = field(default_factory=dict)

    @property
    def at(self) -> dict[str, str]:
        return {"restApiId": self.stage.api, "stageName": self.stage.name}

    def change(self, **settings: str) -> None:
        """Change settings of the stage; a name has `__` for each slash."""
        rows = [{"op": "replace", "path": path, "value": value} for path, value in settings.items()]
        self.clients["apigateway"].update_stage(**self.at, patchOperations=rows)

    def name(self, verb: str, path: str, **more: Any) -> Any:
        """The name of the method that answers; for a refusal the status."""
        answer = self.stage.ask(verb, path, **more)
        return answer.document["name"] if answer.status == 200 else answer.status


@pytest.fixture(scope="module")
def empty() -> Iterator[Served]:
    clock = HeldClock()
    with serve(0, world=ProcessState(clock=clock)) as server:
        make = client_of(server.url)
        clients = {name: make(name) for name in ("apigateway", "iam", "logs")}
        with_logs_role(clients["iam"], clients["apigateway"])
        yield Served(Stage(server.url, "", ""), clock, clients)


@pytest.fixture
def served(empty: Served) -> Served:
    """An API of its own for each test."""
    empty.clock.now = HeldClock.now
    stage = deployed(empty.clients["apigateway"], empty.stage.url, DOCUMENT)
    return Served(stage, empty.clock, empty.clients)


def test_the_most_specific_route_answers(served: Served) -> None:
    headers = {"X-Trace": "1"}
    for verb, path, expected in (
        ("GET", "", "root"), ("GET", "/", "root"), ("GET", "/stamps/7", "one"), ("GET", "/stamps/7/", "one"),
        ("GET", "/stamps/mine", "mine"), ("PATCH", "/stamps/mine/photos/2", "photo"), ("DELETE", "/stamps/1/photos/2", "gone"),
        ("GET", "/files/a/b%2Fc/d?x=1", "file"), ("GET", "/stamps?limit=1", "stamps"),
        ("GET", "/files", 403), ("POST", "/files/a", 403), ("GET", "/stamps/1/photos", 403), ("GET", "/nothing", 403),
    ):  # fmt: skip
        assert served.name(verb, path, headers=headers) == expected, path
    served.change(**{"/variables/colour": "blue"})
    shown = served.stage.ask("GET", "/files/a%20b").document
    assert shown == {"name": "file", "path": "/live/files/a%20b", "on": "blue"}

    host = f"{served.stage.api}.execute-api.{REGION}.amazonaws.com"
    at_host = served.stage.ask("GET", "/stamps/7", host=host)
    assert (at_host.document["name"], at_host.document["path"]) == ("one", "/live/stamps/7")
    assert at_host.headers["content-type"] == JSON
    assert at_host.headers["x-amzn-requestid"]
    assert at_host.headers["x-amz-apigw-id"]
    for same in (f"{host}.", f"{host.upper()}:443"):
        assert served.stage.ask("GET", "/stamps/7", host=same).document["name"] == "one"
    for other in (host.replace(REGION, "eu-west-1"), host.replace(".", "-vpce-1.", 1)):
        assert served.stage.ask("GET", "/stamps/7", host=other).refusal == FORBIDDEN
    for stage in (Stage(served.stage.url, "abc", "live"), Stage(served.stage.url, served.stage.api, "old")):
        assert stage.ask("GET", "/").refusal == FORBIDDEN

    # What is not deployed is not served, and a canary serves its share.
    gateway = served.clients["apigateway"]
    changed = {**DOCUMENT, "paths": {"/": {"get": mock("canary")}}}
    gateway.put_rest_api(restApiId=served.stage.api, mode="overwrite", body=json.dumps(changed).encode())
    assert served.name("GET", "/") == "root"
    canary = {"percentTraffic": 50.0, "stageVariableOverrides": {"colour": "red"}}
    gateway.create_deployment(**served.at, canarySettings=canary)
    found = [served.stage.ask("GET", "/").document for _ in range(4)]
    assert [each["name"] for each in found] == ["root", "canary"] * 2
    assert [each["on"] for each in found] == ["blue", "red"] * 2


def test_refusals_are_gateway_responses(served: Served) -> None:
    unknown = served.stage.ask("GET", "/nothing", headers={"x-ask": "who"})
    assert unknown.refusal == MISSING
    assert unknown.document["type"] == "MISSING_AUTHENTICATION_TOKEN"
    assert unknown.headers["access-control-allow-origin"] == "*"
    assert (unknown.headers["x-path"], unknown.headers["x-asked"]) == ("/live/nothing", "who")
    signed = served.stage.ask("GET", "/nothing", headers={"Authorization": "Bearer a.b.c"}).refusal
    assert signed[:2] == (403, "IncompleteSignatureException")
    assert "Invalid key=value pair" in signed[2]

    bad = served.stage.ask("GET", "/stamps")
    assert bad.refusal == (
        400,
        "BadRequestException",
        "Missing required request parameters: [X-Trace, limit]",
    )
    for body, status in (
        ({"title": "Tower", "place": {"north": 35.6}}, 200), ({"title": "Tower"}, 400), ("no JSON", 400), (None, 400),
        ({"title": "Tower", "place": {"north": -91}}, 400), ({"title": "T" * 11, "place": {}}, 400),
        ({"title": "Tower", "place": {}, "more": 1}, 400), ("[" * 100_000, 400),
        ('{"title": "Tower", "place": {"north": NaN}}', 400),
    ):  # fmt: skip
        answer = served.stage.ask("POST", "/stamps", body, headers={"Content-Type": f"{JSON}; charset=utf-8"})
        assert answer.status == status, body
        if status == 400:
            assert answer.refusal == (400, "BadRequestException", "Invalid request body")
    untyped = served.stage.ask("POST", "/stamps", "x", headers={"Content-Type": "text/plain"})
    assert untyped.status == 500  # no model is checked, and the mock integration has no template for it
    assert untyped.refusal == (500, "InternalServerErrorException", "Internal server error")

    for path, why in (
        ("/loop", "its mapping templates have simple forms alone, not '#foreach' in line 1 of a template"),
        ("/elsewhere", "it has integrations of the types AWS_PROXY and MOCK alone, not HTTP_PROXY"),
    ):
        text = f"The sandbox does not serve GET {path} of API {served.stage.api}: {why}. AWS does."
        assert served.stage.ask("GET", path).refusal == (501, "NotImplemented", text)


def test_requests_that_are_not_well_formed_are_refused(served: Served) -> None:
    target = f"/restapis/{served.stage.api}/live/_user_request_/stamps/7"
    host = f"{served.stage.api}.execute-api.{REGION}.amazonaws.com"
    chunked = "Transfer-Encoding: chunked\r\n\r\n"
    for start, rest, status in (
        (f"GET http://{host}/live/stamps/7", "Host: other\r\n\r\n", 200),
        (f"GET {target}", f"{chunked}1\r\nx\r\n0\r\n\r\n", 200),
        (f"GET {target}", f"{chunked}zz\r\nx\r\n0\r\n\r\n", 400),
        (f"GET {target}", f"{chunked}10\r\nx", 400),
        (f"GET {target}", "Content-Length: many\r\n\r\nx", 400),
        (f"GET {target}", "Content-Length: -1\r\n\r\nx", 400),
        (f"GET {target}", "Content-Length: 2\r\n\r\nx", 400),
        (f"GET {target}", "x" * 66_000, 431),
    ):
        answer = answer_to(served.stage.url, f"{start} HTTP/1.1\r\n{rest}".encode())
        assert answer.status == status, (start, rest[:60])
        assert json.loads(answer.read())
    too_long = (413, "RequestEntityTooLargeException", "Request Too Long")
    assert served.stage.ask("POST", "/stamps", b"x" * (11 * 2**20)).refusal == too_long


def answer_to(url: str, sent: bytes) -> http.client.HTTPResponse:
    """The answer to bytes, after which nothing more is sent."""
    with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port)) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        found = http.client.HTTPResponse(connection)
        found.begin()
        return found


def test_browsers_ask_first(served: Served) -> None:
    for sent, allowed in (
        (ORIGINS[1], ORIGINS[1]),
        (ORIGINS[0], ORIGINS[0]),
        ("https://evil.example", ORIGINS[0]),
    ):
        headers = {"Origin": sent, "Access-Control-Request-Method": "POST"}
        answer = served.stage.ask("OPTIONS", "/stamps", headers=headers)
        assert (answer.status, answer.body) == (204, b"")
        assert (answer.headers["access-control-allow-origin"], answer.headers["vary"]) == (allowed, "Origin")


def test_rates_and_quotas_are_kept_by_the_clock(served: Served) -> None:
    gateway = served.clients["apigateway"]
    served.change(**{"/*/*/throttling/rateLimit": "1", "/*/*/throttling/burstLimit": "2"})
    served.change(
        **{"/stamps~1mine/GET/throttling/rateLimit": "1", "/stamps~1mine/GET/throttling/burstLimit": "0"}
    )
    assert [served.name("GET", "/stamps/1") for _ in range(3)] == ["one", "one", 420]
    assert served.name("GET", "/") == "root"  # each method has its own tokens
    assert served.stage.ask("GET", "/stamps/mine").refusal == (420, *TOO_MANY[1:])
    served.clock.now += 1
    assert [served.name("GET", "/stamps/2") for _ in range(2)] == ["one", 420]

    assert served.stage.ask("GET", "/keyed").refusal == FORBIDDEN
    key = gateway.create_api_key(name="app", enabled=True)
    sent = {"X-API-Key": key["value"]}
    assert served.stage.ask("GET", "/keyed", headers=sent).refusal == FORBIDDEN  # in no plan
    at = [{"apiId": served.stage.api, "stage": "live"}]
    quota, throttle = {"limit": 3, "period": "DAY"}, {"rateLimit": 1.0, "burstLimit": 1}
    plan = gateway.create_usage_plan(name="free", apiStages=at, quota=quota, throttle=throttle)["id"]
    gateway.create_usage_plan_key(usagePlanId=plan, keyId=key["id"], keyType="API_KEY")
    assert served.name("GET", "/keyed", headers=sent) == "keyed"
    assert served.name("GET", "/keyed", headers=sent) == 420
    for _ in range(2):
        served.clock.now += 1
        assert served.name("GET", "/keyed", headers=sent) == "keyed"
    served.clock.now += 1
    used_up = served.stage.ask("GET", "/keyed", headers=sent).refusal
    assert used_up == (429, "LimitExceededException", "Limit Exceeded")
    served.clock.now += 86_400
    assert served.name("GET", "/keyed", headers=sent) == "keyed"
    gateway.update_api_key(
        apiKey=key["id"], patchOperations=[{"op": "replace", "path": "/enabled", "value": "false"}]
    )
    assert served.stage.ask("GET", "/keyed", headers=sent).refusal == FORBIDDEN


def test_each_request_is_a_line_in_the_access_log(served: Served) -> None:
    logs = served.clients["logs"]
    line = {
        **{name: f"$context.{name}" for name in ("requestId", "httpMethod", "resourcePath", "path", "status", "stage")},
        "ip": "$context.identity.sourceIp", "error": "$context.error.responseType", "time": "$context.requestTime",
        "length": "$context.responseLength", "user": "$context.authorizer.claims.sub", "at": "$context.requestTimeEpoch",
    }  # fmt: skip
    served.change(
        **{
            "/accessLogSettings/destinationArn": f"arn:aws:logs:{REGION}:123456789012:log-group:rally",
            "/accessLogSettings/format": json.dumps(line),
        }
    )
    assert served.name("GET", "/stamps/1") == "one"  # the log group does not exist
    logs.create_log_group(logGroupName="rally")
    answer = served.stage.ask("GET", "/stamps/1?a=b")
    served.stage.ask("GET", "/nothing")
    first, second = (
        json.loads(row["message"]) for row in logs.filter_log_events(logGroupName="rally")["events"]
    )
    assert first == {
        "requestId": answer.headers["x-amzn-requestid"], "httpMethod": "GET", "resourcePath": "/stamps/{id}",
        "path": "/live/stamps/1", "status": "200", "stage": "live", "ip": "127.0.0.1", "error": "-",
        "time": "15/Jan/2027:08:00:00 +0000", "length": str(len(answer.body)), "user": "-", "at": "1800000000000",
    }  # fmt: skip
    assert (second["status"], second["error"]) == ("403", "MISSING_AUTHENTICATION_TOKEN")
    assert second["resourcePath"] == "-"
