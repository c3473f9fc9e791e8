"""S3 buckets: the declaration, and reads of live buckets."""

import datetime as dt
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import pytest
from pydantic import ValidationError

from reconciler.aws.account import Account
from reconciler.aws.pacing import Pacer
from reconciler.contract import Api, Sighting
from reconciler.errors import Absent, sort
from reconciler.field_schema import fields_of
from reconciler.resources.s3.bucket import BucketAdapter
from reconciler.resources.s3.bucket_model import Bucket
from reconciler.resources.s3.bucket_reading import FACETS
from reconciler.resources.s3.bucket_tags import TAGGING
from reconciler.resources.s3.filters import folded
from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from tests.resources.wire_members import missing, operations_of, understood

OPERATIONS = operations_of("s3")
ADDRESS = {"Bucket": "stamps-of-somebody"}
ADAPTER = BucketAdapter()
RULE = {"ID": "r", "Status": "Enabled", "Expiration": {"Days": 1}, "Filter": {"And": {"Prefix": "tmp/"}}}
SMALLEST = "TransitionDefaultMinimumObjectSize"


# -- the declaration -----------------------------------------------------------------------------------------------


def test_every_operation_exists() -> None:
    named = {
        ADAPTER.create.operation,
        *ADAPTER.delete.operations,
        *ADAPTER.reads.operations,
        *TAGGING.operations,
    }
    named |= {operation for group in ADAPTER.updates for operation in group.operations}
    assert {name for name in named if ":" not in name} <= OPERATIONS.keys()
    elsewhere = {name.partition(":")[2] for name in named if name.startswith("s3control:")}
    assert elsewhere == {name.partition(":")[2] for name in named if ":" in name}
    assert elsewhere <= operations_of("s3control").keys()


def test_every_field_has_one_home_and_one_way_to_be_read() -> None:
    fields = sorted(Bucket.model_fields.keys() - {"tags"})
    homes = [*(field for group in ADAPTER.updates for field in group.fields), *ADAPTER.create.fixed]
    assert sorted(homes) == fields
    assert sorted(FACETS) == fields


@pytest.mark.parametrize("group", [ADAPTER.create, *ADAPTER.updates], ids=lambda group: group.fields[0])
def test_every_member_of_a_group_exists(group: Any) -> None:
    other = (
        {} if group is ADAPTER.create else {"object_lock_enabled"}
    )  # create_bucket has a member of its own for it
    fields = {field: fields_of(Bucket)[field] for field in group.fields if field not in other}
    assert not list(missing(OPERATIONS[group.operations[0]].input_shape, fields))


@pytest.mark.parametrize(
    "code",
    [
        "NoSuchBucketPolicy",
        "NoSuchCORSConfiguration",
        "NoSuchLifecycleConfiguration",
        "NoSuchPublicAccessBlockConfiguration",
        "NoSuchTagSet",
        "NoSuchWebsiteConfiguration",
        "ObjectLockConfigurationNotFoundError",
        "OwnershipControlsNotFoundError",
        "ReplicationConfigurationNotFoundError",
        "ServerSideEncryptionConfigurationNotFoundError",
    ],
)
def test_what_s3_says_of_what_was_never_configured_means_absence(code: str) -> None:
    assert sort(code, 404) is Absent


# -- replies of S3 -------------------------------------------------------------------------------------------------

ANSWERS: Mapping[str, tuple[str, str, dict[str, Any], dict[str, Any]]] = {
    "never versioned": ("", "versioning", {}, {"VersioningConfiguration": {}}),
    "versioned": (
        "S3 says nothing of MFA delete that was never asked for",
        "versioning",
        {"Status": "Enabled"},
        {"VersioningConfiguration": {"MFADelete": "Disabled", "Status": "Enabled"}},
    ),
    "a day": (
        "botocore makes it a datetime; a request carries text",
        "lifecycle",
        {
            "Rules": [
                {
                    "ID": "r",
                    "Filter": {"Prefix": "a"},
                    "Expiration": {"Date": dt.datetime(2030, 1, 2, tzinfo=dt.UTC)},
                }
            ]
        },
        {
            "TransitionDefaultMinimumObjectSize": None,
            "LifecycleConfiguration": {
                "Rules": [
                    {
                        "ID": "r",
                        "Filter": {"And": {"Prefix": "a"}},
                        "Expiration": {"Date": "2030-01-02T00:00:00Z"},
                    }
                ]
            },
        },
    ),
    "a capital": (
        "S3 answers Prefix to whoever wrote prefix",
        "notification",
        {
            "QueueConfigurations": [
                {"Id": "q", "Filter": {"Key": {"FilterRules": [{"Name": "Prefix", "Value": "a"}]}}}
            ],
            "EventBridgeConfiguration": {},
        },
        {
            "NotificationConfiguration": {
                "QueueConfigurations": [
                    {"Id": "q", "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "a"}]}}}
                ],
                "EventBridgeConfiguration": {},
            }
        },
    ),
    "no lock": (
        "never is a plain no",
        "object_lock_enabled",
        {},
        {"ObjectLockConfiguration": None, "ObjectLockEnabledForBucket": False},
    ),
    "a lock": (
        "",
        "object_lock_enabled",
        {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}},
        {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}, "ObjectLockEnabledForBucket": True},
    ),
    "no copies": ("", "replication", {}, {}),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_s3_answers_is_put_as_requests_put_it(name: str) -> None:
    reason, field, reply, expected = ANSWERS[name]
    assert understood(FACETS[field], reply) == expected, reason


# -- mistakes in desired state -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"versioning": None}, "write `status: Suspended`"),
        ({"encryption": None}, "write `rules: "),
        ({"cors": []}, "at least 1 item"),
        ({"lifecycle": [{"status": "Enabled"}]}, "lifecycle.0.id"),
        (
            {"lifecycle": [{"id": "a", "status": "Enabled", "expiration": {"date": "tomorrow"}}]},
            "a day as YYYY",
        ),
        ({"notification": {"event_bridge": False}}, "Input should be True"),
    ],
)
def test_mistakes_are_named(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Bucket.model_validate(settings)


# -- live buckets --------------------------------------------------------------------------------------------------


@pytest.fixture
def api() -> Iterator[Api]:
    with Sandbox() as sandbox:
        clock = VirtualClock()
        account = Account(
            sandbox.session("eu-west-2"), "123456789012", "eu-west-2", clock, Random(1), Pacer(clock)
        )
        yield account.api("s3")


@pytest.fixture
def live(api: Api) -> Sighting:
    parameters = ADAPTER.prepare(api, {**ADDRESS, **TAGGING.in_create({"reconciler:stack": "s"})})
    address, arn = ADAPTER.created(api, {}, api.call("create_bucket", **parameters), parameters)
    return Sighting(ADDRESS["Bucket"], address, arn)


def test_the_first_region_must_not_be_named(api: Api) -> None:
    api.region = "us-east-1"
    assert ADAPTER.prepare(api, {**ADDRESS}) == ADDRESS


def test_a_created_bucket_is_seen_by_both_ways(api: Api, live: Sighting) -> None:
    (seen,) = ADAPTER.list(api, {})
    found = ADAPTER.find_by_name(api, {}, ADDRESS["Bucket"])
    assert found == seen == live
    assert live.arn == "arn:aws:s3:::stamps-of-somebody"
    assert ADAPTER.find_by_name(api, {}, "stamps-of-nobody") is None


def test_buckets_elsewhere_are_left_alone(api: Api, live: Sighting) -> None:
    api.region = "eu-central-1"
    assert not list(ADAPTER.list(api, {}))
    assert ADAPTER.find_by_name(api, {}, ADDRESS["Bucket"]) is None


def test_tags_are_there_from_the_beginning(api: Api, live: Sighting) -> None:
    assert TAGGING.read(api, live) == {"reconciler:stack": "s"}


@pytest.mark.parametrize(
    ("field", "settings"),
    [
        ("bucket_policy", {"Policy": None}),
        ("cors", {"CORSConfiguration": {}}),
        ("lifecycle", {"LifecycleConfiguration": {"Rules": []}, SMALLEST: None}),
        ("logging", {"BucketLoggingStatus": {}}),
        ("notification", {"NotificationConfiguration": {}}),
        ("object_lock_enabled", {"ObjectLockConfiguration": None, "ObjectLockEnabledForBucket": False}),
        ("replication", {}),
        ("request_payment", {"RequestPaymentConfiguration": {"Payer": "BucketOwner"}}),
        ("versioning", {"VersioningConfiguration": {}}),
        ("website", {"WebsiteConfiguration": {}}),
    ],
)
def test_what_was_never_configured_is_empty(
    api: Api, live: Sighting, field: str, settings: dict[str, Any]
) -> None:
    assert ADAPTER.get_fields(api, live, frozenset({field})) == settings


PUT: Mapping[str, tuple[str, dict[str, Any]]] = {
    "public_access_block": (
        "put_public_access_block",
        {
            "PublicAccessBlockConfiguration": dict.fromkeys(
                ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
            )
        },
    ),
    "object_ownership": (
        "put_bucket_ownership_controls",
        {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}},
    ),
    "encryption": (
        "put_bucket_encryption",
        {
            "ServerSideEncryptionConfiguration": {
                "Rules": [
                    {
                        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
                        "BucketKeyEnabled": False,
                    }
                ]
            }
        },
    ),
    "cors": (
        "put_bucket_cors",
        {"CORSConfiguration": {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}},
    ),
    "website": ("put_bucket_website", {"WebsiteConfiguration": {"IndexDocument": {"Suffix": "i.html"}}}),
    "acceleration": (
        "put_bucket_accelerate_configuration",
        {"AccelerateConfiguration": {"Status": "Enabled"}},
    ),
    "request_payment": (
        "put_bucket_request_payment",
        {"RequestPaymentConfiguration": {"Payer": "Requester"}},
    ),
    "notification": (
        "put_bucket_notification_configuration",
        {"NotificationConfiguration": {"EventBridgeConfiguration": {}}},
    ),
}


@pytest.mark.parametrize("field", PUT)
def test_what_was_put_is_read(api: Api, live: Sighting, field: str) -> None:
    operation, settings = PUT[field]
    api.call(operation, **ADDRESS, **settings)
    assert ADAPTER.get_fields(api, live, frozenset({field})) == settings


def test_facets_of_one_operation_cost_one_call(api: Any, live: Sighting) -> None:
    api.call(
        "put_bucket_lifecycle_configuration",
        **ADDRESS,
        LifecycleConfiguration={"Rules": [folded(RULE)]},
        TransitionDefaultMinimumObjectSize="varies_by_storage_class",
    )
    before = sum(api.tally.calls.values())
    fields = frozenset({"lifecycle", "transition_default_minimum_object_size"})
    assert ADAPTER.get_fields(api, live, fields) == {
        "LifecycleConfiguration": {"Rules": [RULE]},
        SMALLEST: "varies_by_storage_class",
    }
    assert sum(api.tally.calls.values()) == before + 1


def test_a_bucket_that_is_gone_is_not_an_empty_one(api: Api, live: Sighting) -> None:
    api.call("delete_bucket", **ADDRESS)
    with pytest.raises(Absent):
        ADAPTER.get_fields(api, live, frozenset({"cors"}))
