"""Stages, usage plans, API keys and the account keep every setting, and refuse what AWS refuses, with a plain client."""

import json
from typing import Any

import pytest

from reconciler.sandbox import Sandbox
from tests.sandbox.refusals import client_of, refused
from tests.sandbox.test_moto_apigateway import patch

BAD, ABSENT, CONFLICT = "BadRequestException", "NotFoundException", "ConflictException"
LOG = "arn:aws:logs:eu-west-2:123456789012:log-group:rally"
MOCK = {"responses": {}, "x-amazon-apigateway-integration": {"type": "mock"}}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.1",
    "info": {"title": "rally", "version": "1"},
    "paths": {"/a": {"get": MOCK}},
}


@pytest.fixture
def gateway(sandbox: Sandbox) -> Any:
    return client_of(sandbox, "apigateway")


@pytest.fixture
def api(gateway: Any) -> str:
    return str(gateway.import_rest_api(body=json.dumps(DOCUMENT).encode())["id"])


@pytest.fixture
def stage(gateway: Any, api: str) -> dict[str, str]:
    deployment = gateway.create_deployment(restApiId=api)["id"]
    at = {"restApiId": api, "stageName": "live"}
    gateway.create_stage(**at, deploymentId=deployment, tags={"Team": "rally"})
    return at


def with_role(sandbox: Sandbox, gateway: Any) -> None:
    """Set the role with which API Gateway writes logs."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "apigateway.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    iam = client_of(sandbox, "iam")
    role = iam.create_role(RoleName="logs", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    gateway.update_account(patchOperations=patch("/cloudwatchRoleArn", role))


def test_the_account_has_a_role_that_api_gateway_may_assume(sandbox: Sandbox, gateway: Any) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html"""
    assert "cloudwatchRoleArn" not in gateway.get_account()
    wrong = patch("/cloudwatchRoleArn", "arn:aws:iam::123456789012:role/nobody")
    assert refused(gateway, "update_account", patchOperations=wrong) == BAD
    with_role(sandbox, gateway)
    assert gateway.get_account()["cloudwatchRoleArn"].endswith(":role/logs")
    gateway.update_account(patchOperations=patch("/cloudwatchRoleArn", ""))
    assert "cloudwatchRoleArn" not in gateway.get_account()


def test_a_stage_keeps_its_settings(sandbox: Sandbox, gateway: Any, stage: dict[str, str]) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateStage.html"""
    logs = [
        *patch("/accessLogSettings/destinationArn", f"{LOG}:*"),
        *patch("/accessLogSettings/format", "$context.requestId"),
    ]
    assert refused(gateway, "update_stage", **stage, patchOperations=logs) == BAD  # without a role
    with_role(sandbox, gateway)
    changes = [
        *logs,
        *patch("/~1a/GET/throttling/rateLimit", "5"),
        *patch("/*/*/logging/loglevel", "INFO"),
        *patch("/variables/url", "https://x.example"),
        *patch("/tracingEnabled", "true"),
        *patch("/cacheClusterEnabled", "true"),
        *patch("/cacheClusterSize", "1.6"),
        *patch("/canarySettings/percentTraffic", "10"),
        *patch("/description", "Live"),
    ]
    gateway.update_stage(**stage, patchOperations=changes)
    shown = gateway.get_stage(**stage)
    assert shown["accessLogSettings"] == {"destinationArn": LOG, "format": "$context.requestId"}
    assert shown["methodSettings"]["a/GET"]["throttlingRateLimit"] == 5.0
    assert shown["methodSettings"]["*/*"]["loggingLevel"] == "INFO"
    assert (shown["cacheClusterSize"], shown["cacheClusterStatus"]) == ("1.6", "AVAILABLE")
    assert (shown["variables"], shown["tags"]) == ({"url": "https://x.example"}, {"Team": "rally"})
    assert shown["canarySettings"] == {
        "percentTraffic": 10.0,
        "useStageCache": False,
        "deploymentId": shown["deploymentId"],
    }
    away = [
        *patch("/accessLogSettings", op="remove"),
        *patch("/canarySettings", op="remove"),
        *patch("/variables/url", op="remove"),
        *patch("/~1a/GET", op="remove"),
    ]
    gateway.update_stage(**stage, patchOperations=away)
    left = gateway.get_stages(restApiId=stage["restApiId"])["item"][0]
    assert not {"accessLogSettings", "canarySettings", "variables"} & left.keys()
    assert [*left["methodSettings"]] == ["*/*"]
    for path, value in (
        ("/deploymentId", "nothing"), ("/*/*/logging/loglevel", "DEBUG"), ("/stageName", "x"), ("/cacheClusterSize", "2"),
        ("/variables/a-b", "x"), ("/variables/a", "x y"), ("/accessLogSettings/format", "no id"),
    ):  # fmt: skip
        assert refused(gateway, "update_stage", **stage, patchOperations=patch(path, value)) == BAD
    again = {**stage, "deploymentId": left["deploymentId"]}
    assert refused(gateway, "create_stage", **again) == CONFLICT
    gateway.delete_stage(**stage)
    assert refused(gateway, "get_stage", **stage) == ABSENT


def test_a_usage_plan_has_stages_and_keys(gateway: Any, stage: dict[str, str]) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html"""
    row = {
        "apiId": stage["restApiId"],
        "stage": "live",
        "throttle": {"/a/GET": {"rateLimit": 1.0, "burstLimit": 2}},
    }
    quota = {"limit": 10, "period": "DAY"}
    asked = {"name": "gold", "quota": quota, "throttle": {"rateLimit": 5.0, "burstLimit": 9}}
    plan = gateway.create_usage_plan(**asked, apiStages=[row], tags={"Team": "rally"})["id"]
    nowhere = [{"apiId": stage["restApiId"], "stage": "x"}]
    assert refused(gateway, "create_usage_plan", name="x", apiStages=nowhere) == ABSENT
    assert refused(gateway, "create_usage_plan", name="x", quota={**quota, "offset": 1}) == BAD
    place = f"/apiStages/{stage['restApiId']}:live/throttle"
    changes = [
        *patch(f"{place}/~1a~1GET/rateLimit", "3"),
        *patch("/quota/limit", "20"),
        *patch("/throttle", op="remove"),
    ]
    gateway.update_usage_plan(usagePlanId=plan, patchOperations=changes)
    (shown,) = gateway.get_usage_plans()["items"]
    assert shown["apiStages"][0]["throttle"] == {"/a/GET": {"rateLimit": 3.0, "burstLimit": 2}}
    assert (shown["quota"]["limit"], shown["quota"]["offset"], shown["tags"]) == (20, 0, {"Team": "rally"})
    assert "throttle" not in shown
    key = gateway.create_api_key(name="app", enabled=True, value="x" * 20)["id"]
    assert refused(gateway, "create_api_key", name="other", value="x" * 20) == CONFLICT
    assert refused(gateway, "create_api_key", name="other", value="short") == BAD
    subscription = {"usagePlanId": plan, "keyId": key, "keyType": "API_KEY"}
    gateway.create_usage_plan_key(**subscription)
    assert refused(gateway, "create_usage_plan_key", **subscription) == CONFLICT
    other = gateway.create_usage_plan(
        name="silver", apiStages=[{"apiId": stage["restApiId"], "stage": "live"}]
    )["id"]
    assert refused(gateway, "create_usage_plan_key", **{**subscription, "usagePlanId": other}) == CONFLICT
    assert [each["id"] for each in gateway.get_usage_plan_keys(usagePlanId=plan)["items"]] == [key]
    gateway.update_api_key(apiKey=key, patchOperations=patch("/enabled", "false"))
    assert gateway.get_api_key(apiKey=key)["enabled"] is False
    assert "value" not in gateway.get_api_key(apiKey=key)
    assert gateway.get_api_keys(includeValues=True)["items"][0]["value"] == "x" * 20
    assert refused(gateway, "delete_usage_plan", usagePlanId=plan) == BAD
    away = patch("/apiStages", f"{stage['restApiId']}:live", "remove")
    gateway.update_usage_plan(usagePlanId=plan, patchOperations=away)
    gateway.delete_usage_plan_key(usagePlanId=plan, keyId=key)
    gateway.delete_usage_plan(usagePlanId=plan)
    gateway.delete_api_key(apiKey=key)
    assert refused(gateway, "get_api_key", apiKey=key) == ABSENT


def test_a_saved_state_has_deployments(sandbox: Sandbox, gateway: Any, stage: dict[str, str]) -> None:
    frozen = sandbox.snapshot()
    shown = gateway.get_stages(restApiId=stage["restApiId"])["item"]
    gateway.delete_rest_api(restApiId=stage["restApiId"])
    sandbox.restore(frozen)
    assert gateway.get_stages(restApiId=stage["restApiId"])["item"] == shown
    export = gateway.get_export(**stage, exportType="oas30")["body"].read()
    assert [*json.loads(export)["paths"]] == ["/a"]
