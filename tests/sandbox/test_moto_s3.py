"""Bucket settings, with a plain client."""

import json
from typing import Any

import pytest

from reconciler.sandbox import Sandbox

REGION = "eu-west-2"
HERE = {"CreateBucketConfiguration": {"LocationConstraint": REGION}}
NAME = {"Bucket": "shelf"}


@pytest.fixture
def s3(sandbox: Sandbox) -> Any:
    return sandbox.session(REGION).client("s3")


@pytest.fixture
def bucket(s3: Any) -> Any:
    s3.create_bucket(**NAME, **HERE)
    return s3


def code_of(refused: pytest.ExceptionInfo[Any]) -> str:
    return str(refused.value.response["Error"]["Code"])


def test_a_new_bucket_has_the_defaults_of_aws(bucket: Any) -> None:
    rules = bucket.get_bucket_encryption(**NAME)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules == [
        {
            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
            "BucketKeyEnabled": False,
            "BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]},
        }
    ]
    block = bucket.get_public_access_block(**NAME)["PublicAccessBlockConfiguration"]
    assert len(block) == 4
    assert all(block.values())
    owner = bucket.get_bucket_ownership_controls(**NAME)["OwnershipControls"]["Rules"]
    assert owner == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert bucket.get_bucket_request_payment(**NAME)["Payer"] == "BucketOwner"


def test_an_ownership_asked_for_goes_before_the_default(s3: Any) -> None:
    s3.create_bucket(**NAME, **HERE, ObjectOwnership="ObjectWriter")
    assert s3.get_bucket_ownership_controls(**NAME)["OwnershipControls"]["Rules"] == [
        {"ObjectOwnership": "ObjectWriter"}
    ]


def test_defaults_that_are_deleted_are_gone_but_for_encryption(bucket: Any) -> None:
    bucket.delete_public_access_block(**NAME)
    with pytest.raises(bucket.exceptions.ClientError) as gone:
        bucket.get_public_access_block(**NAME)
    assert code_of(gone) == "NoSuchPublicAccessBlockConfiguration"
    bucket.delete_bucket_ownership_controls(**NAME)
    with pytest.raises(bucket.exceptions.ClientError) as gone:
        bucket.get_bucket_ownership_controls(**NAME)
    assert code_of(gone) == "OwnershipControlsNotFoundError"


def test_deleted_encryption_falls_back_to_aes256(bucket: Any) -> None:
    by_key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "arn:aws:kms:eu-west-2:123456789012:key/k"}
    rule = {
        "ApplyServerSideEncryptionByDefault": by_key,
        "BucketKeyEnabled": True,
        "BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]},
    }
    bucket.put_bucket_encryption(**NAME, ServerSideEncryptionConfiguration={"Rules": [rule]})
    assert bucket.get_bucket_encryption(**NAME)["ServerSideEncryptionConfiguration"]["Rules"] == [rule]
    bucket.put_object(**NAME, Key="k", Body=b"")
    assert bucket.head_object(**NAME, Key="k")["ServerSideEncryption"] == "aws:kms"
    bucket.delete_bucket_encryption(**NAME)
    (rule,) = bucket.get_bucket_encryption(**NAME)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


def test_lifecycle_keeps_every_member(bucket: Any) -> None:
    rule = {
        "ID": "tidy",
        "Status": "Enabled",
        "Filter": {
            "And": {
                "Prefix": "logs/",
                "Tags": [{"Key": "a", "Value": "b"}],
                "ObjectSizeGreaterThan": 500,
                "ObjectSizeLessThan": 64000,
            }
        },
        "Transitions": [{"Days": 30, "StorageClass": "GLACIER_IR"}],
        "NoncurrentVersionExpiration": {"NoncurrentDays": 7, "NewerNoncurrentVersions": 3},
        "NoncurrentVersionTransitions": [
            {"NoncurrentDays": 3, "StorageClass": "GLACIER", "NewerNoncurrentVersions": 2}
        ],
    }
    uploads = {
        "ID": "uploads",
        "Status": "Enabled",
        "Filter": {"Prefix": "logs/"},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 2},
    }
    put = bucket.put_bucket_lifecycle_configuration(
        **NAME,
        LifecycleConfiguration={"Rules": [rule, uploads]},
        TransitionDefaultMinimumObjectSize="varies_by_storage_class",
    )
    got = bucket.get_bucket_lifecycle_configuration(**NAME)
    assert got["Rules"] == [rule, uploads]
    assert put["TransitionDefaultMinimumObjectSize"] == "varies_by_storage_class"
    assert got["TransitionDefaultMinimumObjectSize"] == "varies_by_storage_class"
    bucket.delete_bucket_lifecycle(**NAME)
    with pytest.raises(bucket.exceptions.ClientError) as gone:
        bucket.get_bucket_lifecycle_configuration(**NAME)
    assert code_of(gone) == "NoSuchLifecycleConfiguration"


def test_lifecycle_rules_without_an_id_are_given_one(bucket: Any) -> None:
    rule = {"Status": "Disabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    bucket.put_bucket_lifecycle_configuration(**NAME, LifecycleConfiguration={"Rules": [rule]})
    got = bucket.get_bucket_lifecycle_configuration(**NAME)
    assert got["Rules"][0].pop("ID")
    assert got["Rules"] == [rule]
    assert got["TransitionDefaultMinimumObjectSize"] == "all_storage_classes_128K"


def test_logging_keeps_the_key_format(bucket: Any) -> None:
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": ["s3:PutObject"],
        "Resource": "arn:aws:s3:::shelf/*",
    }
    bucket.put_bucket_policy(**NAME, Policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
    wanted = {
        "TargetBucket": "shelf",
        "TargetPrefix": "logs/",
        "TargetObjectKeyFormat": {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}},
    }
    bucket.put_bucket_logging(**NAME, BucketLoggingStatus={"LoggingEnabled": wanted})
    assert bucket.get_bucket_logging(**NAME)["LoggingEnabled"] == wanted
    bucket.put_bucket_logging(**NAME, BucketLoggingStatus={})
    assert "LoggingEnabled" not in bucket.get_bucket_logging(**NAME)


@pytest.mark.parametrize("name", ["prefix", "Prefix", "PREFIX"])
def test_notifications_keep_event_bridge_and_take_filter_names_in_any_case(bucket: Any, name: str) -> None:
    queue = {
        "Id": "mine",
        "QueueArn": "arn:aws:sqs:eu-west-2:123456789012:q",
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": name, "Value": "in/"}]}},
    }
    wanted = {"QueueConfigurations": [queue], "EventBridgeConfiguration": {}}
    bucket.put_bucket_notification_configuration(
        **NAME, NotificationConfiguration=wanted, SkipDestinationValidation=True
    )
    got = bucket.get_bucket_notification_configuration(**NAME)
    assert got["EventBridgeConfiguration"] == {}
    assert got["QueueConfigurations"][0]["Filter"]["Key"]["FilterRules"] == [
        {"Name": "Prefix", "Value": "in/"}
    ]
    bucket.put_bucket_notification_configuration(**NAME, NotificationConfiguration={})
    assert set(bucket.get_bucket_notification_configuration(**NAME)) == {"ResponseMetadata"}


def test_replication_keeps_filters_and_criteria(bucket: Any) -> None:
    bucket.create_bucket(Bucket="elsewhere", **HERE)
    for name in ("shelf", "elsewhere"):
        bucket.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    rule = {
        "ID": "copy",
        "Priority": 1,
        "Status": "Enabled",
        "Filter": {"And": {"Prefix": "a/", "Tags": [{"Key": "k", "Value": "v"}]}},
        "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": "arn:aws:s3:::elsewhere"},
    }
    wanted = {"Role": "arn:aws:iam::123456789012:role/r", "Rules": [rule]}
    bucket.put_bucket_replication(**NAME, ReplicationConfiguration=wanted)
    assert bucket.get_bucket_replication(**NAME)["ReplicationConfiguration"] == wanted


def test_request_payment_is_stored(bucket: Any) -> None:
    bucket.put_bucket_request_payment(**NAME, RequestPaymentConfiguration={"Payer": "Requester"})
    assert bucket.get_bucket_request_payment(**NAME)["Payer"] == "Requester"


def test_tags_of_create_bucket_are_kept(s3: Any) -> None:
    tags = [{"Key": "reconciler:stack", "Value": "ä"}]
    s3.create_bucket(**NAME, CreateBucketConfiguration={"LocationConstraint": REGION, "Tags": tags})
    assert s3.get_bucket_tagging(**NAME)["TagSet"] == tags


def test_what_is_remembered_goes_with_the_bucket(bucket: Any) -> None:
    bucket.put_bucket_request_payment(**NAME, RequestPaymentConfiguration={"Payer": "Requester"})
    bucket.delete_bucket(**NAME)
    bucket.create_bucket(**NAME, **HERE)
    assert bucket.get_bucket_request_payment(**NAME)["Payer"] == "BucketOwner"


@pytest.mark.parametrize("policy", ["no json", "[]", "{}"])
def test_a_policy_that_is_none_is_refused(bucket: Any, policy: str) -> None:
    with pytest.raises(bucket.exceptions.ClientError) as refused:
        bucket.put_bucket_policy(**NAME, Policy=policy)
    assert code_of(refused) == "MalformedPolicy"
    bucket.delete_bucket(**NAME)


def test_a_public_policy_is_refused_while_the_block_stands(bucket: Any) -> None:
    everyone = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::shelf/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [everyone]})
    with pytest.raises(bucket.exceptions.ClientError) as refused:
        bucket.put_bucket_policy(**NAME, Policy=policy)
    assert code_of(refused) == "AccessDenied"
    bucket.delete_public_access_block(**NAME)
    bucket.put_bucket_policy(**NAME, Policy=policy)


@pytest.mark.parametrize(
    "name",
    [
        "ab",
        "Bad",
        "under_score",
        "-dash",
        "dash-",
        "two..dots",
        "192.168.5.4",
        "sthree-a",
        "a-s3alias",
        "a" * 64,
    ],
)
def test_bad_names_are_refused(s3: Any, name: str) -> None:
    with pytest.raises(s3.exceptions.ClientError) as refused:
        s3.create_bucket(Bucket=name, **HERE)
    assert code_of(refused) == "InvalidBucketName"


@pytest.mark.parametrize(
    "operation",
    [
        "delete_bucket_metrics_configuration",
        "delete_bucket_analytics_configuration",
        "delete_bucket_intelligent_tiering_configuration",
        "delete_bucket_inventory_configuration",
        "get_bucket_metrics_configuration",
    ],
)
def test_a_configuration_that_moto_lacks_never_touches_the_bucket(bucket: Any, operation: str) -> None:
    with pytest.raises(bucket.exceptions.ClientError) as missing:
        getattr(bucket, operation)(**NAME, Id="i")
    assert code_of(missing) == "NotImplemented"
    assert missing.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    bucket.head_bucket(**NAME)


@pytest.mark.parametrize(
    "operation", ["delete_bucket_metadata_configuration", "get_bucket_metadata_configuration"]
)
def test_a_setting_that_moto_lacks_never_touches_the_bucket(bucket: Any, operation: str) -> None:
    with pytest.raises(bucket.exceptions.ClientError) as missing:
        getattr(bucket, operation)(**NAME)
    assert code_of(missing) == "NotImplemented"
    bucket.head_bucket(**NAME)


def test_putting_what_moto_lacks_creates_no_bucket(s3: Any) -> None:
    with pytest.raises(s3.exceptions.ClientError) as missing:
        s3.put_bucket_metrics_configuration(**NAME, Id="i", MetricsConfiguration={"Id": "i"})
    assert code_of(missing) == "NotImplemented"
    assert s3.list_buckets()["Buckets"] == []


def test_a_rename_does_not_overwrite_an_object(bucket: Any) -> None:
    bucket.put_object(**NAME, Key="new", Body=b"kept")
    with pytest.raises(bucket.exceptions.ClientError) as missing:
        bucket.rename_object(**NAME, Key="new", RenameSource="/shelf/old")
    assert code_of(missing) == "NotImplemented"
    assert bucket.get_object(**NAME, Key="new")["Body"].read() == b"kept"
