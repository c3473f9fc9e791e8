"""Passes over stages: they follow the deployments of their API, and a death between two calls leaves no half-made one."""

from typing import Any

import pytest

from reconciler.sandbox.fault_injection import Attempt, Crash, Fault, FaultKind
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


@pytest.mark.parametrize("calls", range(6))
@pytest.mark.parametrize("when", [FaultKind.CRASH_BEFORE, FaultKind.CRASH_AFTER])
def test_a_death_between_two_calls_never_leaves_a_half_made_deployment(
    rally: Rally, calls: int, when: FaultKind
) -> None:
    rally.harness.settle(staged(rally))
    first = served(rally)
    rally.document["paths"]["/new"] = rally.document["paths"]["/health"]
    del rally.document["paths"]["/stamps/{id}"]["put"]
    slower_get = rally.document["paths"]["/stamps/{id}"]["get"]
    slower_get["x-amazon-apigateway-integration"]["timeoutInMillis"] = 900
    die(rally, calls, when)
    if served(rally) != first:
        assert published(rally, served(rally)) == {"GET /health", "GET /new", "GET /stamps/{id}"}
    else:
        assert published(rally, first) == {"GET /health", "GET /stamps/{id}", "PUT /stamps/{id}"}
    rally.harness.settle(staged(rally))
    assert published(rally, served(rally)) == {"GET /health", "GET /new", "GET /stamps/{id}"}
    assert len(rally.deployments()) == 2


CHANGES = ("UpdateModel", "PutRestApi", "DeleteMethod", "UpdateModel", "CreateDeployment", "UpdateStage")


def die(rally: Rally, calls: int, when: FaultKind) -> None:
    """Run a pass that ends at one of its changing calls."""
    seen: list[str] = []

    def plan(attempt: Attempt) -> Fault | None:
        if attempt.operation in CHANGES:
            seen.append(attempt.operation)
            return Fault(when) if len(seen) == calls + 1 else None
        return None

    rally.harness.box.inject(plan)
    try:
        with pytest.raises(Crash):
            rally.harness.run(staged(rally))
    finally:
        rally.harness.box.end_faults()


def published(rally: Rally, deployment: str) -> set[str]:
    shown = rally.gateway.get_deployment(restApiId=rally.id, deploymentId=deployment, embed=["apisummary"])
    return {f"{verb} {path}" for path, verbs in shown["apiSummary"].items() for verb in verbs}
