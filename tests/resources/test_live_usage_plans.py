"""Passes over usage plans and API keys: values come from a secret, are shown nowhere, and plans let go of stages."""

from typing import Any

import pytest

from tests.resources.live_harness import LiveHarness, messages
from tests.resources.rest_apis import Rally

VALUE = "an-api-key-nobody-may-see"


@pytest.fixture
def rally(harness: LiveHarness) -> Rally:
    return Rally(harness)


def planned(rally: Rally, **plan: Any) -> dict[str, Any]:
    current = "${apigateway.rest_api:rally#deployment}"
    stage = {"rest_api": "rally", "stage": "${apigateway.stage:live#name}"}
    return {
        **rally.resources(),
        "apigateway.stage": {"live": {"deployment_id": current}},
        "apigateway.api_key": {"app": {"enabled": True, "value": {"secret": {"ssm": "/rally/app"}}}},
        "apigateway.usage_plan": {"gold": {"api_stages": [stage], "api_keys": ["app"], **plan}},
    }


def test_a_plan_has_its_stage_and_its_key(rally: Rally) -> None:
    rally.harness.client("ssm").put_parameter(Name="/rally/app", Value=VALUE, Type="SecureString")
    report = rally.harness.run(planned(rally, throttle={"rate_limit": 5.0}))
    assert report.outcome == "settled", (report.refusals, messages(report))
    assert VALUE not in repr(report)
    rally.harness.require_quiet(planned(rally, throttle={"rate_limit": 5.0}))
    (key,) = rally.gateway.get_api_keys(includeValues=True)["items"]
    assert key["value"] == VALUE
    (plan,) = rally.gateway.get_usage_plans()["items"]
    assert [row["stage"] for row in plan["apiStages"]] == ["live"]
    assert [row["id"] for row in rally.gateway.get_usage_plan_keys(usagePlanId=plan["id"])["items"]] == [
        key["id"]
    ]
    rally.gateway.delete_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"])
    rally.harness.run(planned(rally, throttle={"rate_limit": 5.0}))
    assert rally.sent == ["CreateUsagePlanKey"]
    report = rally.harness.run(rally.resources(), prune=True, guard={"max_percent": 100})
    assert report.outcome == "settled", messages(report)
    assert rally.gateway.get_usage_plans()["items"] == []
    assert rally.gateway.get_api_keys()["items"] == []
