"""Stages call Lambda functions and ask authorizers, as Amazon API Gateway does.

Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html,
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html,
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from reconciler.sandbox.process_state import ProcessState
from reconciler.sandbox.server import serve
from tests.sandbox.conftest import client_of
from tests.sandbox.held_clock import HeldClock
from tests.sandbox.lambda_programs import zipped
from tests.sandbox.stage_calls import Answered, Stage, deployed, with_logs_role

REGION, ACCOUNT, JSON = "eu-west-2", "123456789012", "application/json"
NAME, PASSWORD = "ada@example.com", "Passw0rd!"
BROKEN = (502, "InternalServerErrorException", "Internal server error")
UNAUTHORIZED = (401, "UnauthorizedException", "Unauthorized")
NO_ANSWER = (500, "AuthorizerConfigurationException", None)
CODE = """
import base64, json, time

def handler(event, context):
    if "methodArn" in event:
        return authorize(event)
    do = (event["queryStringParameters"] or {}).get("do", "echo")
    return globals()[do](event)

def echo(event):
    return {"statusCode": 200, "body": json.dumps(event)}

def rich(event):
    return {
        "statusCode": "201", "headers": {"X-One": 1, "X-Flag": True, "Set-Cookie": "a=1", "Connection": "close"},
        "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}, "body": base64.b64encode(b"\\xff\\x00").decode(),
        "isBase64Encoded": True,
    }

def bare(event):
    return {}

def fail(event):
    raise ValueError("no such stamp")

def text(event):
    return "done"

def more(event):
    return {"statusCode": 200, "result": 1}

def wide(event):
    return {"statusCode": 1000}

def slow(event):
    time.sleep(3600)

def authorize(event):
    token = event.get("authorizationToken") or event["headers"]["X-Who"]
    if token == "nobody":
        raise Exception("Unauthorized")
    if token == "broken":
        raise Exception("no database")
    if token == "shapeless":
        return {"principalId": token}
    effect = "Deny" if token == "banned" else "Allow"
    resource = "arn:aws:execute-api:*:*:other/*" if token == "stranger" else event["methodArn"]
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": [resource]}
    return {
        "principalId": token, "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"age": 36, "admin": True, "event": event["type"]},
    }
"""


def uri_of(function: str) -> str:
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}"
    return f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations"


def method(function: str = "f", security: dict[str, list[str]] | None = None) -> dict[str, Any]:
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": uri_of(function)}
    return {
        "responses": {},
        "security": [security] if security else [],
        "x-amazon-apigateway-integration": integration,
    }


def scheme(kind: str, header: str = "Authorization", **settings: Any) -> dict[str, Any]:
    made = {"type": kind, **settings}
    auth = "cognito_user_pools" if kind == "cognito_user_pools" else "custom"
    return {
        "type": "apiKey", "name": header, "in": "header", "x-amazon-apigateway-authtype": auth,
        "x-amazon-apigateway-authorizer": made,
    }  # fmt: skip


def document(pool: str) -> dict[str, Any]:
    by_request = "method.request.header.X-Who, method.request.querystring.place"
    return {
        "openapi": "3.0.1",
        "info": {"title": "rally", "version": "1"},
        "x-amazon-apigateway-binary-media-types": ["image/*"],
        "components": {
            "securitySchemes": {
                "visitors": scheme("cognito_user_pools", providerARNs=[pool]),
                "tokens": scheme("token", authorizerUri=uri_of("f"), identityValidationExpression="[a-z]+"),
                "requests": scheme("request", "Unused", authorizerUri=uri_of("f"), identitySource=by_request),
            }
        },
        "paths": {
            "/open/{proxy+}": {"x-amazon-apigateway-any-method": method()},
            "/mine": {"get": method(security={"visitors": []})},
            "/scoped": {"get": method(security={"visitors": ["aws.cognito.signin.user.admin"]})},
            "/other-scope": {"get": method(security={"visitors": ["rally/write"]})},
            "/token": {"get": method(security={"tokens": []})},
            "/request": {"get": method(security={"requests": []})},
            "/missing": {"get": method("nothing")},
            "/by-variable": {"get": method("${stageVariables.name}")},
        },
    }


@dataclass
class Pool:
    """A user pool with a client and a visitor."""

    cognito: Any
    arn: str = ""
    id: str = ""
    client: str = ""

    def make(self) -> "Pool":
        made = self.cognito.create_user_pool(PoolName="rally")["UserPool"]
        self.arn, self.id = made["Arn"], made["Id"]
        found = self.cognito.create_user_pool_client(
            UserPoolId=self.id, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        )  # fmt: skip
        self.client = found["UserPoolClient"]["ClientId"]
        self.cognito.sign_up(ClientId=self.client, Username=NAME, Password=PASSWORD)
        self.cognito.admin_confirm_sign_up(UserPoolId=self.id, Username=NAME)
        return self

    def tokens(self) -> dict[str, str]:
        given = {"USERNAME": NAME, "PASSWORD": PASSWORD}
        found = self.cognito.initiate_auth(
            ClientId=self.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given
        )
        return dict(found["AuthenticationResult"])


@dataclass
class Served:
    stage: Stage
    clock: HeldClock
    pool: Pool
    other: Pool
    gateway: Any
    function: Any

    def get(self, path: str, **headers: str) -> Answered:
        return self.stage.ask("GET", path, headers={name.replace("_", "-"): v for name, v in headers.items()})

    def allow(self, statement: str, path: str = "*") -> None:
        source = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{self.stage.api}/{path}"
        self.function.add_permission(
            FunctionName="f", StatementId=statement, Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com", SourceArn=source,
        )  # fmt: skip


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    clock = HeldClock()
    with serve(0, world=ProcessState(clock=clock)) as server:
        make = client_of(server.url)
        gateway, function, cognito = (make(each) for each in ("apigateway", "lambda", "cognito-idp"))
        role = with_logs_role(make("iam"), gateway)
        function.create_function(
            FunctionName="f", Role=role, Runtime="python3.13", Handler="app.handler",
            Code={"ZipFile": zipped(app=CODE)}, Timeout=300,
        )  # fmt: skip
        pool, other = Pool(cognito).make(), Pool(cognito).make()
        stage = deployed(gateway, server.url, document(pool.arn))
        found = Served(stage, clock, pool, other, gateway, function)
        assert found.get("/open/x").refusal == (500, *BROKEN[1:])  # without permission
        assert found.get("/token", Authorization="ada").refusal == NO_ANSWER
        found.allow("api")
        yield found


def test_a_function_gets_the_request_as_an_event(served: Served) -> None:
    headers: dict[str, str | list[str]] = {
        "Accept": JSON, "x-many": ["1", "2"], "User-Agent": "curl/8", "Content-Type": "text/plain",
    }  # fmt: skip
    answer = served.stage.ask("POST", "/open/a/b%20c?q=1&q=%C3%A9&empty=", "Grüezi", headers=headers)
    assert (answer.status, answer.headers["content-type"]) == (200, JSON)
    event = answer.document
    context = event.pop("requestContext")
    trace = event["headers"]["X-Amzn-Trace-Id"]
    assert trace == answer.headers["x-amzn-trace-id"]
    assert context.pop("requestId") == answer.headers["x-amzn-requestid"]
    assert context.pop("extendedRequestId") == answer.headers["x-amz-apigw-id"]
    host = f"{served.stage.api}.execute-api.{REGION}.amazonaws.com"
    sent = {
        "Accept": JSON, "Content-Type": "text/plain", "Host": host, "User-Agent": "curl/8", "X-Amzn-Trace-Id": trace,
        "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Port": "443", "X-Forwarded-Proto": "https", "x-many": "2",
    }  # fmt: skip
    assert event == {
        "resource": "/open/{proxy+}",
        "path": "/open/a/b%20c",
        "httpMethod": "POST",
        "headers": sent,
        "multiValueHeaders": {**{name: [value] for name, value in sent.items()}, "x-many": ["1", "2"]},
        "queryStringParameters": {"q": "é", "empty": ""},
        "multiValueQueryStringParameters": {"q": ["1", "é"], "empty": [""]},
        "pathParameters": {"proxy": "a/b%20c"},
        "stageVariables": None,
        "body": "Grüezi",
        "isBase64Encoded": False,
    }
    (resource,) = (
        row["id"]
        for row in served.gateway.get_resources(restApiId=served.stage.api)["items"]
        if row["path"] == "/open/{proxy+}"
    )
    nothing = (
        "cognitoIdentityPoolId", "accountId", "cognitoIdentityId", "caller", "principalOrgId", "accessKey",
        "cognitoAuthenticationType", "cognitoAuthenticationProvider", "userArn", "user",
    )  # fmt: skip
    assert context == {
        "resourceId": resource,
        "resourcePath": "/open/{proxy+}",
        "httpMethod": "POST",
        "requestTime": "15/Jan/2027:08:00:00 +0000",
        "path": "/live/open/a/b%20c",
        "accountId": ACCOUNT,
        "protocol": "HTTP/1.1",
        "stage": "live",
        "domainPrefix": served.stage.api,
        "requestTimeEpoch": 1_800_000_000_000,
        "identity": {**dict.fromkeys(nothing), "sourceIp": "127.0.0.1", "userAgent": "curl/8"},
        "domainName": host,
        "deploymentId": served.gateway.get_stage(restApiId=served.stage.api, stageName="live")[
            "deploymentId"
        ],
        "apiId": served.stage.api,
    }
    empty = served.stage.ask("GET", "/open/x").document
    assert (empty["body"], empty["queryStringParameters"], empty["isBase64Encoded"]) == (None, None, False)
    image = served.stage.ask("PUT", "/open/x", b"\xff\x00", headers={"Content-Type": "image/png"}).document
    assert (image["body"], image["isBase64Encoded"]) == ("/wA=", True)


def test_a_function_answers(served: Served) -> None:
    for accept, body in (("image/png, */*", b"\xff\x00"), (JSON, b"/wA=")):
        answer = served.get("/open/x?do=rich", Accept=accept)
        assert (answer.status, answer.body) == (201, body)
        assert [value for name, value in answer.rows if name == "Set-Cookie"] == ["a=1", "b=2"]
        assert (answer.headers["x-one"], answer.headers["x-flag"]) == ("1", "true")
        assert answer.headers["x-amzn-remapped-connection"] == "close"
    bare = served.get("/open/x?do=bare")
    assert (bare.status, bare.body, bare.headers["content-type"]) == (200, b"", JSON)
    for wrong in ("fail", "text", "more", "wide", "no_such_thing"):
        assert served.get(f"/open/x?do={wrong}").refusal == BROKEN, wrong
    assert served.get("/missing").refusal == (500, *BROKEN[1:])
    assert served.stage.ask("POST", "/open/x", b"x" * 6_300_000).refusal[0] == 413
    change = {"op": "replace", "path": "/variables/name", "value": "f"}
    at = {"restApiId": served.stage.api, "stageName": "live"}
    served.gateway.update_stage(**at, patchOperations=[change])
    assert served.get("/by-variable").document["stageVariables"] == {"name": "f"}

    served.clock.step = 1.0  # each look at the clock is a second later
    slow = served.get("/open/x?do=slow")
    served.clock.step = 0.0
    assert slow.refusal == (504, "InternalServerErrorException", "Endpoint request timed out")


def test_tokens_of_a_user_pool_are_checked(served: Served) -> None:
    mine, foreign = served.pool.tokens(), served.other.tokens()
    for prefix in ("", "Bearer "):
        event = served.get("/mine", Authorization=prefix + mine["IdToken"]).document
        claims = event["requestContext"]["authorizer"]["claims"]
        seen = (claims["aud"], claims["token_use"], claims["cognito:username"])
        assert seen == (served.pool.client, "id", NAME)
        assert claims["exp"].startswith("Fri Jan 15 ")
        assert claims["exp"].endswith(" UTC 2027")
        assert claims["auth_time"].isdecimal()
    scoped = served.get("/scoped", Authorization=mine["AccessToken"]).document
    assert scoped["requestContext"]["authorizer"]["claims"]["client_id"] == served.pool.client
    tampered = mine["IdToken"][:-8] + "AAAAAAAA"
    for path, token in (
        ("/mine", ""), ("/mine", "x"), ("/mine", mine["AccessToken"]), ("/mine", foreign["IdToken"]), ("/mine", tampered),
        ("/scoped", mine["IdToken"]), ("/scoped", foreign["AccessToken"]), ("/other-scope", mine["AccessToken"]),
    ):  # fmt: skip
        assert served.get(path, Authorization=token).refusal == UNAUTHORIZED, path
    assert served.get("/mine").refusal == UNAUTHORIZED
    served.clock.now += 3601
    expired = served.get("/mine", Authorization=mine["IdToken"]).refusal
    assert expired == (401, "UnauthorizedException", "The incoming token has expired")
    assert served.get("/mine", Authorization=served.pool.tokens()["IdToken"]).status == 200


def test_functions_authorize(served: Served) -> None:
    context = served.get("/token", Authorization="ada").document["requestContext"]["authorizer"]
    assert context.pop("integrationLatency") == 0
    assert context == {"principalId": "ada", "age": "36", "admin": "true", "event": "TOKEN"}
    for token in ("", "not-matching", "nobody"):
        assert served.get("/token", Authorization=token).refusal == UNAUTHORIZED, token
    for token, more in (("stranger", ""), ("banned", " with an explicit deny")):
        answer = served.get("/token", Authorization=token)
        text = "User is not authorized to access this resource"
        assert (answer.status, answer.headers["x-amzn-errortype"]) == (403, "AccessDeniedException")
        assert answer.document == {"Message": text + more}
    for token in ("broken", "shapeless"):
        assert served.get("/token", Authorization=token).refusal == NO_ANSWER, token
    assert served.get("/request?place=tower", X_Who="ada").document["requestContext"]["authorizer"][
        "event"
    ] == ("REQUEST")
    assert served.get("/request", X_Who="ada").refusal == UNAUTHORIZED
    assert served.get("/request?place=tower").refusal == UNAUTHORIZED
