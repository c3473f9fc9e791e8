"""Buckets with their access keys.

Sources: the API Reference and the User Guide of Amazon Lightsail.
"""

from typing import Any

import pytest

from reconciler.sandbox import state
from tests.sandbox.lightsail.servers import Servers
from tests.sandbox.refusals import REGION, client_of, refusal

B = {"bucketName": "acme-staff"}
RULE = {"allowedMethods": ["GET"], "allowedOrigins": ["https://example.com"]}


@pytest.fixture
def with_bucket(servers: Servers) -> Servers:
    servers.client.create_bucket(**B, bundleId="small_1_0", tags=[{"key": "team", "value": "a"}])
    return servers


def test_a_bucket_is_changed_and_deleted(with_bucket: Servers) -> None:
    servers, client = with_bucket, with_bucket.client

    def shown(**asked: Any) -> dict[str, Any]:
        (found,) = client.get_buckets(**B, **asked)["buckets"]
        return dict(found)

    assert shown()["accessRules"] == {"getObject": "private", "allowPublicOverrides": False}
    assert shown()["objectVersioning"] == "NeverEnabled"
    client.update_bucket(**B, accessRules={"getObject": "public"}, versioning="Enabled")
    assert shown()["accessRules"] == {"getObject": "public", "allowPublicOverrides": False}
    client.create_bucket(bucketName="acme-logs", bundleId="small_1_0", enableObjectVersioning=True)
    client.update_bucket(**B, accessLogConfig={"enabled": True, "destination": "acme-logs"})
    client.update_bucket(**B, cors={"rules": [RULE]}, readonlyAccessAccounts=["123456789012"])
    assert "cors" not in shown()
    assert shown(includeCors=True)["cors"] == {"rules": [RULE]}
    client.update_bucket_bundle(**B, bundleId="medium_1_0")
    assert shown()["ableToUpdateBundle"] is False
    assert "once within" in servers.refused("update_bucket_bundle", **B, bundleId="large_1_0")
    access = {**B, "resourceName": "web"}
    client.set_resource_access_for_bucket(**access, access="allow")
    given = shown(includeConnectedResources=True)["resourcesReceivingAccess"]
    assert given == [{"name": "web", "resourceType": "Instance"}]
    assert "has access; remove" in servers.refused("delete_bucket", **B)
    client.set_resource_access_for_bucket(**access, access="deny")
    client.delete_bucket(**B)
    servers.plane.page_size = 1
    assert [each["name"] for each in client.get_buckets()["buckets"]] == ["acme-logs"]
    assert servers.refused("get_buckets", **B).startswith("NotFoundException")
    assert client.get_bucket_bundles()["bundles"][0]["bundleId"] == "small_1_0"


def test_two_keys_are_made_and_their_secrets_shown_once(with_bucket: Servers) -> None:
    servers, client = with_bucket, with_bucket.client
    first = client.create_bucket_access_key(**B)["accessKey"]
    client.create_bucket_access_key(**B)
    assert "already has 2 access keys" in servers.refused("create_bucket_access_key", **B)
    kept = client.get_bucket_access_keys(**B)["accessKeys"]
    assert (len(kept), "secretAccessKey" in first, "secretAccessKey" in kept[0]) == (2, True, False)
    assert "has access keys" in servers.refused("delete_bucket", **B)
    client.delete_bucket_access_key(**B, accessKeyId=first["accessKeyId"])
    gone = servers.refused("delete_bucket_access_key", **B, accessKeyId=first["accessKeyId"])
    assert gone.startswith("NotFoundException")
    client.delete_bucket(**B, forceDelete=True)


@pytest.mark.parametrize(
    ("call", "members"),
    [
        ("create_bucket", {"bucketName": "Acme", "bundleId": "small_1_0"}),
        ("create_bucket", {"bucketName": "acme", "bundleId": "tiny_1_0"}),
        ("create_bucket", {**B, "bundleId": "small_1_0"}),
        ("update_bucket", {**B, "versioning": "Off"}),
        ("update_bucket", {**B, "readonlyAccessAccounts": ["me"]}),
        ("update_bucket", {**B, "accessLogConfig": {"enabled": True, "destination": "none"}}),
        ("update_bucket", {**B, "accessLogConfig": {"enabled": False, "destination": "acme-staff"}}),
        ("get_buckets", {"includeCors": True}),
    ],
)
def test_what_cannot_be_is_refused(with_bucket: Servers, call: str, members: dict[str, Any]) -> None:
    assert with_bucket.refused(call, **members).startswith(("InvalidInputException", "ValidationException"))


def test_s3_serves_the_objects_of_a_bucket_but_does_not_list_it(with_bucket: Servers) -> None:
    servers, client, s3 = with_bucket, with_bucket.client, client_of(with_bucket.box, "s3")
    here = {"Bucket": B["bucketName"], "Key": "releases/a.tar"}
    s3.put_object(**here, Body=b"one")
    assert s3.list_buckets()["Buckets"] == []
    client.update_bucket(**B, versioning="Enabled")
    s3.put_object(**here, Body=b"two")
    s3.delete_object(**here)
    assert len(s3.list_object_versions(Bucket=B["bucketName"])["Versions"]) == 2
    assert "has objects; remove" in servers.refused("delete_bucket", **B)
    saved = state.snapshot(servers.box.world)
    client.delete_bucket(**B, forceDelete=True)
    assert refusal(s3, "get_object", **here)[0] == "NoSuchBucket"
    client.create_bucket(**B, bundleId="small_1_0")
    assert refusal(s3, "get_object", **here)[0] == "NoSuchKey"
    client.delete_bucket(**B)
    s3.create_bucket(Bucket=B["bucketName"], CreateBucketConfiguration={"LocationConstraint": REGION})
    assert "already in use" in servers.refused("create_bucket", **B, bundleId="small_1_0")
    assert servers.refused("get_buckets", **B).startswith("NotFoundException")
    state.restore(saved, servers.box.world)
    assert s3.list_buckets()["Buckets"] == []
    versions = s3.list_object_versions(Bucket=B["bucketName"])["Versions"]
    contents = [s3.get_object(**here, VersionId=each["VersionId"])["Body"].read() for each in versions]
    assert sorted(contents) == [b"one", b"two"]
