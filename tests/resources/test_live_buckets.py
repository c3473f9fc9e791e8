"""Passes over buckets that refer to each other, and that others change as well."""

from collections.abc import Mapping
from itertools import permutations
from typing import Any

import pytest

from tests.resources.live_harness import LiveHarness, fields, messages

WRITES = {"Service": "logging.s3.amazonaws.com"}
VERSIONED = {"versioning": {"status": "Enabled"}}
ROLE = "arn:aws:iam::123456789012:role/copier"


def takes_logs(bucket: str, **changes: Any) -> dict[str, Any]:
    """The settings of a bucket for access logs."""
    statement = {
        "Effect": "Allow",
        "Principal": WRITES,
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
        **changes,
    }
    return {"bucket_policy": {"Version": "2012-10-17", "Statement": [statement]}}


def logs_to(target: str) -> dict[str, Any]:
    return {"logging": {"target_bucket": target, "target_prefix": "access/"}}


def copies_to(*targets: str) -> dict[str, Any]:
    rules = [
        {
            "id": f"to-{number}",
            "status": "Enabled",
            "priority": number,
            "filter": {"prefix": f"{number}/"},
            "destination": {"bucket": target},
            "delete_marker_replication": "Disabled",
        }
        for number, target in enumerate(targets)
    ]
    return {**VERSIONED, "replication": {"role": ROLE, "rules": rules}}


def buckets(**settings: Mapping[str, Any]) -> dict[str, Any]:
    """A stack of buckets."""
    return {"s3.bucket": {f"desk-{name}": dict(each) for name, each in settings.items()}}


# -- one bucket refers to another ----------------------------------------------------------------------------------


@pytest.mark.parametrize("names", [*permutations("abc")], ids="".join)
def test_buckets_of_one_stack_are_made_in_one_pass_whatever_they_are_called(
    harness: LiveHarness, names: tuple[str, str, str]
) -> None:
    logs, copies, source = names
    wanted = {
        logs: takes_logs(f"desk-{logs}"),
        copies: {**VERSIONED, **logs_to(f"desk-{logs}")},
        source: {**copies_to(f"desk-{copies}"), **logs_to(f"desk-{logs}")},
    }
    harness.settle(buckets(**wanted))


@pytest.mark.parametrize("written", ["desk-copies", "arn:aws:s3:::desk-copies"])
def test_the_bucket_of_copies_goes_by_its_name_or_its_arn(harness: LiveHarness, written: str) -> None:
    harness.settle(buckets(a=copies_to(written), copies=VERSIONED))
    rules = harness.client("s3").get_bucket_replication(Bucket="desk-a")["ReplicationConfiguration"]["Rules"]
    assert rules[0]["Destination"] == {"Bucket": "arn:aws:s3:::desk-copies"}


def test_buckets_outside_the_stack_are_named_as_well(harness: LiveHarness) -> None:
    place = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-2"}}
    harness.client("s3").create_bucket(Bucket="somebodys-copies", **place)
    harness.client("s3").put_bucket_versioning(
        Bucket="somebodys-copies", VersioningConfiguration={"Status": "Enabled"}
    )
    harness.settle(buckets(logs=takes_logs("desk-logs")))
    outside = {**copies_to("arn:aws:s3:::somebodys-copies"), **logs_to("desk-logs")}
    harness.settle(buckets(logs=takes_logs("desk-logs"), a=outside))


def test_a_name_of_no_bucket_of_the_stack_is_a_mistake_where_aws_wants_the_arn(harness: LiveHarness) -> None:
    with pytest.raises(Exception, match="of one outside write the ARN"):
        harness.run(buckets(a=copies_to("somebodys-copies")))


def test_buckets_that_copy_to_each_other_settle(harness: LiveHarness) -> None:
    wanted = buckets(a=copies_to("desk-b"), b=copies_to("desk-a"))
    harness.run(wanted)
    harness.settle(wanted)


def test_a_bucket_and_the_target_of_its_logs_change_in_one_pass(harness: LiveHarness) -> None:
    harness.settle(buckets(a={}, z={}))
    harness.settle(buckets(a=logs_to("desk-z"), z=takes_logs("desk-z")))


# -- access logs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"Resource": ["arn:aws:s3:::desk-logs/*"]},
        {"Resource": ["arn:aws:s3:::elsewhere/*", "arn:aws:s3:::desk-logs/access/*"]},
        {"Action": ["s3:PutObject", "s3:GetObject"]},
        {"Action": "s3:Put*"},
        {"Principal": {"Service": ["logging.s3.amazonaws.com", "ec2.amazonaws.com"]}},
    ],
    ids=str,
)
def test_logs_go_where_the_policy_means_that_they_may(harness: LiveHarness, changes: dict[str, Any]) -> None:
    harness.settle(buckets(a=logs_to("desk-logs"), logs=takes_logs("desk-logs", **changes)))


@pytest.mark.parametrize(
    "changes",
    [
        {"Resource": "arn:aws:s3:::desk-logs/other/*"},
        {"Action": "s3:GetObject"},
        {"Effect": "Deny"},
        {"Principal": {"Service": "ec2.amazonaws.com"}},
    ],
    ids=str,
)
def test_logs_go_nowhere_else(harness: LiveHarness, changes: dict[str, Any]) -> None:
    report = harness.run(buckets(a=logs_to("desk-logs"), logs=takes_logs("desk-logs", **changes)))
    assert report.outcome == "failed"
    assert any("InvalidTargetBucketForLogging" in each for each in messages(report))


def test_log_objects_are_granted_to_others(harness: LiveHarness) -> None:
    group = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
    grants = [
        {"type": "CanonicalUser", "id": "a" * 64, "permission": "READ"},
        {"type": "Group", "uri": group, "permission": "WRITE"},
    ]
    logging = {"target_bucket": "desk-logs", "target_prefix": "", "target_grants": grants}
    logs = takes_logs("desk-logs")
    harness.settle(buckets(a={"logging": logging}, logs=logs))
    harness.settle(buckets(a={"logging": {**logging, "target_grants": grants[:1]}}, logs=logs))
    harness.require_quiet(
        buckets(a={"logging": {"target_bucket": "desk-logs", "target_prefix": ""}}, logs=logs)
    )
    harness.settle(buckets(a={"logging": {**logging, "target_grants": None}}, logs=logs))
    enabled = harness.client("s3").get_bucket_logging(Bucket="desk-a")["LoggingEnabled"]
    assert "TargetGrants" not in enabled


# -- object lock ---------------------------------------------------------------------------------------------------

LOCK = {**VERSIONED, "object_lock_enabled": True}
KEPT = {"default_retention": {"mode": "GOVERNANCE", "days": 3}}


def locked(harness: LiveHarness) -> dict[str, Any]:
    reply = harness.client("s3").get_object_lock_configuration(Bucket="desk-a")
    found: dict[str, Any] = reply["ObjectLockConfiguration"]
    return found


@pytest.mark.parametrize("more", [{}, KEPT], ids=["alone", "with a retention"])
def test_a_live_bucket_is_locked_in_place(harness: LiveHarness, more: dict[str, Any]) -> None:
    harness.settle(buckets(a={}))
    born = harness.client("s3").list_buckets()["Buckets"][0]["CreationDate"]
    harness.settle(buckets(a={**LOCK, **more}))
    assert locked(harness)["ObjectLockEnabled"] == "Enabled"
    assert harness.client("s3").list_buckets()["Buckets"][0]["CreationDate"] == born
    assert "DeleteBucket" not in [operation for operation, _ in harness.calls]


@pytest.mark.parametrize(
    "policy", [{}, {"replace": True, "protect": False}], ids=["plain", "may be replaced"]
)
def test_a_lock_is_never_taken_off_and_no_bucket_is_replaced_for_it(
    harness: LiveHarness, policy: dict[str, Any]
) -> None:
    harness.settle(buckets(a=LOCK))
    report = harness.run(buckets(a={**LOCK, "object_lock_enabled": False, "policy": policy}))
    assert report.outcome == "failed"
    (message,) = messages(report)
    assert "S3 cannot turn off object lock" in message
    assert "replace" not in message
    assert locked(harness)["ObjectLockEnabled"] == "Enabled"


def test_a_retention_alone_locks_no_bucket(harness: LiveHarness) -> None:
    harness.settle(buckets(a=VERSIONED))
    report = harness.run(buckets(a={**VERSIONED, **KEPT}))
    assert report.outcome == "failed"
    assert "would turn it on permanently" in messages(report)[0]
    with pytest.raises(Exception, match="ObjectLockConfigurationNotFoundError"):
        locked(harness)


def test_a_retention_changes_on_a_bucket_that_is_locked_already(harness: LiveHarness) -> None:
    harness.settle(buckets(a=LOCK))
    harness.settle(buckets(a={**VERSIONED, **KEPT}))
    assert locked(harness)["Rule"]["DefaultRetention"] == {"Mode": "GOVERNANCE", "Days": 3}


# -- replication rules in the old form -------------------------------------------------------------------------------


def test_a_rule_in_the_old_form_is_left_as_it_is(harness: LiveHarness) -> None:
    harness.settle(buckets(a=VERSIONED, copies=VERSIONED))
    rule = {
        "ID": "to-0",
        "Prefix": "0/",
        "Status": "Enabled",
        "Destination": {"Bucket": "arn:aws:s3:::desk-copies"},
    }
    harness.client("s3").put_bucket_replication(
        Bucket="desk-a", ReplicationConfiguration={"Role": ROLE, "Rules": [rule]}
    )
    wanted = copies_to("desk-copies")
    del wanted["replication"]["rules"][0]["delete_marker_replication"]
    harness.require_quiet(buckets(a=wanted, copies=VERSIONED))
    wanted["replication"]["rules"][0]["priority"] = 4
    report = harness.run(buckets(a=wanted, copies=VERSIONED))
    assert fields(report) == ["replication.rules[to-0].priority"]
    found = harness.client("s3").get_bucket_replication(Bucket="desk-a")["ReplicationConfiguration"]["Rules"]
    assert [each["DeleteMarkerReplication"] for each in found] == [{"Status": "Enabled"}]


def test_a_plan_shows_what_aws_wants_to_be_told_of_a_new_rule(harness: LiveHarness) -> None:
    wanted = copies_to("desk-copies")
    (rule,) = wanted["replication"]["rules"]
    del rule["delete_marker_replication"], rule["priority"]
    harness.settle(buckets(a=VERSIONED, copies=VERSIONED))
    seen = harness.run(buckets(a=wanted, copies=VERSIONED), dry_run=True)
    supplied = {
        each.field: each.desired for action in seen.plan.actions.values() for each in action.differences
    }
    assert supplied["replication.rules[to-0].delete_marker_replication"] == "Disabled"
    assert supplied["replication.rules[to-0].priority"] == 0
    harness.settle(buckets(a=wanted, copies=VERSIONED))


# -- attribute-based access control ----------------------------------------------------------------------------------


def tags_of(harness: LiveHarness) -> dict[str, str]:
    rows = harness.client("s3").get_bucket_tagging(Bucket="desk-a")["TagSet"]
    return {row["Key"]: row["Value"] for row in rows if not row["Key"].startswith("reconciler:")}


def test_tags_of_a_bucket_go_by_their_keys_where_policies_decide_by_them(harness: LiveHarness) -> None:
    harness.settle(buckets(a={"abac": "Enabled", "tags": {"Team": "photos", "Cost": "1"}}))
    somebodys = [{"Key": "Somebodys", "Value": "x"}]
    harness.client("s3control").tag_resource(
        AccountId=harness.box.account, ResourceArn="arn:aws:s3:::desk-a", Tags=somebodys
    )
    harness.settle(buckets(a={"abac": "Enabled", "tags": {"Team": "films", "Cost": None}}))
    assert tags_of(harness) == {"Team": "films", "Somebodys": "x"}
    harness.settle(buckets(a={"abac": None, "tags": {"Team": "sound"}}))
    harness.settle(buckets(a={"tags": {"Team": "text"}}))
    assert tags_of(harness) == {"Team": "text", "Somebodys": "x"}


def test_somebody_turned_attribute_based_access_control_on(harness: LiveHarness) -> None:
    harness.settle(buckets(a={"tags": {"Team": "photos"}}))
    harness.client("s3").put_bucket_abac(Bucket="desk-a", AbacStatus={"Status": "Enabled"})
    harness.settle(buckets(a={"tags": {"Team": "films"}}))
    assert tags_of(harness) == {"Team": "films"}
    assert harness.client("s3").get_bucket_abac(Bucket="desk-a")["AbacStatus"] == {"Status": "Enabled"}


def test_a_bucket_whose_tags_go_by_their_keys_is_released(harness: LiveHarness) -> None:
    harness.settle(buckets(a={"abac": "Enabled", "tags": {"Team": "photos"}}))
    report = harness.run({}, release=["s3.bucket/desk-a"])
    assert report.outcome == "settled", messages(report)
    assert [each for each, _ in harness.calls] == ["UntagResource"]
    rows = harness.client("s3").get_bucket_tagging(Bucket="desk-a")["TagSet"]
    assert rows == [{"Key": "Team", "Value": "photos"}]


def test_all_tags_at_once_are_refused_where_policies_decide_by_them(harness: LiveHarness) -> None:
    harness.settle(buckets(a={"abac": "Enabled"}))
    with pytest.raises(Exception, match="MethodNotAllowed"):
        harness.client("s3").delete_bucket_tagging(Bucket="desk-a")
