"""Passes over stages: they follow the deployments of their API. `test_half_made_deployments.py` has faults between two calls."""

from typing import Any

import pytest

from tests.resources.live_harness import LiveHarness, fields, messages
from tests.resources.rest_apis import Rally

CURRENT = "${apigateway.rest_api:rally#deployment}"


@pytest.fixture
def rally(harness: LiveHarness) -> Rally:
    return Rally(harness)


def staged(rally: Rally, **stage: Any) -> dict[str, Any]:
    return {**rally.resources(), "apigateway.stage": {"rally:live": {"deployment_id": CURRENT, **stage}}}


def served(rally: Rally) -> str:
    return str(rally.gateway.get_stage(restApiId=rally.id, stageName="live")["deploymentId"])


def slower(rally: Rally, timeout: int) -> None:
    paths = rally.document["paths"]["/stamps/{id}"]
    paths["put"]["x-amazon-apigateway-integration"]["timeoutInMillis"] = timeout
    paths["get"]["x-amazon-apigateway-integration"]["timeoutInMillis"] = timeout


def test_a_change_of_the_api_moves_its_stage(rally: Rally) -> None:
    rally.harness.settle(staged(rally))
    first = served(rally)
    slower(rally, 5000)
    report = rally.harness.run(staged(rally))
    assert rally.sent == ["PutRestApi", "CreateDeployment", "UpdateStage"], messages(report)
    assert served(rally) == rally.deployments()[-1]["id"] != first
    rally.harness.require_quiet(staged(rally))
    back = [{"op": "replace", "path": "/deploymentId", "value": first}]
    rally.gateway.update_stage(restApiId=rally.id, stageName="live", patchOperations=back)
    report = rally.harness.run(staged(rally))
    assert (rally.sent, fields(report)) == (["UpdateStage"], ["deployment_id"])
    report = rally.harness.run(
        staged(rally, canary_settings={"percent_traffic": 5.0, "deployment_id": CURRENT})
    )
    assert report.outcome == "settled", messages(report)
