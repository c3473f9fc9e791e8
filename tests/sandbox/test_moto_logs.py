"""CloudWatch Logs keeps every setting of a log group and refuses what AWS refuses, with a plain client."""

import io
import json
import zipfile
from typing import Any

import pytest
from moto.iam.models import iam_backends

from reconciler.sandbox import Sandbox
from tests.sandbox.refusals import ANYBODY, REGION, client_of, refusal, refused

APP = {"logGroupName": "/app"}
ARN = f"arn:aws:logs:{REGION}:123456789012:log-group:/app"
METRIC = {"metricName": "Errors", "metricNamespace": "App", "metricValue": "1"}
MISSING = ("ResourceNotFoundException", "The specified log group does not exist.")
INVALID = "InvalidParameterException"


@pytest.fixture
def logs(sandbox: Sandbox) -> Any:
    client = client_of(sandbox, "logs")
    client.create_log_group(**APP)
    return client


def group_of(logs: Any, name: str = "/app") -> dict[str, Any]:
    (group,) = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return dict(group)


def key_for_logs(sandbox: Sandbox, **settings: Any) -> str:
    everything = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
    root = {**everything, "Principal": {"AWS": "arn:aws:iam::123456789012:root"}}
    logs = {**everything, "Principal": {"Service": f"logs.{REGION}.amazonaws.com"}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [root, logs]})
    made = client_of(sandbox, "kms").create_key(Policy=policy, **settings)
    return str(made["KeyMetadata"]["Arn"])


def function(sandbox: Sandbox) -> str:
    trust = json.dumps({"Version": "2012-10-17", "Statement": [ANYBODY]})
    role = iam_backends[sandbox.account]["aws"].create_role("r", trust, "/", None, "", [], "3600").arn
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): ...")
    made = client_of(sandbox, "lambda").create_function(
        FunctionName="taker",
        Role=role,
        Runtime="python3.13",
        Handler="app.handler",
        Code={"ZipFile": code.getvalue()},
    )
    return str(made["FunctionArn"])


def test_a_new_group_shows_what_it_was_made_with(sandbox: Sandbox, logs: Any) -> None:
    shown = group_of(logs)
    assert shown["logGroupClass"] == "STANDARD"
    assert shown["deletionProtectionEnabled"] is shown["bearerTokenAuthenticationEnabled"] is False
    assert "retentionInDays" not in shown
    assert "kmsKeyId" not in shown
    key = key_for_logs(sandbox)
    logs.create_log_group(
        logGroupName="rare",
        logGroupClass="INFREQUENT_ACCESS",
        kmsKeyId=key,
        deletionProtectionEnabled=True,
        tags={"team": "a"},
    )
    shown = group_of(logs, "rare")
    assert (shown["logGroupClass"], shown["kmsKeyId"]) == ("INFREQUENT_ACCESS", key)
    assert shown["deletionProtectionEnabled"] is True
    assert logs.list_tags_for_resource(resourceArn=shown["logGroupArn"])["tags"] == {"team": "a"}


def test_a_wrong_group_is_refused(logs: Any) -> None:
    for wrong in (
        {"logGroupName": "a:b"},
        {"logGroupName": "x" * 513},
        {"logGroupName": "aws/x"},
        {"logGroupClass": "COLD"},
        {"tags": {"aws:x": "y"}},
        {"kmsKeyId": f"arn:aws:kms:{REGION}:123456789012:key/none"},
    ):
        assert refused(logs, "create_log_group", **{"logGroupName": "new", **wrong}) == INVALID, wrong
    assert len(logs.describe_log_groups()["logGroups"]) == 1


def test_a_second_group_of_a_name_is_refused(logs: Any) -> None:
    logs.put_retention_policy(**APP, retentionInDays=7)
    assert refused(logs, "create_log_group", **APP) == "ResourceAlreadyExistsException"
    assert group_of(logs)["retentionInDays"] == 7


def test_retention_is_one_of_awss_values_and_can_be_removed(logs: Any) -> None:
    logs.put_retention_policy(**APP, retentionInDays=2557)
    code, text = refusal(logs, "put_retention_policy", **APP, retentionInDays=31)
    assert code == INVALID
    assert "Value '31' at 'retentionInDays'" in text
    assert group_of(logs)["retentionInDays"] == 2557
    logs.delete_retention_policy(**APP)
    assert "retentionInDays" not in group_of(logs)


def test_a_key_is_associated_and_taken_away(sandbox: Sandbox, logs: Any) -> None:
    key = key_for_logs(sandbox)
    logs.associate_kms_key(**APP, kmsKeyId=key)
    assert group_of(logs)["kmsKeyId"] == key
    logs.disassociate_kms_key(resourceIdentifier=ARN)
    assert "kmsKeyId" not in group_of(logs)
    assert refused(logs, "associate_kms_key", kmsKeyId=key) == INVALID
    assert refused(logs, "associate_kms_key", **APP, resourceIdentifier=ARN, kmsKeyId=key) == INVALID


def test_a_key_that_logs_cannot_use_is_refused(sandbox: Sandbox, logs: Any) -> None:
    kms = client_of(sandbox, "kms")
    closed = kms.create_key()["KeyMetadata"]["Arn"]
    off = key_for_logs(sandbox)
    kms.disable_key(KeyId=off)
    signing = key_for_logs(sandbox, KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")
    for key in (closed, off, signing):
        code, text = refusal(logs, "associate_kms_key", **APP, kmsKeyId=key)
        assert code == INVALID
        assert "does not exist or is not allowed to be used" in text


def test_a_protected_group_is_not_deleted(logs: Any) -> None:
    logs.put_log_group_deletion_protection(logGroupIdentifier=ARN, deletionProtectionEnabled=True)
    assert refused(logs, "delete_log_group", **APP) == "ValidationException"
    logs.put_log_group_deletion_protection(logGroupIdentifier="/app", deletionProtectionEnabled=False)
    logs.delete_log_group(**APP)
    assert refusal(logs, "delete_log_group", **APP) == MISSING


def test_a_deleted_group_leaves_nothing_behind(logs: Any) -> None:
    logs.tag_resource(resourceArn=ARN, tags={"team": "a"})
    logs.put_metric_filter(**APP, filterName="f", filterPattern="", metricTransformations=[METRIC])
    logs.put_bearer_token_authentication(logGroupIdentifier="/app", bearerTokenAuthenticationEnabled=True)
    assert group_of(logs)["bearerTokenAuthenticationEnabled"] is True
    logs.delete_log_group(**APP)
    assert refused(logs, "list_tags_for_resource", resourceArn=ARN) == "ResourceNotFoundException"
    logs.create_log_group(**APP)
    assert logs.list_tags_for_resource(resourceArn=ARN)["tags"] == {}
    assert logs.describe_metric_filters(**APP)["metricFilters"] == []
    assert group_of(logs)["bearerTokenAuthenticationEnabled"] is False


def test_tags_go_by_the_arn_without_a_star(logs: Any) -> None:
    logs.tag_resource(resourceArn=ARN, tags={"a": "1", "b": "2"})
    logs.tag_resource(resourceArn=ARN, tags={"b": "3"})
    logs.untag_resource(resourceArn=ARN, tagKeys=["a", "none"])
    assert logs.list_tags_for_resource(resourceArn=ARN)["tags"] == {"b": "3"}
    assert refused(logs, "list_tags_for_resource", resourceArn=f"{ARN}:*") == INVALID
    assert refused(logs, "tag_resource", resourceArn=f"{ARN}x", tags={"a": "1"}) == MISSING[0]
    assert refused(logs, "tag_resource", resourceArn=ARN, tags={"aws:a": "1"}) == INVALID
    many = {f"k{number}": "" for number in range(50)}
    assert refused(logs, "tag_resource", resourceArn=ARN, tags=many) == "TooManyTagsException"


def test_groups_come_in_pages_and_by_filter(logs: Any) -> None:
    for name in ("b", "a", "ab"):
        logs.create_log_group(logGroupName=name, logGroupClass="DELIVERY" if name == "b" else "STANDARD")
    first = logs.describe_log_groups(limit=3)
    assert [group["logGroupName"] for group in first["logGroups"]] == ["/app", "a", "ab"]
    rest = logs.describe_log_groups(limit=3, nextToken=first["nextToken"])
    assert [group["logGroupName"] for group in rest["logGroups"]] == ["b"]
    assert "nextToken" not in rest
    (short,) = logs.describe_log_groups(logGroupNamePattern="pp")["logGroups"]
    assert set(short) == {"arn", "creationTime", "logGroupName"}
    (by_class,) = logs.describe_log_groups(logGroupClass="DELIVERY")["logGroups"]
    (by_name,) = logs.describe_log_groups(logGroupIdentifiers=["b"])["logGroups"]
    assert by_class == by_name
    for wrong in ({"limit": 51}, {"nextToken": "x"}, {"logGroupNamePrefix": "a", "logGroupNamePattern": "a"}):
        assert refused(logs, "describe_log_groups", **wrong) == INVALID


def test_a_metric_filter_keeps_every_member(logs: Any) -> None:
    whole = {
        **APP,
        "filterName": "errors",
        "filterPattern": "{ $.level = 9 }",
        "applyOnTransformedLogs": True,
        "metricTransformations": [{**METRIC, "dimensions": {"host": "$.host"}, "unit": "Count"}],
        "fieldSelectionCriteria": '@aws.region = "eu-west-2"',
        "emitSystemFieldDimensions": ["@aws.account"],
    }
    logs.put_metric_filter(**whole)
    (shown,) = logs.describe_metric_filters(**APP, filterNamePrefix="err")["metricFilters"]
    born = shown.pop("creationTime")
    assert shown == whole
    assert group_of(logs)["metricFilterCount"] == 1
    plain = {**APP, "filterName": "errors", "filterPattern": "ERROR"}
    logs.put_metric_filter(**plain, metricTransformations=[{**METRIC, "defaultValue": 0.5}])
    (shown,) = logs.describe_metric_filters(metricName="Errors", metricNamespace="App")["metricFilters"]
    assert shown == {
        **plain,
        "metricTransformations": [{**METRIC, "defaultValue": 0.5}],
        "creationTime": born,
    }
    logs.delete_metric_filter(**APP, filterName="errors")
    assert refusal(logs, "delete_metric_filter", **APP, filterName="errors") == (
        "ResourceNotFoundException",
        "The specified metric filter does not exist.",
    )


def test_a_wrong_metric_filter_is_refused(logs: Any) -> None:
    right = {"filterName": "f", "filterPattern": "{ $.a = 1 }", "metricTransformations": [METRIC]}
    by_host = {**METRIC, "dimensions": {"host": "$.host"}}
    for wrong in (
        {"metricTransformations": [METRIC, METRIC]},
        {"metricTransformations": [{**METRIC, "unit": "Feet"}]},
        {"metricTransformations": [{"metricName": "Errors"}]},
        {"metricTransformations": [{**by_host, "defaultValue": 0}]},
        {"metricTransformations": [{**METRIC, "dimensions": dict.fromkeys("abcd", "$.a")}]},
        {"filterPattern": "ERROR", "metricTransformations": [by_host]},
        {"emitSystemFieldDimensions": ["@aws.zone"]},
        {"filterName": "a:b"},
    ):
        assert refused(logs, "put_metric_filter", **{**APP, **right, **wrong}) == INVALID, wrong


def test_metric_filters_come_in_pages(logs: Any) -> None:
    for number in range(5):
        settings = {"filterPattern": "", "metricTransformations": [METRIC]}
        logs.put_metric_filter(**APP, filterName=f"f{number}", **settings)
    pages = logs.get_paginator("describe_metric_filters").paginate(**APP, PaginationConfig={"PageSize": 2})
    assert [len(page["metricFilters"]) for page in pages] == [2, 2, 1]
    assert refused(logs, "describe_metric_filters", logGroupName="none") == MISSING[0]
    assert refused(logs, "describe_metric_filters", metricName="Errors") == INVALID


def test_filters_need_a_class_that_has_them(logs: Any) -> None:
    logs.create_log_group(logGroupName="rare", logGroupClass="INFREQUENT_ACCESS")
    settings = {"filterName": "f", "filterPattern": "", "metricTransformations": [METRIC]}
    code, text = refusal(logs, "put_metric_filter", logGroupName="rare", **settings)
    assert (code, text) == (
        "InvalidOperationException",
        "The operation is not valid on the specified resource.",
    )
    index = {"logGroupIdentifier": "rare", "policyDocument": '{"Fields": ["id"]}'}
    assert refused(logs, "put_index_policy", **index) == INVALID


def test_a_function_is_subscribed_once_logs_may_call_it(sandbox: Sandbox, logs: Any) -> None:
    taker = function(sandbox)
    settings = {**APP, "filterPattern": "ERROR", "destinationArn": taker}
    code, text = refusal(logs, "put_subscription_filter", filterName="f", **settings)
    assert code == INVALID
    assert "Make sure you have given CloudWatch Logs permission" in text
    permission = {
        "FunctionName": "taker",
        "Action": "lambda:InvokeFunction",
        "Principal": "logs.amazonaws.com",
    }
    lambda_ = client_of(sandbox, "lambda")
    lambda_.add_permission(**permission, StatementId="other", SourceArn=f"{ARN}x:*")
    assert refused(logs, "put_subscription_filter", filterName="f", **settings) == INVALID
    lambda_.add_permission(**permission, StatementId="this", SourceArn=f"{ARN}:*")
    logs.put_subscription_filter(filterName="f", **settings, emitSystemFields=["@aws.account"])
    role = "arn:aws:iam::123456789012:role/r"
    assert refusal(logs, "put_subscription_filter", filterName="f", roleArn=role, **settings)[1] == (
        "destinationArn for vendor lambda cannot be used with roleArn"
    )
    (shown,) = logs.describe_subscription_filters(**APP)["subscriptionFilters"]
    assert shown.pop("creationTime")
    assert shown == {
        **settings,
        "filterName": "f",
        "distribution": "ByLogStream",
        "emitSystemFields": ["@aws.account"],
    }


def test_a_group_has_two_subscriptions_and_either_can_be_changed(sandbox: Sandbox, logs: Any) -> None:
    kinesis = client_of(sandbox, "kinesis")
    kinesis.create_stream(StreamName="s", ShardCount=1)
    arn = kinesis.describe_stream_summary(StreamName="s")["StreamDescriptionSummary"]["StreamARN"]
    to_stream = {**APP, "destinationArn": arn, "roleArn": "arn:aws:iam::123456789012:role/r"}
    for name in ("b", "a"):
        logs.put_subscription_filter(**to_stream, filterName=name, filterPattern="")
    third = refused(logs, "put_subscription_filter", **to_stream, filterName="c", filterPattern="")
    assert third == "LimitExceededException"
    changed = {
        "filterName": "a",
        "filterPattern": "E",
        "distribution": "Random",
        "applyOnTransformedLogs": True,
    }
    logs.put_subscription_filter(**to_stream, **changed)
    missing = {**to_stream, "destinationArn": f"{arn}x"}
    assert refused(logs, "put_subscription_filter", **{**missing, **changed}) == INVALID
    pages = logs.get_paginator("describe_subscription_filters")
    first, second = pages.paginate(**APP, PaginationConfig={"PageSize": 1})
    assert second["subscriptionFilters"][0]["filterName"] == "b"
    (shown,) = first["subscriptionFilters"]
    assert shown.pop("creationTime")
    assert shown == {**to_stream, **changed}
    logs.delete_subscription_filter(**APP, filterName="a")
    assert refusal(logs, "delete_subscription_filter", **APP, filterName="a")[1] == (
        "The specified subscription filter does not exist."
    )
    assert refused(logs, "describe_subscription_filters", logGroupName="none") == MISSING[0]


def test_the_policies_of_a_group_are_kept(logs: Any) -> None:
    one = {"logGroupIdentifier": "/app"}
    assert "policyDocument" not in logs.get_data_protection_policy(**one)
    for put in ("put_data_protection_policy", "put_index_policy"):
        getattr(logs, put)(**one, policyDocument='{"Fields": ["id"]}')
        assert refused(logs, put, **one, policyDocument="{") == INVALID
    logs.put_transformer(**one, transformerConfig=[{"parseJSON": {}}])
    assert group_of(logs)["dataProtectionStatus"] == "ACTIVATED"
    assert logs.get_data_protection_policy(**one)["policyDocument"] == '{"Fields": ["id"]}'
    (index,) = logs.describe_index_policies(logGroupIdentifiers=["/app"])["indexPolicies"]
    assert (index["policyDocument"], index["source"]) == ('{"Fields": ["id"]}', "LOG_GROUP")
    assert logs.get_transformer(**one)["transformerConfig"] == [{"parseJSON": {}}]
    for delete in ("delete_data_protection_policy", "delete_index_policy", "delete_transformer"):
        getattr(logs, delete)(**one)
    assert group_of(logs)["dataProtectionStatus"] == "DELETED"
    assert logs.describe_index_policies(logGroupIdentifiers=["/app"])["indexPolicies"] == []
    assert "transformerConfig" not in logs.get_transformer(**one)


def test_the_resource_policy_of_a_group_is_replaced_by_its_revision(logs: Any) -> None:
    document = {"policyDocument": '{"Statement": []}', "resourceArn": ARN}
    first = logs.put_resource_policy(policyName="p", **document)["revisionId"]
    assert refused(logs, "put_resource_policy", policyName="p", **document) == "OperationAbortedException"
    second = logs.put_resource_policy(policyName="p", **document, expectedRevisionId=first)["revisionId"]
    (shown,) = logs.describe_resource_policies(resourceArn=ARN)["resourcePolicies"]
    assert (shown["policyScope"], shown["revisionId"]) == ("RESOURCE", second)
    logs.put_resource_policy(policyName="all", policyDocument='{"Statement": []}')
    (shown,) = logs.describe_resource_policies()["resourcePolicies"]
    assert (shown["policyName"], shown["policyScope"]) == ("all", "ACCOUNT")
    logs.delete_resource_policy(resourceArn=ARN, expectedRevisionId=second)
    assert logs.describe_resource_policies(policyScope="RESOURCE")["resourcePolicies"] == []
