"""A saved state contains logs, alarms, keys, functions and topics, and they work as before."""

import json
from pathlib import Path
from typing import Any

import pytest
from moto.iam.models import iam_backends

from reconciler.sandbox import Sandbox, state
from tests.sandbox.refusals import ANYBODY, REGION, client_of, refused

ALARM = {
    "MetricName": "Errors",
    "Namespace": "App",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 3,
    "Threshold": 2.5,
    "ComparisonOperator": "GreaterThanThreshold",
    "Tags": [{"Key": "team", "Value": "a"}],
}
ALARM_ARN = f"arn:aws:cloudwatch:{REGION}:123456789012:alarm:errors"
METRIC = {"metricName": "Errors", "metricNamespace": "App", "metricValue": "1"}
NAME = {"FunctionName": "f"}
FUNCTION = f"arn:aws:lambda:{REGION}:123456789012:function:f"
TOPIC = {"TopicArn": f"arn:aws:sns:{REGION}:123456789012:ops"}
SIGNING = {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}
SIGNED = {"Message": b"text", "SigningAlgorithm": "ECDSA_SHA_256"}


def create_surroundings(box: Sandbox) -> dict[str, Any]:
    trust = json.dumps({"Version": "2012-10-17", "Statement": [ANYBODY]})
    role = iam_backends[box.account]["aws"].create_role("r", trust, "/", None, "", [], "3600").arn
    lambda_ = client_of(box, "lambda")
    image = {"PackageType": "Image", "Code": {"ImageUri": "x:y"}}
    lambda_.create_function(**NAME, **image, Role=role, Environment={"Variables": {"stage": "prod"}})
    lambda_.publish_version(**NAME)
    permission = {"StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "logs.amazonaws.com"}
    lambda_.add_permission(**NAME, **permission)
    logs = client_of(box, "logs")
    logs.create_log_group(logGroupName="/app", logGroupClass="STANDARD", deletionProtectionEnabled=True)
    group = {"logGroupName": "/app", "filterName": "f", "filterPattern": ""}
    logs.put_metric_filter(**group, metricTransformations=[METRIC])
    logs.put_subscription_filter(**group, destinationArn=FUNCTION)
    client_of(box, "cloudwatch").put_metric_alarm(AlarmName="errors", **ALARM)
    kms = client_of(box, "kms")
    plain, signing = (kms.create_key(**each)["KeyMetadata"]["KeyId"] for each in ({}, SIGNING))
    kms.create_alias(AliasName="alias/mine", TargetKeyId=plain)
    kms.enable_key_rotation(KeyId=plain, RotationPeriodInDays=90)
    sns = client_of(box, "sns")
    sns.create_topic(Name="ops", Attributes={"TracingConfig": "Active"})
    sns.subscribe(**TOPIC, Protocol="email", Endpoint="a@b.c")
    return {"plain": plain, "signing": signing, "signature": kms.sign(KeyId=signing, **SIGNED)["Signature"]}


def everything(box: Sandbox, made: dict[str, Any]) -> list[Any]:
    """The replies to plain clients, without members that differ in each request."""
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("logs", "describe_log_groups", {}),
        ("logs", "describe_metric_filters", {"logGroupName": "/app"}),
        ("logs", "describe_subscription_filters", {"logGroupName": "/app"}),
        ("cloudwatch", "describe_alarms", {}),
        ("kms", "list_keys", {}),
        ("kms", "describe_key", {"KeyId": "alias/mine"}),
        ("kms", "get_key_rotation_status", {"KeyId": made["plain"]}),
        ("lambda", "get_function", NAME),
        ("lambda", "get_policy", NAME),
        ("lambda", "list_versions_by_function", NAME),
        ("sns", "get_topic_attributes", TOPIC),
        ("sns", "list_subscriptions", {}),
        ("cloudwatch", "list_tags_for_resource", {"ResourceARN": ALARM_ARN}),
    ]
    replies = [getattr(client_of(box, service), call)(**params) for service, call, params in asked]
    for reply in replies:
        del reply["ResponseMetadata"]
    return replies


@pytest.mark.parametrize("way", ["file", "snapshot"])
def test_all_is_as_it_was(tmp_path: Path, way: str) -> None:
    file = tmp_path / "sandbox.state"
    with Sandbox() as box:
        made = create_surroundings(box)
        before = everything(box, made)
        state.save(file, box.world)
        if way == "snapshot":
            frozen = box.snapshot()
            client_of(box, "lambda").delete_function(**NAME)
            client_of(box, "sns").delete_topic(**TOPIC)
            client_of(box, "kms").schedule_key_deletion(KeyId=made["plain"])
            box.restore(frozen)
            assert everything(box, made) == before
            return
    with Sandbox() as box:
        state.load(file, box.world)
        assert everything(box, made) == before
        kms = client_of(box, "kms")
        assert kms.verify(KeyId=made["signing"], Signature=made["signature"], **SIGNED)["SignatureValid"]
        assert (
            refused(client_of(box, "logs"), "delete_log_group", logGroupName="/app") == "ValidationException"
        )
        client_of(box, "lambda").delete_function(**NAME)
        client_of(box, "sns").delete_topic(**TOPIC)
        client_of(box, "cloudwatch").delete_alarms(AlarmNames=["errors"])
