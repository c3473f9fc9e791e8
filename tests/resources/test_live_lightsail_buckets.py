"""Passes over buckets of Lightsail: bundles change once a month, and no pass touches access keys."""

from typing import Any

from tests.resources.live_harness import LiveHarness, messages

NAME = "acme-staff-files"
ALL: dict[str, Any] = {"prune": True, "guard": {"max_percent": 100}}


def bucket(**settings: Any) -> dict[str, Any]:
    return {"lightsail.bucket": {NAME: {"bundle_id": "small_1_0", "policy": {"protect": False}, **settings}}}


def test_a_bucket_is_private_and_its_bundle_changes_once_a_month(harness: LiveHarness) -> None:
    lightsail = harness.client("lightsail")
    rules = {"get_object": "private", "allow_public_overrides": False}
    harness.settle(bucket(access_rules=rules))
    lightsail.update_bucket(bucketName=NAME, accessRules={"getObject": "public"})
    harness.settle(bucket(access_rules=rules))
    assert lightsail.get_buckets()["buckets"][0]["accessRules"]["getObject"] == "private"
    harness.settle(bucket(bundle_id="medium_1_0"))
    report = harness.run(bucket(bundle_id="large_1_0"))
    assert "once in a billing month" in " ".join(messages(report))
    assert harness.calls == []
    harness.clock.sleep(31 * 24 * 3600)
    harness.settle(bucket(bundle_id="large_1_0"))


def test_a_bucket_with_keys_stays_and_one_with_instances_goes(harness: LiveHarness) -> None:
    lightsail = harness.client("lightsail")
    lightsail.create_instances(
        instanceNames=["web"],
        blueprintId="ubuntu_22_04",
        bundleId="small_3_0",
        availabilityZone="eu-west-2a",
    )
    harness.settle(bucket(resources_receiving_access=["web"]))
    key = lightsail.create_bucket_access_key(bucketName=NAME)["accessKey"]
    harness.require_quiet(bucket(resources_receiving_access=["web"]))
    report = harness.run({"ssm.parameter": {}}, **ALL)
    assert "has access keys" in " ".join(messages(report))
    assert key["secretAccessKey"] not in repr(report)
    lightsail.delete_bucket_access_key(bucketName=NAME, accessKeyId=key["accessKeyId"])
    report = harness.run({"ssm.parameter": {}}, **ALL)
    assert (report.outcome, lightsail.get_buckets()["buckets"]) == ("settled", []), messages(report)
