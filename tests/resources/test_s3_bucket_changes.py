"""The requests for settings of a bucket that need functions."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from reconciler.contract import Calls, Change, Request, Sighting
from reconciler.decoder import Decoder
from reconciler.encoder import Encoder
from reconciler.errors import Refused
from reconciler.field_schema import fields_of
from reconciler.planning.diff import differences
from reconciler.resources.s3 import bucket_changes
from reconciler.resources.s3.bucket import BucketAdapter
from reconciler.resources.s3.bucket_model import Bucket
from reconciler.resources.s3.bucket_reading import FACETS
from reconciler.resources.s3.bucket_tags import TAGGING
from reconciler.resources.s3.filters import folded, unfolded
from tests.resources.wire_members import operations_of, understood, valid

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
LOCKED = {"ObjectLockEnabledForBucket": True}
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
        {**LOCKED, "ObjectLockConfiguration": {"Rule": {"DefaultRetention": KEPT}}},
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
        LOCKED,
        ("put_object_lock_configuration", {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}),
    ),
    "copies": (
        "",
        "replication",
        {"ReplicationConfiguration": {"Role": "arn", "Rules": [COPY]}},
        (
            "put_bucket_replication",
            {
                "ReplicationConfiguration": {
                    "Role": "arn",
                    "Rules": [{**COPY, "Filter": {"Prefix": ""}}],
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
    """S3 stores it with the rules; a configuration without rules would be deleted in every pass."""
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


# -- object lock ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("observed", "desired", "said"),
    [
        (LOCKED, {"ObjectLockEnabledForBucket": False}, "S3 cannot turn off object lock"),
        (
            {},
            {"ObjectLockConfiguration": {"Rule": {"DefaultRetention": KEPT}}},
            "would turn it on permanently",
        ),
    ],
    ids=["off again", "a retention alone"],
)
def test_what_cannot_be_undone_is_never_done_in_passing(
    observed: dict[str, Any], desired: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        list(bucket_changes.object_lock(Change(ADDRESS, "arn", observed, desired, reported={})))


def test_a_live_bucket_is_locked_by_its_lock_alone() -> None:
    change = Change(ADDRESS, "arn", {"ObjectLockEnabledForBucket": False}, LOCKED, reported={})
    assert requests(bucket_changes.object_lock(change)) == [
        ("put_object_lock_configuration", {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}})
    ]


# -- replication rules in the old form -------------------------------------------------------------------------------

OLD_RULES = [
    {"ID": "b", "Prefix": "b/", "Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::copies"}},
    {"ID": "a", "Prefix": "", "Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::copies"}},
]
SHAPE = {"replication": fields_of(Bucket)["replication"]}
PLAIN = {"id": "a", "status": "Enabled", "destination": {"bucket": "arn:aws:s3:::copies"}}
SECOND = {**PLAIN, "id": "b", "filter": {"prefix": "b/"}}


def replicated(live: list[dict[str, Any]], *wanted: dict[str, Any]) -> tuple[list[str], list[dict[str, Any]]]:
    """The fields in which these rules differ from the live ones, and the sent rules."""
    members = understood(FACETS["replication"], {"ReplicationConfiguration": {"Role": "r", "Rules": live}})
    encoder = Encoder(lambda _ref, key: key.name, lambda _secret: "")
    settings = {"replication": {"role": "r", "rules": [*wanted]}}
    found = Decoder(lambda _kind, _identity: None).fields(SHAPE, members)
    differing = differences(
        "replication", SHAPE["replication"], settings["replication"], found["replication"]
    )
    before, after = (encoder.members(SHAPE, each, members) for each in ({}, settings))
    ((_, sent),) = requests(bucket_changes.replication(Change(ADDRESS, "arn", before, after, members)))
    return [each.field for each in differing], sent["ReplicationConfiguration"]["Rules"]


@pytest.mark.parametrize(
    "written",
    [PLAIN, {**PLAIN, "priority": 0}, {**PLAIN, "priority": 0, "delete_marker_replication": "Enabled"}],
    ids=["without a priority", "with a priority", "with what it means"],
)
def test_a_rule_in_the_old_form_is_the_same_as_one_that_says_so(written: dict[str, Any]) -> None:
    differing, sent = replicated(OLD_RULES[1:], written)
    assert differing == []
    assert sent == OLD_RULES[1:]


def test_rules_in_the_old_form_stay_in_it_while_something_else_changes() -> None:
    differing, sent = replicated(OLD_RULES, {**PLAIN, "status": "Disabled"}, SECOND)
    assert differing == ["replication.rules[a].status"]
    assert sent == [{**OLD_RULES[1], "Status": "Disabled"}, OLD_RULES[0]]


def test_rules_that_change_their_form_go_on_replicating_delete_markers() -> None:
    differing, sent = replicated(OLD_RULES, {**PLAIN, "priority": 7}, SECOND)
    assert differing == ["replication.rules[a].priority"]
    kept = {"DeleteMarkerReplication": {"Status": "Enabled"}}
    assert [{**rule, **kept} for rule in sent] == sent
    assert [(rule["Priority"], rule["Filter"]) for rule in sent] == [
        (7, {"Prefix": ""}),
        (1, {"Prefix": "b/"}),
    ]
    assert not any("Prefix" in rule for rule in sent)


def test_delete_markers_are_no_longer_replicated_where_the_author_says_so() -> None:
    differing, sent = replicated(OLD_RULES[1:], {**PLAIN, "delete_marker_replication": "Disabled"})
    assert differing == ["replication.rules[a].delete_marker_replication"]
    assert sent[0]["DeleteMarkerReplication"] == {"Status": "Disabled"}


def test_a_rule_in_the_old_form_gets_the_new_one_for_what_only_that_can_say() -> None:
    tagged = {
        **PLAIN,
        "filter": {"tags": [{"key": "k", "value": "v"}]},
        "delete_marker_replication": "Disabled",
    }
    _, sent = replicated(OLD_RULES[1:], tagged)
    assert (sent[0]["Filter"], sent[0]["Priority"]) == ({"Tag": TAG}, 0)
