"""Passes over a log group whose resource policy others change as well."""

import json
from typing import Any

import pytest

from tests.resources.live_harness import LiveHarness, fields

pytestmark = pytest.mark.whole

NAME = "/shop/queries"
ARN = f"arn:aws:logs:eu-west-2:123456789012:log-group:{NAME}"


def document(principal: str, resource: str = f"${{logs.log_group:{NAME}}}:*") -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": f"{principal}.amazonaws.com"},
        "Action": ["logs:PutLogEvents"],
        "Resource": resource,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def group(**settings: Any) -> dict[str, Any]:
    return {"logs.log_group": {NAME: settings}}


def policies(harness: LiveHarness, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = harness.client("logs").describe_resource_policies(**asked)[
        "resourcePolicies"
    ]
    return found


def of_group(harness: LiveHarness) -> list[dict[str, Any]]:
    return policies(harness, resourceArn=ARN, policyScope="RESOURCE")


def test_a_policy_may_name_its_own_group(harness: LiveHarness) -> None:
    harness.settle(group(resource_policy=document("route53")))
    (policy,) = of_group(harness)
    assert json.loads(policy["policyDocument"])["Statement"][0]["Resource"] == f"{ARN}:*"
    assert policy["policyName"] == "shop/queries"
    harness.settle(group(resource_policy=None))
    assert of_group(harness) == []


def test_a_policy_of_another_client_keeps_its_name(harness: LiveHarness) -> None:
    harness.settle(group())
    text = json.dumps(document("es", f"{ARN}:*"))
    harness.client("logs").put_resource_policy(resourceArn=ARN, policyName="theirs", policyDocument=text)
    harness.require_quiet(group())
    harness.settle(group(resource_policy=document("route53")))
    (policy,) = of_group(harness)
    assert policy["policyName"] == "theirs"
    assert "route53" in policy["policyDocument"]


def test_a_change_by_hand_is_repaired(harness: LiveHarness) -> None:
    written = group(resource_policy=document("route53"))
    harness.settle(written)
    (policy,) = of_group(harness)
    harness.client("logs").put_resource_policy(
        resourceArn=ARN,
        policyName=policy["policyName"],
        policyDocument=json.dumps(document("es", f"{ARN}:*")),
        expectedRevisionId=policy["revisionId"],
    )
    report = harness.run(written)
    assert fields(report) == ["resource_policy.Statement.#1.Principal.Service"]
    harness.require_quiet(written)


def test_a_policy_of_the_account_is_left_alone(harness: LiveHarness) -> None:
    text = json.dumps(document("route53", "*"))
    harness.client("logs").put_resource_policy(policyName="shop/queries", policyDocument=text)
    harness.settle(group(resource_policy=document("es")), prune=True)
    harness.settle(group(resource_policy=None), prune=True)
    assert [each["policyName"] for each in policies(harness)] == ["shop/queries"]
