"""Locks of objects, and what DeleteObjects leaves because of them, with a plain client."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from reconciler.sandbox import Sandbox

REGION = "eu-west-2"
NAME = {"Bucket": "safe"}
FAR = datetime(2095, 1, 1, tzinfo=UTC)


@pytest.fixture
def s3(sandbox: Sandbox) -> Any:
    client = sandbox.session(REGION).client("s3")
    client.create_bucket(
        **NAME,
        CreateBucketConfiguration={"LocationConstraint": REGION},
        ObjectLockEnabledForBucket=True,
    )
    return client


def put(s3: Any, key: str) -> dict[str, str]:
    """Store a version; returns how a request names it."""
    return {"Key": key, "VersionId": s3.put_object(**NAME, Key=key, Body=b"x")["VersionId"]}


def test_a_version_without_a_lock_has_none(s3: Any) -> None:
    version = put(s3, "free")
    for read in (s3.get_object_legal_hold, s3.get_object_retention):
        with pytest.raises(ClientError) as none:
            read(**NAME, **version)
        assert none.value.response["Error"]["Code"] == "NoSuchObjectLockConfiguration"
        assert none.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_the_locks_of_a_version_are_read(s3: Any) -> None:
    version = put(s3, "held")
    s3.put_object_legal_hold(**NAME, **version, LegalHold={"Status": "ON"})
    assert s3.get_object_legal_hold(**NAME, **version)["LegalHold"] == {"Status": "ON"}
    wanted = {"Mode": "COMPLIANCE", "RetainUntilDate": FAR}
    s3.put_object_retention(**NAME, **version, Retention=wanted)
    assert s3.get_object_retention(**NAME, **version)["Retention"] == wanted


def test_what_is_locked_stays_and_is_named_with_its_version(s3: Any) -> None:
    held, free = put(s3, "held"), put(s3, "free")
    s3.put_object_legal_hold(**NAME, **held, LegalHold={"Status": "ON"})
    reply = s3.delete_objects(**NAME, Delete={"Objects": [held, free]})
    assert [(each["Key"], each["VersionId"]) for each in reply["Deleted"]] == [("free", free["VersionId"])]
    assert [(each["Key"], each["VersionId"], each["Code"]) for each in reply["Errors"]] == [
        ("held", held["VersionId"], "AccessDenied")
    ]
    assert [each["Key"] for each in s3.list_object_versions(**NAME)["Versions"]] == ["held"]


def test_a_quiet_reply_has_errors_only(s3: Any) -> None:
    held, free = put(s3, "held"), put(s3, "free")
    s3.put_object_retention(**NAME, **held, Retention={"Mode": "GOVERNANCE", "RetainUntilDate": FAR})
    reply = s3.delete_objects(**NAME, Delete={"Objects": [held, free], "Quiet": True})
    assert "Deleted" not in reply
    assert len(reply["Errors"]) == 1
    bypassed = s3.delete_objects(**NAME, Delete={"Objects": [held]}, BypassGovernanceRetention=True)
    assert "Errors" not in bypassed


def test_without_a_version_a_marker_is_made(s3: Any) -> None:
    put(s3, "gone")
    (row,) = s3.delete_objects(**NAME, Delete={"Objects": [{"Key": "gone"}]})["Deleted"]
    (marker,) = s3.list_object_versions(**NAME)["DeleteMarkers"]
    assert (row["DeleteMarker"], row["DeleteMarkerVersionId"]) == (True, marker["VersionId"])


def test_a_policy_that_denies_a_delete_is_an_error_of_the_object(s3: Any) -> None:
    version = put(s3, "denied")
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:DeleteObject",
        "Resource": "arn:aws:s3:::safe/denied",
    }
    s3.put_bucket_policy(**NAME, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    (row,) = s3.delete_objects(**NAME, Delete={"Objects": [version]})["Errors"]
    assert (row["Key"], row["Message"]) == ("denied", "Access Denied")
