"""Passes over REST APIs: imports, changes of single parts, parts of others, and permissions of functions."""

import json

import pytest

from tests.resources.live_harness import LiveHarness, fields, messages
from tests.resources.rest_apis import POOL, Rally

RECORD = "reconcilerParts"


@pytest.fixture
def rally(harness: LiveHarness) -> Rally:
    return Rally(harness)


def test_a_new_api_takes_one_import(rally: Rally) -> None:
    rally.harness.settle(rally.resources())
    assert sorted(rally.methods()) == ["GET /health", "GET /stamps/{id}", "PUT /stamps/{id}"]
    (members,) = rally.gateway.get_authorizers(restApiId=rally.id)["items"]
    assert members["providerARNs"] == [POOL]
    policy = json.loads(rally.harness.client("lambda").get_policy(FunctionName="rally")["Policy"])
    (statement,) = policy["Statement"]
    assert statement["Condition"]["ArnLike"]["AWS:SourceArn"].endswith(f":{rally.id}/*")
    (made,) = rally.deployments()
    assert made["description"].startswith("reconciler: parts ")


def test_the_calls_of_a_new_api(rally: Rally) -> None:
    rally.harness.run(rally.around())
    rally.harness.run(rally.resources())
    assert rally.sent == ["CreateRestApi", "AddPermission", "PutRestApi", "CreateDeployment"]


def test_a_single_change_takes_a_single_call(rally: Rally) -> None:
    rally.harness.settle(rally.resources())
    rally.document["paths"]["/stamps/{id}"]["put"]["x-amazon-apigateway-integration"]["timeoutInMillis"] = (
        5000
    )
    report = rally.harness.run(rally.resources())
    assert rally.sent == ["UpdateIntegration", "CreateDeployment"], messages(report)
    assert fields(report) == ["openapi.PUT /stamps/{id}.methodIntegration.timeoutInMillis"]
    rally.document["components"]["schemas"]["Stamp"]["required"] = ["name"]
    rally.harness.run(rally.resources())
    assert rally.sent == ["UpdateModel", "CreateDeployment"]
    operation = rally.document["paths"]["/stamps/{id}"]["put"]
    operation["security"], operation["operationId"] = [{"members": []}], "putStamp"
    rally.harness.run(rally.resources())
    assert rally.sent == ["UpdateMethod", "CreateDeployment"]
    rally.harness.require_quiet(rally.resources())


def test_several_changes_take_one_import(rally: Rally) -> None:
    rally.harness.settle(rally.resources())
    paths = rally.document["paths"]
    paths["/stamps/{id}"]["get"]["security"] = []
    paths["/stamps/{id}"]["get"]["responses"]["404"] = {"description": "None"}
    paths["/new"] = paths["/health"]
    rally.harness.run(rally.resources())
    assert rally.sent == ["UpdateModel", "PutRestApi", "CreateDeployment"]
    assert rally.methods()["GET /stamps/{id}"]["authorizationType"] == "NONE"
    rally.harness.require_quiet(rally.resources())


def test_what_the_files_no_longer_have_is_deleted_and_what_others_made_stays(rally: Rally) -> None:
    rally.harness.settle(rally.resources())
    rally.add_path("mine")
    other = {**rally.resource("/stamps/{id}"), "httpMethod": "DELETE"}
    rally.gateway.put_method(**other, authorizationType="NONE")
    rally.gateway.put_integration(**other, type="MOCK")
    rally.harness.require_quiet(rally.resources())
    del rally.document["paths"]["/stamps/{id}"], rally.document["paths"]["/health"]
    rally.document["paths"]["/"] = {
        "get": {"x-amazon-apigateway-integration": {"type": "mock"}, "responses": {}}
    }
    rally.document["components"] = {}
    del rally.document["x-amazon-apigateway-request-validators"]
    report = rally.harness.run(rally.resources())
    assert report.outcome == "settled", messages(report)
    assert sorted(rally.methods()) == ["DELETE /stamps/{id}", "GET /", "GET /mine"]
    assert rally.sent.count("DeleteMethod") == 2
    assert {
        "DeleteResource",
        "DeleteAuthorizer",
        "DeleteModel",
        "DeleteRequestValidator",
        "RemovePermission",
    } <= {*rally.sent}
    rally.harness.require_quiet(rally.resources())
    names = [row["name"] for row in rally.gateway.get_models(restApiId=rally.id)["items"]]
    assert names == ["Empty", "Error", RECORD]


def test_edits_of_others_are_repaired(rally: Rally) -> None:
    rally.harness.settle(rally.resources())
    get = {**rally.resource("/stamps/{id}"), "httpMethod": "GET"}
    off = [{"op": "replace", "path": "/authorizationType", "value": "NONE"}]
    rally.gateway.update_method(**get, patchOperations=off)
    rally.gateway.delete_method(**{**get, "httpMethod": "PUT"})
    api = rally.harness.client("lambda")
    sid = json.loads(api.get_policy(FunctionName="rally")["Policy"])["Statement"][0]["Sid"]
    api.remove_permission(FunctionName="rally", StatementId=sid)
    report = rally.harness.run(rally.resources(), dry_run=True)
    found = fields(report)
    assert "openapi.PUT /stamps/{id}" in found
    assert "openapi.GET /stamps/{id}.authorizationType" in found
    assert "openapi.GET /stamps/{id}.methodIntegration.uri" in found
    rally.harness.run(rally.resources())
    assert rally.methods()["GET /stamps/{id}"]["authorizationType"] == "COGNITO_USER_POOLS"
    rally.harness.require_quiet(rally.resources())
