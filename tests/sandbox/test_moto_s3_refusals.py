"""Errors of S3, and checks that a refused put does not change the bucket; with a plain client."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from reconciler.sandbox import Sandbox

REGION = "eu-west-2"
HERE = {"CreateBucketConfiguration": {"LocationConstraint": REGION}}
NAME = {"Bucket": "shelf"}
ALL = {"Prefix": ""}
TAGGED = {"Tag": {"Key": "a", "Value": "b"}}
DAYS = {"Expiration": {"Days": 7}}


@pytest.fixture
def bucket(sandbox: Sandbox) -> Any:
    s3 = sandbox.session(REGION).client("s3")
    s3.create_bucket(**NAME, **HERE)
    return s3


def refusal(s3: Any, call: str, **params: Any) -> tuple[str, str]:
    with pytest.raises(s3.exceptions.ClientError) as refused:
        getattr(s3, call)(**params)
    error = refused.value.response["Error"]
    return str(error["Code"]), str(error["Message"])


def rule(*, where: dict[str, Any] = ALL, **actions: Any) -> dict[str, Any]:
    return {"ID": "r", "Status": "Enabled", "Filter": where, **actions}


def moved(days: int, storage_class: str = "GLACIER") -> dict[str, Any]:
    return {"Days": days, "StorageClass": storage_class}


def put_lifecycle(s3: Any, *rules: dict[str, Any]) -> Any:
    return s3.put_bucket_lifecycle_configuration(**NAME, LifecycleConfiguration={"Rules": list(rules)})


REFUSED_RULES = {
    "infrequent access before day 30": (
        rule(Transitions=[moved(29, "STANDARD_IA")]),
        "InvalidArgument",
        "'Days' in Transition action must be greater than or equal to 30 for storageClass 'STANDARD_IA'",
    ),
    "one zone before day 30": (
        rule(Transitions=[moved(0, "ONEZONE_IA")]),
        "InvalidArgument",
        "'Days' in Transition action must be greater than or equal to 30 for storageClass 'ONEZONE_IA'",
    ),
    "noncurrent before day 30": (
        rule(NoncurrentVersionTransitions=[{"NoncurrentDays": 29, "StorageClass": "STANDARD_IA"}]),
        "InvalidArgument",
        "must be greater than or equal to 30",
    ),
    "less than 30 days in infrequent access": (
        rule(Transitions=[moved(30, "STANDARD_IA"), moved(59)]),
        "InvalidArgument",
        "must be 30 days more",
    ),
    "uploads by tag": (
        rule(where=TAGGED, AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1}),
        "InvalidRequest",
        "AbortIncompleteMultipartUpload cannot be specified with Tags.",
    ),
    "uploads by tag and prefix": (
        rule(
            where={"And": {"Prefix": "a/", "Tags": [{"Key": "a", "Value": "b"}]}},
            AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1},
        ),
        "InvalidRequest",
        "AbortIncompleteMultipartUpload cannot be specified with Tags.",
    ),
    "uploads by size": (
        rule(where={"ObjectSizeGreaterThan": 5}, AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1}),
        "InvalidRequest",
        "AbortIncompleteMultipartUpload cannot be specified with Object Size.",
    ),
    "delete markers by tag": (
        rule(where=TAGGED, Expiration={"ExpiredObjectDeleteMarker": True}),
        "InvalidRequest",
        "ExpiredObjectDeleteMarker cannot be specified with Tags.",
    ),
    "days and delete markers": (
        rule(Expiration={"Days": 1, "ExpiredObjectDeleteMarker": True}),
        "MalformedXML",
        "",
    ),
    "days and a date": (
        rule(Expiration={"Days": 1, "Date": datetime(2030, 1, 1, tzinfo=UTC)}),
        "MalformedXML",
        "",
    ),
    "gone before it has moved": (
        rule(Expiration={"Days": 20}, Transitions=[moved(60)]),
        "InvalidArgument",
        "'Days' in the Expiration action for filter '(prefix=)' must be greater than 'Days' in the Transition action",
    ),
    "gone on the day that it moves": (
        rule(Expiration={"Days": 60}, Transitions=[moved(60)]),
        "InvalidArgument",
        "must be greater than",
    ),
    "a date here and days there": (
        rule(Expiration={"Date": datetime(2030, 1, 1, tzinfo=UTC)}, Transitions=[moved(60)]),
        "InvalidRequest",
        "Found mixed 'Date' and 'Days'",
    ),
    "a date at noon": (
        rule(Expiration={"Date": datetime(2030, 1, 1, 12, tzinfo=UTC)}),
        "InvalidArgument",
        "'Date' must be at midnight GMT",
    ),
    "day 0": (rule(Expiration={"Days": 0}), "InvalidArgument", "must be a positive integer"),
    "one class twice": (
        rule(Transitions=[moved(10), moved(20)]),
        "InvalidRequest",
        "'StorageClass' must be different",
    ),
    "a class that is none": (rule(Transitions=[moved(10, "STANDARD")]), "MalformedXML", ""),
    "no action": (rule(), "InvalidRequest", "At least one action needs to be specified in a rule"),
    "two filters without and": (
        rule(where={"Prefix": "a", "ObjectSizeLessThan": 5}, **DAYS),
        "MalformedXML",
        "",
    ),
    "neither filter nor prefix": ({"ID": "r", "Status": "Enabled", **DAYS}, "MalformedXML", ""),
    "filter and prefix": (rule(Prefix="a", **DAYS), "MalformedXML", ""),
    "a status that is none": (rule(**DAYS) | {"Status": "On"}, "MalformedXML", ""),
    "too many versions kept": (
        rule(NoncurrentVersionExpiration={"NoncurrentDays": 1, "NewerNoncurrentVersions": 101}),
        "InvalidArgument",
        "NewerNoncurrentVersions",
    ),
    "a size between nothing": (
        rule(where={"And": {"ObjectSizeGreaterThan": 5, "ObjectSizeLessThan": 5}}, **DAYS),
        "InvalidRequest",
        "ObjectSizeLessThan",
    ),
}


@pytest.mark.parametrize("case", REFUSED_RULES)
def test_a_refused_lifecycle_leaves_the_one_that_was_there(bucket: Any, case: str) -> None:
    wrong, code, text = REFUSED_RULES[case]
    put_lifecycle(bucket, rule(**DAYS))
    before = bucket.get_bucket_lifecycle_configuration(**NAME)["Rules"]
    told = refusal(
        bucket, "put_bucket_lifecycle_configuration", **NAME, LifecycleConfiguration={"Rules": [wrong]}
    )
    assert told[0] == code
    assert text in told[1]
    assert bucket.get_bucket_lifecycle_configuration(**NAME)["Rules"] == before


def test_lifecycle_rules_share_no_id_and_at_most_one_form(bucket: Any) -> None:
    old_form = {"ID": "old", "Status": "Enabled", "Prefix": "a", **DAYS}
    for rules, code in (
        ([rule(**DAYS), rule(**DAYS)], "InvalidArgument"),
        ([rule(**DAYS), old_form], "InvalidRequest"),
    ):
        wanted = {"LifecycleConfiguration": {"Rules": rules}}
        assert refusal(bucket, "put_bucket_lifecycle_configuration", **NAME, **wanted)[0] == code
    put_lifecycle(bucket, old_form)


def test_lifecycle_rules_at_the_edge_are_accepted(bucket: Any) -> None:
    put_lifecycle(
        bucket,
        rule(
            Transitions=[moved(30, "STANDARD_IA"), moved(60), moved(150, "DEEP_ARCHIVE")],
            Expiration={"Days": 151},
            NoncurrentVersionTransitions=[{"NoncurrentDays": 30, "StorageClass": "ONEZONE_IA"}],
            NoncurrentVersionExpiration={"NoncurrentDays": 31},
        ),
        rule(Expiration={"ExpiredObjectDeleteMarker": True}) | {"ID": "markers"},
        rule(where={}, Transitions=[moved(0, "INTELLIGENT_TIERING")]) | {"ID": "at once"},
    )


@pytest.mark.parametrize(
    ("put", "get", "right", "wrong"),
    [
        (
            "put_bucket_notification_configuration",
            "get_bucket_notification_configuration",
            {"NotificationConfiguration": {"EventBridgeConfiguration": {}}},
            {
                "NotificationConfiguration": {
                    "QueueConfigurations": [
                        {"QueueArn": "arn:aws:sqs:us-east-2:1:q", "Events": ["s3:ObjectCreated:*"]}
                    ]
                }
            },
        ),
        (
            "put_bucket_cors",
            "get_bucket_cors",
            {"CORSConfiguration": {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}},
            {"CORSConfiguration": {"CORSRules": [{"AllowedMethods": ["GIVE"], "AllowedOrigins": ["*"]}]}},
        ),
        (
            "put_bucket_tagging",
            "get_bucket_tagging",
            {"Tagging": {"TagSet": [{"Key": "a", "Value": "b"}]}},
            {"Tagging": {"TagSet": [{"Key": "a", "Value": "<b>"}]}},
        ),
        (
            "put_bucket_logging",
            "get_bucket_logging",
            {"BucketLoggingStatus": {}},
            {"BucketLoggingStatus": {"LoggingEnabled": {"TargetBucket": "nowhere", "TargetPrefix": ""}}},
        ),
    ],
)
def test_a_refused_put_leaves_what_was_there(
    bucket: Any, put: str, get: str, right: dict[str, Any], wrong: dict[str, Any]
) -> None:
    getattr(bucket, put)(**NAME, **right)
    before = getattr(bucket, get)(**NAME)
    refusal(bucket, put, **NAME, **wrong)
    after = getattr(bucket, get)(**NAME)
    assert {**after, "ResponseMetadata": 0} == {**before, "ResponseMetadata": 0}


def replication(destination: str, **members: Any) -> dict[str, Any]:
    copied = {"Status": "Enabled", "Prefix": "", "Destination": {"Bucket": f"arn:aws:s3:::{destination}"}}
    role = "arn:aws:iam::123456789012:role/r"
    return {"ReplicationConfiguration": {"Role": role, "Rules": [{**copied, **members}]}}


def keep_versions(s3: Any, name: str, status: str = "Enabled") -> None:
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": status})


def test_replication_wants_versions_at_both_ends(bucket: Any) -> None:
    wanted = replication("elsewhere")
    told = refusal(bucket, "put_bucket_replication", **NAME, **wanted)
    assert told == (
        "InvalidRequest",
        "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
    )
    keep_versions(bucket, "shelf")
    told = refusal(bucket, "put_bucket_replication", **NAME, **wanted)
    assert told == ("InvalidRequest", "Destination bucket must exist.")
    bucket.create_bucket(Bucket="elsewhere", **HERE)
    for versions in ("", "Suspended"):
        if versions:
            keep_versions(bucket, "elsewhere", versions)
        told = refusal(bucket, "put_bucket_replication", **NAME, **wanted)
        assert told == ("InvalidRequest", "Destination bucket must have versioning enabled.")
    keep_versions(bucket, "elsewhere")
    bucket.put_bucket_replication(**NAME, **wanted)
    assert refusal(bucket, "put_bucket_versioning", **NAME, VersioningConfiguration={"Status": "Suspended"})[
        0
    ] == ("InvalidBucketState")


def test_a_replication_rule_with_a_filter_says_priority_and_delete_markers(bucket: Any) -> None:
    bucket.create_bucket(Bucket="elsewhere", **HERE)
    keep_versions(bucket, "shelf")
    keep_versions(bucket, "elsewhere")
    new_form = replication(
        "elsewhere", Filter=TAGGED, Priority=1, DeleteMarkerReplication={"Status": "Enabled"}
    )
    (copied,) = new_form["ReplicationConfiguration"]["Rules"]
    del copied["Prefix"]
    for left_out in ("Priority", "DeleteMarkerReplication"):
        rules = [{name: value for name, value in copied.items() if name != left_out}]
        wanted = {"ReplicationConfiguration": {**new_form["ReplicationConfiguration"], "Rules": rules}}
        assert left_out in refusal(bucket, "put_bucket_replication", **NAME, **wanted)[1]
    told = refusal(bucket, "put_bucket_replication", **NAME, **new_form)
    assert told[1] == "Delete marker replication is not supported if any Tag filter is specified."
    copied["DeleteMarkerReplication"] = {"Status": "Disabled"}
    bucket.put_bucket_replication(**NAME, **new_form)


def test_a_lock_is_put_on_a_bucket_that_lives_and_never_taken_off(bucket: Any) -> None:
    bucket.put_object(**NAME, Key="k", Body=b"")
    lock: dict[str, dict[str, Any]] = {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}
    assert refusal(bucket, "put_object_lock_configuration", **NAME, **lock)[0] == "InvalidBucketState"
    keep_versions(bucket, "shelf")
    bucket.put_object_lock_configuration(**NAME, **lock)
    assert bucket.get_object_lock_configuration(**NAME)["ObjectLockConfiguration"] == {
        "ObjectLockEnabled": "Enabled"
    }
    refusal(bucket, "put_bucket_versioning", **NAME, VersioningConfiguration={"Status": "Suspended"})
    refusal(bucket, "put_object_lock_configuration", **NAME, ObjectLockConfiguration={})
    kept = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    both = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1, "Years": 1}}
    lock["ObjectLockConfiguration"]["Rule"] = both
    assert refusal(bucket, "put_object_lock_configuration", **NAME, **lock)[0] == "MalformedXML"
    lock["ObjectLockConfiguration"]["Rule"] = kept
    bucket.put_object_lock_configuration(**NAME, **lock)
    assert bucket.get_object_lock_configuration(**NAME)["ObjectLockConfiguration"]["Rule"] == kept


def test_a_new_bucket_refuses_keys_of_the_customer_until_it_is_told_otherwise(bucket: Any) -> None:
    upload = {"Key": "k", "Body": b"", "SSECustomerAlgorithm": "AES256", "SSECustomerKey": "0" * 32}
    assert refusal(bucket, "put_object", **NAME, **upload)[0] == "AccessDenied"
    rules = [
        {
            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
            "BlockedEncryptionTypes": {"EncryptionType": ["NONE"]},
        }
    ]
    bucket.put_bucket_encryption(**NAME, ServerSideEncryptionConfiguration={"Rules": rules})
    bucket.put_object(**NAME, **upload)


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ([("a!", "b")], "InvalidTag"),
        ([("a", "b<")], "InvalidTag"),
        ([("aws:a", "b")], "InvalidTag"),
        ([("k" * 129, "b")], "InvalidTag"),
        ([("a", "v" * 257)], "InvalidTag"),
        ([("a", "b"), ("a", "c")], "InvalidTag"),
        ([(f"k{n}", "v") for n in range(51)], "BadRequest"),
    ],
)
def test_bad_tags_are_refused_and_make_no_bucket(bucket: Any, tags: list[tuple[str, str]], code: str) -> None:
    wanted = [{"Key": key, "Value": value} for key, value in tags]
    assert refusal(bucket, "put_bucket_tagging", **NAME, Tagging={"TagSet": wanted})[0] == code
    place = {"CreateBucketConfiguration": {"LocationConstraint": REGION, "Tags": wanted}}
    assert refusal(bucket, "create_bucket", Bucket="other", **place)[0] == code
    assert [each["Name"] for each in bucket.list_buckets()["Buckets"]] == ["shelf"]


def test_tags_in_any_script_are_accepted(bucket: Any) -> None:
    tags = [{"Key": "Größe", "Value": "名前 1+2=3 a_b.c:/d@e-f"}]
    bucket.put_bucket_tagging(**NAME, Tagging={"TagSet": tags})
    assert bucket.get_bucket_tagging(**NAME)["TagSet"] == tags


def test_a_policy_shows_an_origin_access_identity_by_its_arn(bucket: Any) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"CanonicalUser": "ab" * 48},
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::shelf/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    bucket.put_bucket_policy(**NAME, Policy=json.dumps(policy))
    (shown,) = json.loads(bucket.get_bucket_policy(**NAME)["Policy"])["Statement"]
    arn = shown.pop("Principal")["AWS"]
    assert arn.startswith("arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E")
    del statement["Principal"]
    assert shown == statement


def test_buckets_are_listed_in_pages(bucket: Any) -> None:
    for number in range(5):
        bucket.create_bucket(Bucket=f"page-{number}", **HERE)
    names = [f"page-{number}" for number in range(5)]
    pages = list(bucket.get_paginator("list_buckets").paginate(Prefix="page-", MaxBuckets=2))
    assert [[each["Name"] for each in page["Buckets"]] for page in pages] == [
        names[:2],
        names[2:4],
        names[4:],
    ]
    assert "ContinuationToken" not in pages[-1]
    assert pages[0]["Buckets"][0]["BucketRegion"] == REGION
    refusal(bucket, "list_buckets", MaxBuckets=10_001)


def test_a_bucket_with_objects_is_not_deleted(bucket: Any) -> None:
    bucket.put_object(**NAME, Key="k", Body=b"")
    assert refusal(bucket, "delete_bucket", **NAME)[0] == "BucketNotEmpty"
    bucket.head_bucket(**NAME)
