"""The requests that change a bucket where no single structure of S3's API does."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from wire_members import operations_of, valid

from reconciler.contract import Calls, Change, Request, Sighting
from reconciler.errors import Refused
from reconciler.resources.s3.bucket import BucketAdapter
from reconciler.resources.s3.bucket_tags import TAGGING
from reconciler.resources.s3.filters import folded, unfolded

OPERATIONS = operations_of("s3")
ADDRESS = {"Bucket": "stamps-of-somebody"}
ADAPTER = BucketAdapter()


# -- filters -------------------------------------------------------------------------------------------------------

TAG = {"Key": "k", "Value": "v"}

FILTERS: Mapping[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "all objects": ({"Filter": {"Prefix": ""}}, {}, {"Prefix": ""}),
    "all objects, said otherwise": ({"Filter": {}}, {}, {"Prefix": ""}),
    "an old rule for all objects": ({"Prefix": ""}, {}, {"Prefix": ""}),
    "an old rule with a prefix": ({"Prefix": "a/"}, {"Prefix": "a/"}, {"Prefix": "a/"}),
    "a prefix": ({"Filter": {"Prefix": "a/"}}, {"Prefix": "a/"}, {"Prefix": "a/"}),
    "a tag": ({"Filter": {"Tag": TAG}}, {"Tags": [TAG]}, {"Tag": TAG}),
    "a size": (
        {"Filter": {"ObjectSizeLessThan": 9}},
        {"ObjectSizeLessThan": 9},
        {"ObjectSizeLessThan": 9},
    ),
    "two tags": (
        {"Filter": {"And": {"Tags": [TAG, TAG]}}},
        {"Tags": [TAG, TAG]},
        {"And": {"Tags": [TAG, TAG]}},
    ),
    "a prefix and a tag": (
        {"Filter": {"And": {"Prefix": "a/", "Tags": [TAG]}}},
        {"Prefix": "a/", "Tags": [TAG]},
        {"And": {"Prefix": "a/", "Tags": [TAG]}},
    ),
}


@pytest.mark.parametrize("name", FILTERS)
def test_filters_are_read_in_one_form_and_sent_in_the_one_that_s3_takes(name: str) -> None:
    reported, asked, sent = FILTERS[name]
    rule = unfolded({"ID": "r", **reported})
    assert rule == {"ID": "r", "Filter": {"And": asked}}
    assert folded(rule) == {"ID": "r", "Filter": sent}


def test_a_rule_without_a_filter_is_for_all_objects() -> None:
    assert folded({"ID": "r"}) == {"ID": "r", "Filter": {"Prefix": ""}}


# -- changes -------------------------------------------------------------------------------------------------------

RULE = {"ID": "r", "Status": "Enabled", "Expiration": {"Days": 1}, "Filter": {"And": {"Prefix": "tmp/"}}}
COPY = {
    "ID": "c",
    "Status": "Enabled",
    "Priority": 1,
    "Destination": {"Bucket": "arn:aws:s3:::copies"},
    "Filter": {},
}
SMALLEST = "TransitionDefaultMinimumObjectSize"
LOG = {"TargetBucket": "logs", "TargetPrefix": "s/"}
KEPT = {"Mode": "GOVERNANCE", "Days": 5}

BEFORE = {"LifecycleConfiguration": {"Rules": [RULE]}}

CHANGES: Mapping[str, tuple[str, str, dict[str, Any], tuple[str, dict[str, Any]]]] = {
    "rules": (
        "all travel at once, their filters as S3 takes them",
        "lifecycle",
        {"LifecycleConfiguration": {"Rules": [RULE]}, SMALLEST: "varies_by_storage_class"},
        (
            "put_bucket_lifecycle_configuration",
            {
                "LifecycleConfiguration": {"Rules": [{**RULE, "Filter": {"Prefix": "tmp/"}}]},
                SMALLEST: "varies_by_storage_class",
            },
        ),
    ),
    "no rules": (
        "S3 takes no configuration without rules",
        "lifecycle",
        {SMALLEST: "all_storage_classes_128K"},
        ("delete_bucket_lifecycle", {}),
    ),
    "log": (
        "",
        "logging",
        {"BucketLoggingStatus": {"LoggingEnabled": LOG}},
        ("put_bucket_logging", {"BucketLoggingStatus": {"LoggingEnabled": LOG}}),
    ),
    "no log": (
        "S3 has no operation for it",
        "logging",
        {},
        ("put_bucket_logging", {"BucketLoggingStatus": {}}),
    ),
    "retention": (
        "the lock itself is on since the bucket was created",
        "default_retention",
        {"ObjectLockConfiguration": {"Rule": {"DefaultRetention": KEPT}}},
        (
            "put_object_lock_configuration",
            {
                "ObjectLockConfiguration": {
                    "ObjectLockEnabled": "Enabled",
                    "Rule": {"DefaultRetention": KEPT},
                }
            },
        ),
    ),
    "no retention": (
        "the lock stays on",
        "default_retention",
        {},
        ("put_object_lock_configuration", {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}),
    ),
    "copies": (
        "a rule with a filter must say what becomes of delete markers",
        "replication",
        {"ReplicationConfiguration": {"Role": "arn", "Rules": [COPY]}},
        (
            "put_bucket_replication",
            {
                "ReplicationConfiguration": {
                    "Role": "arn",
                    "Rules": [
                        {
                            "DeleteMarkerReplication": {"Status": "Disabled"},
                            **COPY,
                            "Filter": {"Prefix": ""},
                        }
                    ],
                }
            },
        ),
    ),
    "no copies": ("", "replication", {}, ("delete_bucket_replication", {})),
}


def requests(made: Iterable[Request]) -> list[tuple[str, dict[str, Any]]]:
    return valid(made, OPERATIONS, ADDRESS)


@pytest.mark.parametrize("name", CHANGES)
def test_changes(name: str) -> None:
    reason, field, desired, expected = CHANGES[name]
    group = next(group for group in ADAPTER.updates if field in group.fields)
    assert isinstance(group, Calls)
    assert requests(group.requests(Change(ADDRESS, "arn", BEFORE, desired, reported={}))) == [expected], (
        reason
    )


def test_a_size_without_rules_is_refused() -> None:
    """S3 keeps it with the rules; a configuration without any would be taken away again and again."""
    group = next(group for group in ADAPTER.updates if "lifecycle" in group.fields)
    assert isinstance(group, Calls)
    change = Change(ADDRESS, "arn", {}, {SMALLEST: "varies_by_storage_class"}, reported={})
    with pytest.raises(Refused, match="belongs to lifecycle rules; write them, or leave it out"):
        list(group.requests(change))


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({"a": "1"}, ("put_bucket_tagging", {"Tagging": {"TagSet": [{"Key": "a", "Value": "1"}]}})),
        ({}, ("delete_bucket_tagging", {})),
    ],
)
def test_tags_are_written_all_at_once(after: Mapping[str, str], expected: tuple[str, dict[str, Any]]) -> None:
    sighting = Sighting(ADDRESS["Bucket"], ADDRESS, "arn")
    assert requests(TAGGING.change(sighting, {"a": "0", "b": "2"}, after)) == [expected]
