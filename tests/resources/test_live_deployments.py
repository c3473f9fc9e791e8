"""Passes over APIs that publish: when a deployment is made, which are deleted, and what a death between two calls leaves."""

from typing import Any

import pytest

from tests.resources.live_harness import LiveHarness, fields, messages
from tests.resources.rest_apis import Rally


@pytest.fixture
def rally(harness: LiveHarness) -> Rally:
    return Rally(harness)


def change(rally: Rally, timeout: int) -> dict[str, Any]:
    integration = rally.document["paths"]["/stamps/{id}"]["put"]["x-amazon-apigateway-integration"]
    integration["timeoutInMillis"] = timeout
    return rally.resources()


def test_old_deployments_are_deleted_but_not_those_of_stages_and_of_others(rally: Rally) -> None:
    rally.harness.settle(rally.resources())
    first = rally.deployments()[0]["id"]
    rally.gateway.create_stage(restApiId=rally.id, stageName="mine", deploymentId=first)
    other = rally.gateway.create_deployment(restApiId=rally.id, description="by hand")["id"]
    for timeout in range(1000, 9000, 1000):
        report = rally.harness.run(change(rally, timeout))
        assert report.outcome == "settled", messages(report)
    rows = rally.deployments()
    ours = [row["id"] for row in rows if row["description"].startswith("reconciler: ")]
    assert first in ours
    assert other in [row["id"] for row in rows]
    assert len(ours) == 6  # five, and that of the stage
    rally.harness.settle(rally.resources(kept_deployments=2))
    assert len(rally.deployments()) == 4


def test_a_deployment_of_somebody_else_is_followed_by_one_of_ours(rally: Rally) -> None:
    rally.harness.settle(rally.resources())
    rally.gateway.create_deployment(restApiId=rally.id, description="by hand")
    report = rally.harness.run(rally.resources())
    assert (rally.sent, fields(report)) == (["CreateDeployment"], ["publish"])
    rally.harness.require_quiet(rally.resources())


def test_the_plan_names_parts_of_others_that_are_not_deployed(rally: Rally) -> None:
    rally.harness.settle(rally.resources())
    rally.add_path("mine")
    report = rally.harness.run(rally.resources(), dry_run=True)
    assert fields(report) == []
    assert any("GET /mine, not deployed yet" in note for note in report.notes), report.notes


def test_a_setting_that_must_be_deployed_makes_a_deployment(rally: Rally) -> None:
    rally.harness.settle(rally.resources(binary_media_types=["image/png"]))
    rally.harness.run(rally.resources(binary_media_types=["image/png", "image/gif"]))
    assert rally.sent == ["UpdateRestApi", "CreateDeployment"]
    rally.harness.require_quiet(rally.resources(binary_media_types=["image/png", "image/gif"]))
    rally.harness.run(rally.resources(binary_media_types=["image/png", "image/gif"], description="Rally"))
    assert rally.sent == ["UpdateRestApi"]


def test_a_refused_part_makes_no_deployment(rally: Rally) -> None:
    rally.harness.settle(rally.resources())
    rally.document["paths"]["/new/{a}"] = rally.document["paths"]["/health"]
    stranger = rally.gateway.create_resource(**{**at_root(rally), "pathPart": "new"})["id"]
    rally.gateway.create_resource(restApiId=rally.id, parentId=stranger, pathPart="{b}")
    report = rally.harness.run(rally.resources())
    assert rally.sent == ["UpdateModel", "PutRestApi"], messages(report)
    assert len(rally.deployments()) == 1


def at_root(rally: Rally) -> dict[str, str]:
    return {
        "restApiId": rally.id,
        "parentId": rally.gateway.get_rest_api(restApiId=rally.id)["rootResourceId"],
    }
