"""AWS CloudTrail keeps every setting of trails, and refuses what AWS refuses, with a plain client."""

import json
from typing import Any

import pytest

from reconciler.sandbox import Sandbox
from tests.sandbox.refusals import ANYBODY, client_of, refused

ACCOUNT = "123456789012"
HERE = f"eu-west-2:{ACCOUNT}"
ARN = f"arn:aws:cloudtrail:{HERE}:trail/all"
ROLE, GROUP = f"arn:aws:iam::{ACCOUNT}:role/logs", f"arn:aws:logs:{HERE}:log-group:/trail:*"
PLAIN = {"Name": "all", "S3BucketName": "trail-logs"}
COMBINATION, SELECTORS = "InvalidParameterCombinationException", "InvalidEventSelectorsException"


def letting(service: str, *pairs: tuple[str, str]) -> str:
    statements = [
        {"Effect": "Allow", "Principal": {"Service": service}, "Action": action, "Resource": resource}
        for action, resource in pairs
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def open_bucket(sandbox: Sandbox, name: str, prefix: str = "") -> None:
    s3, arn = client_of(sandbox, "s3"), f"arn:aws:s3:::{name}"
    place = f"{arn}/{prefix}AWSLogs/{ACCOUNT}/*"
    policy = letting("cloudtrail.amazonaws.com", ("s3:GetBucketAcl", arn), ("s3:PutObject", place))
    s3.put_bucket_policy(Bucket=name, Policy=policy)


@pytest.fixture
def trails(sandbox: Sandbox) -> Any:
    client_of(sandbox, "s3").create_bucket(
        Bucket="trail-logs", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}
    )
    return client_of(sandbox, "cloudtrail")


def test_a_bucket_must_exist_and_its_policy_must_let_cloudtrail_in(sandbox: Sandbox, trails: Any) -> None:
    """https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html"""
    assert (
        refused(trails, "create_trail", **{**PLAIN, "S3BucketName": "other"})
        == "S3BucketDoesNotExistException"
    )
    assert refused(trails, "create_trail", **PLAIN) == "InsufficientS3BucketPolicyException"
    open_bucket(sandbox, "trail-logs")
    trails.create_trail(**PLAIN, TagsList=[{"Key": "Team", "Value": "shop"}, {"Key": "Empty"}])
    assert refused(trails, "create_trail", **PLAIN) == "TrailAlreadyExistsException"
    changed = {"Name": "all", "S3KeyPrefix": "events"}
    assert refused(trails, "update_trail", **changed) == "InsufficientS3BucketPolicyException"
    open_bucket(sandbox, "trail-logs", "events/")
    trails.update_trail(**changed)
    assert trails.get_trail(Name="all")["Trail"]["S3KeyPrefix"] == "events"
    (row,) = trails.list_tags(ResourceIdList=[ARN])["ResourceTagList"]
    assert row["TagsList"] == [{"Key": "Team", "Value": "shop"}, {"Key": "Empty", "Value": ""}]


def test_topic_key_and_log_group_must_let_cloudtrail_in(sandbox: Sandbox, trails: Any) -> None:
    """https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html"""
    open_bucket(sandbox, "trail-logs")
    sns, topic = client_of(sandbox, "sns"), f"arn:aws:sns:{HERE}:delivered"
    asked = {**PLAIN, "SnsTopicName": topic}
    assert refused(trails, "create_trail", **asked) == "InsufficientSnsTopicPolicyException"
    sns.create_topic(Name="delivered")
    assert refused(trails, "create_trail", **asked) == "InsufficientSnsTopicPolicyException"
    policy = letting("cloudtrail.amazonaws.com", ("SNS:Publish", topic))
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    trails.create_trail(**asked)
    key = client_of(sandbox, "kms").create_key()["KeyMetadata"]["Arn"]
    assert (
        refused(trails, "update_trail", Name="all", KmsKeyId=key) == "InsufficientEncryptionPolicyException"
    )
    logs = {"Name": "all", "CloudWatchLogsLogGroupArn": GROUP}
    assert refused(trails, "update_trail", **logs) == COMBINATION
    logs["CloudWatchLogsRoleArn"] = ROLE
    assert refused(trails, "update_trail", **logs) == "InvalidCloudWatchLogsRoleArnException"
    trust = json.dumps({"Version": "2012-10-17", "Statement": [ANYBODY]})
    client_of(sandbox, "iam").create_role(RoleName="logs", AssumeRolePolicyDocument=trust)
    assert refused(trails, "update_trail", **logs) == "InvalidCloudWatchLogsLogGroupArnException"
    client_of(sandbox, "logs").create_log_group(logGroupName="/trail")
    trails.update_trail(**logs)
    trails.update_trail(Name="all", SnsTopicName="", CloudWatchLogsLogGroupArn="", CloudWatchLogsRoleArn="")
    shown = trails.get_trail(Name="all")["Trail"]
    assert not {"SnsTopicARN", "SnsTopicName", "CloudWatchLogsRoleArn"} & shown.keys()


def test_a_trail_of_all_regions_is_changed_in_its_home_region(sandbox: Sandbox, trails: Any) -> None:
    """https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html"""
    open_bucket(sandbox, "trail-logs")
    wrong = {**PLAIN, "IsMultiRegionTrail": True, "IncludeGlobalServiceEvents": False}
    assert refused(trails, "create_trail", **wrong) == COMBINATION
    assert (
        refused(trails, "create_trail", **PLAIN, IsOrganizationTrail=True) == "OrganizationsNotInUseException"
    )
    trails.create_trail(**PLAIN, IsMultiRegionTrail=True)
    elsewhere = sandbox.session("eu-west-1").client("cloudtrail")
    assert [each["HomeRegion"] for each in elsewhere.describe_trails()["trailList"]] == ["eu-west-2"]
    assert elsewhere.describe_trails(includeShadowTrails=False)["trailList"] == []
    assert refused(elsewhere, "stop_logging", Name=ARN) == "InvalidHomeRegionException"
    trails.start_logging(Name="all")
    assert trails.get_trail_status(Name="all")["IsLogging"] is True


def test_selectors_replace_each_other(sandbox: Sandbox, trails: Any) -> None:
    """https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html"""
    open_bucket(sandbox, "trail-logs")
    trails.create_trail(**PLAIN)
    at = {"TrailName": "all"}
    (default,) = trails.get_event_selectors(**at)["EventSelectors"]
    assert (default["ReadWriteType"], default["IncludeManagementEvents"]) == ("All", True)
    fields = [{"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "eventName", "StartsWith": ["Get"]}]
    trails.put_event_selectors(**at, AdvancedEventSelectors=[{"Name": "reads", "FieldSelectors": fields}])
    assert "EventSelectors" not in trails.get_event_selectors(**at)
    assert trails.get_trail(Name="all")["Trail"]["HasCustomEventSelectors"] is True
    for wrong in (
        [],
        [{"IncludeManagementEvents": False}],
        [{"DataResources": [{"Type": "AWS::X", "Values": []}]}],
    ):
        assert refused(trails, "put_event_selectors", **at, EventSelectors=wrong) == SELECTORS
    assert refused(trails, "get_insight_selectors", **at) == "InsightNotEnabledException"
    trails.put_insight_selectors(**at, InsightSelectors=[{"InsightType": "ApiCallRateInsight"}])
    (insight,) = trails.get_insight_selectors(**at)["InsightSelectors"]
    assert insight["EventCategories"] == ["Management"]
    assert refused(trails, "put_event_configuration", **at, MaxEventSize="Large") == COMBINATION
    trails.delete_trail(Name="all")
    assert refused(trails, "get_trail", Name="all") == "TrailNotFoundException"
