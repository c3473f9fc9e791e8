"""Passes over APIs that are written as routes, and over the methods that CORS makes."""

from typing import Any

import pytest

from tests.resources.live_harness import LiveHarness, fields, messages
from tests.resources.rest_apis import POOL, Rally

ORIGIN = "method.response.header.Access-Control-Allow-Origin"
MEMBERS = {"members": {"user_pools": [POOL]}}
ROUTES: dict[str, Any] = {
    "GET /stamps/{id}": {"function": "rally", "authorizer": "members", "scopes": ["rally/read"]},
    "GET /health": {"function": "rally"},
    "ANY /proxy/{rest+}": {"function": "rally", "api_key_required": True},
}
CORS: dict[str, Any] = {"allow_origins": ["https://app.example.com"], "allow_credentials": True}


@pytest.fixture
def rally(harness: LiveHarness) -> Rally:
    return Rally(harness)


def routed(rally: Rally, routes: Any = None, **settings: Any) -> dict[str, Any]:
    api = {"routes": ROUTES if routes is None else routes, "authorizers": MEMBERS, **settings}
    return {**rally.around(), "apigateway.rest_api": {"rally": api}}


def test_routes_make_methods_that_invoke_functions(rally: Rally) -> None:
    rally.harness.settle(routed(rally, publish=True))
    found = rally.methods()
    assert sorted(found) == ["ANY /proxy/{rest+}", "GET /health", "GET /stamps/{id}"]
    get = found["GET /stamps/{id}"]
    assert (get["authorizationType"], get["authorizationScopes"]) == ("COGNITO_USER_POOLS", ["rally/read"])
    assert get["methodIntegration"]["uri"].endswith(":function:rally/invocations")
    assert found["ANY /proxy/{rest+}"]["apiKeyRequired"] is True
    health = {**rally.resource("/health"), "httpMethod": "GET"}
    slow = [{"op": "replace", "path": "/passthroughBehavior", "value": "NEVER"}]
    rally.gateway.update_integration(**health, patchOperations=slow)
    report = rally.harness.run(routed(rally, publish=True), dry_run=True)
    (differing,) = [
        each for action in report.plan.actions.values() for each in action.differences if each.top == "routes"
    ]
    assert str(differing.observed).endswith("(changed: methodIntegration.passthroughBehavior)")
    report = rally.harness.run(routed(rally, publish=True))
    assert rally.sent == ["UpdateIntegration"], messages(report)
    rest = {key: ROUTES[key] for key in ("GET /health",)}
    changed = {"members": {"user_pools": [POOL], "result_ttl_in_seconds": 60}}
    rally.harness.settle(routed(rally, rest, authorizers=changed, publish=True))
    assert sorted(rally.methods()) == ["GET /health"]
    assert len(rally.deployments()) == 2
    rally.harness.settle(routed(rally, rest, authorizers={}, publish=True))
    assert rally.gateway.get_authorizers(restApiId=rally.id)["items"] == []


def test_cors_makes_the_methods_that_browsers_ask(rally: Rally) -> None:
    rally.harness.settle(routed(rally, cors=CORS))
    found = rally.methods()
    assert {key for key in found if key.startswith("OPTIONS")} == {"OPTIONS /stamps/{id}", "OPTIONS /health"}
    options = found["OPTIONS /health"]["methodIntegration"]["integrationResponses"]["204"]
    assert options["responseParameters"][ORIGIN] == "'https://app.example.com'"
    assert (
        options["responseParameters"]["method.response.header.Access-Control-Allow-Methods"]
        == "'GET,OPTIONS'"
    )
    at = {**rally.resource("/health"), "httpMethod": "OPTIONS"}
    rally.gateway.delete_method(**at)
    report = rally.harness.run(routed(rally, cors=CORS), dry_run=True)
    assert fields(report) == ["cors.allow_origins"]
    rally.harness.settle(routed(rally, cors=CORS))
    two = {"allow_origins": ["https://a.example", "https://b.example"]}
    rally.harness.settle(routed(rally, cors=two))
    response = rally.methods()["OPTIONS /health"]["methodIntegration"]["integrationResponses"]["204"]
    assert '$origin == "https://b.example"' in response["responseTemplates"]["application/json"]
    rally.harness.settle(routed(rally, cors={**CORS, "on_errors": True}))
    error = rally.gateway.get_gateway_response(restApiId=rally.id, responseType="DEFAULT_4XX")
    assert error["responseParameters"] == {
        "gatewayresponse.header.Access-Control-Allow-Origin": "'https://app.example.com'"
    }
    rally.add_path("mine")
    mine = {**rally.resource("/mine"), "httpMethod": "OPTIONS"}
    rally.gateway.put_method(**mine, authorizationType="NONE")
    rally.harness.settle(routed(rally, cors=None))
    assert [key for key in rally.methods() if key.startswith("OPTIONS")] == ["OPTIONS /mine"]
    rally.harness.settle(routed(rally, cors=CORS))
    rally.harness.settle(routed(rally))
    assert [key for key in rally.methods() if key.startswith("OPTIONS")] == ["OPTIONS /mine"]


def test_a_document_and_cors_change_together(rally: Rally) -> None:
    rally.harness.settle(rally.resources(cors=CORS))
    rally.document["paths"]["/new"] = rally.document["paths"].pop("/health")
    report = rally.harness.run(rally.resources(cors=CORS))
    assert report.outcome == "settled", messages(report)
    assert {"OPTIONS /new", "OPTIONS /stamps/{id}"} == {
        key for key in rally.methods() if key.startswith("OPTIONS")
    }
    rally.harness.require_quiet(rally.resources(cors=CORS))
