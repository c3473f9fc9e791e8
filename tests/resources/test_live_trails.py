"""Passes over trails: their bucket first, changes by hand, selectors, trails of other Regions, mistakes in the files."""

from typing import Any

import pytest

from reconciler.desired import InvalidStack
from tests.contract.samples.cloudtrail_trail import TRUST, advanced, bucket
from tests.resources.live_harness import LiveHarness, fields, messages

BUCKET: dict[str, Any] = {"s3.bucket": {"trail-logs": bucket("trail-logs")}}
NAME = "${s3.bucket:trail-logs#name}"
AT = {"TrailName": "all"}


def trail(**settings: Any) -> dict[str, Any]:
    return {**BUCKET, "cloudtrail.trail": {"all": {"s3_bucket_name": NAME, "is_logging": True, **settings}}}


def test_the_policy_of_the_bucket_is_set_before_the_trail(harness: LiveHarness) -> None:
    """https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html"""
    harness.run(trail())
    names = [name for name, _ in harness.calls]
    assert names.index("PutBucketPolicy") < names.index("CreateTrail") < names.index("StartLogging")
    harness.require_quiet(trail())


def test_a_trail_that_was_stopped_or_weakened_by_hand_is_repaired(harness: LiveHarness) -> None:
    wanted = trail(enable_log_file_validation=True, event_selectors=[{"read_write_type": "All"}])
    harness.settle(wanted)
    client = harness.client("cloudtrail")
    client.stop_logging(Name="all")
    client.update_trail(Name="all", EnableLogFileValidation=False, S3KeyPrefix="by-hand")
    only_reads = {"ReadWriteType": "ReadOnly", "ExcludeManagementEventSources": ["kms.amazonaws.com"]}
    client.put_event_selectors(**AT, EventSelectors=[only_reads])
    found = fields(harness.settle(wanted))
    assert sorted(found) == ["enable_log_file_validation", "event_selectors[0].read_write_type", "is_logging"]
    assert client.get_trail(Name="all")["Trail"]["S3KeyPrefix"] == "by-hand"
    (selector,) = client.get_event_selectors(**AT)["EventSelectors"]
    assert selector["ExcludeManagementEventSources"] == ["kms.amazonaws.com"]


def test_one_sort_of_selectors_replaces_the_other(harness: LiveHarness) -> None:
    harness.settle(trail(event_selectors=[{"read_write_type": "WriteOnly"}]))
    harness.settle(trail(advanced_event_selectors=[advanced("orders")]))
    client = harness.client("cloudtrail")
    assert "EventSelectors" not in client.get_event_selectors(**AT)
    harness.settle(trail(advanced_event_selectors=None))
    assert client.get_event_selectors(**AT)["EventSelectors"][0]["ReadWriteType"] == "All"


def test_log_group_and_role_are_set_and_cleared_together(harness: LiveHarness) -> None:
    around = {
        "iam.role": {"logs": {"assume_role_policy_document": TRUST, "policy": {"protect": False}}},
        "logs.log_group": {"/trail": {}},
    }
    logs = {
        "cloud_watch_logs_log_group_arn": "${logs.log_group:/trail}",
        "cloud_watch_logs_role_arn": "${iam.role:logs}",
    }
    harness.settle({**around, **trail(**logs)})
    client = harness.client("cloudtrail")
    assert client.get_trail(Name="all")["Trail"]["CloudWatchLogsLogGroupArn"].endswith(":log-group:/trail:*")
    harness.settle({**around, **trail(**dict.fromkeys(logs))})
    assert "CloudWatchLogsRoleArn" not in client.get_trail(Name="all")["Trail"]


def test_a_trail_whose_home_is_another_region_is_not_ours(harness: LiveHarness) -> None:
    harness.settle(trail())
    elsewhere = harness.account.session.client("cloudtrail", region_name="eu-west-1")
    elsewhere.create_trail(Name="other", S3BucketName="trail-logs", IsMultiRegionTrail=True)
    harness.settle(trail())
    assert len(harness.client("cloudtrail").describe_trails()["trailList"]) == 2


def test_a_bucket_that_does_not_let_cloudtrail_in_is_named(harness: LiveHarness) -> None:
    report = harness.run({**trail(), "s3.bucket": {"trail-logs": {}}})
    assert "Incorrect S3 bucket policy is detected for bucket: trail-logs" in " ".join(messages(report))


def test_mistakes_are_found_before_any_call(harness: LiveHarness) -> None:
    selector = {"name": "x", "field_selectors": [{"field": "readOnly", "starts_with": ["t"]}]}
    with pytest.raises(InvalidStack, match="expected the ARN of a topic"):
        harness.run(trail(sns_topic_name="delivered"))
    with pytest.raises(InvalidStack) as invalid:
        harness.run(
            trail(
                is_multi_region_trail=True,
                include_global_service_events=False,
                event_selectors=[{"include_management_events": False}],
                advanced_event_selectors=[selector],
                cloud_watch_logs_role_arn="arn:aws:iam::123456789012:role/x",
                cloud_watch_logs_log_group_arn=None,
            )
        )
    text = str(invalid.value)
    for said in (
        "a trail of all Regions includes the events of global services",
        "a selector without management events needs data_resources",
        "a trail has either event_selectors or advanced_event_selectors; keep one",
        "a selector names its eventCategory",
        "AWS compares readOnly only with equals",
        "AWS takes cloud_watch_logs_role_arn only with cloud_watch_logs_log_group_arn",
    ):
        assert said in text
